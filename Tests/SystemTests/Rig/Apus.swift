import Foundation
import Glibc
import Testing

/// One whole Apus of real processes on a state directory of its own.
final class Apus {
    let folder: String
    let state: String
    let config: String
    private(set) var up: Started?

    /// Runs `body` with a fresh one, not started yet; whatever happens, its processes end and its
    /// files go.
    static func with(
        _ change: (inout ConfigText) throws -> Void = { _ in },
        _ body: (Apus) throws -> Void
    ) throws {
        let apus = try Apus(change)
        defer { apus.end() }
        do {
            try body(apus)
        } catch {
            print("apus up said:\n\(apus.up?.out ?? "")\(apus.up?.err ?? "")")
            for log in ["hot.log", "hot.jsonl", "cold.log"] {
                let text = apus.file("logs/\(log)").split(separator: "\n").suffix(15)
                print("\(log):\n\(text.joined(separator: "\n"))")
            }
            throw error
        }
    }

    private init(_ change: (inout ConfigText) throws -> Void) throws {
        var template = Array("/tmp/apus-system-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Missed("mkdtemp: errno \(errno)") }
        folder = String(cString: made)
        state = "\(folder)/state"
        config = "\(folder)/apus.yaml"
        var text = try ConfigText()
        try change(&text)
        try text.text.write(toFile: config, atomically: true, encoding: .utf8)
    }

    // MARK: Up and down

    var upArguments: [String] { ["up", "--config", config, "--state", state] }

    /// `apus up`, until the gate is open.
    func start(_ more: String..., seconds: Double = 40) throws {
        let started = try Started("apus", upArguments + more, folder: folder)
        up = started
        let isReady = waits(seconds) {
            !started.isRunning
                || (ports["ready"] as? Bool == true && pid("pid") == started.pid)
        }
        guard isReady, started.isRunning else {
            throw Missed("apus up did not come up:\n\(started.out)\(started.err)")
        }
        try require("gate open", within: 5) { try status("gateOpen") == 1 }
    }

    /// `apus down`; both it and `apus up` are to end with 0.
    func down(_ location: SourceLocation = #_sourceLocation) throws {
        let outcome = try run(["down"], seconds: 60)
        #expect(outcome.code == 0, "\(outcome)", sourceLocation: location)
        try require("apus up ended", within: 20) { up?.isRunning == false }
        #expect(
            up?.exitCode == 0,
            "\(up?.out ?? "") \(up?.err ?? "")",
            sourceLocation: location
        )
    }

    /// The verdict of the day's journal against every venue's own log.
    func expectCleanJournal(_ location: SourceLocation = #_sourceLocation) throws {
        let outcome = try run(["journal", "check", "--all-venues"], seconds: 30)
        #expect(outcome.code == 0, "\(outcome)", sourceLocation: location)
        print("  journal: \(outcome.out.split(separator: "\n").last ?? "")")
    }

    private func end() {
        let pids = ours
        for pid in pids { kill(pid, SIGCONT) }
        if let up, up.isRunning {
            up.tell(SIGTERM)
            if !up.wait(seconds: 10) { up.tell(SIGKILL) }
            _ = up.wait(seconds: 5)
        }
        for pid in pids where isOurs(pid) { kill(pid, SIGKILL) }
        let shared = ports["shm_dir"] as? String
        if let shared, shared.hasPrefix("/dev/shm/apus-") {
            try? FileManager.default.removeItem(atPath: shared)
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: Without its launcher

    /// Hot or cold as the launcher starts it, which must stand still, or it would, too.
    func startByHand(_ binary: String) throws -> Started {
        try Started(binary, ["--state", state, "--shm-dir", sharedFolder], folder: folder)
    }

    // MARK: Its processes

    var ports: [String: Any] {
        let data = Data(file("ports.json").utf8)
        return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
    }

    func pid(_ name: String) -> pid_t { (ports[name] as? NSNumber)?.int32Value ?? 0 }
    var sharedFolder: String { ports["shm_dir"] as? String ?? "" }

    var clientPort: UInt16 {
        let clients = ports["clients"] as? [String: Any]
        return (clients?["port"] as? NSNumber)?.uint16Value ?? 0
    }

    /// Ids from ports.json that still run one of our binaries: an id may have gone to another.
    private var ours: [pid_t] {
        (venuePids + [pid("hot"), pid("cold")]).filter(isOurs)
    }

    var venuePids: [pid_t] {
        let venues = (ports["venues"] as? [String: [String: Any]] ?? [:]).values
        return venues.compactMap { ($0["pid"] as? NSNumber)?.int32Value }
    }

    func isOurs(_ pid: pid_t) -> Bool {
        guard pid > 1 else { return false }
        var bytes = [CChar](repeating: 0, count: 4096)
        guard readlink("/proc/\(pid)/exe", &bytes, bytes.count - 1) > 0 else { return false }
        let path = String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        return path.contains("/apus-")
    }

    /// Sends a signal to hot or cold, as ports.json names it now; returns the id.
    @discardableResult
    func signal(_ name: String, _ signal: Int32) throws -> pid_t {
        let pid = pid(name)
        guard isOurs(pid) else { throw Missed("\(name): pid \(pid) is not ours") }
        kill(pid, signal)
        return pid
    }

    // MARK: Asking

    func run(_ arguments: [String], seconds: Double = 20) throws -> Outcome {
        try Outcome.of("apus", arguments + ["--state", state], folder: folder, seconds: seconds)
    }

    func status(_ field: String) throws -> Int64? {
        (try run(["status", "--json"]).json[field] as? NSNumber)?.int64Value
    }

    /// Counters of hot, read from shared memory.
    func counters() throws -> [String: Int64] {
        try run(["stat", "--json"]).json.compactMapValues { ($0 as? NSNumber)?.int64Value }
    }

    func file(_ name: String) -> String {
        (try? String(contentsOfFile: "\(state)/\(name)", encoding: .utf8)) ?? ""
    }

    /// The journal's events of a kind, each an object.
    func journal(_ kinds: String..., verbose: Bool = false) throws -> [[String: Any]] {
        var words = ["journal", "print"] + kinds.flatMap { ["--kind", $0] }
        if verbose { words.append("--verbose") }
        return lines(try run(words).out)
    }

    /// What one venue, or all, wrote of an event.
    func venueLog(_ event: String, venue: String? = nil) -> [[String: Any]] {
        (venue.map { [$0] } ?? ["NASDAQ", "BX", "PSX"]).flatMap { name in
            lines(file("venues/\(name).jsonl")).filter { $0["ev"] as? String == event }
        }
    }

    private func lines(_ text: String) -> [[String: Any]] {
        text.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    func password(_ user: String) -> String {
        file("secrets/\(user)").split(separator: "\n").first.map(String.init) ?? ""
    }
}
