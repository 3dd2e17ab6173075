extension HostCheck {
    var networkLines: [HostLine] {
        [
            steering("RPS", "rps_cpus", "rx-"), steering("XPS", "xps_cpus", "tx-"),
            busy("net.core.busy_poll"), busy("net.core.busy_read"), deferral, nicSettings,
            sysctl("net.ipv4.tcp_slow_start_after_idle", wanted: "0") { $0 == 0 },
            sysctl("net.ipv4.tcp_autocorking", wanted: "0") { $0 == 0 },
            // A feed burst of 16 MiB is 10 000 full datagrams while the engine is elsewhere.
            sysctl("net.core.rmem_max", wanted: "16777216") { $0 >= 16 << 20 },
        ]
    }

    private static let noNIC = "no NIC with hardware behind it"

    /// Which CPUs softirqs of a queue may be sent to: said explicitly, and not the hot ones.
    private func steering(_ item: String, _ file: String, _ kind: String) -> HostLine {
        let wanted = "set, without \(hot)"
        guard !root.nics.isEmpty else { return .notApplicable(item, wanted: wanted, Self.noNIC) }
        var bad: [String] = []
        var seen = 0
        for nic in root.nics {
            let folder = "/sys/class/net/\(nic)/queues"
            for queue in root.names(folder) where queue.hasPrefix(kind) {
                guard let cpus = CpuSet(mask: root.text("\(folder)/\(queue)/\(file)") ?? "") else {
                    continue
                }
                seen += 1
                if cpus.isEmpty || !cpus.intersection(hot).isEmpty { bad.append("\(nic)/\(queue)") }
            }
        }
        guard seen > 0 else { return .notApplicable(item, wanted: wanted, "no queue has \(file)") }
        return .judge(
            item,
            bad.isEmpty,
            found: bad.isEmpty ? "\(seen) queues" : bad.prefix(4).joined(separator: " "),
            wanted: wanted,
            "write a mask without \(hot) to queues/*/\(file)"
        )
    }

    private func busy(_ name: String) -> HostLine {
        guard !root.nics.isEmpty else {
            return .notApplicable(name, wanted: "50", "\(Self.noNIC): loopback has nothing to poll")
        }
        return sysctl(name, wanted: "50") { $0 >= 50 }
    }

    /// Set as a pair or not at all: one without the other stalls or does nothing.
    private var deferral: HostLine {
        let wanted = "both or neither"
        guard !root.nics.isEmpty else {
            return .notApplicable("interrupt deferral", wanted: wanted, Self.noNIC)
        }
        var half: [String] = []
        var set: [String] = []
        for nic in root.nics {
            let defers = (root.number("/sys/class/net/\(nic)/napi_defer_hard_irqs") ?? 0) > 0
            let flushes = (root.number("/sys/class/net/\(nic)/gro_flush_timeout") ?? 0) > 0
            if defers != flushes { half.append(nic) }
            if defers, flushes { set.append(nic) }
        }
        return .judge(
            "interrupt deferral",
            half.isEmpty,
            found: half.isEmpty
                ? (set.isEmpty ? "neither" : set.joined(separator: " "))
                : "half set on \(half.joined(separator: " "))",
            wanted: wanted,
            "set napi_defer_hard_irqs and gro_flush_timeout together"
        )
    }

    private var nicSettings: HostLine {
        let wanted = "rx-usecs 0, adaptive off, LRO and GRO off for orders"
        guard let nic = root.nics.first else {
            return .notApplicable("NIC settings", wanted: wanted, Self.noNIC)
        }
        return .notApplicable(
            "NIC settings",
            wanted: wanted,
            "in no file; ask the driver: ethtool -c -g -k \(nic)"
        )
    }
}
