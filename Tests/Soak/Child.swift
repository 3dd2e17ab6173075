import Foundation

/// A process this tool started: ended by its id, its words kept in files.
final class Child {
    let pid: pid_t
    private let name: String
    private(set) var exitCode: Int32?

    init(_ path: String, _ arguments: [String], words: String) throws {
        name = words
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, "\(words).out", flags, 0o640)
        posix_spawn_file_actions_addopen(&actions, 2, "\(words).err", flags, 0o640)
        var argv: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        argv.append(nil)
        defer { for word in argv { free(word) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, path, &actions, nil, argv, environ)
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

    func wait(seconds: Double) -> Bool { waits(seconds, everyUs: 10_000) { !isRunning } }

    var out: String { (try? String(contentsOfFile: "\(name).out", encoding: .utf8)) ?? "" }
    var err: String { (try? String(contentsOfFile: "\(name).err", encoding: .utf8)) ?? "" }
}
