extension HostCheck {
    var kernelLines: [HostLine] {
        [
            sysctl("vm.stat_interval", wanted: "120") { $0 >= 120 },
            sysctl("kernel.watchdog", wanted: "0") { $0 == 0 },
            sysctl("kernel.nmi_watchdog", wanted: "0") { $0 == 0 },
            sysctl("kernel.timer_migration", wanted: "0") { $0 == 0 },
            realTimeShare, clockSource,
            sysctl(
                "kernel.io_uring_disabled",
                wanted: "0",
                "sysctl -w kernel.io_uring_disabled=0, or transport: sockets"
            ) { $0 == 0 },
            mitigations,
        ]
    }

    /// -1 lets a real-time thread starve the kernel's own; only isolated CPUs can bear that.
    private var realTimeShare: HostLine {
        let item = "kernel.sched_rt_runtime_us"
        let wanted = "-1 only with isolated CPUs"
        guard let value = root.number("/proc/sys/kernel/sched_rt_runtime_us") else {
            return .notApplicable(item, wanted: wanted, "this kernel has no such setting")
        }
        let isolated = CpuSet(list: root.text("/sys/devices/system/cpu/isolated") ?? "")
        let isIsolated = isolated?.isSuperset(of: hot) == true && isolated?.isEmpty == false
        return .judge(
            item,
            value != -1 || isIsolated,
            found: "\(value)",
            wanted: wanted,
            "isolate \(hot), or set it back to 950000 and give spinners no FIFO priority"
        )
    }

    private var clockSource: HostLine {
        let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
        guard let found = root.text(path) else {
            return .notApplicable("clock source", wanted: "tsc", "no clocksource to read")
        }
        return .judge(
            "clock source",
            found == "tsc",
            found: found,
            wanted: "tsc",
            virtualOr("reading time costs more; boot with tsc=reliable if the TSC is invariant")
        )
    }

    /// Said, never changed.
    private var mitigations: HostLine {
        let folder = "/sys/devices/system/cpu/vulnerabilities"
        let active = root.names(folder).filter { name in
            root.text("\(folder)/\(name)")?.hasPrefix("Mitigation") == true
        }
        return HostLine(
            item: "mitigations",
            verdict: .notApplicable,
            found: active.isEmpty ? "none active" : active.joined(separator: " "),
            wanted: "known",
            reason: "reported only; never changed"
        )
    }
}
