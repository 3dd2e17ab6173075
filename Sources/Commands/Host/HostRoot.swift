/// The machine's files below a root: the real one, or a fixture tree of a test.
struct HostRoot: Sendable {
    let prefix: String

    init(_ root: String) { prefix = root == "/" ? "" : root }

    /// A small file's text, trimmed; `nil` when it is not there or may not be read.
    func text(_ path: String) -> String? {
        guard let bytes = try? FileBytes.read(prefix + path) else { return nil }
        return String(decoding: bytes, as: UTF8.self).trimmed
    }

    func number(_ path: String) -> Int? { text(path).flatMap { Int($0) } }

    func names(_ folder: String) -> [String] { FileBytes.names(in: prefix + folder) }

    func exists(_ path: String) -> Bool { FileBytes.exists(prefix + path) }

    /// The chosen word of "always [madvise] never".
    func chosen(_ path: String) -> String? {
        guard let text = text(path) else { return nil }
        guard let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]") else {
            return text
        }
        return String(text[text.index(after: open)..<close])
    }

    /// A boot parameter's value; `nil` when it was not given.
    func bootParameter(_ name: String) -> String? {
        for word in (text("/proc/cmdline") ?? "").split(separator: " ") {
            if word == name { return "" }
            if word.hasPrefix("\(name)=") { return String(word.dropFirst(name.count + 1)) }
        }
        return nil
    }

    var isVirtual: Bool {
        (text("/proc/cpuinfo") ?? "").split(separator: "\n").contains {
            $0.hasPrefix("flags") && $0.split(separator: " ").contains("hypervisor")
        }
    }

    var online: CpuSet {
        CpuSet(list: text("/sys/devices/system/cpu/online") ?? "0") ?? CpuSet([0])
    }

    /// Network interfaces with hardware behind them; loopback, bridges and tunnels have none.
    var nics: [String] {
        names("/sys/class/net").filter { exists("/sys/class/net/\($0)/device") }
    }

    var nodes: [String] {
        names("/sys/devices/system/node").filter {
            $0.hasPrefix("node") && Int($0.dropFirst(4)) != nil
        }
    }
}
