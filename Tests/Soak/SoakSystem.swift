import Crossing
import Foundation

/// One Apus of real processes on a folder of its own.
final class SoakSystem {
    let folder: String
    let state: String
    let door: HotDoor
    private let config: String
    private let binaries: String
    private var up: Child?
    private var asked = 0

    init(_ config: SoakConfig, binaries: String) throws {
        var template = Array("/tmp/apus-soak-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Missed("mkdtemp: errno \(errno)") }
        folder = String(cString: made)
        state = "\(folder)/state"
        self.config = "\(folder)/apus.yaml"
        self.binaries = binaries
        door = HotDoor(path: "\(state)/hot.sock")
        try config.text.write(toFile: self.config, atomically: true, encoding: .utf8)
    }

    func start(seconds: Double = 60) throws {
        let up = try Child(
            "\(binaries)/apus",
            ["up", "--config", config, "--state", state],
            words: "\(folder)/up"
        )
        self.up = up
        let isReady = waits(seconds, everyUs: 20_000) {
            !up.isRunning || (ports["ready"] as? Bool == true && isOpen(pid("hot")))
        }
        guard isReady, up.isRunning else {
            throw Missed("apus up did not come up: \(up.out)\(up.err)")
        }
    }

    var isUp: Bool { up?.isRunning == true }
    var upWords: String { (up?.out ?? "") + (up?.err ?? "") }

    /// `apus down`; what was wrong about it.
    func down() throws -> [String] {
        let down = try run(["down"], seconds: 90)
        var faults: [String] = []
        if down.exitCode != 0 { faults.append("apus down: \(Self.told(down))") }
        guard let up, up.wait(seconds: 30) else { return faults + ["apus up did not end"] }
        if up.exitCode != 0 { faults.append("apus up: \(Self.told(up))") }
        return faults
    }

    private static func told(_ child: Child) -> String {
        let last = (child.out + child.err).split(separator: "\n").suffix(2).joined(separator: "; ")
        return "exit \(child.exitCode ?? -1): \(last)"
    }

    /// Whatever still runs ends, by its id; files go unless they are to be kept.
    func end(keep: Bool) {
        let mine = (venuePids + [pid("hot"), pid("cold")]).filter(isOurs)
        let shared = ports["shm_dir"] as? String
        for pid in mine { kill(pid, SIGCONT) }
        if let up, up.isRunning {
            up.tell(SIGTERM)
            if !up.wait(seconds: 20) { up.tell(SIGKILL) }
            _ = up.wait(seconds: 5)
        }
        for pid in mine where isOurs(pid) { kill(pid, SIGKILL) }
        if let shared, shared.hasPrefix("/dev/shm/apus-") {
            try? FileManager.default.removeItem(atPath: shared)
        }
        if !keep { try? FileManager.default.removeItem(atPath: folder) }
    }

    // MARK: Its processes

    var ports: [String: Any] {
        let data = Data(file("ports.json").utf8)
        return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
    }

    func pid(_ name: String) -> pid_t { (ports[name] as? NSNumber)?.int32Value ?? 0 }

    var clientPort: UInt16 {
        let clients = ports["clients"] as? [String: Any]
        return (clients?["port"] as? NSNumber)?.uint16Value ?? 0
    }

    func venuePort(_ name: String) -> UInt16 {
        let venue = (ports["venues"] as? [String: [String: Any]])?[name]
        return (venue?["ouch"] as? NSNumber)?.uint16Value ?? 0
    }

    private var venuePids: [pid_t] {
        let venues = (ports["venues"] as? [String: [String: Any]] ?? [:]).values
        return venues.compactMap { ($0["pid"] as? NSNumber)?.int32Value }
    }

    /// An id may have gone to another process.
    private func isOurs(_ pid: pid_t) -> Bool {
        guard pid > 1 else { return false }
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")
        return path?.hasPrefix(binaries + "/apus-") == true || path?.contains("/apus-") == true
    }

    /// SIGKILL to hot or cold as ports.json names it now; its id, or `nil` if it was not there.
    func kill9(_ name: String) -> pid_t? {
        let pid = pid(name)
        guard isOurs(pid), kill(pid, SIGKILL) == 0 else { return nil }
        return pid
    }

    /// That hot has an open gate and hears cold.
    func isOpen(_ hot: pid_t) -> Bool {
        guard let status = door.status(), status.field(.pid) == Int64(hot) else { return false }
        return status.field(.gateOpen) == 1
    }

    /// Half the ring is free: most of what came while somebody was away has been taken out.
    var isCaughtUp: Bool {
        guard let status = door.status() else { return false }
        return status.field(.auditUsedSlots) * 2 < status.field(.auditSlots)
    }

    // MARK: Asking

    func run(_ arguments: [String], seconds: Double) throws -> Child {
        asked += 1
        let child = try Child(
            "\(binaries)/apus",
            arguments + ["--state", state],
            words: "\(folder)/asked-\(asked)"
        )
        if !child.wait(seconds: seconds) {
            child.tell(SIGKILL)
            _ = child.wait(seconds: 5)
            throw Missed("apus \(arguments.joined(separator: " ")): ran over \(seconds) s")
        }
        return child
    }

    func file(_ name: String) -> String {
        (try? String(contentsOfFile: "\(state)/\(name)", encoding: .utf8)) ?? ""
    }

    func password(_ user: String) -> String {
        file("secrets/\(user)").split(separator: "\n").first.map(String.init) ?? ""
    }

    var venueLogs: [String] {
        let folder = "\(state)/venues"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".jsonl") }.sorted().map { "\(folder)/\($0)" }
    }
}
