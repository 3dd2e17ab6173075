import Crossing
import HotPath
import Testing
import Vocabulary

/// risk-controls.md §3: what is held while a replace is in flight, and what each outcome leaves.
@Suite("A replace holds its worst case")
struct LedgerReplaceTests {
    private func replace(_ slot: OrderSlot, _ qty: Int64, _ px: Int64) -> OrderIntent {
        var intent = RiskBench.intent(.buy, qty, px)
        intent.replacing = slot
        return intent
    }

    @Test("quantity, notional and day credit are each the larger leg's")
    func worstCase() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 1_000, 500_000))
        bench.ack(slot)
        bench.fill(slot, 200, 500_000)
        _ = bench.enter(replace(slot, 1_500, 490_000))
        let order = bench.ledger.order(slot)
        // Old 800 at 50.00, new 1 300 at 49.00.
        #expect(order.resvQty.units == 1_300)
        #expect(order.resvNotional == 1_300 * 490_000)
        // First 800 fill at 50.00, the other 500 at 49.00.
        #expect(order.resvDay == 800 * 500_000 + 500 * 490_000)

        // Fills take from both legs alike.
        bench.fill(slot, 300, 500_000)
        #expect(bench.ledger.order(slot).resvQty.units == 1_000)
        #expect(bench.ledger.checkInvariants() == nil)
    }

    @Test("Replaced: the new leg is the order, under its new numbers; the old one is still found")
    func replaced() {
        var bench = RiskBench()
        var intent = RiskBench.intent(.buy, 1_000, 500_000)
        intent.client = 0
        intent.owner = Owner.firstClient
        intent.clientRefNum = 1
        let slot = bench.enter(intent)
        bench.ack(slot)
        bench.fill(slot, 200, 500_000)
        var change = replace(slot, 600, 499_000)
        change.clientRefNum = 2
        _ = bench.enter(change)
        bench.replaced(slot)
        let order = bench.ledger.order(slot)
        #expect(order.px == Price(units: 499_000))
        #expect(order.qty.units == 600)
        #expect(order.leavesQty.units == 400)
        #expect(order.resvNotional == 400 * 499_000)
        #expect(order.venueRefNum == 2 && order.priorRefNum == 1)
        #expect(bench.ledger.find(venue: 0, userRefNum: 2) == slot)
        #expect(bench.ledger.find(venue: 0, userRefNum: 1) == slot)
        #expect(bench.ledger.find(client: 0, refNum: 2) == slot)
        #expect(bench.ledger.find(client: 0, refNum: 1).isNone)
    }

    @Test("refused by the venue with the original alive: old holds, old numbers")
    func refused() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 1_000))
        bench.ack(slot)
        _ = bench.enter(replace(slot, 2_000, 510_000))
        #expect(bench.ledger.position(account: 0, instrument: 0).openBuy == 2_000)
        let applied = bench.rejected(slot, replace: true)
        #expect(!applied.ended)
        let order = bench.ledger.order(slot)
        #expect(order.resvQty.units == 1_000)
        #expect(!order.pending.contains(.replace))
        #expect(bench.ledger.find(venue: 0, userRefNum: 2).isNone)
        #expect(bench.ledger.nextUserRefNum(0) == 3)
    }

    @Test("the venue cancels the original because the replacement was invalid: all released")
    func canceledByReplace() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 1_000))
        bench.ack(slot)
        _ = bench.enter(replace(slot, 2_000, 510_000))
        #expect(bench.canceled(slot).ended)
        #expect(bench.ledger.position(account: 0, instrument: 0).openBuy == 0)
        #expect(bench.ledger.account(0).reservedDayBuy == 0)
    }

    @Test("213 214 203, then the replace that amounts to a cancel, before everything else")
    func before() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 1_000))
        bench.ack(slot)
        bench.fill(slot, 400)
        bench.latch(.kill, .firm)
        let down = bench.ledger.decide(
            replace(slot, 400, 500_000),
            bench.market,
            bench.world,
            nowNs: bench.nowNs
        )
        #expect(down.code == .ok && down.amountsToCancel)
        #expect(bench.code(replace(slot, 0, 500_000)) == .quantityNotPositive)
        #expect(bench.code(replace(slot, 500, 500_000)) == .killFirm)
        bench.latch(.arm, .firm)
        _ = bench.enter(replace(slot, 1_100, 500_000))
        #expect(bench.code(replace(slot, 1_200, 500_000)) == .replaceAlreadyPending)
        bench.canceled(slot)
        #expect(bench.code(replace(slot, 1_200, 500_000)) == .orderNotFound)
    }

    @Test("its own holds do not count against it")
    func excludesItself() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 10_000))
        bench.ack(slot)
        bench.limit(.maxLong, 10_000)
        bench.limit(.maxOpenNotional, 10_000 * 500_000)
        bench.limit(.maxDayBuy, 10_000 * 500_000)
        bench.limit(.maxGross, 10_000 * 500_000)
        bench.limit(.maxOpenOrders, 1)
        #expect(bench.code(replace(slot, 10_000, 500_000)) == .ok)
        bench.limit(.maxOrderQty, 20_000)
        bench.limit(.maxOrderNotional, 20_000 * 500_000)
        #expect(bench.code(replace(slot, 10_001, 500_000)) == .positionLong)
        bench.limit(.maxLong, 20_000)
        #expect(bench.code(replace(slot, 10_001, 500_000)) == .openNotional)
    }

    @Test("locate: only for the increase; what is released comes back, what executed does not")
    func locate() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.sellShort, 3_000))
        bench.ack(slot)
        #expect(bench.ledger.unit(account: 0, instrument: 0).locate == 2_000)
        var up = RiskBench.intent(.sellShort, 5_001)
        up.replacing = slot
        #expect(bench.code(up) == .locate)
        up.qty = OrderQty(units: 5_000)
        _ = bench.enter(up)
        #expect(bench.ledger.unit(account: 0, instrument: 0).locate == 0)
        bench.rejected(slot, replace: true)
        #expect(bench.ledger.unit(account: 0, instrument: 0).locate == 2_000)
        bench.fill(slot, 500)
        bench.canceled(slot)
        #expect(bench.ledger.unit(account: 0, instrument: 0).locate == 4_500)
    }

    @Test("a client's refused replace leaves the original untouched and uses its number up")
    func refusedByUs() {
        var bench = RiskBench()
        var intent = RiskBench.intent(.buy, 1_000)
        intent.client = 0
        intent.clientRefNum = 1
        let slot = bench.enter(intent)
        bench.ack(slot)
        let hash = bench.ledger.order(slot)
        var change = replace(slot, 20_000, 500_000)
        change.clientRefNum = 2
        #expect(bench.enter(change).isNone)
        #expect(bench.ledger.order(slot).resvQty == hash.resvQty)
        #expect(bench.ledger.client(0).highestRefNum == 2)
        #expect(bench.records.last?.orderID == hash.orderID)
        #expect(bench.records.last?.code == RiskCode.maxOrderQty.rawValue)
    }
}
