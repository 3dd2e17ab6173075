/// Looks at a machine and changes nothing. `hot` are the CPUs meant for engine threads.
struct HostCheck {
    let root: HostRoot
    let hot: CpuSet

    /// Without a wish: the isolated CPUs, else all but the first, which keeps house.
    init(_ root: HostRoot, cpus: CpuSet?) {
        self.root = root
        let isolated = CpuSet(list: root.text("/sys/devices/system/cpu/isolated") ?? "")
        let online = root.online
        let others = online.subtracting(CpuSet([online.sorted.first ?? 0]))
        if let cpus {
            hot = cpus
        } else if let isolated, !isolated.isEmpty {
            hot = isolated
        } else {
            hot = others.isEmpty ? online : others
        }
    }

    var lines: [HostLine] { cpuLines + memoryLines + kernelLines + networkLines }

    /// One number of a file that must have one value.
    func setting(
        _ item: String,
        _ path: String,
        wanted: String,
        _ advice: String,
        passes: (Int) -> Bool
    ) -> HostLine {
        guard let value = root.number(path) else {
            return .notApplicable(item, wanted: wanted, "this kernel has no \(path)")
        }
        return .judge(item, passes(value), found: "\(value)", wanted: wanted, advice)
    }

    func sysctl(
        _ name: String,
        wanted: String,
        _ advice: String = "",
        passes: (Int) -> Bool
    ) -> HostLine {
        let path = "/proc/sys/" + name.map { $0 == "." ? "/" : String($0) }.joined()
        let command = "sysctl -w \(name)=\(wanted)"
        return setting(
            name,
            path,
            wanted: wanted,
            advice.isEmpty ? command : advice,
            passes: passes
        )
    }
}
