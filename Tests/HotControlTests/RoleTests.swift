import Crossing
import Glibc
import HotControl
import HotPath
import Testing
import Vocabulary

/// Who may do what: semantics.md §4.3 and DESIGN §6, verb by verb.
@Suite("Roles on hot.sock")
struct RoleTests {
    typealias Verb = ControlFrame.Verb

    static let allowed: [(role: Role, verbs: [Verb])] = [
        (.read, [.status, .orderList, .limitShow, .latchShow, .triggerList]),
        (
            .stop,
            [
                .kill, .orderCancel, .massCancel, .stop, .hardKill, .clearTrigger, .latchShow,
                .triggerList,
            ]
        ),
        (.trade, [.orderNew, .orderReplace, .trigger, .clearTrigger, .triggerList]),
        (
            .control,
            [.arm, .limitSet, .sessionRoll, .resolve, .adjust, .exclude, .hang, .latchShow]
        ),
        (.override, [.overrideAsk, .overrideConfirm]),
    ]
    static let verbs = Verb.allCases.filter { $0 != .none }

    /// A request whose fields are right for every verb.
    static func request(_ verb: Verb) -> ControlFrame {
        var frame = ControlFrame()
        frame.verb = verb
        frame.id = 7
        frame.symbol = symbol("AAPL")
        frame.account = name("MAIN")
        frame.venue = name("XNAS")
        frame.side = Side.buy.rawValue
        frame.px = Price(units: 10_000)
        frame.qty = OrderQty(units: 100)
        frame.orderID = ClOrdID(5)
        let isLimit = verb == .limitSet || verb == .limitShow
        frame.detail =
            isLimit
            ? LimitField.maxOrderQty.rawValue : UInt32(OrdStatus.canceled.rawValue)
        if verb == .kill || verb == .arm { frame.detail = 0 }
        let reason = CommandText.make("a test")
        frame.text = reason.text
        frame.textLength = UInt64(reason.length)
        return frame
    }

    @Test(
        "each role may do exactly its verbs; what it may not is refused and recorded",
        arguments: 0..<5
    )
    func table(index: Int) throws {
        let (role, mayDo) = Self.allowed[index]
        for verb in Self.verbs {
            let rig = try ControlRig([ImageFixture.role(role)], testHooks: true)
            let person = rig.connect()
            person.send(Self.request(verb).wire)
            rig.turn()
            rig.turn()
            let answer = person.receive()
            let command = rig.mailbox.nextCommand()
            if mayDo.contains(verb) {
                #expect(answer?.outcome != .refused, "\(role.rawValue) \(verb)")
                #expect(command?.kind != .refused, "\(role.rawValue) \(verb)")
            } else {
                #expect(answer?.outcome == .refused, "\(role.rawValue) \(verb)")
                #expect(answer?.code == 77)
                #expect(answer?.id == 7)
                #expect(command?.kind == .refused, "\(role.rawValue) \(verb)")
                #expect(command?.uid == getuid())
                #expect(command?.gid == getgid())
                #expect(command?.pid == UInt32(getpid()))
                #expect(command?.detail == UInt32(verb.rawValue))
                #expect(rig.mailbox.killWanted == 0)
                #expect(!rig.isTerminated)
            }
        }
    }

    @Test("whoever is not in the table may do nothing", arguments: verbs)
    func stranger(verb: Verb) throws {
        let rig = try ControlRig([
            ImageFixture.role([.read, .stop, .trade, .control, .override], uid: 4_000_000)
        ])
        let answer = rig.ask(Self.request(verb))
        #expect(answer?.outcome == .refused)
        #expect(answer?.words.contains("uid \(getuid())") == true)
        #expect(rig.mailbox.nextCommand()?.kind == .refused)
        #expect(rig.log.contains("refused"))
    }

    @Test("a group's role counts like a user's, and roles add up")
    func groups() {
        let table = RoleTable(
            ImageFixture(roles: [
                ImageFixture.role(.read, uid: 5),
                ImageFixture.groupRole(.stop, gid: 50),
                ImageFixture.groupRole(.trade, gid: 51),
            ]).view()
        )
        #expect(table.role(of: Caller(pid: 1, uid: 5, gid: 9)) == .read)
        #expect(table.role(of: Caller(pid: 1, uid: 6, gid: 50)) == .stop)
        #expect(
            table.role(of: Caller(pid: 1, uid: 5, gid: 50, groups: [51])) == [.read, .stop, .trade]
        )
        #expect(table.role(of: Caller(pid: 1, uid: 50, gid: 5)) == [])
    }

    @Test("the test hook that hangs the engine is refused unless the image allows it")
    func hang() throws {
        let rig = try ControlRig([ImageFixture.role(.control)], testHooks: false)
        #expect(rig.ask(Self.request(.hang))?.outcome == .refused)
        #expect(!rig.mailbox.isHangWanted)
    }
}
