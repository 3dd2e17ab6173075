import ColdCore
import Crossing
import Desk
import Foundation
import Journal
import OrderManagement
import Portfolio
import Testing
import Vocabulary

// What cold trades by itself, over the same ring and journal.
extension DeskTests {
    @Test("a start asked of a cold that stood still is not made, however often it was asked")
    mutating func lateStart() throws {
        let desk = try start()
        hot.quote(bid: 1_500_000, ask: 1_500_200)
        turn(desk, ms: 60)
        turn(desk)
        func ask(_ ageNs: Int64) -> JSON {
            desk.answer(
                [
                    "verb": "algo.start", "symbol": "AAPL", "side": "B", "qty": 100,
                    "duration_ms": 8000, "slices": 2,
                    "sentNs": .int(clock.time.monotonicNs - ageNs),
                ],
                uid: 0,
                gid: 0,
                clock.time
            )
        }
        for _ in 0..<2 {
            let late = ask(5_000_000_000)["error"]?.text ?? ""
            #expect(late.hasPrefix("refused: algo.start: asked 5000 ms before cold read it"))
        }
        #expect(hot.nextCommand() == nil)
        #expect(ask(1_000_000_000)["ok"] == true)
        #expect(hot.nextCommand()?.kind == .algo)
    }

    @Test("a TWAP by cold.sock: recorded first, then children, and no child twice over a kill")
    mutating func algo() throws {
        var held: Desk? = try start()
        hot.quote(bid: 1_500_000, ask: 1_500_200)
        turn(try #require(held), ms: 60)
        // Alive is what has been seen to turn.
        turn(try #require(held))
        let asked = startAlgo(try #require(held))
        #expect(asked["ok"] == true, "\(asked)")
        let parent = try #require(asked["id"]?.text.flatMap(UInt64.init))
        let start = try #require(hot.nextCommand())
        #expect(start.kind == .algo)
        #expect(start.parent == parent)
        #expect(
            start.text.string(length: start.textLength)
                == "twap start AAPL B 100 - 8000 2 MAIN twap1 * 3000200"
        )

        // Nothing is sent before hot has recorded the parent.
        for _ in 0..<10 { turn(try #require(held), ms: 10) }
        #expect(hot.nextCommand() == nil)
        #expect(hot.append(algoRecord(start), raw: start.raw))
        for _ in 0..<130 { turn(try #require(held), ms: 10) }
        let child = try #require(hot.nextCommand())
        #expect(child.kind == .new)
        #expect(child.parent == parent)
        #expect(child.parentQty.units == 100)
        #expect(child.qty.units == 50)
        #expect(child.px.units == 1_500_200)
        #expect(child.owner == Owner.cold)
        #expect(child.id >> 32 == UInt64(child.coldEpoch))

        // Killed before the child is recorded; the record comes while nobody listens.
        #expect(hot.append(newRecord(child, order: 1)))
        try restart(&held)
        for _ in 0..<200 { turn(try #require(held), ms: 10) }
        while let command = hot.nextCommand() {
            #expect(command.kind != .new, "the child lives: nothing of it may be asked for again")
        }
        let shown = try #require(held).answer(
            ["verb": "algo.show", "id": .string("\(parent)")],
            uid: 0,
            gid: 0,
            clock.time
        )
        #expect(shown["parent"]?["liveQty"] == 50)
        #expect(shown["children"]?.list?.count == 1)
    }

    @Test(
        "an algo works by hot's clock: the machine's set by an hour, a child is good for 250 ms",
        arguments: [-3_600_000_000_000, 3_600_000_000_000] as [Int64]
    )
    mutating func clockSet(byNs: Int64) throws {
        let desk = try start()
        hot.quote(bid: 1_500_000, ask: 1_500_200)
        turn(desk, ms: 60)
        turn(desk)
        let asked = startAlgo(desk)
        #expect(asked["ok"] == true, "\(asked)")
        let start = try #require(hot.nextCommand())
        #expect(hot.append(algoRecord(start), raw: start.raw))
        turn(desk, ms: 10)
        clock.set(byNs: byNs)
        hot.aheadNs = -byNs
        for _ in 0..<130 { turn(desk, ms: 10) }
        let child = try #require(hot.nextCommand())
        #expect(child.kind == .new)
        #expect(child.qty.units == 50)
        let hotNs = clock.time.nowNs + hot.aheadNs
        #expect(child.validUntilNs <= hotNs + 250_000_000)
        #expect(child.validUntilNs > hotNs - 1_500_000_000)
        // Hot stands still before it has taken it: the machine's clock passing says nothing.
        clock.set(byNs: 7_200_000_000_000)
        hot.aheadNs -= 7_200_000_000_000
        for _ in 0..<20 {
            let time = clock.advance(ms: 10)
            desk.turn(time)
        }
        #expect(hot.nextCommand() == nil)
    }

    @Test("a pause and a cancel are taken while hot stands still; a start and a resume are not")
    mutating func stopsAnyway() throws {
        let desk = try start()
        hot.quote(bid: 1_500_000, ask: 1_500_200)
        turn(desk, ms: 60)
        turn(desk)
        func ask(_ verb: String, _ id: String = "", _ time: DeskTime) -> JSON {
            desk.answer(
                [
                    "verb": .string("algo.\(verb)"), "id": .string(id), "symbol": "AAPL",
                    "side": "B", "qty": 100, "duration_ms": 8000, "slices": 2,
                ],
                uid: 0,
                gid: 0,
                time
            )
        }
        let id = try #require(ask("start", "", clock.time)["id"]?.text)
        let command = try #require(hot.nextCommand())
        #expect(command.letsTrade)
        #expect(command.validUntilNs == clock.time.nowNs + 250_000_000)
        #expect(hot.append(algoRecord(command), raw: command.raw))
        turn(desk)

        // Nobody beats any more.
        let later = clock.advance(ms: 5_000)
        desk.turn(later)
        #expect(ask("start", "", later)["error"]?.text?.hasPrefix("hot: is not running") == true)
        #expect(ask("resume", id, later)["error"]?.text?.hasPrefix("hot: is not running") == true)
        #expect(ask("pause", id, later)["hotRuns"] == false)
        #expect(ask("cancel", id, later)["ok"] == true)
        let parent = ask("show", id, later)["parent"]
        #expect(parent?["state"] == "working")
        #expect(parent?["stopAsked"] == "cancel")
        for words in ["twap pause", "twap cancel"] {
            let stop = try #require(hot.nextCommand())
            #expect(stop.text.string(length: stop.textLength) == words)
            #expect(stop.validUntilNs == 0, "what stops is never too late")
            #expect(!stop.letsTrade)
        }
        #expect(hot.nextCommand() == nil)
    }

    func startAlgo(_ desk: Desk, durationMs: Int64 = 8_000) -> JSON {
        desk.answer(
            [
                "verb": "algo.start", "symbol": "AAPL", "side": "B", "qty": 100,
                "duration_ms": .int(durationMs), "slices": 2,
            ],
            uid: 0,
            gid: 0,
            clock.time
        )
    }

    func algoRecord(_ command: Command) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .algo
        record.t = clock.time.nowNs + hot.aheadNs
        record.parent = command.parent
        record.commandID = command.id
        return record
    }

    func newRecord(_ command: Command, order: UInt64) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .new
        record.t = clock.time.nowNs
        record.orderID = ClOrdID(order)
        record.commandID = command.id
        record.parent = command.parent
        record.instrument = command.instrument
        record.account = command.account
        record.strategy = command.strategy
        record.venue = 0
        record.side = command.side
        record.qty = command.qty
        record.leavesQty = command.qty
        record.px = command.px
        record.status = .pendingNew
        return record
    }
}
