import ColdCore
import OrderManagement
import Testing
import Vocabulary

@Suite("The order mirror")
struct OrderMirrorTests {
    private var orders = OrderManagement()
    private let id = ClOrdID(1)

    private mutating func live(qty: Int64 = 100) {
        orders.apply(Make.new(1, qty: qty))
        orders.apply(Make.record(.ack, order: 1))
    }

    @Test("an order is approved, accepted, filled in parts and done")
    mutating func life() throws {
        live()
        #expect(try #require(orders.line(id)).status == .new)
        orders.apply(Make.fill(1, qty: 40, px: 1_500_000, match: 1))
        #expect(try #require(orders.line(id)).status == .partiallyFilled)
        orders.apply(Make.fill(1, qty: 60, px: 1_500_100, match: 2))

        let line = try #require(orders.line(id))
        #expect(line.status == .filled)
        #expect(line.cumQty.units == 100)
        #expect(line.leavesQty.units == 0)
        // (40 × 150.0000 + 60 × 150.0100) / 100
        #expect(line.average.value == 1_500_060)
        #expect(orders.openCount == 0)
        #expect(orders.counts.illegalTransitions == 0)
    }

    @Test("total = filled + canceled + open after a part is canceled and the rest fills")
    mutating func partialCancel() throws {
        live()
        orders.apply(Make.canceled(1, qty: 30))
        orders.apply(Make.fill(1, qty: 70, match: 1))
        let line = try #require(orders.line(id))
        #expect(line.status == .filled)
        #expect(line.canceledQty.units == 30)
        #expect(line.cumQty.units == 70)
        #expect(orders.conservationHolds)
    }

    @Test("a fill for a canceled order counts, as a late fill, and the law still holds")
    mutating func lateFill() throws {
        live()
        orders.apply(Make.canceled(1, qty: 100))
        orders.apply(Make.fill(1, qty: 40, match: 1))
        let line = try #require(orders.line(id))
        #expect(line.status == .canceled)
        #expect(line.cumQty.units == 40)
        #expect(line.canceledQty.units == 60)
        #expect(orders.counts.lateFills == 1)
        #expect(orders.fills.count == 1)
    }

    @Test("a record flagged as a duplicate changes nothing")
    mutating func duplicate() throws {
        live()
        orders.apply(Make.fill(1, qty: 40, match: 1))
        var again = Make.fill(1, qty: 40, match: 1)
        again.flags = .duplicate
        orders.apply(again)
        #expect(try #require(orders.line(id)).cumQty.units == 40)
        #expect(orders.fills.count == 1)
    }

    @Test("a replace counts the chain: 500 ordered, 100 filled, 600 wanted, 500 open")
    mutating func replaceChain() throws {
        live(qty: 500)
        orders.apply(Make.record(.replaceReq, order: 1))
        #expect(try #require(orders.line(id)).pending == .replace)
        orders.apply(Make.fill(1, qty: 100, match: 1))
        var replaced = Make.record(.replaced, order: 1)
        replaced.qty = OrderQty(units: 600)
        replaced.leavesQty = OrderQty(units: 500)
        replaced.px = Price(units: 1_500_200)
        orders.apply(replaced)

        let line = try #require(orders.line(id))
        #expect(line.leavesQty.units == 500)
        #expect(line.canceledQty.units == 0)
        #expect(line.px == Price(units: 1_500_200))
        #expect(line.pending == [])
    }

    @Test("a replace our gate refused leaves the order alone and is told by `why`")
    mutating func refusedReplace() throws {
        live()
        var refused = Make.record(.reject, order: 1)
        refused.flags = [.gate, .replace]
        refused.code = RiskCode.collarBuy.rawValue
        orders.apply(refused)
        #expect(try #require(orders.line(id)).status == .new)
        #expect(orders.decisions(about: id).map(\.meaning).last == "price collar, buy")
        #expect(orders.counts.refused == 1)
    }

    @Test("a refused New is found by its record and by its command")
    mutating func refusedNew() {
        var refused = Make.record(.reject)
        refused.seq = 77
        refused.flags = .gate
        refused.commandID = 5
        refused.code = RiskCode.referenceStale.rawValue
        orders.apply(refused)
        #expect(orders.refusal(named: 77)?.code == 303)
        #expect(orders.refusal(named: 5)?.code == 303)
        #expect(orders.refusal(named: 6) == nil)
        #expect(orders.counts.orders == 0)
    }

    @Test("a step the table does not allow is counted and changes nothing")
    mutating func illegal() throws {
        live()
        orders.apply(Make.record(.ack, order: 1))
        #expect(orders.counts.illegalTransitions == 1)
        #expect(try #require(orders.line(id)).status == .new)
    }

    @Test("what the engine says of an order and the mirror does not is a break")
    mutating func breaks() {
        live()
        var fill = Make.fill(1, qty: 40, match: 1)
        fill.status = .partiallyFilled
        fill.leavesQty = OrderQty(units: 60)
        fill.cumQty = OrderQty(units: 40)
        orders.apply(fill)
        #expect(orders.counts.breaks == 0)

        var wrong = Make.fill(1, qty: 10, match: 2)
        wrong.status = .partiallyFilled
        wrong.leavesQty = OrderQty(units: 60)
        orders.apply(wrong)
        #expect(orders.counts.breaks == 1)
    }

    @Test("an order taken over from the venue is opened by what was heard of it")
    mutating func adopted() throws {
        var ack = Make.record(.ack, order: 9)
        ack.flags = .adopted
        ack.qty = OrderQty(units: 200)
        ack.px = Price(units: 1_490_000)
        orders.apply(ack)
        let line = try #require(orders.line(ClOrdID(9)))
        #expect(line.status == .new)
        #expect(line.leavesQty.units == 200)
        #expect(line.adopted)
    }

    @Test("a bust takes shares out of the order for good: they count as canceled")
    mutating func bust() throws {
        orders.apply(Make.new(1, qty: 100, parent: 4))
        orders.apply(Make.record(.ack, order: 1))
        orders.apply(Make.fill(1, qty: 40, px: 1_500_000, match: 1))
        orders.apply(Make.fill(1, qty: 60, px: 1_600_000, match: 2))
        var bust = Make.record(.bust, order: 1)
        bust.match = 2
        orders.apply(bust)
        #expect(try #require(orders.line(id)).average.value == 1_500_000)
        #expect(orders.parents[4]?.cumQty.units == 40)
        #expect(try #require(orders.line(id)).cumQty.units == 40)
        #expect(try #require(orders.line(id)).canceledQty.units == 60)
        #expect(orders.conservationHolds)
        #expect(orders.fills.map(\.busted) == [false, true])
    }

    @Test("a routed order is none of its own; its legs come to no more than it, filled and open")
    mutating func routed() throws {
        var parent = Make.record(.parent, order: 9)
        parent.qty = OrderQty(units: 300)
        orders.apply(parent)
        orders.apply(Make.new(1, qty: 200, parent: 9))
        orders.apply(Make.new(2, qty: 100, parent: 9))
        #expect(orders.openCount == 2)
        #expect(orders.counts.unknownOrders == 0)
        // 50 of the first are filled and its rest is gone: 150 are free again.
        orders.apply(Make.fill(1, qty: 50, match: 1))
        orders.apply(Make.canceled(1, qty: 150))
        orders.apply(Make.new(3, qty: 150, parent: 9))
        #expect(orders.counts.breaks == 0)
        orders.apply(Make.new(4, qty: 1, parent: 9))
        #expect(orders.counts.breaks == 1)
        #expect(orders.lastBreak?.contains("reach 301, the parent is 300") == true)
    }

    @Test("one that went silent is unknown, counts as open, and its proof ends it")
    mutating func silence() throws {
        orders.apply(Make.new(1, qty: 100))
        var silent = Make.record(.timer, order: 1)
        silent.status = .unknown
        silent.detail = OrderTimer.wentSilent.rawValue
        orders.apply(silent)
        #expect(orders.unknownCount == 1)
        #expect(orders.openCount == 1)

        var proof = Make.canceled(1, qty: 100)
        proof.flags = .byProof
        proof.status = .notReceived
        orders.apply(proof)
        #expect(try #require(orders.line(id)).status == .notReceived)
        #expect(orders.openCount == 0)
    }

    @Test("the same records in the same order make the same mirror", arguments: 1...10)
    func replay(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var live = OrderManagement()
        var records: [Record] = []
        for step in 0..<500 {
            let record = Self.anything(step, &random)
            records.append(record)
            live.apply(record)
            #expect(live.conservationHolds)
        }
        var replayed = OrderManagement()
        for record in records { replayed.apply(record) }
        #expect(replayed.recent(1_000) == live.recent(1_000))
        #expect(replayed.openOrders == live.openOrders)
        #expect(replayed.fills == live.fills)
        #expect(replayed.counts == live.counts)
    }

    private static func anything(_ step: Int, _ random: inout SplitMix64) -> Record {
        let order = UInt64.random(in: 1...40, using: &random)
        let qty = Int64.random(in: 0...80, using: &random)
        var record: Record
        switch Int.random(in: 0...8, using: &random) {
        case 0, 1, 2: record = Make.new(order, qty: 100)
        case 3, 4: record = Make.fill(order, qty: qty, match: UInt64(step))
        case 5: record = Make.canceled(order, qty: qty)
        case 6: record = Make.record(.ack, order: order)
        case 7: record = Make.record(.cancelReq, order: order)
        default: record = Make.record(.reject, order: order)
        }
        record.seq = UInt64(step + 1)
        if Int.random(in: 0...9, using: &random) == 0 { record.flags.insert(.duplicate) }
        return record
    }
}
