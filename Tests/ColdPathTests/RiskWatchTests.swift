import ColdCore
import Crossing
import RiskWatch
import Testing
import Vocabulary

/// What the day adds up to (risk-controls.md §2, controls 25–27 and 34), out of records alone.
@Suite("The risk of the day")
struct RiskWatchTests {
    private static let second: Int64 = 1_000_000_000

    /// Equity 1 000 000.00, marks of AAPL at 150.00.
    private func make(_ change: (inout RiskPolicy) -> Void = { _ in }) -> RiskWatch {
        var reference = Make.reference
        reference.venues = [Reference.Venue(name: "NSDQ")]
        change(&reference.risk)
        return RiskWatch(reference: reference)
    }

    private func drawdown(_ policy: inout RiskPolicy) {
        policy.equity = 10_000_000_000
        policy.dailyBps = 500
        policy.rapidBps = 200
        policy.windowNs = 900 * Self.second
    }

    private func value(_ px: Int64, t: Int64, instrument: UInt16 = 0) -> Record {
        var record = Make.record(.limit, t: t)
        record.strategy = noIndex16
        record.instrument = instrument
        record.detail = 10
        record.value = px
        return record
    }

    private func latch(_ kind: RecordKind, _ code: RiskCode, scope: UInt32, t: Int64 = 0) -> Record
    {
        var record = Make.record(kind, t: t)
        record.detail = scope
        record.code = code.rawValue
        return record
    }

    private func limit(_ field: LimitField, _ value: Int64, t: Int64 = 0) -> Record {
        var record = self.value(value, t: t)
        record.instrument = noIndex16
        record.detail = field.rawValue
        return record
    }

    // MARK: Set while running

    @Test("a limit set while running is judged at once, and gone when it is off")
    func setWhileRunning() {
        var watch = make {
            drawdown(&$0)
            $0.dailyBps = 0
            $0.rapidBps = 0
        }
        let gross = RiskWatch.Latch(.firm, .reduceOnly)
        let book = RiskWatch.Latch(.firm, .portfolioLimit)
        let loss = RiskWatch.Latch(.firm, .rapidDrawdown)
        let ratio = RiskWatch.Latch(.strategy(1), .orderToTradeRatio)
        watch.apply(Make.fill(1, qty: 10_000, match: 1))
        watch.apply(value(1_490_000, t: 1))
        #expect(watch.broken.isEmpty, "everything is off")
        // 14.9 M gross on 9.99 M of equity.
        watch.apply(limit(.leverageMaxMilli, 1_491))
        watch.apply(limit(.concentrationMax, 9_999))
        #expect(Set(watch.broken.keys) == [gross, book])
        watch.apply(limit(.leverageMaxMilli, noLimit))
        watch.apply(limit(.concentrationFrom, 20_000_000_000))
        #expect(watch.broken.isEmpty)
        // A loss of 1 %.
        watch.apply(limit(.drawdownDailyBps, 101, t: 2))
        #expect(watch.broken.isEmpty)
        watch.apply(limit(.drawdownDailyBps, 100, t: 3))
        #expect(Array(watch.broken.keys) == [loss])
        watch.apply(limit(.orderToTradeMax, 1))
        watch.apply(Make.new(2, qty: 1))
        #expect(watch.broken[ratio] == nil, "one message for one fill")
        watch.apply(Make.new(3, qty: 1))
        #expect(watch.broken[ratio] == "2 messages for 1 fills, 1 allowed")
    }

    @Test(
        "what hot's ledger refuses changes nothing here: no share of no equity, no share above all"
    )
    func impossible() {
        var watch = make()
        for (field, value) in [
            (LimitField.leverageMaxMilli, 1), (.drawdownDailyBps, 1), (.markAgeNs, 1),
            (.concentrationMax, 0), (.concentrationMax, 10_001), (.orderToTradeMax, 0),
            (.executionsMax, 1),
        ] as [(LimitField, Int64)] {
            watch.apply(limit(field, value))
        }
        #expect(watch.policy == RiskPolicy())
    }

    // MARK: Order to trade

    @Test("504: more messages a fill than allowed, once there are enough to judge")
    func orderToTrade() {
        var watch = make {
            $0.orderToTradeMax = 4
            $0.orderToTradeFrom = 6
        }
        for order in 1...5 { watch.apply(Make.new(UInt64(order), qty: 100)) }
        #expect(watch.broken.isEmpty)
        watch.apply(Make.fill(1, qty: 10, match: 1))
        watch.apply(Make.fill(1, qty: 10, match: 2))
        // 8 messages for 2 fills is just what is allowed; a ninth is not.
        for order in 6...8 { watch.apply(Make.new(UInt64(order), qty: 100)) }
        #expect(watch.broken.isEmpty)
        watch.apply(Make.record(.cancelReq, order: 8))
        let ratio = RiskWatch.Latch(.strategy(1), .orderToTradeRatio)
        #expect(watch.broken == [ratio: "9 messages for 2 fills, 4 allowed"])
    }

    @Test("a strategy that was armed begins its count again")
    func orderToTradeArmed() {
        var watch = make {
            $0.orderToTradeMax = 1
            $0.orderToTradeFrom = 2
        }
        for order in 1...2 { watch.apply(Make.new(UInt64(order), qty: 100)) }
        watch.apply(latch(.kill, .orderToTradeRatio, scope: 2))
        #expect(watch.takeLatches(nowNs: 0).isEmpty)
        watch.apply(latch(.arm, .orderToTradeRatio, scope: 2))
        watch.apply(Make.new(3, qty: 100))
        #expect(watch.broken.isEmpty)
    }

    // MARK: Drawdown

    @Test("114: a mark that takes 2 % of the equity within the window, asked for until latched")
    func drawdown() {
        var watch = make(drawdown)
        watch.apply(Make.fill(1, qty: 10_000, px: 1_500_000, match: 1, t: 1))
        // 2 % of 1 000 000.00 are 20 000.00: on 10 000 shares 2.00 each.
        watch.apply(value(1_480_001, t: 2))
        #expect(watch.broken.isEmpty)
        watch.apply(value(1_480_000, t: 3))
        let breaker = RiskWatch.Latch(.firm, .rapidDrawdown)
        #expect(Array(watch.broken.keys) == [breaker])
        #expect(
            watch.broken[breaker]
                == "drawdown, rapid: equity 980000.00, start of day 1000000.00, peak 1000000.00"
        )
        #expect(watch.breaker?.trip == .init(reason: .rapid, t: 3))
        #expect(watch.takeLatches(nowNs: 10).map(\.latch) == [breaker])
        #expect(watch.takeLatches(nowNs: 11).isEmpty)
        #expect(watch.takeLatches(nowNs: 10 + 2 * Self.second).map(\.latch) == [breaker])
        watch.apply(latch(.kill, .rapidDrawdown, scope: 0, t: 4))
        watch.apply(value(1_500_000, t: 5))
        #expect(watch.takeLatches(nowNs: 60 * Self.second).isEmpty)
        #expect(watch.broken[breaker] != nil)
        watch.apply(latch(.arm, .ok, scope: 0, t: 6))
        #expect(watch.broken.isEmpty)
    }

    @Test("a peak that lasted until now is in the window, however long ago it began")
    func lasting() {
        var watch = make(drawdown)
        watch.apply(Make.fill(1, qty: 10_000, px: 1_500_000, match: 1, t: 1))
        watch.apply(value(1_480_000, t: 2_000 * Self.second))
        #expect(watch.breaker?.trip?.reason == .rapid)
    }

    @Test("the same records give the same breaker: what a restart rebuilds", arguments: 1...10)
    func rebuilt(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var records: [Record] = []
        for index in 1...300 {
            let t = Int64(index) * 20 * Self.second
            records.append(
                Bool.random(using: &random)
                    ? value(Int64.random(in: 1_480_000...1_520_000, using: &random), t: t)
                    : Make.fill(
                        UInt64(index),
                        qty: Int64.random(in: 1...500, using: &random),
                        match: UInt64(index),
                        side: Bool.random(using: &random) ? .buy : .sell,
                        t: t
                    )
            )
        }
        var live = make(drawdown)
        for record in records {
            live.apply(record)
            // Cold also looks between records; what it sees then is no other state.
            live.look(isMarked: true, nowNs: record.t + Self.second)
        }
        var rebuilt = make(drawdown)
        for record in records { rebuilt.apply(record) }
        rebuilt.look(isMarked: true, nowNs: (records.last?.t ?? 0) + Self.second)
        #expect(live.breaker?.trip == rebuilt.breaker?.trip)
        #expect(live.breaker?.peak == rebuilt.breaker?.peak)
        #expect(live.equity == rebuilt.equity)
    }

    @Test("a bust takes its profit back; shares from elsewhere bring none")
    func equity() {
        var watch = make(drawdown)
        watch.apply(Make.fill(1, qty: 100, px: 1_400_000, match: 1))
        #expect(watch.equity == 10_000_000_000 + 100 * 100_000)
        var bust = Make.record(.bust, order: 1)
        bust.match = 1
        watch.apply(bust)
        #expect(watch.equity == 10_000_000_000)
        var adjust = Make.record(.adjust)
        adjust.qty = OrderQty(units: 500)
        watch.apply(adjust)
        #expect(watch.equity == 10_000_000_000)
    }

    @Test("108: a held position without a market for longer than the age; a flat book needs none")
    func stale() {
        var watch = make {
            drawdown(&$0)
            $0.markAgeNs = 60 * Self.second
        }
        watch.look(isMarked: false, nowNs: 0)
        watch.look(isMarked: false, nowNs: 1_000 * Self.second)
        #expect(watch.broken.isEmpty)
        watch.apply(Make.fill(1, qty: 1, match: 1, t: 1_000 * Self.second))
        watch.look(isMarked: false, nowNs: 1_060 * Self.second)
        #expect(watch.broken.isEmpty)
        watch.look(isMarked: false, nowNs: 1_060 * Self.second + 1)
        #expect(Array(watch.broken.keys) == [RiskWatch.Latch(.firm, .reduceOnly)])
    }

    // MARK: The book

    @Test("108: gross above so many times the equity, and not at it")
    func leverage() {
        var watch = make {
            $0.equity = 150_000_000
            $0.leverageMaxMilli = 2_000
        }
        watch.apply(Make.fill(1, qty: 200, match: 1))
        #expect(watch.broken.isEmpty)
        watch.apply(Make.fill(2, qty: 1, match: 2))
        #expect(Array(watch.broken.keys) == [RiskWatch.Latch(.firm, .reduceOnly)])
        // Nobody latched it yet, and the reason is gone: nothing is wanted any more.
        watch.apply(Make.fill(3, qty: 101, match: 3, side: .sell))
        #expect(watch.broken.isEmpty)
    }

    @Test("415: too much in one symbol, above the gross at which it is judged")
    func concentration() {
        var watch = make {
            $0.concentrationMax = 9_999
            $0.concentrationFrom = 150_000_000
        }
        watch.apply(Make.fill(1, qty: 100, match: 1))
        #expect(watch.broken.isEmpty)
        watch.apply(Make.fill(2, qty: 1, match: 2))
        #expect(Array(watch.broken.keys) == [RiskWatch.Latch(.firm, .portfolioLimit)])
    }

    @Test("executions without a human's hand are told from 80 % on; an arm of the strategy is one")
    func executions() {
        var watch = make {
            $0.executionsMax = 5
            $0.executionsWindowNs = 100
        }
        for index in 1...3 { watch.apply(Make.fill(1, qty: 1, match: UInt64(index), t: 1)) }
        #expect(watch.busy.isEmpty)
        watch.apply(Make.fill(1, qty: 1, match: 4, t: 100))
        #expect(watch.busy == [1: 4])
        watch.apply(latch(.arm, .ok, scope: 2))
        #expect(watch.busy.isEmpty)
    }

    // MARK: Surveillance

    private func order(_ id: UInt64, _ side: Side, _ qty: Int64, px: Int64, t: Int64) -> Record {
        var record = Make.new(id, qty: qty, px: px, t: t)
        record.side = side
        return record
    }

    private func patterns(_ records: [Record]) -> [RiskWatch.Pattern] {
        var watch = make()
        for record in records { watch.apply(record) }
        return watch.takeCases().map(\.pattern)
    }

    @Test("spoofing: five times a fill's size taken away on the other side within two seconds")
    func spoofing() {
        let start = [
            order(1, .sell, 500, px: 1_501_000, t: 0), order(2, .buy, 100, px: 1_499_000, t: 0),
            Make.fill(2, qty: 100, match: 1, t: Self.second),
        ]
        #expect(patterns(start + [Make.canceled(1, qty: 500, t: 3 * Self.second)]) == [.spoofing])
        #expect(patterns(start + [Make.canceled(1, qty: 499, t: 3 * Self.second)]).isEmpty)
        #expect(patterns(start + [Make.canceled(1, qty: 500, t: 3 * Self.second + 1)]).isEmpty)
        var swept = Make.canceled(1, qty: 500, t: Self.second)
        swept.flags = .massCancel
        #expect(patterns(start + [swept]).isEmpty)
        // It was there to trade: it did.
        let traded = Make.fill(1, qty: 1, match: 9, side: .sell, t: 0)
        #expect(
            patterns(
                [start[0], traded, start[1], start[2], Make.canceled(1, qty: 499, t: Self.second)]
            ).isEmpty
        )
    }

    @Test("an order that came after the fill stood nowhere; one told is not told again")
    func spoofingOrder() {
        let before = order(1, .sell, 500, px: 1_501_000, t: 0)
        let after = order(3, .sell, 500, px: 1_501_000, t: 0)
        let fill = Make.fill(2, qty: 100, match: 1, t: 0)
        let gone = (first: Make.canceled(1, qty: 500, t: 1), late: Make.canceled(3, qty: 500, t: 1))
        #expect(patterns([fill, after, gone.late]).isEmpty)
        #expect(patterns([before, fill, after, gone.late, gone.first, gone.late]) == [.spoofing])
        // The same symbol under another strategy is another's affair.
        var other = before
        other.strategy = 2
        #expect(patterns([other, fill, gone.first]).isEmpty)
        // Of many fills each is judged by itself.
        let fills = (1...3_000).map { Make.fill(2, qty: 100, match: UInt64($0), t: 0) }
        #expect(patterns([before] + fills + [gone.first]).count >= 768)
    }

    @Test("layering: the same over three prices")
    func layering() {
        var records = (1...3).map {
            order($0, .sell, 200, px: 1_500_000 + Int64($0) * 100, t: 0)
        }
        records += [order(9, .buy, 100, px: 1_499_000, t: 0), Make.fill(9, qty: 100, match: 1)]
        records += (1...3).map { Make.canceled($0, qty: 200, t: Self.second) }
        #expect(patterns(records) == [.layering])
    }

    @Test("of more than anybody reads the number is kept, and the first of every kind")
    func manyCases() {
        var watch = make()
        for number in 1...3_000 as ClosedRange<UInt64> {
            watch.apply(Make.fill(1, qty: 10, match: number))
            watch.apply(Make.fill(2, qty: 10, match: number, side: .sell))
        }
        var other = Make.fill(3, qty: 10, match: 9_999)
        watch.apply(other)
        other = Make.fill(4, qty: 10, match: 9_999, side: .sell)
        other.strategy = 2
        watch.apply(other)
        let cases = watch.takeCases()
        #expect(cases.count == 1_001)
        #expect(cases.last?.strategy == 2)
        #expect(watch.takeUntold() == [.wash: 2_000])
        #expect(watch.takeCases().isEmpty && watch.takeUntold().isEmpty)
    }

    @Test("wash: one match number, both sides ours; a match number of two venues is two trades")
    func wash() {
        let bought = Make.fill(1, qty: 10, match: 7)
        var sold = Make.fill(2, qty: 10, match: 7, side: .sell)
        #expect(patterns([bought, sold]) == [.wash])
        sold.venue = 1
        #expect(patterns([bought, sold]).isEmpty)
    }
}
