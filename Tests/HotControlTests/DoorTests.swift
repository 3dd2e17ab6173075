import Crossing
import Glibc
import HotControl
import HotPath
import Testing
import Vocabulary

/// A person who may stop always gets in, and refusals fill no journal.
@Suite("The door of hot.sock")
struct DoorTests {
    private func others() -> [ImageRole] { [ImageFixture.role([.read, .stop], uid: 4_000_000)] }

    /// Refused requests in the engine's ring, by their words.
    private func notes(_ rig: ControlRig) -> [String] {
        var words: [String] = []
        while let command = rig.mailbox.nextCommand() {
            if command.kind == .refused {
                words.append(command.text.string(length: command.textLength))
            }
        }
        return words
    }

    @Test("who has no role is told so, recorded and closed, before a word")
    func stranger() throws {
        let rig = try ControlRig(others())
        let person = rig.connect()
        rig.turn()
        #expect(person.receive()?.outcome == .refused)
        #expect(person.isClosed)
        #expect(rig.server.watched.count == 1, "the listener alone")
        #expect(notes(rig) == ["uid \(getuid()) has role none: no connection"])
    }

    @Test("a thousand idle connections of one user leave 8, and a kill is served")
    func hogs() throws {
        let rig = try ControlRig([ImageFixture.role([.read, .stop])])
        var hogs: [Operator] = []
        for _ in 0..<1_000 {
            hogs.append(rig.connect())
            rig.turn()
        }
        #expect(rig.server.watched.count == 1 + 8)
        #expect(hogs.count { !$0.isClosed } == 8)
        #expect(hogs.suffix(8).allSatisfy { !$0.isClosed }, "the longest idle went")
        let answer = try #require(rig.ask(RoleTests.request(.kill)))
        #expect(answer.verb == .kill)
        #expect(rig.mailbox.killWanted == 1)
    }

    @Test("one that awaits the engine's answer stays; idle ones go before it")
    func inFlight() throws {
        let rig = try ControlRig([ImageFixture.role([.stop, .trade])])
        let trader = rig.connect()
        trader.send(RoleTests.request(.orderNew).wire)
        rig.turn()
        var hogs: [Operator] = []
        for _ in 0..<20 {
            hogs.append(rig.connect())
            rig.turn()
        }
        let asked = try #require(rig.mailbox.nextCommand())
        var reply = CommandReply()
        reply.id = asked.id
        _ = rig.mailbox.replies.push(reply)
        #expect(rig.answer(trader)?.outcome == .done)
    }

    @Test("8 requests under way keep out who may not stop, and nobody who may")
    func allBusy() throws {
        for (role, isLetIn) in [(Role.trade, false), ([.trade, .stop], true)] {
            let rig = try ControlRig([ImageFixture.role(role)])
            let busy = (0..<8).map { _ in rig.connect() }
            for person in busy { person.send(RoleTests.request(.orderNew).wire) }
            rig.turn()
            rig.turn()
            let person = rig.connect()
            rig.turn()
            #expect(person.receive()?.outcome == (isLetIn ? nil : .refused))
            #expect(person.isClosed != isLetIn)
            #expect(busy.count { !$0.isClosed } == (isLetIn ? 7 : 8))
        }
    }

    @Test("who sent its request before it was accepted is answered, however many come at once")
    func burst() throws {
        let rig = try ControlRig([ImageFixture.role(.read)])
        let people = (0..<40).map { _ in rig.connect() }
        for person in people { person.send(RoleTests.request(.status).wire) }
        rig.turn()
        rig.turn()
        #expect(people.count { $0.receive()?.outcome == .done } == 40)
    }

    @Test("20 refusals a second of a uid are recorded, the rest in one sum")
    func limited() throws {
        let rig = try ControlRig([ImageFixture.role(.read)])
        let person = rig.connect()
        var answers = 0
        // However slow the machine: 300 requests take less than a second or more, never ten.
        let began = ClockNow.monotonicNs()
        for _ in 0..<300 {
            person.send(RoleTests.request(.arm).wire)
            rig.turn()
            while person.receive() != nil { answers += 1 }
        }
        let seconds = Int(ClockNow.monotonicNs() / 1_000_000_000 - began / 1_000_000_000) + 1
        rig.server.tick(nowNs: ClockNow.monotonicNs() + 1_000_000_000)
        let words = notes(rig)
        let single = words.filter { $0.hasPrefix("arm: uid") }
        let sums = words.filter { $0.contains("more of uid \(getuid()) within a second") }
        #expect(answers == 300, "each is answered")
        #expect(single.count <= 20 * seconds)
        #expect((1...seconds).contains(sums.count))
        let counted = sums.compactMap { Int($0.prefix { $0.isNumber }) }.reduce(0, +)
        #expect(single.count + counted == 300)
        #expect(rig.log.split(separator: "\n").count { $0.contains("refused") } == words.count)
    }

    @Test("each uid has its own 20; beyond 64 uids they share one")
    func byUser() {
        var limit = RefusalLimit()
        let second: Int64 = 7_000_000_000
        for uid in UInt32(0)..<64 {
            let told = (0..<21).count { _ in limit.tells(uid, monotonicNs: second) }
            #expect(told == 20)
        }
        let shared = (64..<100).count { limit.tells($0, monotonicNs: second) }
        #expect(shared == 20)
        let early = limit.takeRest(monotonicNs: second + 999_999_999)
        #expect(early.isEmpty)
        let rest = limit.takeRest(monotonicNs: second + 1_000_000_000)
        #expect(rest.count == 65)
        #expect(rest.first?.count == 1)
        #expect(rest.last?.uid == .max && rest.last?.count == 16)
        let again = limit.takeRest(monotonicNs: second + 2_000_000_000)
        #expect(again.isEmpty)
        let isTold = limit.tells(0, monotonicNs: second + 1_000_000_000)
        #expect(isTold)
    }
}
