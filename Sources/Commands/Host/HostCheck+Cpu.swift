extension HostCheck {
    var cpuLines: [HostLine] {
        [
            isolation, tickless, rcu, workqueues, interrupts, defaultInterrupts, irqbalance,
            idleStates, wakeLatency, governor, smt,
        ]
    }

    private var isolated: CpuSet {
        CpuSet(list: root.text("/sys/devices/system/cpu/isolated") ?? "") ?? CpuSet([])
    }

    /// CPUs of every cgroup whose partition is isolated.
    private var partitioned: CpuSet {
        var cpus: [Int] = []
        for name in root.names("/sys/fs/cgroup") {
            let group = "/sys/fs/cgroup/\(name)"
            guard root.text("\(group)/cpuset.cpus.partition") == "isolated",
                let set = CpuSet(list: root.text("\(group)/cpuset.cpus.effective") ?? "")
            else { continue }
            cpus += set.sorted
        }
        return CpuSet(cpus)
    }

    private var isolation: HostLine {
        let all = CpuSet(isolated.sorted + partitioned.sorted)
        return .judge(
            "isolation",
            all.isSuperset(of: hot),
            found: all.description,
            wanted: "\(hot)",
            "boot with isolcpus=\(hot), or a cgroup with cpuset.cpus.partition = isolated"
        )
    }

    private var tickless: HostLine {
        guard let text = root.text("/sys/devices/system/cpu/nohz_full") else {
            return .notApplicable("tickless", wanted: "\(hot)", "this kernel has no nohz_full")
        }
        let cpus = CpuSet(list: text == "(null)" ? "" : text) ?? CpuSet([])
        return .judge(
            "tickless",
            cpus.isSuperset(of: hot),
            found: cpus.description,
            wanted: "\(hot)",
            "boot with nohz_full=\(hot)"
        )
    }

    private var rcu: HostLine {
        let given = root.bootParameter("rcu_nocbs")
        let cpus = given == "all" ? hot : CpuSet(list: given ?? "") ?? CpuSet([])
        return .judge(
            "RCU callbacks",
            cpus.isSuperset(of: hot),
            found: given ?? "not given",
            wanted: "rcu_nocbs=\(hot)",
            "boot with rcu_nocbs=\(hot)"
        )
    }

    private var workqueues: HostLine {
        let wanted = "housekeeping CPUs only"
        guard let text = root.text("/sys/devices/virtual/workqueue/cpumask"),
            let cpus = CpuSet(mask: text)
        else { return .notApplicable("workqueues", wanted: wanted, "no workqueue mask to read") }
        return .judge(
            "workqueues",
            cpus.intersection(hot).isEmpty,
            found: cpus.description,
            wanted: wanted,
            "write a mask without \(hot) to /sys/devices/virtual/workqueue/cpumask"
        )
    }

    private var interrupts: HostLine {
        let wanted = "none on \(hot)"
        var seen = 0
        var bad: [String] = []
        for irq in root.names("/proc/irq") where Int(irq) != nil {
            guard let text = root.text("/proc/irq/\(irq)/smp_affinity_list"),
                let cpus = CpuSet(list: text)
            else { continue }
            seen += 1
            if !cpus.intersection(hot).isEmpty { bad.append(irq) }
        }
        guard seen > 0 else {
            return .notApplicable(
                "interrupts",
                wanted: wanted,
                "no interrupt's affinity can be read"
            )
        }
        return .judge(
            "interrupts",
            bad.isEmpty,
            found: bad.isEmpty ? "\(seen) elsewhere" : "\(bad.count) of \(seen) may come there",
            wanted: wanted,
            "write housekeeping CPUs to /proc/irq/N/smp_affinity_list: \(bad.prefix(8).joined(separator: " "))"
        )
    }

    private var defaultInterrupts: HostLine {
        let wanted = "none of \(hot)"
        guard let text = root.text("/proc/irq/default_smp_affinity"), let cpus = CpuSet(mask: text)
        else { return .notApplicable("new interrupts", wanted: wanted, "no default affinity") }
        return .judge(
            "new interrupts",
            cpus.intersection(hot).isEmpty,
            found: cpus.description,
            wanted: wanted,
            "write a mask without \(hot) to /proc/irq/default_smp_affinity"
        )
    }

    private var irqbalance: HostLine {
        let running = root.names("/proc").contains { name in
            Int(name) != nil && root.text("/proc/\(name)/comm") == "irqbalance"
        }
        return .judge(
            "irqbalance",
            !running,
            found: running ? "running" : "not running",
            wanted: "not running, or banned from \(hot)",
            "stop it, or IRQBALANCE_BANNED_CPULIST=\(hot)"
        )
    }

    private var idleStates: HostLine {
        let wanted = "deeper than state1 disabled"
        var deep: [String] = []
        var seen = false
        for cpu in hot.sorted {
            let folder = "/sys/devices/system/cpu/cpu\(cpu)/cpuidle"
            for state in root.names(folder) where state.hasPrefix("state") {
                seen = true
                guard let depth = Int(state.dropFirst(5)), depth > 1,
                    root.number("\(folder)/\(state)/disable") == 0
                else { continue }
                deep.append("cpu\(cpu)/\(state)")
            }
        }
        guard seen else {
            return .notApplicable("idle states", wanted: wanted, virtualOr("no cpuidle"))
        }
        return .judge(
            "idle states",
            deep.isEmpty,
            found: deep.isEmpty ? "shallow only" : deep.prefix(4).joined(separator: " "),
            wanted: wanted,
            "write 1 to cpuidle/stateN/disable of each"
        )
    }

    private var wakeLatency: HostLine {
        .notApplicable(
            "wake-up latency",
            wanted: "/dev/cpu_dma_latency held at 0",
            "holds only while a process keeps it open; a running hot is asked, not the machine"
        )
    }

    private var governor: HostLine {
        let found = Set(
            hot.sorted.compactMap {
                root.text("/sys/devices/system/cpu/cpu\($0)/cpufreq/scaling_governor")
            }
        )
        guard !found.isEmpty else {
            return .notApplicable("frequency", wanted: "performance", virtualOr("no cpufreq"))
        }
        return .judge(
            "frequency",
            found == ["performance"],
            found: found.sorted().joined(separator: " "),
            wanted: "performance",
            "write performance to cpufreq/scaling_governor of \(hot)"
        )
    }

    private var smt: HostLine {
        let wanted = "off, or siblings isolated too"
        guard let active = root.number("/sys/devices/system/cpu/smt/active") else {
            return .notApplicable("SMT", wanted: wanted, virtualOr("no SMT control"))
        }
        if active == 0 { return .judge("SMT", true, found: "off", wanted: wanted, "") }
        let siblings = hot.sorted.flatMap { cpu in
            let path = "/sys/devices/system/cpu/cpu\(cpu)/topology/thread_siblings_list"
            return CpuSet(list: root.text(path) ?? "\(cpu)")?.sorted ?? [cpu]
        }
        let busy = CpuSet(siblings).subtracting(hot).subtracting(isolated)
        return .judge(
            "SMT",
            busy.isEmpty,
            found: busy.isEmpty ? "siblings isolated" : "siblings \(busy) share a core with \(hot)",
            wanted: wanted,
            "boot with nosmt, or isolate \(busy) too and leave them idle"
        )
    }

    func virtualOr(_ reason: String) -> String {
        root.isVirtual ? "\(reason): a virtual machine" : "\(reason) on this machine"
    }
}
