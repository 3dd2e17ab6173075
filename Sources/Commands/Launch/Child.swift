internal import Glibc

/// A process we started. Ended by its id, and only by us.
final class Child {
    let name: String
    let pid: pid_t
    private(set) var exit: Exit?

    enum Exit: Equatable, CustomStringConvertible {
        case status(Int32)
        case signal(Int32)

        var description: String {
            switch self {
            case .status(let code): "ended with \(code)"
            case .signal(let number): "was ended by signal \(number)"
            }
        }
    }

    private init(name: String, pid: pid_t) {
        self.name = name
        self.pid = pid
    }

    /// Starts a binary that lies beside this one, in a process group of its own, so that Ctrl-C
    /// reaches it only as our ordered end. What it prints goes to `log`, appended.
    static func start(
        _ binary: String,
        name: String,
        arguments: [String],
        log: String,
        newSession: Bool = false
    ) throws(Failure) -> Child {
        let path = try Sibling.path(binary)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o640)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // POSIX_SPAWN_SETSID is 0x80 in glibc; its headers show it only to GNU sources.
        let flags: Int32 = newSession ? 0x80 : Int32(POSIX_SPAWN_SETPGROUP)
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, &actions, &attributes, words, environ)
        guard code == 0 else {
            throw Failure(
                .badInput,
                "\(path): cannot be started: \(String(cString: strerror(code)))"
            )
        }
        return Child(name: name, pid: pid)
    }

    /// Looks once whether it has ended.
    var isRunning: Bool {
        if exit != nil { return false }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return true }
        let signal = status & 0x7F
        exit = signal == 0 ? .status(status >> 8 & 0xFF) : .signal(signal)
        return false
    }

    func tell(_ signal: Int32) {
        if isRunning { kill(pid, signal) }
    }

    /// Waits for its end, at most so long.
    ///
    /// - Returns: Whether it has ended.
    func wait(seconds: Double, each: () -> Void = {}) -> Bool {
        let end = Ticks.now + Int64(seconds * 1e9)
        while isRunning {
            if Ticks.now > end { return false }
            each()
            usleep(20_000)
        }
        return true
    }

    /// SIGTERM, patience, SIGKILL.
    func end(patience seconds: Double) {
        tell(SIGTERM)
        if wait(seconds: seconds) { return }
        tell(SIGKILL)
        _ = wait(seconds: 5)
    }
}

/// Binaries beside the running one.
enum Sibling {
    static func path(_ binary: String) throws(Failure) -> String {
        let path = "\(folder)/\(binary)"
        guard access(path, X_OK) == 0 else {
            throw Failure(
                .badInput,
                "\(path): not there or not executable; build it (`./dev build`)"
            )
        }
        return path
    }

    static var folder: String {
        let own = executable
        return own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
    }

    static var executable: String { link("/proc/self/exe") ?? CommandLine.arguments[0] }

    /// What a process runs; `nil` when it is gone or not ours to look at.
    static func executable(of pid: pid_t) -> String? { link("/proc/\(pid)/exe") }

    private static func link(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &bytes, bytes.count - 1)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Monotonic ns, for patience.
enum Ticks {
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
