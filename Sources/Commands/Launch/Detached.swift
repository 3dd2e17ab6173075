internal import Glibc
internal import Settings

/// `up --detach`: the same command once more in a session of its own, and a wait for its gate.
struct Detached {
    let settings: Settings
    let arguments: [String]

    init(_ settings: Settings, arguments: [String]) {
        self.settings = settings
        self.arguments = arguments
    }

    func launch() throws(Failure) {
        let directory = StateDirectory(path: settings.stateDir)
        try StateDirectory.make(directory.path)
        try StateDirectory.make(directory.logs)
        let log = "\(directory.logs)/up.log"
        // A log of its own each time, and `up.log` only once it is up: a second `up` that is refused
        // must not take the running one's log away.
        let starting = "\(directory.logs)/up.\(getpid()).log"
        unlink(starting)
        let executable = Sibling.executable
        let name = executable.lastIndex(of: "/").map {
            String(executable[executable.index(after: $0)...])
        }
        let child = try Child.start(
            name ?? "apus",
            name: "up",
            arguments: ["up", "--behind"] + arguments,
            log: starting,
            newSession: true
        )
        StopSignal.listen()
        while child.isRunning {
            if isReady(directory, child.pid) {
                rename(starting, log)
                Console.out(text(log))
                return
            }
            if StopSignal.isWanted {
                child.end(patience: 30)
                throw Failure(.notRunning, "stopped before it was up")
            }
            usleep(20_000)
        }
        defer { unlink(starting) }
        try fail(child, starting)
    }

    private func isReady(_ directory: StateDirectory, _ pid: pid_t) -> Bool {
        guard let bytes = try? FileBytes.read(directory.ports), let json = JSON.parse(bytes) else {
            return false
        }
        return json["pid"]?.int == Int64(pid) && json["ready"]?.bool == true
    }

    /// The last line is the reason; the rest is what led to it.
    private func fail(_ child: Child, _ log: String) throws(Failure) {
        var lines = text(log).split(separator: "\n").map(String.init)
        var reason = lines.popLast() ?? "ended without a word"
        for line in lines { Console.out(line) }
        if reason.hasPrefix("apus: ") { reason.removeFirst("apus: ".count) }
        var status = ExitStatus.notRunning
        if case .status(let code)? = child.exit, let known = ExitStatus(rawValue: code) {
            status = known
        }
        throw Failure(status, reason)
    }

    private func text(_ log: String) -> String {
        String(decoding: (try? FileBytes.read(log)) ?? [], as: UTF8.self).trimmed
    }
}
