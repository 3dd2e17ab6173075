import CShims
import Crossing
import Glibc
import HotControl
import HotPath
import Testing
import Vocabulary

/// semantics.md §4.1: obeyed and said so, or the sockets go.
@Suite("A kill through hot.sock")
struct KillTests {
    private func rig() throws -> ControlRig {
        try ControlRig([ImageFixture.role([.read, .stop, .trade, .control])])
    }

    @Test("an engine that obeys is quoted: epoch, cancels, bytes unsent")
    func obeyed() throws {
        let rig = try rig()
        let pair = tcpPair()
        rig.mailbox.setSocket(slot: 1, fd: pair.near)
        let engine = try FakeEngine(rig.mailbox) { mailbox, command in
            guard let command, command.kind == .kill else { return }
            mailbox.obeyKill(epoch: mailbox.killWanted)
            var reply = CommandReply()
            reply.id = command.id
            reply.canceled = 3
            _ = mailbox.replies.push(reply)
        }
        defer { engine.stop() }
        // A machine busy with other tests may hold the fake engine back for more than 10 ms: the
        // kill is then not obeyed in time, which is another test's subject.
        var answer: ControlFrame?
        for _ in 0..<50 where answer?.outcome != .done {
            answer = rig.ask(RoleTests.request(.kill))
        }
        let last = try #require(answer)
        #expect(last.outcome == .done)
        #expect(last[KillField.epochObeyed] == last[KillField.epochWanted])
        #expect(last[KillField.canceled] == 3)
        #expect(last[KillField.unsentBytes] == 0)
        #expect(last[KillField.socketsReset] == 0)
        close(pair.near)
        close(pair.far)
    }

    @Test(
        "an engine that never answers: every venue connection ends by RST, and the answer says so"
    )
    func silent() throws {
        let rig = try rig()
        let pairs = [tcpPair(), tcpPair()]
        let client = tcpPair()
        rig.mailbox.setSocket(slot: 0, fd: pairs[0].near)
        rig.mailbox.setSocket(slot: 15, fd: pairs[1].near)
        rig.mailbox.setSocket(slot: 64, fd: client.near)
        rig.mailbox.beat(.now())
        let answer = try #require(rig.ask(RoleTests.request(.kill)))
        #expect(answer.outcome == .engineSilent)
        #expect(answer[KillField.epochWanted] == 1)
        #expect(answer[KillField.epochObeyed] == 0)
        #expect(answer[KillField.waitedNs] >= 10_000_000)
        #expect(answer[KillField.socketsReset] == 2)
        #expect(answer.words.contains("silent for 10 ms"))
        #expect(answer.words.contains("cancel-on-disconnect"))
        for pair in pairs { #expect(heard(pair.far) == Int(-ECONNRESET)) }
        #expect(heard(client.far, polls: 1) == nil, "clients stay")
        // The kill itself waits for the engine, should it come back.
        #expect(rig.mailbox.nextCommand()?.kind == .kill)
        #expect(rig.mailbox.killWanted == 1)
        #expect(rig.log.contains("\"level\":\"error\""))
        for pair in pairs + [client] {
            close(pair.near)
            close(pair.far)
        }
    }

    @Test("bytes that wait in a blocked socket never reach the venue once the rung has acted")
    func unsentDies() throws {
        let rig = try rig()
        let pair = tcpPair()
        rig.mailbox.setSocket(slot: 0, fd: pair.near)
        // The venue does not read: the kernel's queues fill.
        let block = [UInt8](repeating: 1, count: 65_536)
        var queued = 0
        while true {
            let sent = shim_socket_send(pair.near, block, block.count)
            if sent <= 0 { break }
            queued += sent
        }
        #expect(shim_socket_unsent(pair.near) > 0)
        _ = rig.ask(RoleTests.request(.kill))
        var read = 0
        while let got = heard(pair.far, polls: 2), got > 0 { read += got }
        #expect(read < queued)
        close(pair.near)
        close(pair.far)
    }

    @Test("an engine last seen 50 ms ago with orders live is not waited for")
    func stale() throws {
        let rig = try rig()
        let pair = tcpPair()
        rig.mailbox.setSocket(slot: 0, fd: pair.near)
        rig.mailbox.publish(.liveOrders, 1)
        var old = ClockSample.now()
        old.tsc -= rig.clock.cycles(ns: 80_000_000)
        rig.mailbox.beat(old)
        let answer = try #require(rig.ask(RoleTests.request(.kill)))
        #expect(answer.outcome == .engineSilent)
        #expect(answer[KillField.socketsReset] == 1)
        #expect(answer.words.contains("heartbeat"))
        #expect(heard(pair.far) == Int(-ECONNRESET))
        close(pair.near)
        close(pair.far)
    }

    @Test("a venue's kill shuts that venue's socket only")
    func oneVenue() throws {
        let rig = try rig()
        let pairs = [tcpPair(), tcpPair()]
        rig.mailbox.setSocket(slot: 0, fd: pairs[0].near)
        rig.mailbox.setSocket(slot: 1, fd: pairs[1].near)
        var frame = RoleTests.request(.kill)
        frame.scope = KillScope.venue.rawValue
        frame.venue = name("XBOS")
        let answer = try #require(rig.ask(frame))
        #expect(answer[KillField.socketsReset] == 1)
        #expect(heard(pairs[1].far) == Int(-ECONNRESET))
        #expect(heard(pairs[0].far, polls: 1) == nil)
        for pair in pairs {
            close(pair.near)
            close(pair.far)
        }
    }

    @Test("a kill of something unknown kills nothing and says what")
    func unknownScope() throws {
        let rig = try rig()
        var frame = RoleTests.request(.kill)
        frame.scope = KillScope.account.rawValue
        frame.account = name("ZZZZ")
        let answer = try #require(rig.ask(frame))
        #expect(answer.outcome == .malformed)
        #expect(answer.words == "account: \"ZZZZ\" is not one of MAIN, PROP")
        #expect(rig.mailbox.killWanted == 0)
        frame.scope = 9
        #expect(rig.ask(frame)?.words == "scope: \"9\" is not 0 to 4")
    }

    @Test("a kill is served before what came earlier from others")
    func first() throws {
        let rig = try rig()
        let trader = rig.connect()
        let killer = rig.connect()
        rig.turn()
        trader.send(RoleTests.request(.orderNew).wire)
        killer.send(RoleTests.request(.kill).wire)
        rig.turn()
        #expect(rig.mailbox.nextCommand()?.kind == .kill)
        #expect(rig.mailbox.nextCommand()?.kind == .new)
    }

    @Test("a hard kill resets every venue socket, answers, and ends the process")
    func hard() throws {
        let rig = try rig()
        let pair = tcpPair()
        rig.mailbox.setSocket(slot: 2, fd: pair.near)
        let answer = try #require(rig.ask(RoleTests.request(.hardKill)))
        #expect(rig.isTerminated)
        #expect(rig.mailbox.nextCommand()?.kind == .kill, "the record says who killed")
        #expect(answer[KillField.socketsReset] == 1)
        #expect(heard(pair.far) == Int(-ECONNRESET))
        close(pair.near)
        close(pair.far)
    }
}
