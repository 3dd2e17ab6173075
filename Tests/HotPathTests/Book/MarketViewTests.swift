import Crossing
import HotPath
import Testing
import Vocabulary

/// Spec: risk-controls, "Reference price"; semantics §6.5.
@Suite("The market a decision sees")
struct MarketViewTests {
    private let rule = ReferenceRule(
        maxSpread: 100,
        maxRefAgeNs: 1_000,
        priorClose: Price(units: 9_000)
    )

    private func view(
        _ books: borrowing Books,
        venue: UInt8? = nil,
        nowNs: Int64 = 100
    ) -> MarketView {
        books.marketView(instrument: 0, venue: venue, rule: rule, nowNs: nowNs)
    }

    @Test("nothing heard: no reference, and neither gapped nor halted")
    func empty() {
        #expect(view(makeBooks()) == MarketView())
    }

    @Test("reference is the mid of the best prices of all venues, rounded down")
    func mid() {
        var books = makeBooks(venues: 3)
        books.apply(ItchBytes.add(1, "B", 1, 10_000), venue: 0, tNs: 10)
        books.apply(ItchBytes.add(1, "S", 1, 10_090), venue: 0, tNs: 11)
        books.apply(ItchBytes.add(1, "S", 1, 10_051), venue: 1, tNs: 12)
        books.apply(ItchBytes.add(1, "B", 1, 9_000), venue: 2, tNs: 13)
        let market = view(books)
        #expect(market.bidPx == Price(units: 10_000))
        #expect(market.askPx == Price(units: 10_051))
        #expect(market.refPx == Price(units: 10_025))
        #expect(market.refTNs == 12)
        #expect(!market.gappedOrCrossed)
        #expect(market.feedSeq == 13)
        #expect(view(books, venue: 0).feedSeq == 11)
    }

    @Test("too wide: the last trade inside the spread, else nothing")
    func lastTrade() {
        var books = makeBooks()
        books.apply(ItchBytes.add(1, "B", 1, 10_000), tNs: 1)
        books.apply(ItchBytes.add(2, "S", 1, 10_101), tNs: 2)
        #expect(view(books).refTNs == 0)
        books.apply(ItchBytes.trade(1, 10_102, match: 1), tNs: 3)
        #expect(view(books).refTNs == 0)
        books.apply(ItchBytes.trade(1, 10_101, match: 2), tNs: 4)
        #expect(view(books).refPx == Price(units: 10_101))
        #expect(view(books).refTNs == 4)
    }

    @Test("exactly the widest spread still has a mid")
    func widest() {
        var books = makeBooks()
        books.apply(ItchBytes.add(1, "B", 1, 10_000))
        books.apply(ItchBytes.add(2, "S", 1, 10_100))
        #expect(view(books).refPx == Price(units: 10_050))
    }

    @Test("our own execution sets no reference, whether we or the feed hear of it first")
    func ownTrades() {
        var books = makeBooks(venues: 2)
        books.apply(ItchBytes.add(1, "B", 50, 10_000), tNs: 1)
        books.apply(ItchBytes.trade(1, 10_010, match: 1), tNs: 2)
        books.noteOwnMatch(instrument: 0, venue: 0, match: 2)
        books.apply(ItchBytes.trade(1, 10_020, match: 2), tNs: 3)
        #expect(view(books).refPx == Price(units: 10_010))
        books.apply(ItchBytes.trade(1, 10_030, match: 3), tNs: 4)
        #expect(view(books).refPx == Price(units: 10_030))
        books.noteOwnMatch(instrument: 0, venue: 0, match: 3)
        #expect(view(books).refPx == Price(units: 10_010))
        // The same number at another venue is another trade.
        books.apply(ItchBytes.trade(1, 10_040, match: 2), venue: 1, tNs: 5)
        #expect(view(books).refPx == Price(units: 10_040))
        // It was a trade all the same: volume and last price count it.
        #expect(books.quoteLine(instrument: 0, venue: 0).volume == OrderQty(units: 3))
        #expect(books.quoteLine(instrument: 0, venue: 0).lastPx == Price(units: 10_030))
    }

    @Test("one order of ours that takes several at once leaves the trade before it")
    func ownSweep() {
        var books = makeBooks()
        books.apply(ItchBytes.add(1, "B", 50, 10_000), tNs: 1)
        books.apply(ItchBytes.trade(1, 10_010, match: 1), tNs: 2)
        for match in UInt64(2)...6 {
            books.apply(ItchBytes.trade(1, 10_020, match: match), tNs: 3)
        }
        for match in UInt64(2)...6 { books.noteOwnMatch(instrument: 0, venue: 0, match: match) }
        #expect(view(books).refPx == Price(units: 10_010))
    }

    @Test("a broken trade is no reference")
    func broken() {
        var books = makeBooks()
        books.apply(ItchBytes.add(1, "B", 50, 10_000), tNs: 1)
        books.apply(ItchBytes.trade(1, 10_010, match: 1), tNs: 2)
        books.apply(ItchBytes.broken(match: 1), tNs: 3)
        #expect(view(books).refTNs == 0)
    }

    @Test("prior close counts in an auction only, and does not age")
    func auction() {
        var books = makeBooks()
        books.apply(ItchBytes.tradingAction("H"))
        #expect(view(books).refTNs == 0)
        #expect(view(books).halted)
        books.apply(ItchBytes.tradingAction("Q"))
        let market = view(books, nowNs: 1_000_000)
        #expect(!market.halted)
        #expect(market.refPx == Price(units: 9_000))
        #expect(market.refTNs == 1_000_000)
        books.apply(ItchBytes.tradingAction("T"))
        #expect(view(books).refTNs == 0)
    }

    @Test("a young candidate is preferred; with none, the first shows its age")
    func ages() {
        var books = makeBooks(venues: 2)
        books.apply(ItchBytes.add(1, "B", 1, 10_000), venue: 0, tNs: 10)
        books.apply(ItchBytes.add(2, "S", 1, 10_020), venue: 0, tNs: 20)
        books.apply(ItchBytes.trade(1, 10_015), venue: 1, tNs: 1_000)
        #expect(view(books, nowNs: 1_020).refPx == Price(units: 10_010))
        #expect(view(books, nowNs: 1_021).refPx == Price(units: 10_015))
        #expect(view(books, nowNs: 9_000).refPx == Price(units: 10_010))
        #expect(view(books, nowNs: 9_000).refTNs == 20)
    }

    @Test("venues crossed with each other are crossed; a venue crossed in itself is left out")
    func crossed() {
        var books = makeBooks(venues: 2)
        books.apply(ItchBytes.add(1, "B", 1, 10_000), venue: 0)
        books.apply(ItchBytes.add(1, "S", 1, 10_000), venue: 1)
        #expect(!view(books).gappedOrCrossed)
        #expect(view(books).refPx == Price(units: 10_000))
        books.apply(ItchBytes.add(2, "B", 1, 10_001), venue: 0)
        #expect(view(books).gappedOrCrossed)
        #expect(view(books).refTNs == 0)
        books.apply(ItchBytes.add(3, "S", 1, 9_999), venue: 0)
        #expect(!view(books).gappedOrCrossed)
        #expect(view(books).bidPx == .zero)
        #expect(view(books, venue: 0).gappedOrCrossed)
    }

    @Test("a gapped or silent venue is left out, and is no destination", arguments: [true, false])
    func gapped(gapped: Bool) {
        var books = makeBooks(venues: 2)
        for venue in UInt8(0)...1 {
            books.apply(ItchBytes.add(1, "B", 1, 10_000 + UInt32(venue)), venue: venue)
            books.apply(ItchBytes.add(2, "S", 1, 10_020), venue: venue)
        }
        books.setFeed(venue: 1, gapped: gapped, stale: !gapped)
        #expect(books.state(instrument: 0, venue: 1).contains(gapped ? .gapped : .stale))
        #expect(view(books).bidPx == Price(units: 10_000))
        #expect(!view(books).gappedOrCrossed)
        #expect(!view(books, venue: 0).gappedOrCrossed)
        #expect(view(books, venue: 1).gappedOrCrossed)
        books.setFeed(venue: 0, gapped: true, stale: false)
        #expect(view(books).gappedOrCrossed)
        #expect(view(books).refTNs == 0)
        books.setFeed(venue: 1, gapped: false, stale: false)
        #expect(view(books).refPx == Price(units: 10_010))
    }

    @Test("a halt or a restriction anywhere holds everywhere, an operational halt only there")
    func halts() {
        var books = makeBooks(venues: 2)
        books.apply(ItchBytes.operationalHalt("H"), venue: 1)
        #expect(!view(books).halted)
        #expect(!view(books, venue: 0).halted)
        #expect(view(books, venue: 1).halted)
        books.apply(ItchBytes.tradingAction("P"), venue: 1)
        #expect(view(books, venue: 0).halted)
        books.apply(ItchBytes.regSHO("1"), venue: 1)
        #expect(view(books, venue: 0).shortRestricted)
    }

    @Test("a book that lacks orders is not believed")
    func lacking() {
        var books = makeBooks(orders: 2)
        books.apply(ItchBytes.add(1, "B", 1, 10_000))
        books.apply(ItchBytes.add(2, "S", 1, 10_020))
        books.apply(ItchBytes.add(3, "S", 1, 10_010))
        #expect(view(books).gappedOrCrossed)
    }
}
