import Glibc

/// What a figure cannot be read without: machine, kernel, its settings, build.
package struct Environment {
    package private(set) var facts: [(name: String, value: String)] = []

    package init() {}

    package init(cpus: [Int32], root: String = "") {
        let cpu = root + "/sys/devices/system/cpu/"
        add("cpu", Self.cpuModel(root))
        add("cpus", cpus.map(String.init).joined(separator: ","))
        add("kernel", Self.firstLine(root + "/proc/sys/kernel/osrelease"))
        let governors = cpus.map { Self.firstLine(cpu + "cpu\($0)/cpufreq/scaling_governor") }
        add("governor", governors[0].isEmpty ? "not present" : governors.joined(separator: ","))
        let isolated = Self.firstLine(cpu + "isolated")
        add("isolated", isolated.isEmpty ? "none" : isolated)
        add("smt", Self.firstLine(cpu + "smt/active") == "1" ? "on" : "off")
        let clock = root + "/sys/devices/system/clocksource/clocksource0/current_clocksource"
        add("clocksource", Self.firstLine(clock))
        add("mitigations", Self.mitigations(cpu + "vulnerabilities/"))
        add("thp", Self.chosen(root + "/sys/kernel/mm/transparent_hugepage/enabled"))
        add("load", Self.firstLine(root + "/proc/loadavg"))
        add("nice", "\(getpriority(__priority_which_t(0), 0))")
        add("flags", "swift -O, C -O2 (SwiftPM release)")
    }

    package mutating func add(_ name: String, _ value: String) {
        facts.append((name, value))
    }

    /// First line of a small file, empty when there is none.
    static func firstLine(_ path: String) -> String {
        guard let text = text(path) else { return "" }
        return String(text.prefix { $0 != "\n" })
    }

    /// The commit of the working folder, with a mark when files differ from it.
    package static func commit() -> String {
        guard let pipe = popen("git describe --always --dirty --abbrev=12 2>/dev/null", "r")
        else { return "unknown" }
        defer { pclose(pipe) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = fread(&bytes, 1, bytes.count, pipe)
        let text = String(decoding: bytes.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self)
        return text.isEmpty ? "unknown" : text
    }

    private static func text(_ path: String) -> String? {
        let fd = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { return nil }
        defer { close(fd) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = read(fd, &bytes, bytes.count)
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    private static func cpuModel(_ root: String) -> String {
        for line in (text(root + "/proc/cpuinfo") ?? "").split(separator: "\n")
        where line.hasPrefix("model name") {
            return String(line.drop { $0 != ":" }.dropFirst(2))
        }
        return "unknown"
    }

    /// The word in brackets of a file that lists the choices.
    private static func chosen(_ path: String) -> String {
        let line = firstLine(path)
        return String(line.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" })
    }

    /// Those that are in force; reported, never changed.
    private static func mitigations(_ folder: String) -> String {
        guard let list = opendir(folder) else { return "unknown" }
        defer { closedir(list) }
        var found: [String] = []
        while let entry = readdir(list) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            let state = name.hasPrefix(".") ? "" : firstLine(folder + name)
            if state.hasPrefix("Mitigation") || state.hasPrefix("Vulnerable") {
                found.append("\(name): \(state)")
            }
        }
        return found.isEmpty ? "none" : found.sorted().joined(separator: "; ")
    }
}
