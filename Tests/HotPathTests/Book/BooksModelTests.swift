import Crossing
import HotPath
import Testing
import Vocabulary

/// The book as one would write it without a thought for speed: the judge.
private struct NaiveBook {
    struct Order {
        var symbol: Int
        var isBid: Bool
        var price: Int64
        var qty: Int64
    }
    struct Level: Equatable {
        var price: Int64
        var qty: Int64
        var orders: Int
    }

    var orders: [UInt64: Order] = [:]
    /// Two sides a symbol, each sorted with the best price first.
    var sides: [[Level]]

    init(symbols: Int) { sides = Array(repeating: [], count: symbols * 2) }

    mutating func add(_ reference: UInt64, _ order: Order) {
        guard orders[reference] == nil, order.qty > 0 else { return }
        orders[reference] = order
        change(order, qty: order.qty, orders: 1)
    }

    mutating func take(_ reference: UInt64, _ qty: Int64) {
        guard let order = orders[reference], qty > 0 else { return }
        if qty >= order.qty {
            orders[reference] = nil
            change(order, qty: -order.qty, orders: -1)
        } else {
            orders[reference]?.qty -= qty
            change(order, qty: -qty, orders: 0)
        }
    }

    mutating func replace(_ reference: UInt64, _ new: UInt64, _ qty: Int64, _ price: Int64) {
        guard var order = orders[reference] else { return }
        take(reference, order.qty)
        order.qty = qty
        order.price = price
        add(new, order)
    }

    private mutating func change(_ order: Order, qty: Int64, orders: Int) {
        let side = order.symbol * 2 + (order.isBid ? 0 : 1)
        let place = sides[side].firstIndex {
            order.isBid ? $0.price <= order.price : $0.price >= order.price
        }
        if let place, sides[side][place].price == order.price {
            sides[side][place].qty += qty
            sides[side][place].orders += orders
            if sides[side][place].orders == 0 { sides[side].remove(at: place) }
        } else {
            let level = Level(price: order.price, qty: qty, orders: orders)
            sides[side].insert(level, at: place ?? sides[side].endIndex)
        }
    }
}

/// A seeded stream: adds, executions, cancels, deletes, replaces; some of it nonsense.
private struct Stream {
    var random: SplitMix64
    var live: [UInt64] = []
    var nextReference: UInt64 = 1
    static let symbols = ["AAA", "BBB", "CCC"]

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    private mutating func anyReference() -> UInt64 {
        // One in twenty was never given out, or is long gone.
        guard below(20) > 0, !live.isEmpty else { return random.next() % (nextReference + 50) }
        return live[below(live.count)]
    }

    /// The bytes, and the same applied to the model.
    mutating func step(_ model: inout NaiveBook) -> [UInt8] {
        let price = UInt32(10_000 + below(40))
        let shares = UInt32(below(50) == 0 ? 0 : 1 + below(300))
        let kind = below(100)
        if live.count < 10 || kind < 42 { return add(&model, shares: shares, price: price) }

        let reference = anyReference()
        let symbol = model.orders[reference]?.symbol ?? 0
        let locate = UInt16(symbol + 1)
        defer { live.removeAll { $0 == reference && model.orders[reference] == nil } }
        switch kind {
        case 42..<55:
            model.take(reference, Int64(shares))
            return ItchBytes.execute(reference, shares, match: random.next(), locate: locate)
        case 55..<60:
            model.take(reference, Int64(shares))
            return ItchBytes.execute(reference, shares, at: price, locate: locate)
        case 60..<68:
            model.take(reference, Int64(shares))
            return ItchBytes.cancel(reference, shares, locate: locate)
        case 68..<85:
            model.take(reference, Int64.max)
            return ItchBytes.delete(reference, locate: locate)
        case 85..<97:
            let new = nextReference
            nextReference += 1
            if model.orders[reference] != nil { live.append(new) }
            model.replace(reference, new, Int64(shares), Int64(price))
            return ItchBytes.replace(reference, with: new, shares, price, locate: locate)
        default:
            return ItchBytes.trade(shares, price, locate: locate, stock: Self.symbols[symbol])
        }
    }

    private mutating func add(
        _ model: inout NaiveBook,
        shares: UInt32,
        price: UInt32
    ) -> [UInt8] {
        let symbol = below(3)
        let isBid = below(2) == 0
        // One in a hundred repeats a reference that may still rest (in a book that is followed:
        // nobody can know the others' references).
        let repeated = live.isEmpty ? 0 : live[below(live.count)]
        let isRepeat = below(100) == 0 && (model.orders[repeated]?.symbol ?? 2) < 2
        let reference = isRepeat ? repeated : nextReference
        if !isRepeat {
            nextReference += 1
            live.append(reference)
        }
        let order = NaiveBook.Order(
            symbol: symbol,
            isBid: isBid,
            price: Int64(price),
            qty: Int64(shares)
        )
        model.add(reference, order)
        return ItchBytes.add(
            reference,
            isBid ? "B" : "S",
            shares,
            price,
            locate: UInt16(symbol + 1),
            stock: Self.symbols[symbol],
            attribution: below(10) == 0 ? "NITE" : nil
        )
    }
}

@Suite("Books and a naive model")
struct BooksModelTests {
    /// Levels that differ, `nil` when none do. `exact`: the side may not end before the model's.
    private func difference(
        _ books: borrowing Books,
        _ model: NaiveBook,
        symbol: Int,
        exact: Bool
    ) -> String? {
        for isBid in [true, false] {
            let expected = model.sides[symbol * 2 + (isBid ? 0 : 1)]
            let instrument = UInt16(symbol)
            let count = books.levelCount(instrument: instrument, venue: 0, isBid: isBid)
            let unknown =
                count == 0
                && books.state(instrument: instrument, venue: 0).contains(.poolFull)
            if exact ? count != expected.count : count == 0 && !expected.isEmpty && !unknown {
                return "symbol \(symbol) bid \(isBid): \(count) levels, not \(expected.count)"
            }
            for depth in 0..<count {
                guard
                    let level = books.level(
                        instrument: instrument,
                        venue: 0,
                        isBid: isBid,
                        depth: depth
                    ), depth < expected.count,
                    level.price.units == expected[depth].price,
                    level.qty.units == expected[depth].qty,
                    level.orderCount == expected[depth].orders
                else { return "symbol \(symbol) bid \(isBid) depth \(depth)" }
            }
        }
        return nil
    }

    private func run(seed: UInt64, messages: Int, levels: Int, exact: Bool) -> String? {
        var stream = Stream(seed: seed)
        var model = NaiveBook(symbols: 3)
        // CCC is not subscribed: nothing of it may leave a trace.
        var books = makeBooks(["AAA", "BBB", ""], orders: 16_384, levels: levels)
        for (index, symbol) in Stream.symbols.enumerated() {
            books.apply(ItchBytes.directory(symbol, locate: UInt16(index + 1)))
        }
        for count in 1...messages {
            books.apply(stream.step(&model))
            for symbol in 0..<2 {
                if let found = difference(books, model, symbol: symbol, exact: exact) {
                    return "seed \(seed), message \(count): \(found)"
                }
            }
            if count % 1_000 == 0 { books.checkInvariants() }
        }
        let resting = model.orders.values.filter { $0.symbol < 2 }.count
        return books.orderCount(venue: 0) == resting ? nil : "seed \(seed): resting orders"
    }

    @Test("agree on every level after every one of 10 000 messages", arguments: UInt64(1)...100)
    func agrees(seed: UInt64) {
        let found = run(seed: seed, messages: 10_000, levels: 64, exact: true)
        #expect(found == nil, "\(found ?? "")")
    }

    @Test("with few levels, what is shown is exact and the unknown is marked", arguments: 1...20)
    func agreesBeforeTheCut(seed: Int) {
        let found = run(seed: UInt64(seed), messages: 10_000, levels: 4, exact: false)
        #expect(found == nil, "\(found ?? "")")
    }

    @Test("a table at its limit finds every order, whatever the references", arguments: 1...20)
    func ordersFound(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var books = makeBooks(orders: 256, levels: 4)
        var live: [UInt64] = []
        for _ in 0..<5_000 {
            if live.count < 256, random.next() % 2 == 0 || live.isEmpty {
                // Steps, as venues make them, and anything at all.
                let reference =
                    random.next() % 4 == 0
                    ? random.next() : (live.last ?? 0) &+ 1 &+ random.next() % 4 * 64
                guard !live.contains(reference) else { continue }
                books.apply(ItchBytes.add(reference, "B", 1, 10))
                live.append(reference)
            } else {
                let index = Int(random.next() % UInt64(live.count))
                books.apply(ItchBytes.delete(live.remove(at: index)))
            }
            #expect(books.orderCount(venue: 0) == live.count)
        }
        books.checkInvariants()
        #expect(books.counters(venue: 0).unknownRefsDeleted == 0)
        #expect(books.counters(venue: 0).ordersRefused == 0)
    }
}
