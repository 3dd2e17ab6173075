import Crossing
import HotPath
import Testing
import Vocabulary

/// What a venue says can be absurd; what it takes back is gone to the last unit, or a limit is off
/// for the day.
@Suite("Sums give back what they took")
struct LedgerSumsTests {
    /// All the wire can say: 2^32 - 1 shares at 199 999.99.
    private static let mostQty: Int64 = 0xFFFF_FFFF
    private static let mostPx: Int64 = 1_999_999_900

    private func accept(_ bench: inout RiskBench, _ slot: OrderSlot) -> Applied {
        var ack = bench.ledger.about(slot, kind: .ack, nowNs: bench.nowNs)
        ack.qty = OrderQty(units: Self.mostQty)
        ack.px = Price(units: Self.mostPx)
        return bench.apply(ack)
    }

    @Test("echoes that hold beyond 64 bits in all, then cancels: 404, 405 and 407 as before")
    func echoes() {
        for side in [Side.buy, .sellShort] {
            // A limit price of a sell above the echo's is no worse: the size alone is.
            var bench = RiskBench()
            let slots = (1...8).map { bench.enter(RiskBench.intent(side, Int64($0))) }
            for slot in slots {
                let applied = accept(&bench, slot)
                #expect(applied.exceeds && applied.incident)
            }
            let held = Int128(Self.mostQty) * Int128(Self.mostPx)
            #expect(bench.ledger.account(0).sums.openNotional == 8 * held)
            #expect(bench.ledger.account(0).openNotional == .max, "shown at the edge")
            #expect(bench.code(RiskBench.intent(.buy, 9)) == .unknownOrderOnSymbol)
            bench.latch(.arm, .symbol)
            #expect(bench.code(RiskBench.intent(side, 9)) == .arithmeticOverflow)
            #expect(bench.ledger.checkInvariants() == nil)
            for slot in slots { bench.canceled(slot) }
            #expect(bench.ledger.account(0).sums == AccountSums())
            #expect(bench.ledger.firm.gross == 0)
            #expect(bench.ledger.checkInvariants() == nil)

            #expect(bench.code(RiskBench.intent(side, 9)) == .ok)
            let day = side == .buy ? LimitField.maxDayBuy : .maxDaySell
            let code = side == .buy ? RiskCode.dailyCreditBuy : .dailyCreditSell
            for (field, code) in [
                (.maxOpenNotional, .openNotional), (.maxGross, .grossExposure), (day, code),
            ] as [(LimitField, RiskCode)] {
                bench.limit(field, 9 * 500_000 - 1)
                #expect(bench.code(RiskBench.intent(side, 9)) == code)
                bench.limit(field, 9 * 500_000)
                #expect(bench.code(RiskBench.intent(side, 9)) == .ok)
            }
        }
    }

    @Test("fills at absurd prices, then broken: day, profit and exposure as before")
    func fills() {
        for (px, side) in [
            (Int64.max, Side.buy), (.max, .sellShort), (.min, .buy), (1 << 62, .buy),
        ] {
            var bench = RiskBench()
            let slot = bench.enter(RiskBench.intent(side, 100))
            bench.ack(slot)
            let before = bench.ledger.account(0).sums
            for _ in 0..<4 { bench.fill(slot, Self.mostQty, px) }
            #expect(bench.ledger.account(0).profit.cash != 0)
            for match in UInt64(1)...4 {
                var bust = bench.ledger.about(slot, kind: .bust, nowNs: bench.nowNs)
                bust.match = match
                #expect(bench.apply(bust).outcome == .applied)
            }
            let after = bench.ledger.account(0)
            #expect(after.sums.dayBuy == 0 && after.sums.daySell == 0)
            #expect(after.sums.net == before.net)
            #expect(after.profit == Profit())
            #expect(bench.ledger.strategy(0).profit == Profit())
            #expect(bench.ledger.checkInvariants() == nil)
        }
    }

    @Test(
        "a replaced order the venue holds for more than was asked is blocked, a smaller one is not"
    )
    func replaced() {
        for (qty, px, exceeds) in [
            (Int64(200), Int64(500_000), false), (150, 499_900, false),
            (201, 500_000, true), (200, 500_100, true),
        ] {
            var bench = RiskBench()
            let slot = bench.enter(RiskBench.intent(.buy, 100))
            bench.ack(slot)
            var intent = RiskBench.intent(.buy, 200)
            intent.replacing = slot
            #expect(!bench.enter(intent).isNone)
            let order = bench.ledger.order(slot)
            var record = bench.ledger.about(slot, kind: .replaced, nowNs: bench.nowNs)
            record.origUserRefNum = order.venueRefNum
            record.userRefNum = order.pendingRefNum
            record.leavesQty = OrderQty(units: qty)
            record.px = Price(units: px)
            #expect(bench.apply(record).exceeds == exceeds)
            #expect(bench.ledger.instrument(0).breakOpen == exceeds)
            #expect(bench.ledger.account(0).openNotional == qty * px)
        }
    }
}
