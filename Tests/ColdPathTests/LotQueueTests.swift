import ColdCore
import Portfolio
import Testing
import Vocabulary

/// analytics-formulas §16, its worked examples to the last digit.
@Suite("FIFO lots")
struct LotQueueTests {
    struct Trade: Sendable {
        var qty: Int64
        var px: String
        var fee: String
        var position: Int64
        var realized: String
    }

    @Test("A-FIFO1: long, closed, short, crossing zero twice")
    func fifo1() {
        var queue = LotQueue()
        let trades = [
            Trade(qty: 100, px: "10.00", fee: "1.00", position: 100, realized: "0"),
            Trade(qty: 50, px: "10.50", fee: "0.50", position: 150, realized: "0"),
            Trade(qty: -120, px: "11.00", fee: "1.20", position: 30, realized: "107.6"),
            Trade(qty: -80, px: "10.80", fee: "0.80", position: -50, realized: "116"),
            Trade(qty: 100, px: "10.40", fee: "1.00", position: 50, realized: "135"),
        ]
        run(trades, &queue)

        let gross = queue.matches.map(\.gross)
        #expect(gross == [Money("100"), Money("10"), Money("9"), Money("20")])
        #expect(queue.matches.map(\.fees) == [Money("2"), Money("0.4"), Money("0.6"), Money("1")])
        #expect(
            queue.matches.map(\.net) == [Money("98"), Money("9.6"), Money("8.4"), Money("19")]
        )
        #expect(queue.matches.map(\.opened) == [0, 1, 1, 3])
        #expect(queue.matches.map(\.closed) == [2, 2, 3, 4])
        #expect(queue.matches.map(\.long) == [true, true, true, false])
        #expect(queue.fees == Money("4.5"))
        #expect(queue.feesInOpenLots == Money("0.5"))
        #expect(queue.lots.map(\.qty) == [50])
        #expect(queue.lots.map(\.px) == [Price("10.40")])
        #expect(queue.unrealized(mark: Price("10.60")) == Money("10"))
        #expect(queue.total(mark: Price("10.60")) == Money("144.5"))
    }

    @Test("A-FIFO2: short first, then through zero")
    func fifo2() {
        var queue = LotQueue()
        let trades = [
            Trade(qty: -200, px: "25.10", fee: "0.60", position: -200, realized: "0"),
            Trade(qty: 150, px: "24.90", fee: "0.45", position: -50, realized: "29.1"),
            Trade(qty: -50, px: "25.40", fee: "0.15", position: -100, realized: "29.1"),
            Trade(qty: 300, px: "25.00", fee: "0.90", position: 200, realized: "53.5"),
            Trade(qty: -60, px: "25.75", fee: "0.18", position: 140, realized: "98.14"),
        ]
        run(trades, &queue)

        let net = queue.matches.map(\.net)
        #expect(net == [Money("29.1"), Money("4.7"), Money("19.7"), Money("44.64")])
        #expect(queue.matches.map(\.opened) == [0, 0, 2, 3])
        #expect(queue.fees == Money("2.28"))
        #expect(queue.feesInOpenLots == Money("0.42"))
        #expect(queue.unrealized(mark: Price("25.30")) == Money("42"))
        #expect(queue.total(mark: Price("25.30")) == Money("139.72"))
    }

    @Test("total P&L is cash plus position at every mark, whatever is traded", arguments: 1...40)
    func identity(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var queue = LotQueue()
        var cash: Int128 = 0
        var position: Int64 = 0
        for _ in 0..<300 {
            let qty =
                Int64.random(in: 1...700, using: &random) * (Bool.random(using: &random) ? 1 : -1)
            let px = Int64.random(in: 1...3_000_000, using: &random)
            // An odd fee does not divide by the shares: no part of it may be lost.
            let fee = Int64.random(in: -9_999...99_999, using: &random)
            queue.trade(qty: qty, px: Price(units: px), fee: Money(hundredths: fee))
            cash -= Int128(qty) * Int128(px) * 100 + Int128(fee)
            position += qty
            let mark = Int64.random(in: 1...3_000_000, using: &random)
            let expected = cash + Int128(position) * Int128(mark) * 100
            #expect(queue.total(mark: Price(units: mark)).hundredths == expected)
            #expect(queue.position == position)
            let signs = Set(queue.lots.map { $0.qty > 0 })
            #expect(signs.count <= 1, "lots never mix signs")
            #expect(queue.lots.reduce(0) { $0 + $1.qty } == position)
        }
    }

    private func run(_ trades: [Trade], _ queue: inout LotQueue) {
        for trade in trades {
            queue.trade(qty: trade.qty, px: Price(trade.px), fee: Money(trade.fee))
            #expect(queue.position == trade.position)
            #expect(queue.realized == Money(trade.realized))
        }
    }
}
