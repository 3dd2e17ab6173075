import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// A client re-marks its sell order (OUCH Modify, semantics.md §5.6): the short-sale check of a new
/// order, locate under both marks until the venue answers, `M` to the venue with the same number.
@Suite("The engine: Modify between S, T and E")
struct EngineModifyTests {
    private let rig: EngineRig
    private let venue: PeerSocket
    private let client: PeerSocket
    /// The venue's number of the client's order 1: the fence had number 1.
    private let refNum: UInt32 = 2

    init() throws {
        rig = try EngineRig { writer in
            writer.instruments[0].startLocate = 150
            writer.clients[1].account = 0
            writer.clients[0].locateBroker = Alpha4("BRKR")!.raw
        }
        venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        client = rig.openClient(0, user: "alpha")
    }

    private var order: Order {
        rig.engine.ledger.order(rig.engine.ledger.find(client: 0, refNum: 1))
    }
    private var locate: Int64 { rig.engine.ledger.unit(account: 0, instrument: 0).locate }

    /// A position of `pos`, then an accepted sell order of 100 with that mark.
    private func sell(_ mark: Side, pos: Int64 = 0, px: Int64 = 1_010_000) throws {
        if pos != 0 {
            rig.ask(.adjust) {
                $0.instrument = 0
                $0.account = 0
                $0.qty = OrderQty(units: pos)
                $0.px = Price(units: 1)
            }
        }
        client.enter(refNum: 1, side: mark, qty: 100, px: px, clOrdID: "MINE")
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 77)
        rig.turns(3)
        #expect(client.messages().map { $0.payload[0] } == [UInt8(ascii: "A")])
    }

    private func modify(
        to mark: Side,
        total: Int64 = 100,
        _ change: (inout OUCH.ModifyOrder) -> Void = { _ in }
    ) {
        var message = OUCH.ModifyOrder(
            userRefNum: 1,
            side: mark.rawValue,
            quantity: OrderQty(units: total)
        )
        change(&message)
        client.sendUnsequenced { message.write(to: $0) }
        rig.turns(3)
    }

    private func answer(_ mark: Side, open: Int64) {
        venue.sendSequenced { target in
            OUCH.Modified(
                timestampNs: 1,
                userRefNum: refNum,
                side: mark.rawValue,
                quantity: OrderQty(units: open)
            ).write(to: target)
        }
        rig.turns(3)
    }

    /// What the client was told since: `M`, or `J` with its code.
    private func told() -> [UInt16] {
        client.messages().map { packet in
            packet.payload[0] == UInt8(ascii: "J") ? packet.big16(at: 13) : 0
        }
    }

    private func expectLaws() throws {
        #expect(rig.engine.ledger.checkInvariants() == nil)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    struct Case: Sendable, CustomStringConvertible {
        var from: Side
        var to: Side
        var pos: Int64
        /// Locate left of 150 while the venue has not answered, and after.
        var during: Int64
        var after: Int64
        var description: String { "\(from)→\(to)" }
    }

    @Test(
        "every direction: M goes out with the order's number, locate is held under either short mark",
        arguments: [
            Case(from: .sell, to: .sellShort, pos: 100, during: 50, after: 50),
            Case(from: .sell, to: .sellShortExempt, pos: 100, during: 50, after: 50),
            Case(from: .sellShort, to: .sell, pos: 100, during: 50, after: 150),
            Case(from: .sellShort, to: .sellShortExempt, pos: 0, during: 50, after: 50),
            Case(from: .sellShortExempt, to: .sell, pos: 100, during: 50, after: 150),
            Case(from: .sellShortExempt, to: .sellShort, pos: 0, during: 50, after: 50),
        ]
    )
    func directions(_ wanted: Case) throws {
        try sell(wanted.from, pos: wanted.pos)
        modify(to: wanted.to, total: 80)
        let sent = venue.messages()
        #expect(sent.map { $0.payload[0] } == [UInt8(ascii: "M")])
        #expect(sent.first?.big32(at: 1) == refNum)
        #expect(sent.first?.payload[5] == wanted.to.rawValue)
        #expect(sent.first?.big32(at: 6) == 80)
        // Short, it says who located the shares: 2 bytes of length, 6 of the tag.
        #expect(sent.first?.payload.count == (wanted.to.isShort ? 18 : 10))
        #expect(locate == wanted.during)
        #expect(order.side == wanted.from.rawValue, "the venue has not said so yet")
        #expect(told().isEmpty)
        try expectLaws()
        answer(wanted.to, open: 80)
        #expect(order.side == wanted.to.rawValue && order.leavesQty.units == 80)
        #expect(order.pending.isEmpty)
        #expect(locate == (wanted.after == 150 ? 150 : 70))
        #expect(told() == [0])
        try expectLaws()
        client.cancel(refNum: 1)
        rig.turns(2)
        venue.canceled(refNum: refNum, decrement: 80)
        rig.turns(2)
        #expect(locate == 150)
        try expectLaws()
    }

    struct Refusal: Sendable, CustomStringConvertible {
        var from: Side
        var to: Side
        var pos: Int64 = 0
        var px: Int64 = 1_010_000
        var restricted = false
        var code: RiskCode
        var description: String { "\(from)→\(to): \(code)" }
    }

    @Test(
        "a re-mark the gate refuses is J, nothing goes out, the order stands",
        arguments: [
            // Nothing held to sell; 99 for 100; 100 locate of the 150 are the order's own.
            Refusal(from: .sellShort, to: .sell, code: .markedLongNotCovered),
            Refusal(from: .sellShortExempt, to: .sell, pos: 99, code: .markedLongNotCovered),
            Refusal(
                from: .sellShortExempt,
                to: .sellShort,
                px: 999_900,
                restricted: true,
                code: .shortSalePriceTest
            ),
            Refusal(
                from: .sell,
                to: .sellShort,
                pos: 100,
                px: 999_900,
                restricted: true,
                code: .shortSalePriceTest
            ),
            Refusal(from: .sell, to: .buy, pos: 100, code: .badSide),
        ]
    )
    func refused(_ wanted: Refusal) throws {
        try sell(wanted.from, pos: wanted.pos, px: wanted.px)
        if wanted.restricted {
            rig.feed { target in
                ITCH.RegSHO(
                    stockLocate: 1,
                    trackingNumber: 0,
                    timestampNs: 1,
                    stock: Symbol("AAPL")!,
                    action: UInt8(ascii: "1")
                ).write(to: target)
            }
        }
        let before = locate
        modify(to: wanted.to)
        let answers = client.messages()
        #expect(answers.map { $0.payload[0] } == [UInt8(ascii: "J")])
        #expect(answers.first?.big32(at: 9) == 1)
        #expect(answers.first?.big16(at: 13) == wanted.code.rawValue)
        #expect(venue.messages().isEmpty)
        #expect(order.side == wanted.from.rawValue && order.isLive && order.pending.isEmpty)
        #expect(locate == before)
        try expectLaws()
    }

    @Test("locate: 100 of 150 are another order's, so a long order of 100 cannot become short")
    func locateGone() throws {
        try sell(.sell, pos: 100)
        client.enter(refNum: 2, side: .sellShort, qty: 51, px: 1_020_000)
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 78)
        rig.turns(2)
        _ = client.messages()
        modify(to: .sellShort)
        #expect(told() == [RiskCode.locate.rawValue])
        client.cancel(refNum: 2, ceiling: 50)
        rig.turns(2)
        venue.canceled(refNum: 3, decrement: 1)
        rig.turns(2)
        _ = (client.messages(), venue.messages())
        modify(to: .sellShort)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "M")])
        #expect(locate == 0)
        try expectLaws()
    }

    @Test("a fill before the answer is a fill under the old mark")
    func fillsRace() throws {
        try sell(.sell, pos: 100)
        modify(to: .sellShort)
        venue.execute(refNum: refNum, qty: 40, px: 1_010_000, match: 9)
        rig.turns(2)
        #expect(locate == 150 - 60, "forty went long; sixty may yet go short")
        answer(.sellShort, open: 60)
        venue.execute(refNum: refNum, qty: 10, px: 1_010_000, match: 10)
        rig.turns(2)
        #expect(locate == 150 - 60, "ten used up, fifty held")
        venue.canceled(refNum: refNum, decrement: 50)
        rig.turns(2)
        #expect(locate == 150 - 10)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 50)
        try expectLaws()
    }

    @Test("the last shares fill before the venue reads the Modify: nothing stays held or asked")
    func fillsFirst() throws {
        try sell(.sellShort, pos: 100)
        modify(to: .sell)
        venue.execute(refNum: refNum, qty: 100, px: 1_010_000, match: 9)
        rig.turns(2)
        #expect(rig.engine.ledger.liveCount == 0)
        #expect(locate == 50, "sold short, as the order stood")
        rig.nowNs += EngineRig.second
        rig.turns(3)
        #expect(rig.engine.ledger.counters.unknownOrders == 0)
        try expectLaws()
    }

    @Test("a venue that does not answer: UNKNOWN at full exposure, then the fence ends the order")
    func silence() throws {
        try sell(.sell, pos: 100)
        modify(to: .sellShort)
        _ = venue.messages()
        rig.turns(200)
        #expect(order.status == .unknown)
        #expect(locate == 50, "a timeout gives nothing back")
        let query = venue.messages()
        #expect(query.map { $0.payload[0] } == [UInt8(ascii: "Q")])
        venue.sendSequenced { target in
            OUCH.AccountQueryResponse(timestampNs: 1, nextUserRefNum: 3).write(to: target)
        }
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "C")])
        venue.canceled(refNum: refNum, decrement: 100)
        rig.turns(3)
        #expect(rig.engine.ledger.liveCount == 0)
        #expect(rig.engine.ledger.counters.unknownOrders == 0)
        #expect(locate == 150)
        try expectLaws()
    }

    @Test("an answer after the silence counts: the order is live under its new mark")
    func lateAnswer() throws {
        try sell(.sell, pos: 100)
        modify(to: .sellShort)
        rig.turns(200)
        answer(.sellShort, open: 100)
        #expect(order.status == .new && order.side == Side.sellShort.rawValue)
        #expect(order.pending.isEmpty && locate == 50)
        try expectLaws()
    }

    @Test("another mark than asked for is taken, and the question stays open")
    func otherMark() throws {
        try sell(.sellShort, pos: 100)
        modify(to: .sell)
        answer(.sellShortExempt, open: 100)
        #expect(order.side == Side.sellShortExempt.rawValue)
        #expect(order.pending.contains(.modify) && locate == 50)
        answer(.sell, open: 100)
        #expect(order.pending.isEmpty && locate == 150)
        try expectLaws()
    }

    @Test("one change at a time: Modify and Replace on top of it are J 214, a cancel goes")
    func oneAtATime() throws {
        try sell(.sell, pos: 100)
        modify(to: .sellShort)
        modify(to: .sell)
        client.replace(old: 1, new: 2, qty: 100, px: 1_020_000)
        rig.turns(3)
        #expect(told() == [214, 214])
        client.cancel(refNum: 1)
        rig.turns(2)
        let kinds = venue.messages().map { $0.payload[0] }
        #expect(kinds == [UInt8(ascii: "M"), UInt8(ascii: "X")])
        venue.canceled(refNum: refNum, decrement: 100)
        rig.turns(2)
        #expect(locate == 150)
        try expectLaws()
    }

    @Test("a Replace in flight: Modify of either number is J 214")
    func duringReplace() throws {
        try sell(.sell, pos: 100)
        client.replace(old: 1, new: 2, qty: 100, px: 1_020_000)
        rig.turns(3)
        modify(to: .sellShort)
        modify(to: .sellShort) { $0.userRefNum = 2 }
        #expect(told() == [214, 214])
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "U")])
        try expectLaws()
    }

    @Test("growing, and tags a Modify cannot carry, are J 212; where shares were located goes on")
    func form() throws {
        try sell(.sell, pos: 100)
        modify(to: .sellShort, total: 101)
        modify(to: .sellShort) {
            $0.appendage.maxFloor = OrderQty(units: 10)
            $0.appendageForm = .present
        }
        modify(to: .sellShort) {
            $0.appendage.locateBroker = Alpha4("ELSE")!
            $0.appendageForm = .present
        }
        #expect(told() == [212, 212, 212])
        modify(to: .sellShort) {
            $0.appendage.sharesLocated = UInt8(ascii: "Y")
            $0.appendage.locateBroker = Alpha4("BRKR")!
            $0.appendageForm = .present
        }
        let sent = try #require(venue.messages().first)
        #expect(sent.payload[0] == UInt8(ascii: "M"))
        #expect(sent.text.hasSuffix("BRKR"))
    }

    @Test("the mark it has already, or a total that has executed, is a cancel down to it")
    func cancels() throws {
        try sell(.sell, pos: 100)
        modify(to: .sell, total: 70)
        let reduced = try #require(venue.messages().first)
        #expect(reduced.payload[0] == UInt8(ascii: "X") && reduced.big32(at: 5) == 70)
        venue.canceled(refNum: refNum, decrement: 30)
        venue.execute(refNum: refNum, qty: 20, px: 1_010_000, match: 9)
        rig.turns(2)
        modify(to: .sellShort, total: 20)
        let ended = try #require(venue.messages().first)
        #expect(ended.payload[0] == UInt8(ascii: "X") && ended.big32(at: 5) == 0)
        #expect(locate == 150)
        try expectLaws()
    }

    @Test("killed, or the venue away: refused like any request that is no cancel, nothing goes out")
    func shut() throws {
        try sell(.sell, pos: 100)
        rig.ask(.kill) {
            $0.scope = KillScope.strategy.rawValue
            $0.strategy = 1
        }
        _ = venue.messages()
        _ = client.messages()
        modify(to: .sellShort)
        #expect(told() == [RiskCode.killStrategy.rawValue])
        rig.ask(.arm) {
            $0.scope = KillScope.strategy.rawValue
            $0.strategy = 1
            $0.value = 1
        }
        #expect(venue.messages().isEmpty)
        rig.hangUp(slot: 0)
        _ = client.messages()
        modify(to: .sellShort)
        #expect(told() == [RiskCode.venueSessionDown.rawValue])
        try expectLaws()
    }

    @Test("of an order that is over, or never was: ignored and counted, as OUCH says")
    func ignored() throws {
        try sell(.sell, pos: 100)
        venue.canceled(refNum: refNum, decrement: 100)
        rig.turns(2)
        _ = client.messages()
        modify(to: .sellShort)
        modify(to: .sellShort) { $0.userRefNum = 50 }
        #expect(told().isEmpty)
        #expect(venue.messages().isEmpty)
    }
}
