import ColdCore
import ExecutionAlgos
import Testing
import Vocabulary

@Suite("What a parent cost")
struct ShortfallTests {
    @Test("A-IS: delay, trading, opportunity and fees add up to paper minus actual")
    func implementationShortfall() {
        var filled = AveragePrice()
        filled.add(px: Price("50.12"), qty: OrderQty(units: 3_000))
        filled.add(px: Price("50.17"), qty: OrderQty(units: 2_500))
        filled.add(px: Price("50.21"), qty: OrderQty(units: 2_000))
        let cost = Shortfall(
            side: .buy,
            qty: OrderQty(units: 10_000),
            decision: 2 * Price("50").units,
            arrival: 2 * Price("50.08").units,
            filled: filled,
            close: 2 * Price("50.4").units,
            fees: Money("37.5")
        )

        #expect(filled.qty == 7_500)
        #expect(abs((filled.value ?? 0) / 10_000 - 50.1606666666667) < 1e-9)
        #expect(cost.delay == Money("600"))
        #expect(cost.trading == Money("605"))
        #expect(cost.opportunity == Money("1000"))
        #expect(cost.total == Money("2242.5"))
        #expect(cost.bps(cost.total) == 44.85)
        #expect(cost.bps(cost.delay) == 12)
        #expect(cost.bps(cost.trading) == 12.1)
        #expect(cost.bps(cost.opportunity) == 20)
        #expect(cost.bps(cost.fees) == 0.75)
        // paper P&L 4000, actual 1757.5
        #expect(cost.total == Money("4000") - Money("1757.5"))
    }

    @Test("nothing filled: the total is the opportunity, and a seller gains from a fall")
    func nothingFilled() {
        let cost = Shortfall(
            side: .sell,
            qty: OrderQty(units: 100),
            decision: 2_000_000,
            arrival: 2_010_000,
            filled: AveragePrice(),
            close: 1_980_000,
            fees: .zero
        )
        #expect(cost.delay == .zero)
        #expect(cost.trading == .zero)
        // s = -1: -(99 - 100) dollars × 100 shares.
        #expect(cost.total == Money("100"))
    }

    @Test("A-VW: slippage against the market's average, with and without our own prints")
    func vwap() throws {
        let prints: [(Int64, String)] = [
            (1_200, "20.01"), (800, "20.03"), (1_500, "20.02"), (2_000, "20.06"),
            (500, "20.05"), (1_000, "20.04"),
        ]
        let fills: [(Int64, String)] = [(300, "20.03"), (500, "20.06"), (200, "20.05")]
        var market = AveragePrice()
        var own = AveragePrice()
        for (qty, px) in prints { market.add(px: Price(px), qty: OrderQty(units: qty)) }
        for (qty, px) in fills { own.add(px: Price(px), qty: OrderQty(units: qty)) }
        let slippage = VWAPSlippage(side: .buy, market: market, own: own)

        #expect(abs(try #require(slippage.marketVWAP) / 10_000 - 20.0358571428571) < 1e-9)
        #expect(abs(try #require(own.value) / 10_000 - 20.049) < 1e-9)
        #expect(abs(try #require(slippage.slippageBps) - 6.55966802375741) < 1e-9)
        #expect(abs(try #require(slippage.marketVWAPExOwn) / 10_000 - 20.0336666666667) < 1e-9)
        #expect(abs(try #require(slippage.slippageExOwnBps) - 7.65378279895509) < 1e-9)
        #expect(abs(try #require(slippage.participation) - 0.142857142857143) < 1e-12)
    }

    @Test("no market volume: nothing is claimed")
    func noMarket() {
        let slippage = VWAPSlippage(side: .buy, market: AveragePrice(), own: AveragePrice())
        #expect(slippage.marketVWAP == nil)
        #expect(slippage.slippageBps == nil)
        #expect(slippage.participation == nil)
    }
}
