import CShims
import Crossing
import Glibc
import HotControl
import HotPath
import Testing
import Vocabulary

@Suite("Requests on hot.sock")
struct ControlFrameTests {
    private let everything: Role = [.read, .stop, .trade, .control]

    private func rig() throws -> ControlRig { try ControlRig([ImageFixture.role(everything)]) }

    // MARK: Frames that cannot be

    @Test(
        "a malformed frame gets one answer that names the field, and the connection ends",
        arguments: [
            (0, [0x41, 0x42, 0x43, 0x44], "magic"),
            (4, [9, 0], "version: \"9\" is not 1"),
            (6, [0xE7], "verb: \"231\""),
            (6, [0], "verb: \"0\""),
        ] as [(Int, [UInt8], String)]
    )
    func malformed(offset: Int, bytes: [UInt8], wanted: String) throws {
        let rig = try rig()
        var wire = RoleTests.request(.status).wire
        wire.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        let person = rig.connect()
        person.send(wire)
        let answer = rig.answer(person)
        #expect(answer?.outcome == .malformed)
        #expect(answer?.code == 65)
        #expect(answer?.words.contains(wanted) == true, "\(answer?.words ?? "")")
        rig.turn()
        #expect(person.isClosed)
        #expect(rig.mailbox.nextCommand() == nil)
    }

    @Test("a text longer than its field is malformed")
    func longText() throws {
        let rig = try rig()
        var frame = RoleTests.request(.status)
        frame.textLength = 4_000
        let answer = rig.ask(frame)
        #expect(answer?.outcome == .malformed)
        #expect(answer?.words == "text: \"4000 bytes\" is not at most 127")
    }

    @Test("half a frame and a hang-up are answered with nothing and harm nobody")
    func half() throws {
        let rig = try rig()
        do {
            let person = rig.connect()
            person.send(Array(RoleTests.request(.kill).wire.prefix(300)))
            rig.turn()
        }
        rig.turn()
        #expect(rig.mailbox.nextCommand() == nil)
        #expect(rig.mailbox.killWanted == 0)
        #expect(rig.ask(RoleTests.request(.status))?.outcome == .done)
    }

    @Test("a frame that comes byte by byte is one frame")
    func slow() throws {
        let rig = try rig()
        let person = rig.connect()
        for byte in RoleTests.request(.status).wire {
            person.send([byte])
            rig.turn()
        }
        #expect(rig.answer(person)?.outcome == .done)
    }

    @Test(
        "what was asked more than a second before it is read is not done, and says so",
        arguments: [
            ControlFrame.Verb.orderNew, .orderReplace, .trigger, .arm, .limitSet, .resolve, .adjust,
            .sessionRoll, .exclude,
        ]
    )
    func late(verb: ControlFrame.Verb) throws {
        let rig = try rig()
        var frame = RoleTests.request(verb)
        frame.sentNs = ClockNow.monotonicNs() - 1_500_000_000
        let answer = rig.ask(frame)
        #expect(answer?.outcome == .refused)
        #expect(answer?.words.hasPrefix("\(verb): asked 15") == true, "\(answer?.words ?? "")")
        #expect(answer?.words.hasSuffix("nothing was done") == true)
        // The journal hears of it, the engine is asked for nothing.
        #expect(rig.mailbox.nextCommand()?.kind == .refused)
        #expect(rig.mailbox.nextCommand() == nil)
    }

    @Test("what stops is done however late it is read")
    func lateStop() throws {
        let rig = try rig()
        for verb in [ControlFrame.Verb.kill, .massCancel] {
            var frame = RoleTests.request(verb)
            frame.sentNs = 1
            _ = rig.ask(frame)
        }
        #expect(rig.mailbox.killWanted != 0)
        #expect(rig.mailbox.nextCommand()?.kind == .kill)
        #expect(rig.mailbox.nextCommand()?.kind == .massCancel)
    }

    @Test("random bytes never end the server", arguments: UInt64(1)...32)
    func garbage(seed: UInt64) throws {
        let rig = try rig()
        var random = SplitMix64(seed: seed)
        let person = rig.connect()
        var bytes = (0..<4 * ControlFrame.bytes).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        // Half of them get past the first door.
        if seed % 2 == 0 {
            bytes.replaceSubrange(0..<6, with: Array(RoleTests.request(.status).wire.prefix(6)))
            bytes[6] = UInt8.random(in: 0...20, using: &random)
            bytes[7] = 0
            if bytes[6] == ControlFrame.Verb.kill.rawValue { bytes[6] = 1 }
        }
        person.send(bytes)
        for _ in 0..<4 { rig.turn() }
        #expect(rig.ask(RoleTests.request(.status))?.outcome == .done, "seed \(seed)")
    }

    @Test(
        "an unknown name is malformed and named, and so are those there are",
        arguments: [
            ("symbol", "AAPL, MSFT"), ("account", "MAIN, PROP"), ("strategy", "MANUAL, TWAP"),
            ("venue", "XNAS, XBOS"),
        ]
    )
    func unknownName(field: String, known: String) throws {
        let rig = try rig()
        var frame = RoleTests.request(.orderNew)
        switch field {
        case "symbol": frame.symbol = symbol("ZZZZ")
        case "account": frame.account = name("ZZZZ")
        case "strategy": frame.strategy = name("ZZZZ")
        default: frame.venue = name("ZZZZ")
        }
        let answer = rig.ask(frame)
        #expect(answer?.outcome == .malformed)
        #expect(answer?.words == "\(field): \"ZZZZ\" is not one of \(known)")
        #expect(rig.mailbox.nextCommand() == nil)
    }

    @Test("an account that is not the strategy's is malformed")
    func wrongAccount() throws {
        var frame = RoleTests.request(.orderNew)
        frame.account = name("MAIN")
        frame.strategy = name("TWAP")
        let answer = try rig().ask(frame)
        #expect(answer?.words == "account: \"MAIN\" is not PROP, the account of TWAP")
    }

    // MARK: Frames that are commands

    @Test("a new order becomes a command that expires after 250 ms")
    func new() throws {
        let rig = try rig()
        var frame = RoleTests.request(.orderNew)
        frame.symbol = symbol("MSFT")
        frame.account = .blank
        frame.strategy = name("TWAP")
        frame.venue = .blank
        frame.timeInForce = 0x33
        let person = rig.connect()
        let before = ClockNow.utcNs()
        person.send(frame.wire)
        rig.turn()
        rig.turn()
        let after = ClockNow.utcNs()
        let command = try #require(rig.mailbox.nextCommand())
        #expect(command.kind == .new)
        #expect(command.instrument == 1)
        #expect(command.strategy == 1)
        #expect(command.account == 1)
        #expect(command.venue == 0xFF)
        #expect(command.side == Side.buy.rawValue)
        #expect(command.timeInForce == 0x33)
        #expect(command.px == Price(units: 10_000))
        #expect(command.qty == OrderQty(units: 100))
        #expect(command.owner == Owner.operator)
        #expect(command.uid == getuid())
        #expect(command.validUntilNs >= before + 250_000_000)
        #expect(command.validUntilNs <= after + 250_000_000)
    }

    @Test("a limit that is off is told as off, not as a word that waits for a second person")
    func limitThatIsOff() throws {
        let rig = try rig()
        let person = rig.connect()
        person.send(RoleTests.request(.limitShow).wire)
        rig.turn()
        rig.turn()
        var reply = CommandReply()
        reply.id = try #require(rig.mailbox.nextCommand()).id
        reply.value = noLimit
        #expect(rig.mailbox.replies.push(reply))
        let answer = try #require(rig.answer(person))
        #expect(answer.outcome == .done)
        #expect(answer.value == noLimit)
    }

    @Test("the engine's reply is the answer, with the code's meaning")
    func reply() throws {
        let rig = try rig()
        let person = rig.connect()
        person.send(RoleTests.request(.orderNew).wire)
        rig.turn()
        rig.turn()
        let command = try #require(rig.mailbox.nextCommand())
        var reply = CommandReply()
        reply.id = command.id
        reply.code = 204
        reply.orderID = ClOrdID(99)
        #expect(rig.mailbox.replies.push(reply))
        let answer = try #require(rig.answer(person))
        #expect(answer.outcome == .rejected)
        #expect(answer.code == 204)
        #expect(answer.id == 7)
        #expect(answer.orderID == ClOrdID(99))
        #expect(answer.words == "204 \(RiskCode.maxOrderQty.meaning)")
    }

    @Test("a list is one frame an order and one that ends it")
    func list() throws {
        let rig = try rig()
        let person = rig.connect()
        person.send(RoleTests.request(.orderList).wire)
        rig.turn()
        rig.turn()
        let command = try #require(rig.mailbox.nextCommand())
        #expect(command.kind == .ping)
        #expect(command.detail == Mailbox.pingList)
        var line = OrderLine()
        line.id = command.id
        line.orderID = ClOrdID(1)
        line.instrument = 1
        line.venue = 1
        line.account = 0
        line.strategy = 1
        line.leavesQty = OrderQty(units: 60)
        #expect(rig.mailbox.orderLines.push(line))
        line.isEnd = 1
        #expect(rig.mailbox.orderLines.push(line))
        let first = try #require(rig.answer(person))
        #expect(first.last == 0)
        #expect(first.symbol == symbol("MSFT"))
        #expect(first.venue == name("XBOS"))
        #expect(first.account == name("MAIN"))
        #expect(first.strategy == name("TWAP"))
        #expect(first.leavesQty == OrderQty(units: 60))
        let second = try #require(rig.answer(person))
        #expect(second.last == 1)
        #expect(second.orderID == .none)
    }

    @Test("triggers are one frame each, and the one that ends them says where to go on, -1 nowhere")
    func triggers() throws {
        let rig = try rig()
        let person = rig.connect()
        var request = RoleTests.request(.triggerList)
        request.value = 1
        person.send(request.wire)
        rig.turn()
        rig.turn()
        let command = try #require(rig.mailbox.nextCommand())
        #expect(command.kind == .ping)
        #expect(command.detail == Mailbox.pingTriggers)
        #expect(command.value == 1)
        var line = OrderLine()
        line.id = command.id
        line.instrument = 1
        line.leavesQty = OrderQty(units: 60)
        #expect(rig.mailbox.orderLines.push(line))
        line.instrument = noIndex16
        line.isEnd = 1
        #expect(rig.mailbox.orderLines.push(line))
        let first = try #require(rig.answer(person))
        #expect(first.verb == .triggerList)
        #expect(first.last == 0)
        #expect(first.symbol == symbol("MSFT"))
        #expect(first.leavesQty == OrderQty(units: 60))
        let second = try #require(rig.answer(person))
        #expect(second.last == 1)
        #expect(second.value == -1)
    }

    @Test("a mass cancel's answer counts the triggers it ended beside the orders")
    func massCancel() throws {
        let rig = try rig()
        let person = rig.connect()
        person.send(RoleTests.request(.massCancel).wire)
        rig.turn()
        rig.turn()
        var reply = CommandReply()
        reply.id = try #require(rig.mailbox.nextCommand()).id
        reply.value = 5
        reply.triggersEnded = 2
        #expect(rig.mailbox.replies.push(reply))
        let answer = try #require(rig.answer(person))
        #expect(answer.value == 5)
        #expect(answer.detail == 2)
    }

    @Test("status is what the engine published, its heartbeat's age, and who answers")
    func status() throws {
        let rig = try rig()
        rig.mailbox.publish(.liveOrders, 12)
        rig.mailbox.publish(.gateOpen, 1)
        let early = rig.ask(RoleTests.request(.status))
        #expect(early?[StatusField.heartbeatAgeNs] == .max, "no turn yet")
        rig.mailbox.beat(.now())
        let answer = try #require(rig.ask(RoleTests.request(.status)))
        #expect(answer.outcome == .done)
        #expect(answer[StatusField.liveOrders] == 12)
        #expect(answer[StatusField.gateOpen] == 1)
        #expect(answer[StatusField.pid] == Int64(getpid()))
        #expect(answer[StatusField.heartbeatAgeNs] < 1_000_000_000)
    }

    @Test("a silent engine is named after a second, and the answer still comes")
    func silent() throws {
        let rig = try rig()
        let person = rig.connect()
        person.send(RoleTests.request(.arm).wire)
        rig.turn()
        rig.turn()
        #expect(person.receive() == nil)
        rig.server.tick(nowNs: ClockNow.monotonicNs() + 1_100_000_000)
        #expect(person.receive()?.outcome == .engineSilent)
    }

    // MARK: The socket

    @Test("hot.sock is 0660 and goes with its server")
    func mode() throws {
        let folder = Folder()
        let path = folder.path + "/hot.sock"
        do {
            let server = try make(path, lockHeld: false)
            var status = stat()
            #expect(lstat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o660)
            #expect(!server.isWaiting)
        }
        var status = stat()
        #expect(lstat(path, &status) != 0)
    }

    @Test("a socket left behind is removed only by who holds the lock")
    func stale() throws {
        let folder = Folder()
        let path = folder.path + "/hot.sock"
        close(shim_unix_listen(path, 0o660, 1))
        #expect(throws: ControlError.socketInUse(path: path)) {
            _ = try make(path, lockHeld: false)
        }
        _ = try make(path, lockHeld: true)
    }

    @Test("a folder open to all, and a path too long, are refused with one line")
    func refusedPlaces() throws {
        let folder = Folder()
        chmod(folder.path, 0o755)
        #expect(throws: ControlError.folderOpen(path: folder.path, mode: 0o755)) {
            _ = try make(folder.path + "/hot.sock", lockHeld: true)
        }
        let long = folder.path + "/" + String(repeating: "x", count: 100)
        chmod(folder.path, 0o750)
        let error = #expect(throws: ControlError.self) { _ = try make(long, lockHeld: true) }
        #expect("\(try #require(error))".contains("107 bytes"))
    }

    private func make(_ path: String, lockHeld: Bool) throws -> ControlServer {
        try ControlServer(
            path: path,
            lockHeld: lockHeld,
            image: ImageFixture().view(),
            mailbox: Mailbox(slots: 72),
            clock: .calibrated(measureNs: 1_000_000),
            log: AdminLog(fd: -1),
            terminate: {}
        )
    }
}
