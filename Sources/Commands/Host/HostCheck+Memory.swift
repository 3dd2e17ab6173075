extension HostCheck {
    var memoryLines: [HostLine] {
        [
            hugeTransparent, hugeDefrag, hugeDaemon, hugePages,
            setting(
                "KSM",
                "/sys/kernel/mm/ksm/run",
                wanted: "0",
                "write 0 to /sys/kernel/mm/ksm/run"
            ) { $0 == 0 },
            sysctl("vm.compaction_proactiveness", wanted: "0") { $0 == 0 },
            sysctl("kernel.numa_balancing", wanted: "0") { $0 == 0 },
            nicNode,
            sysctl("vm.swappiness", wanted: "1") { $0 <= 1 },
            swapDevices, memoryLock, locked,
        ]
    }

    private static let transparent = "/sys/kernel/mm/transparent_hugepage"

    private var hugeTransparent: HostLine {
        word("THP", "\(Self.transparent)/enabled", wanted: ["madvise", "never"])
    }

    private var hugeDefrag: HostLine {
        word("THP defrag", "\(Self.transparent)/defrag", wanted: ["never"])
    }

    private func word(_ item: String, _ path: String, wanted: [String]) -> HostLine {
        let text = wanted.joined(separator: " or ")
        guard let found = root.chosen(path) else {
            return .notApplicable(item, wanted: text, "this kernel has no \(path)")
        }
        return .judge(
            item,
            wanted.contains(found),
            found: found,
            wanted: text,
            "write \(wanted[0]) to \(path)"
        )
    }

    private var hugeDaemon: HostLine {
        setting(
            "khugepaged defrag",
            "\(Self.transparent)/khugepaged/defrag",
            wanted: "0",
            "write 0 to \(Self.transparent)/khugepaged/defrag"
        ) { $0 == 0 }
    }

    private var hugePages: HostLine {
        let wanted = "enough for the arenas"
        var counts: [String] = []
        var total = 0
        for node in root.nodes {
            let folder = "/sys/devices/system/node/\(node)/hugepages"
            for size in root.names(folder) {
                let count = root.number("\(folder)/\(size)/nr_hugepages") ?? 0
                total += count
                if count > 0 {
                    counts.append("\(node) \(size.dropFirst("hugepages-".count)): \(count)")
                }
            }
        }
        guard !root.nodes.isEmpty else {
            return .notApplicable("huge pages", wanted: wanted, "no memory nodes to read")
        }
        return .judge(
            "huge pages",
            total > 0,
            found: total == 0 ? "0" : counts.joined(separator: ", "),
            wanted: wanted,
            "without them arenas fall back to ordinary pages; write a count to nr_hugepages"
        )
    }

    private var nicNode: HostLine {
        let wanted = "hot CPUs on the NIC's node"
        guard root.nodes.count > 1 else {
            return .notApplicable("NIC node", wanted: wanted, "one memory node")
        }
        guard !root.nics.isEmpty else {
            return .notApplicable("NIC node", wanted: wanted, "no NIC with hardware behind it")
        }
        for nic in root.nics {
            let node = root.number("/sys/class/net/\(nic)/device/numa_node") ?? -1
            guard node >= 0 else { continue }
            let list = root.text("/sys/devices/system/node/node\(node)/cpulist") ?? ""
            guard let cpus = CpuSet(list: list), !cpus.isSuperset(of: hot) else { continue }
            return .judge(
                "NIC node",
                false,
                found: "\(nic) on node \(node), CPUs \(cpus)",
                wanted: wanted,
                "choose hot CPUs among \(cpus)"
            )
        }
        return .judge("NIC node", true, found: "same node", wanted: wanted, "")
    }

    private var swapDevices: HostLine {
        guard let text = root.text("/proc/swaps") else {
            return .notApplicable("swap devices", wanted: "none", "no /proc/swaps")
        }
        let devices = text.split(separator: "\n").dropFirst().compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
        return .judge(
            "swap devices",
            devices.isEmpty,
            found: devices.isEmpty ? "none" : devices.joined(separator: " "),
            wanted: "none",
            "swapoff -a"
        )
    }

    private var memoryLock: HostLine {
        let line = (root.text("/proc/self/limits") ?? "").split(separator: "\n").first {
            $0.hasPrefix("Max locked memory")
        }
        guard let found = line?.dropFirst("Max locked memory".count).split(separator: " ").first
        else {
            return .notApplicable("RLIMIT_MEMLOCK", wanted: "unlimited", "no /proc/self/limits")
        }
        return .judge(
            "RLIMIT_MEMLOCK",
            found == "unlimited",
            found: String(found),
            wanted: "unlimited",
            "memlock unlimited in limits.conf, or LimitMEMLOCK=infinity in the unit"
        )
    }

    private var locked: HostLine {
        let hot = root.names("/proc").first { name in
            Int(name) != nil && root.text("/proc/\(name)/comm") == "apus-hot"
        }
        guard let hot, let status = root.text("/proc/\(hot)/status") else {
            return .notApplicable(
                "locked memory",
                wanted: "hot's memory locked",
                "hot is not running"
            )
        }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmLck:") }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap {
            Int($0)
        }
        return .judge(
            "locked memory",
            (kilobytes ?? 0) > 0,
            found: "\(kilobytes ?? 0) KiB",
            wanted: "hot's memory locked",
            "mlockall failed: raise RLIMIT_MEMLOCK"
        )
    }
}
