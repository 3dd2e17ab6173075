import Crossing
import Glibc
import HotControl
import HotPath
import Testing
import Vocabulary

/// semantics.md §4.1: a kill stands until a person arms, whatever becomes of the process it was
/// given to.
@Suite("A kill the engine has not recorded")
struct HeldKillTests {
    private let roles = [ImageFixture.role([.read, .stop, .trade, .control])]

    private func path(_ rig: ControlRig) -> String { rig.folder.path + "/kill.pending" }

    private func kill(_ scope: KillScope, row: String = "") -> ControlFrame {
        var frame = RoleTests.request(.kill)
        frame.scope = scope.rawValue
        if scope == .account { frame.account = name(row) }
        if scope == .venue { frame.venue = name(row) }
        return frame
    }

    /// The engine's word on the next command in its ring.
    @discardableResult
    private func obey(_ rig: ControlRig, code: UInt16 = 0) throws -> Command {
        let command = try #require(rig.mailbox.nextCommand())
        rig.mailbox.obeyKill(epoch: UInt64(command.value))
        var reply = CommandReply()
        reply.id = command.id
        reply.code = code
        _ = rig.mailbox.replies.push(reply)
        return command
    }

    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    @Test("given to a silent engine it is on the disk before the answer, with who and why")
    func kept() throws {
        let rig = try ControlRig(roles)
        let answer = try #require(rig.ask(kill(.firm)))
        #expect(answer.outcome == .engineSilent)
        #expect(answer.words.hasSuffix("; kept for a restart"))
        let kills = try KillFile.read(path(rig))
        #expect(kills.count == 1)
        let kill = try #require(kills.first)
        #expect(kill.uid == getuid())
        #expect(kill.gid == getgid())
        #expect(kill.pid == UInt32(getpid()))
        #expect(kill.scope == .firm)
        #expect(kill.reason == "a test")
        #expect(kill.timeNs > 0)
    }

    @Test("the next process asks it of its engine before anything else, and forgets it once told")
    func nextProcess() throws {
        let first = try ControlRig(roles)
        _ = first.ask(kill(.account, row: "PROP"))
        let given = try #require(first.mailbox.nextCommand())
        let next = try ControlRig(roles, folder: first.folder)
        #expect(next.mailbox.killWanted == 1, "no order byte before it is obeyed")
        #expect(exists(path(next)), "nothing is recorded yet")
        let command = try obey(next)
        #expect(command.kind == .kill)
        #expect(command.scope == KillScope.account.rawValue)
        #expect(command.account == given.account)
        #expect(command.id == given.id)
        #expect(command.uid == getuid())
        #expect(command.value == 1)
        #expect(command.text.string(length: command.textLength) == "a test")
        next.server.settleKills()
        #expect(!exists(path(next)))
        // Armed afterwards it stays armed: a third process has nothing to ask.
        let third = try ControlRig(roles, folder: first.folder)
        #expect(third.mailbox.nextCommand() == nil)
        #expect(third.mailbox.killWanted == 0)
    }

    @Test("an engine that comes back and records it: nothing is left for a restart")
    func late() throws {
        let rig = try ControlRig(roles)
        _ = rig.ask(kill(.firm))
        rig.turn()
        #expect(exists(path(rig)))
        try obey(rig)
        rig.turn()
        #expect(!exists(path(rig)))
    }

    @Test(
        "a disk that does not take it: the answer says so, the log says when it has, others are served"
    )
    func slowDisk() throws {
        let rig = try ControlRig(roles)
        // A write to a pipe nobody reads waits as one to a disk that has gone away.
        let pipe = path(rig) + ".new"
        #expect(mkfifo(pipe, 0o600) == 0)
        let askedNs = ClockNow.monotonicNs()
        let answer = try #require(rig.ask(kill(.firm)))
        // Half a second for the disk; a tool waits two.
        #expect(ClockNow.monotonicNs() - askedNs < 1_900_000_000)
        #expect(answer.outcome == .engineSilent)
        #expect(answer.words.contains("; NOT KEPT YET: the disk is slow"), "\(answer.words)")
        #expect(!exists(path(rig)))
        // A second person's kill is answered as well, though the first write still waits.
        let second = try #require(rig.ask(kill(.account, row: "PROP")))
        #expect(second.words.contains("; NOT KEPT YET"), "\(second.words)")

        // The disk is back: the write ends, without being durable, and is made again.
        let reader = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        #expect(unlink(pipe) == 0)
        var nowNs = ClockNow.monotonicNs()
        let untilNs = nowNs + 20_000_000_000
        while !rig.log.contains("written late"), ClockNow.monotonicNs() < untilNs {
            nowNs += 50_000_000
            rig.server.tick(nowNs: nowNs)
            sched_yield()
        }
        close(reader)
        #expect(rig.log.contains("the disk has not taken it in 500 ms"))
        #expect(rig.log.contains("it is durable: a restart knows its kills"), "\(rig.log)")
        #expect(try KillFile.read(path(rig)).map(\.scope) == [.firm, .account])
    }

    @Test("one it had no room to record is asked again until it is")
    func unrecorded() throws {
        let rig = try ControlRig(roles)
        _ = rig.ask(kill(.firm))
        try obey(rig, code: RiskCode.coldLost.rawValue)
        rig.turn()
        #expect(exists(path(rig)))
        #expect(rig.mailbox.nextCommand() == nil)
        rig.server.tick(nowNs: ClockNow.monotonicNs() + 1_100_000_000)
        try obey(rig)
        rig.turn()
        #expect(!exists(path(rig)))
    }

    @Test("one the full ring had no room for comes to the engine before a later arm")
    func ringFull() throws {
        let rig = try ControlRig(roles)
        var ping = Command()
        ping.kind = .ping
        while rig.mailbox.commands.push(ping) {}
        let answer = try #require(rig.ask(kill(.firm)))
        #expect(answer.words.contains("command ring full"))
        #expect(exists(path(rig)))
        while rig.mailbox.nextCommand() != nil {}
        let person = rig.connect()
        person.send(RoleTests.request(.arm).wire)
        rig.turn()
        rig.turn()
        #expect(rig.mailbox.nextCommand()?.kind == .kill)
        #expect(rig.mailbox.nextCommand()?.kind == .arm)
    }

    @Test("every kill is kept, a person's same kill once")
    func several() throws {
        let rig = try ControlRig(roles)
        for frame in [
            kill(.account, row: "MAIN"), kill(.venue, row: "XBOS"), kill(.account, row: "MAIN"),
        ] { _ = rig.ask(frame) }
        let kills = try KillFile.read(path(rig))
        #expect(kills.map(\.scope) == [.venue, .account])
        #expect(kills.map(\.row) == ["XBOS", "MAIN"])
        let next = try ControlRig(roles, folder: rig.folder)
        try obey(next)
        next.turn()
        #expect(try KillFile.read(path(next)).map(\.row) == ["MAIN"])
    }

    @Test("a row the next configuration does not have kills the firm")
    func rowGone() throws {
        let rig = try ControlRig(roles)
        _ = rig.ask(kill(.firm))
        var gone = try #require(try KillFile.read(path(rig)).first)
        gone.scope = .account
        gone.row = "FORMER"
        try KillFile.write(path(rig), [gone])
        let next = try ControlRig(roles, folder: rig.folder)
        #expect(try obey(next).scope == KillScope.firm.rawValue)
        #expect(next.log.contains("FORMER"))
    }

    @Test("a file that is not as it was written kills the firm, with one line", arguments: 0..<4)
    func damaged(_ which: Int) throws {
        let rig = try ControlRig(roles)
        _ = rig.ask(kill(.account, row: "PROP"))
        let path = path(rig)
        switch which {
        case 0: truncate(path, 20)
        case 1: truncate(path, 0)
        case 2:
            let fd = open(path, O_WRONLY)
            var byte = UInt8(ascii: "9")
            pwrite(fd, &byte, 1, 13)
            close(fd)
        default:
            unlink(path)
            mkdir(path, 0o700)
        }
        let next = try ControlRig(roles, folder: rig.folder)
        #expect(next.mailbox.killWanted == 1)
        let command = try obey(next)
        #expect(command.kind == .kill)
        #expect(command.scope == KillScope.firm.rawValue)
        #expect(command.account == noIndex16)
        let lines = next.log.split(separator: "\n").filter { $0.contains("kill.pending") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("the firm is killed until `apus arm`") == true)
        next.turn()
        #expect(exists(path) == (which == 3), "what is no file of ours is not ours to remove")
    }

    @Test("--hard keeps it although the engine obeyed: before the process ends")
    func hard() throws {
        let rig = try ControlRig(roles)
        let engine = try FakeEngine(rig.mailbox) { mailbox, command in
            guard let command, command.kind == .kill else { return }
            mailbox.obeyKill(epoch: mailbox.killWanted)
        }
        defer { engine.stop() }
        let answer = try #require(rig.ask(RoleTests.request(.hardKill)))
        #expect(answer.words.hasSuffix("; kept for a restart"))
        #expect(rig.isTerminated)
        #expect(try KillFile.read(path(rig)).map(\.reason) == ["a test"])
        let next = try ControlRig(roles, folder: rig.folder)
        #expect(next.mailbox.nextCommand()?.kind == .kill)
    }

    @Test("one that is recorded is not kept")
    func obeyed() throws {
        let rig = try ControlRig(roles)
        let engine = try FakeEngine(rig.mailbox) { mailbox, command in
            guard let command, command.kind == .kill else { return }
            mailbox.obeyKill(epoch: mailbox.killWanted)
            var reply = CommandReply()
            reply.id = command.id
            _ = mailbox.replies.push(reply)
        }
        defer { engine.stop() }
        _ = rig.ask(kill(.firm))
        // Also where a busy machine kept the engine silent for 10 ms.
        for _ in 0..<1_000 where exists(path(rig)) {
            rig.turn()
            usleep(1_000)
        }
        #expect(!exists(path(rig)))
    }

    @Test("a disk that takes nothing is said in the answer")
    func unwritable() throws {
        let rig = try ControlRig(roles)
        mkdir(path(rig) + ".new", 0o700)
        let answer = try #require(rig.ask(kill(.firm)))
        #expect(answer.words.hasSuffix("; NOT KEPT: a restart forgets it"))
        #expect(rig.log.contains("cannot be written"))
    }

    @Test("names and reasons with any byte come back as they were")
    func text() throws {
        let folder = Folder()
        let path = folder.path + "/kill.pending"
        var kill = PendingKill(id: 1, timeNs: -2, uid: 3, gid: 4, pid: 5, reason: "a %\n\u{7} é =")
        kill.scope = .symbol
        kill.row = "A B%C"
        kill.code = 112
        let firm = PendingKill(id: .max, timeNs: .max, uid: .max, gid: 0, pid: 0, reason: "")
        try KillFile.write(path, [kill, firm])
        #expect(try KillFile.read(path) == [kill, firm])
        try KillFile.write(path, [])
        #expect(try KillFile.read(path).isEmpty)
    }
}
