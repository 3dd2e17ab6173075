import ColdCore
import Glibc
import Synchronization

/// `apus-cold`: flags, signals, and the loop around ``Desk/turn(_:)``.
package enum ColdMain {
    private static let usage = """
        usage: apus-cold [--state DIR] [--shm-dir DIR] [--die-with-parent]
        """

    private struct Flags {
        var stateDir = "./state"
        var shmDir: String?
        var dieWithParent = false
    }

    /// Set by SIGTERM and SIGINT.
    private static let stopping = Atomic<Bool>(false)

    /// Runs until told to stop.
    ///
    /// - Returns: the exit code of DESIGN §6.
    package static func run(_ arguments: [String]) -> Int32 {
        do {
            let flags = try parse(arguments)
            try run(flags)
            return 0
        } catch {
            let line = Array("apus-cold: \(error)\n".utf8)
            _ = write(STDERR_FILENO, line, line.count)
            return error.kind.rawValue
        }
    }

    private static func run(_ flags: Flags) throws(DeskError) {
        handleSignals()
        let parent = getppid()
        let files = try DeskFiles(stateDir: flags.stateDir, shmDir: flags.shmDir)
        let desk = try Desk(files: files, time: .read())
        let server = try ColdServer(path: files.socket)
        var busy = false
        while !stopping.load(ordering: .relaxed) {
            busy = desk.turn(.read())
            let time = DeskTime.read()
            // Nothing to do: rest in poll, at most 1 ms, or until a caller comes.
            server.serve(
                timeoutMs: busy ? 0 : 1,
                nowNs: time.monotonicNs,
                allowed: desk.mayAsk(uid:gid:)
            ) { request, uid, gid in desk.answer(request, uid: uid, gid: gid, time) }
            if flags.dieWithParent, getppid() != parent { break }
            if let refused = desk.pairingRefused { throw DeskError(.refused, refused) }
        }
        desk.finish(.read())
    }

    private static func handleSignals() {
        signal(SIGPIPE, SIG_IGN)
        // A file at its size limit is an error to answer, not an end.
        signal(SIGXFSZ, SIG_IGN)
        // The first touch creates the flag here, not inside a signal handler.
        stopping.store(false, ordering: .relaxed)
        for number in [SIGTERM, SIGINT] {
            signal(number) { _ in ColdMain.stopping.store(true, ordering: .relaxed) }
        }
        // A launcher's worker thread may have handed us a mask that blocks them.
        var wanted = sigset_t()
        sigemptyset(&wanted)
        sigaddset(&wanted, SIGTERM)
        sigaddset(&wanted, SIGINT)
        sigprocmask(SIG_UNBLOCK, &wanted, nil)
    }

    private static func parse(_ arguments: [String]) throws(DeskError) -> Flags {
        var flags = Flags()
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            switch flag {
            case "--state": flags.stateDir = try value(of: flag, &rest)
            case "--shm-dir": flags.shmDir = try value(of: flag, &rest)
            case "--die-with-parent": flags.dieWithParent = true
            default: throw DeskError(.usage, "\(flag): unknown flag\n\(usage)")
            }
        }
        return flags
    }

    private static func value(
        of flag: String,
        _ rest: inout ArraySlice<String>
    ) throws(DeskError) -> String {
        guard let value = rest.popFirst(), !value.isEmpty, !value.hasPrefix("--") else {
            throw DeskError(.usage, "\(flag): needs a folder\n\(usage)")
        }
        return value
    }
}
