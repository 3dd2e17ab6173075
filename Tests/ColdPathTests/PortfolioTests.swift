import ColdCore
import Portfolio
import Testing
import Vocabulary

@Suite("The portfolio, record by record")
struct PortfolioTests {
    private var portfolio = Portfolio(reference: Make.reference)
    private let key = Portfolio.Key(account: 0, instrument: 0)

    @Test("a removal pays the venue's fee, an addition earns its rebate")
    mutating func fees() {
        portfolio.apply(Make.fill(1, qty: 100, match: 1, liquidity: "R"))
        #expect(portfolio.holdings[key]?.queue.fees == Money(hundredths: 30 * 100))

        portfolio.apply(Make.fill(2, qty: 300, match: 2, liquidity: "A"))
        #expect(portfolio.holdings[key]?.queue.fees == Money(hundredths: 30 * 100 - 20 * 300))
    }

    @Test("a fill counts once, whoever says it again")
    mutating func duplicates() {
        portfolio.apply(Make.fill(1, qty: 100, match: 7))
        portfolio.apply(Make.fill(1, qty: 100, match: 7))
        var flagged = Make.fill(1, qty: 50, match: 8)
        flagged.flags = .duplicate
        portfolio.apply(flagged)

        #expect(portfolio.position(account: 0, instrument: 0) == 100)
        #expect(portfolio.counts.duplicates == 2)
    }

    @Test("one match number at two venues, or of two orders, is two fills")
    mutating func sharedMatchNumbers() {
        portfolio.apply(Make.fill(1, qty: 100, match: 7))
        portfolio.apply(Make.fill(2, qty: 100, match: 7))
        var elsewhere = Make.fill(1, qty: 100, match: 7)
        elsewhere.venue = 1
        portfolio.apply(elsewhere)

        #expect(portfolio.position(account: 0, instrument: 0) == 300)
    }

    @Test("a bust takes the trade out and folds the later ones again")
    mutating func bust() {
        portfolio.apply(Make.fill(1, qty: 100, px: 100_000, match: 1))
        portfolio.apply(Make.fill(2, qty: 100, px: 110_000, match: 2))
        portfolio.apply(Make.fill(3, qty: 100, px: 120_000, match: 3, side: .sell))
        var bust = Make.record(.bust, order: 1)
        bust.match = 1
        portfolio.apply(bust)

        var expected = Portfolio(reference: Make.reference)
        expected.apply(Make.fill(2, qty: 100, px: 110_000, match: 2))
        expected.apply(Make.fill(3, qty: 100, px: 120_000, match: 3, side: .sell))
        let queue = portfolio.holdings[key]?.queue
        #expect(queue?.realized == expected.holdings[key]?.queue.realized)
        #expect(queue?.position == 0)

        portfolio.apply(bust)
        #expect(portfolio.counts.busts == 1)
        #expect(portfolio.counts.bustsUnknown == 1)
    }

    @Test("an adjustment moves the position at its price, or at prior close")
    mutating func adjust() {
        var adjust = Make.record(.adjust)
        adjust.qty = OrderQty(units: -40)
        portfolio.apply(adjust)

        let queue = portfolio.holdings[key]?.queue
        #expect(queue?.position == -40)
        #expect(queue?.lots.first?.px == Price(units: 1_500_000))
    }

    @Test(
        "a price or quantity that cannot be moves nothing",
        arguments: [(0, 1), (-5, 1), (1, 0), (1, -1), (Int64.max, 1), (1, Int64.max)]
            as [(Int64, Int64)]
    )
    mutating func nonsense(qty: Int64, px: Int64) {
        portfolio.apply(Make.fill(1, qty: qty, px: px, match: 1))
        #expect(portfolio.holdings[key] == nil)
        #expect(portfolio.counts.refused == 1)
    }

    @Test("the mark is the mid, else the last trade, else prior close")
    mutating func marks() {
        portfolio.apply(Make.fill(1, qty: 10, px: 1_400_000, match: 1))
        var quotes = Quotes(instruments: 2, venues: 2)
        #expect(mark(quotes) == Price(units: 1_500_000))

        var quote = Quote()
        quote.lastPx = Price(units: 1_450_000)
        quotes[0, 1] = quote
        #expect(mark(quotes) == Price(units: 1_450_000))

        quote.bidPx = Price(units: 1_440_000)
        quote.askPx = Price(units: 1_460_100)
        quote.usable = true
        quotes[0, 0] = quote
        #expect(mark(quotes) == Price(units: 1_450_050))
    }

    private func mark(_ quotes: Quotes) -> Price? {
        portfolio.valuations(quotes, Make.reference).first?.mark
    }
}
