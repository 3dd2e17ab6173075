import CShims
package import Crossing
package import Glibc
package import HotPath
import Vocabulary

/// Why `hot.sock` does not exist.
package enum ControlError: Error, Equatable {
    case socketInUse(path: String)
    case socketFailed(path: String, errno: Int32)
    case folderOpen(path: String, mode: UInt32)
}

extension ControlError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .socketInUse(let path):
            "\(path): already there, and the lock is not ours to remove it. Is Apus running?"
        case .socketFailed(let path, let errno):
            errno == ENAMETOOLONG
                ? "\(path): longer than the 107 bytes a socket's path may have; shorten state_dir"
                : "\(path): \(errnoText(errno))"
        case .folderOpen(let path, let mode):
            "\(path): mode \(String(mode, radix: 8)) lets everybody in; it must be 0750 or less"
        }
    }
}

/// `hot.sock`: operators' requests to the engine, and its answers back. Works without cold.
///
/// One request of 528 bytes, one answer (an order list answers one frame an order). Everyone is
/// somebody: the kernel names the peer, the role table says what it may, and what it may not is
/// refused and recorded all the same. Kills are served before anything else. Admin thread only.
package final class ControlServer {
    /// How long a request waits for the engine before it is told that the engine is silent.
    static let answerWithinNs: Int64 = 1_000_000_000

    struct Pending {
        var connection: UInt64
        var request: ControlFrame
        var deadlineNs: Int64
        /// A latch: kept for the next start when the engine does not answer.
        var latch: Command?
    }

    let mailbox: Mailbox
    let names: HotNames
    let log: AdminLog
    private let maker: CommandMaker
    let roles: RoleTable
    package let rung: KillRung
    package let engineTime: EngineTime
    let heldKills: HeldKills
    private let testHooks: Bool
    private let path: String
    let listener: Int32
    let terminate: () -> Void

    var connections: [ControlConnection] = []
    var connectionCount: UInt64 = 0
    var refusals = RefusalLimit()
    private var commandID: UInt64
    var pending: [UInt64: Pending] = [:]
    /// The stop in progress, if one was asked for: who is told when it is over.
    var stopAsked: (command: UInt64, pending: Pending)?

    /// `lockHeld` says that the caller holds the state directory's lock, so that a socket left
    /// there is stale; `terminate` ends the process for `kill --hard`, after the sockets are reset.
    package init(
        path: String,
        lockHeld: Bool,
        image: HotImageView,
        mailbox: Mailbox,
        clock: TSCClock,
        log: AdminLog,
        // 3, as the launcher knows it: a hot that an operator ended is not started again.
        terminate: @escaping () -> Void = { _exit(3) }
    ) throws(ControlError) {
        self.path = path
        self.mailbox = mailbox
        self.log = log
        self.terminate = terminate
        names = HotNames(image)
        maker = CommandMaker(names: names)
        roles = RoleTable(image)
        rung = KillRung(mailbox: mailbox, clock: clock)
        engineTime = EngineTime(mailbox: mailbox, pace: clock)
        testHooks = image.header.testHooks != 0
        // Ids of this run begin above those of any earlier one.
        commandID = UInt64(ClockNow.utcNs())
        listener = try Self.listen(path, lockHeld)
        heldKills = HeldKills(
            path: Self.folder(of: path) + "/kill.pending",
            names: names,
            mailbox: mailbox,
            log: log,
            freshID: commandID
        )
    }

    deinit {
        close(listener)
        unsafe unlink(path)
    }

    private static func folder(of path: String) -> String {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        return folder.isEmpty ? "." : folder
    }

    private static func listen(_ path: String, _ lockHeld: Bool) throws(ControlError) -> Int32 {
        let folder = folder(of: path)
        var status = stat()
        if unsafe stat(folder, &status) == 0, status.st_mode & 0o007 != 0 {
            throw .folderOpen(path: folder, mode: status.st_mode & 0o7777)
        }
        var fd = unsafe shim_unix_listen(path, 0o660, 128)
        if fd == -EADDRINUSE {
            guard lockHeld else { throw .socketInUse(path: path) }
            unsafe unlink(path)
            fd = unsafe shim_unix_listen(path, 0o660, 128)
        }
        guard fd >= 0 else { throw .socketFailed(path: path, errno: -fd) }
        return fd
    }

    // MARK: The loop's side

    package var watched: [pollfd] {
        var list = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        for connection in connections {
            var events = connection.isEnding ? 0 : POLLIN
            if connection.wantsToWrite { events |= POLLOUT }
            list.append(pollfd(fd: connection.fd, events: Int16(events), revents: 0))
        }
        return list
    }

    /// Whether an answer of the engine is awaited.
    package var isWaiting: Bool { !pending.isEmpty || stopAsked != nil }

    package func serve(ready: Set<Int32>) {
        var waiting: [(ControlConnection, ControlFrame)] = []
        for connection in connections where ready.contains(connection.fd) {
            take(connection, &waiting)
        }
        if ready.contains(listener) { acceptAll(waiting) }
        for (connection, frame) in waiting { handle(frame, connection) }
        connections.removeAll { $0.isFinished && !owes($0) }
    }

    /// Kills at once; what else was asked is left in `waiting`.
    func take(
        _ connection: ControlConnection,
        _ waiting: inout [(ControlConnection, ControlFrame)]
    ) {
        connection.write()
        for bytes in connection.read() {
            do throws(Malformed) {
                let frame = try FrameReader.frame(bytes)
                if frame.verb == .kill || frame.verb == .hardKill {
                    handle(frame, connection)
                } else {
                    waiting.append((connection, frame))
                }
            } catch {
                refuseMalformed(ControlFrame(), connection, error)
                connection.end()
                break
            }
        }
    }

    /// Answers of the engine to those who asked, and to those whose time is up.
    package func tick(nowNs: Int64) {
        while let reply = mailbox.nextReply() { relay(reply) }
        while let line = mailbox.nextOrderLine() { relay(line) }
        heldKills.ask(nowNs: nowNs)
        heldKills.tendDisk(nowNs: nowNs)
        tellRefusals(nowNs: nowNs)
        for (id, wait) in pending where nowNs > wait.deadlineNs {
            pending[id] = nil
            var answer = wait.request
            answer.outcome = .engineSilent
            let kept = wait.latch.map { keep($0, isAsked: true) } ?? ""
            let after =
                wait.request.verb.isDoneAtAnyAge ? "" : "; what it has not done now it will not do"
            answer.say("the engine did not answer within 1 s\(after)\(kept)")
            send(answer, to: wait.connection)
        }
        connections.removeAll { $0.isFinished && !owes($0) }
    }

    func owes(_ connection: ControlConnection) -> Bool {
        guard !connection.isGone else { return false }
        return pending.values.contains { $0.connection == connection.number }
            || stopAsked?.pending.connection == connection.number
    }

    func send(_ frame: ControlFrame, to number: UInt64) {
        connections.first { $0.number == number }?.answer(frame)
    }

    // MARK: Requests

    func handle(_ frame: ControlFrame, _ connection: ControlConnection) {
        let held = roles.role(of: connection.caller)
        let wanted = RoleTable.wanted(for: frame.verb)
        guard !held.isDisjoint(with: wanted) else { return refuse(frame, connection, held, wanted) }
        if frame.verb == .hang && !testHooks {
            return refuse(frame, connection, "hang: test hooks are off in this configuration")
        }
        if let late = lateWords(frame) { return refuse(frame, connection, late) }
        if frame.verb == .status { return connection.answer(status(frame)) }
        if frame.verb == .hardKill { return hardKill(frame, connection) }
        do throws(Malformed) {
            let command = try maker.command(
                frame,
                id: nextCommandID(),
                caller: connection.caller,
                nowNs: engineTime.nowNs(at: .now())
            )
            // A latch that only refuses new orders is no emergency: nothing waits on a kill word.
            let code = RiskCode(rawValue: UInt16(truncatingIfNeeded: command.detail)) ?? .ok
            if frame.verb == .kill, code.latchCancels {
                kill(frame, command, connection)
            } else {
                ask(frame, command, connection)
            }
        } catch {
            refuseMalformed(frame, connection, error)
        }
    }

    func nextCommandID() -> UInt64 {
        commandID += 1
        return commandID
    }

    private func ask(
        _ frame: ControlFrame,
        _ command: Command,
        _ connection: ControlConnection
    ) {
        heldKills.ask(nowNs: 0, soon: true)
        if frame.verb == .hang, frame.value <= 0 { mailbox.wantHang(true) }
        guard mailbox.commands.push(command) else {
            var answer = frame
            answer.outcome = .engineSilent
            let kept = frame.verb == .kill ? keep(command, isAsked: false) : ""
            answer.say("the engine takes no commands: its ring is full\(kept)")
            return connection.answer(answer)
        }
        let wait = Pending(
            connection: connection.number,
            request: frame,
            deadlineNs: ClockNow.monotonicNs() + Self.answerWithinNs,
            latch: frame.verb == .kill ? command : nil
        )
        if frame.verb == .stop {
            beginStop(command.id, wait, "uid \(connection.caller.uid)")
        } else {
            pending[command.id] = wait
        }
    }

    private func status(_ frame: ControlFrame) -> ControlFrame {
        var answer = frame
        for field in StatusField.allCases { answer[field] = mailbox.status(field) }
        answer[.heartbeatAgeNs] = rung.heartbeatAgeNs
        answer[.pid] = Int64(getpid())
        return answer
    }
}
