import Foundation
import Glibc

/// A process the test started: ended by its id, its words kept in files.
final class Started {
    let pid: pid_t
    private let outPath: String
    private let errPath: String
    private(set) var exitCode: Int32?

    /// What it says is kept below `folder`. A `binary` with a path is run as it is named.
    init(_ binary: String, _ arguments: [String], folder: String) throws {
        let name = "\(folder)/words-\(monotonicNs())"
        outPath = "\(name).out"
        errPath = "\(name).err"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outPath, O_WRONLY | O_CREAT, 0o640)
        posix_spawn_file_actions_addopen(&actions, 2, errPath, O_WRONLY | O_CREAT, 0o640)
        // Threads that run tests block signals, and a child would inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let path = binary.hasPrefix("/") ? binary : Built.path(binary)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, path, &actions, &attributes, words, environ)
        guard code == 0 else { throw Missed("\(path): \(String(cString: strerror(code)))") }
        pid = child
    }

    var isRunning: Bool {
        if exitCode != nil { return false }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return true }
        let signal = status & 0x7F
        exitCode = signal == 0 ? status >> 8 & 0xFF : -signal
        return false
    }

    func tell(_ signal: Int32) {
        if isRunning { kill(pid, signal) }
    }

    var out: String { (try? String(contentsOfFile: outPath, encoding: .utf8)) ?? "" }
    var err: String { (try? String(contentsOfFile: errPath, encoding: .utf8)) ?? "" }

    func wait(seconds: Double) -> Bool { waits(seconds) { !isRunning } }
}

/// How a command ended, and what it said.
struct Outcome: CustomStringConvertible {
    let code: Int32
    let out: String
    let err: String

    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(out.utf8))) as? [String: Any] ?? [:]
    }

    /// The error's lines; an error is one.
    var errorLines: [String] { err.split(separator: "\n").map(String.init) }

    var description: String { "exit \(code)\n\(out)\(err)" }

    /// Runs to its end; SIGKILL after so many seconds.
    static func of(
        _ binary: String,
        _ arguments: [String],
        folder: String,
        seconds: Double = 20
    ) throws -> Outcome {
        let started = try Started(binary, arguments, folder: folder)
        if !started.wait(seconds: seconds) {
            started.tell(SIGKILL)
            _ = started.wait(seconds: 5)
            throw Missed("\(binary) \(arguments.joined(separator: " ")): ran over \(seconds) s")
        }
        return Outcome(code: started.exitCode ?? -1, out: started.out, err: started.err)
    }
}
