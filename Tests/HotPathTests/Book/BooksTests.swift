import Crossing
import HotPath
import Testing
import Vocabulary

extension Books {
    /// One message, received at `tNs`, numbered by the time for brevity.
    @discardableResult
    mutating func apply(_ bytes: [UInt8], venue: UInt8 = 0, tNs: Int64 = 1) -> BookChange {
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return BookChange.none }
            return apply(
                venue: venue,
                message: base,
                length: raw.count,
                tNs: tNs,
                seq: UInt64(tNs)
            )
        }
    }

    /// Levels from the best on as `price×quantity/orders`.
    func side(_ isBid: Bool, instrument: UInt16 = 0, venue: UInt8 = 0) -> [String] {
        (0..<levelCount(instrument: instrument, venue: venue, isBid: isBid)).compactMap { depth in
            level(instrument: instrument, venue: venue, isBid: isBid, depth: depth).map {
                "\($0.price.units)×\($0.qty.units)/\($0.orderCount)"
            }
        }
    }

    var bids: [String] { side(true) }
    var asks: [String] { side(false) }
}

func makeBooks(
    _ symbols: [String] = ["AAA"],
    venues: Int = 1,
    orders: Int = 1_000,
    levels: Int = 64
) -> Books {
    Books(
        venueCount: venues,
        symbols: symbols.map { Symbol($0) ?? .blank },
        ordersMax: orders,
        levelsMax: levels
    )
}

@Suite("A book, as messages arrive")
struct BooksTests {
    @Test("adds join their price; the best price comes first on either side")
    func adds() {
        var books = makeBooks()
        books.apply(ItchBytes.add(1, "B", 100, 10_000))
        books.apply(ItchBytes.add(2, "B", 200, 10_100))
        books.apply(ItchBytes.add(3, "B", 300, 10_000, attribution: "NITE"))
        books.apply(ItchBytes.add(4, "S", 400, 10_300))
        books.apply(ItchBytes.add(5, "S", 500, 10_200))

        #expect(books.bids == ["10100×200/1", "10000×400/2"])
        #expect(books.asks == ["10200×500/1", "10300×400/1"])
        #expect(
            books.bbo(instrument: 0, venue: 0)
                == BookTop(
                    bidPx: Price(units: 10_100),
                    bidQty: OrderQty(units: 200),
                    askPx: Price(units: 10_200),
                    askQty: OrderQty(units: 500)
                )
        )
    }

    @Test("executions and cancels take shares; the order is gone with its last one")
    func reductions() {
        var books = makeBooks()
        books.apply(ItchBytes.add(1, "B", 100, 10_000))
        books.apply(ItchBytes.execute(1, 30))
        #expect(books.bids == ["10000×70/1"])
        books.apply(ItchBytes.cancel(1, 20))
        #expect(books.bids == ["10000×50/1"])
        books.apply(ItchBytes.execute(1, 50, at: 9_900))
        #expect(books.bids.isEmpty)
        #expect(books.orderCount(venue: 0) == 0)
        books.apply(ItchBytes.delete(1))
        #expect(books.counters(venue: 0).unknownRefsDeleted == 1)
    }

    @Test("a replace keeps side and symbol and moves to a new reference")
    func replaces() {
        var books = makeBooks()
        books.apply(ItchBytes.add(1, "S", 100, 10_000))
        books.apply(ItchBytes.replace(1, with: 2, 60, 10_100))
        #expect(books.asks == ["10100×60/1"])
        books.apply(ItchBytes.delete(1))
        books.apply(ItchBytes.delete(2))
        #expect(books.asks.isEmpty)
        #expect(books.counters(venue: 0).unknownRefsDeleted == 1)
    }

    @Test("trades, crosses and broken trades move last price and volume, never the book")
    func trades() {
        var books = makeBooks()
        books.apply(ItchBytes.add(1, "B", 100, 10_000))
        books.apply(ItchBytes.trade(10, 10_050, match: 7), tNs: 5)
        books.apply(ItchBytes.cross(1_000, 10_060, match: 8))
        books.apply(ItchBytes.cross(0, 10_070, match: 9))
        books.apply(ItchBytes.execute(1, 20, at: 10_010, printable: "N", match: 10))
        var line = books.quoteLine(instrument: 0, venue: 0)
        #expect(line.lastPx == Price(units: 10_060))
        #expect(line.lastQty == OrderQty(units: 1_000))
        #expect(line.volume == OrderQty(units: 1_010))
        books.apply(ItchBytes.broken(match: 8), tNs: 9)
        line = books.quoteLine(instrument: 0, venue: 0)
        #expect(line.volume == OrderQty(units: 10))
        #expect(line.t == 9)
        #expect(line.feedSeq == 9)
        #expect(books.bids == ["10000×80/1"])
    }

    @Test("unknown references are counted by type and change nothing")
    func unknownReferences() {
        var books = makeBooks()
        books.apply(ItchBytes.directory("AAA", locate: 1))
        books.apply(ItchBytes.execute(9, 1))
        books.apply(ItchBytes.execute(9, 1, at: 1))
        books.apply(ItchBytes.cancel(9, 1))
        books.apply(ItchBytes.delete(9))
        books.apply(ItchBytes.replace(9, with: 10, 1, 1))
        let counters = books.counters(venue: 0)
        #expect(counters.unknownRefsExecuted == 1)
        #expect(counters.unknownRefsExecutedWithPrice == 1)
        #expect(counters.unknownRefsCanceled == 1)
        #expect(counters.unknownRefsDeleted == 1)
        #expect(counters.unknownRefsReplaced == 1)
        #expect(books.bids.isEmpty && books.asks.isEmpty)
    }

    @Test("nonsense is counted: no side, no shares, a reference twice, more taken than rested")
    func nonsense() {
        var books = makeBooks()
        books.apply(ItchBytes.add(1, "?", 100, 10_000))
        books.apply(ItchBytes.add(1, "B", 0, 10_000))
        books.apply(ItchBytes.add(1, "B", 100, 10_000))
        books.apply(ItchBytes.add(1, "B", 50, 10_100))
        #expect(books.bids == ["10000×100/1"])
        books.apply(ItchBytes.execute(1, 101))
        #expect(books.bids.isEmpty)
        let counters = books.counters(venue: 0)
        #expect(counters.nonsense == 2)
        #expect(counters.duplicateRefs == 1)
        #expect(counters.overreduced == 1)
        #expect(books.quoteLine(instrument: 0, venue: 0).volume == OrderQty(units: 100))
    }

    @Test("a message cut anywhere is counted and changes nothing", arguments: 1..<36)
    func cut(length: Int) {
        var books = makeBooks()
        let change = books.apply(Array(ItchBytes.add(1, "B", 100, 10_000).prefix(length)))
        #expect(change == .none)
        #expect(books.counters(venue: 0).badLength == 1)
        #expect(books.bids.isEmpty)
    }

    @Test("a longer message is read by its known prefix, an unknown type is skipped")
    func future() {
        var books = makeBooks()
        books.apply(ItchBytes.add(1, "B", 100, 10_000) + [1, 2, 3])
        #expect(books.bids == ["10000×100/1"])
        #expect(books.apply(ItchBytes.header("z", 1)) == .none)
        #expect(books.counters(venue: 0).unknownTypes == 1)
    }

    @Test("other symbols are not followed, nor counted as unknown")
    func filter() {
        var books = makeBooks(["AAA", "BBB"])
        books.apply(ItchBytes.directory("CCC", locate: 3))
        books.apply(ItchBytes.add(1, "B", 100, 10_000, locate: 3, stock: "CCC"))
        books.apply(ItchBytes.delete(1, locate: 3))
        books.apply(ItchBytes.add(2, "B", 100, 10_000, locate: 2, stock: "BBB"))
        #expect(books.orderCount(venue: 0) == 1)
        #expect(books.side(true, instrument: 1) == ["10000×100/1"])
        #expect(books.counters(venue: 0).unknownRefsDeleted == 0)
    }

    @Test("a locate that changes hands in the directory changes books")
    func relearned() {
        var books = makeBooks(["AAA", "BBB"])
        books.apply(ItchBytes.directory("AAA", locate: 1))
        books.apply(ItchBytes.directory("BBB", locate: 1))
        books.apply(ItchBytes.add(1, "B", 100, 10_000))
        #expect(books.bids.isEmpty)
        #expect(books.side(true, instrument: 1) == ["10000×100/1"])
    }

    @Test("what changed is told: book, best prices, trades")
    func changes() {
        var books = makeBooks()
        #expect(books.apply(ItchBytes.add(1, "B", 100, 10_000)).bboChanged)
        let deep = books.apply(ItchBytes.add(2, "B", 100, 9_000))
        #expect(deep.kinds == .book)
        #expect(deep.instrument == 0)
        let fill = books.apply(ItchBytes.execute(1, 10))
        #expect(fill.bboChanged && fill.traded)
        #expect(books.apply(ItchBytes.trade(10, 10_000)).kinds == .trade)
        #expect(books.apply(ItchBytes.systemEvent("Q")).kinds == .venue)
    }

    @Test("halts, restrictions and hours are states; an unknown byte is the stricter one")
    func states() {
        var books = makeBooks()
        func holds(_ state: BookState) -> Bool {
            books.state(instrument: 0, venue: 0).contains(state)
        }
        books.apply(ItchBytes.tradingAction("T"))
        #expect(!holds(.halted))
        for state in "HPx" {
            books.apply(ItchBytes.tradingAction(state))
            #expect(holds(.halted))
        }
        books.apply(ItchBytes.tradingAction("T"))
        books.apply(ItchBytes.operationalHalt("H"))
        #expect(holds(.halted))
        books.apply(ItchBytes.operationalHalt("T"))
        #expect(!holds(.halted))
        for (action, restricted) in [("0", false), ("1", true), ("0", false), ("2", true)] {
            books.apply(ItchBytes.regSHO(Character(action)))
            #expect(holds(.shortRestricted) == restricted)
        }
        #expect(!holds(.marketClosed) && !holds(.marketOpen))
        books.apply(ItchBytes.systemEvent("S"))
        #expect(holds(.marketClosed))
        books.apply(ItchBytes.systemEvent("Q"))
        #expect(holds(.marketOpen) && !holds(.marketClosed))
        books.apply(ItchBytes.systemEvent("M"))
        #expect(holds(.marketClosed))
    }

    @Test("one-sided, locked and crossed are told from the best prices")
    func shapes() {
        var books = makeBooks()
        func state() -> BookState {
            books.state(instrument: 0, venue: 0).intersection([.oneSided, .locked, .crossed])
        }
        #expect(state() == .oneSided)
        books.apply(ItchBytes.add(1, "B", 100, 10_000))
        #expect(state() == .oneSided)
        books.apply(ItchBytes.add(2, "S", 100, 10_001))
        #expect(state() == [])
        books.apply(ItchBytes.add(3, "S", 100, 10_000))
        #expect(state() == .locked)
        books.apply(ItchBytes.add(4, "S", 100, 9_999))
        #expect(state() == .crossed)
    }

    @Test("a full table refuses the order and marks the book; a new session begins clean")
    func poolFull() {
        var books = makeBooks(orders: 2)
        for reference in UInt64(1)...3 {
            books.apply(ItchBytes.add(reference, "B", 100, 10_000))
        }
        #expect(books.bids == ["10000×200/2"])
        #expect(books.counters(venue: 0).ordersRefused == 1)
        #expect(books.state(instrument: 0, venue: 0).contains(.poolFull))
        books.removeAll(venue: 0)
        #expect(books.orderCount(venue: 0) == 0)
        #expect(books.state(instrument: 0, venue: 0) == [.subscribed, .oneSided])
        books.apply(ItchBytes.add(1, "S", 5, 10_000))
        #expect(books.asks == ["10000×5/1"])
    }

    @Test("a full side gives up its worst price and stays exact before it")
    func levelsCut() {
        var books = makeBooks(levels: 2)
        books.apply(ItchBytes.add(1, "B", 1, 10))
        books.apply(ItchBytes.add(2, "B", 1, 30))
        books.apply(ItchBytes.add(3, "B", 1, 20))
        #expect(books.bids == ["30×1/1", "20×1/1"])
        books.apply(ItchBytes.add(4, "B", 1, 5))
        books.apply(ItchBytes.delete(1))
        books.apply(ItchBytes.delete(2))
        #expect(books.bids == ["20×1/1"])
        #expect(!books.state(instrument: 0, venue: 0).contains(.poolFull))
        #expect(books.counters(venue: 0).levelsCut == 2)
        // Order 4 still rests behind the cut: with 20 gone, nobody knows the best bid.
        books.apply(ItchBytes.delete(3))
        #expect(books.state(instrument: 0, venue: 0).contains(.poolFull))
    }

    @Test("an order is 32 bytes")
    func layout() {
        #expect(MemoryLayout<BookOrder>.stride == 32)
    }
}
