package import Vocabulary

/// One price of one side: what rests there in all.
package struct PriceLevel: Equatable, BitwiseCopyable, Sendable {
    package var price: Price
    package var qty: OrderQty
    package var orderCount: Int

    static var vacant: PriceLevel { PriceLevel(price: .zero, qty: .zero, orderCount: 0) }
}

/// One side of one book: its prices in order, the best one last, in a fixed stretch of the arena.
///
/// Most messages touch the best few prices, so the search begins there, and what moves when a
/// price comes or goes is only what lies above it.
///
/// A side that is full gives up its worst price and remembers it as the *cut*: prices at or behind
/// the cut are no longer followed, prices before it stay exact. Only when nothing exact is left is
/// the side unknown (``isExhausted``); the book is then marked and no decision is taken on it.
@safe
package struct PriceLevels {
    package private(set) var count = 0
    private let capacity: Int
    /// Best is always the largest key: bids count up, asks down.
    private let sign: Int64
    private var cutKey: Int64
    private let levels: UnsafeMutablePointer<PriceLevel>

    /// Below every key a four- or eight-byte price can make.
    private static var noCut: Int64 { Int64.min }

    @unsafe
    init(levels: UnsafeMutablePointer<PriceLevel>, capacity: Int, isBid: Bool) {
        unsafe self.levels = levels
        self.capacity = capacity
        self.sign = isBid ? 1 : -1
        self.cutKey = Self.noCut
    }

    /// Nothing exact is left, and something lies behind the cut.
    package var isExhausted: Bool { count == 0 && cutKey != Self.noCut }

    /// The level at `depth` from the best, which is 0.
    @inline(__always)
    package func level(at depth: Int) -> PriceLevel? {
        guard depth >= 0, depth < count else { return nil }
        return unsafe levels[count - 1 - depth]
    }

    @inline(__always)
    package var best: PriceLevel { count > 0 ? unsafe levels[count - 1] : .vacant }

    mutating func removeAll() {
        count = 0
        cutKey = Self.noCut
    }

    /// - Returns: `false` when a price had to be given up to the cut.
    @inline(__always)
    mutating func add(_ change: LevelChange) -> Bool {
        let key = sign * change.price.units
        guard key > cutKey else { return false }
        let index = insertionIndex(of: key)
        if index > 0, self.key(at: index - 1) == key {
            unsafe levels[index - 1].qty = unsafe levels[index - 1].qty + change.qty
            unsafe levels[index - 1].orderCount += 1
            return true
        }
        let level = PriceLevel(price: change.price, qty: change.qty, orderCount: 1)
        guard count == capacity else {
            open(at: index)
            unsafe levels[index] = level
            return true
        }
        giveUpWorst(for: level, key: key, at: index)
        return false
    }

    @inline(__always)
    mutating func take(_ change: LevelChange) {
        let key = sign * change.price.units
        guard key > cutKey else { return }
        let index = insertionIndex(of: key) - 1
        invariant(
            index >= 0 && self.key(at: max(index, 0)) == key,
            "an order before the cut has its level"
        )
        let level = unsafe levels[index]
        invariant(level.qty >= change.qty, "a level holds the sum of its orders")
        unsafe levels[index].qty = level.qty - change.qty
        guard change.wholeOrder else { return }
        unsafe levels[index].orderCount = level.orderCount - 1
        if level.orderCount == 1 {
            invariant(level.qty == change.qty, "the last order of a level leaves nothing behind")
            close(at: index)
        }
    }

    @inline(__always)
    private func key(at index: Int) -> Int64 { unsafe sign * levels[index].price.units }

    /// One behind the last level whose key is at most `key`.
    ///
    /// The best eight prices one by one, the rest by halving: at most 8 + log2(capacity) looks.
    @inline(__always)
    private func insertionIndex(of key: Int64) -> Int {
        var high = count
        let near = max(0, count - 8)
        while high > near {
            if self.key(at: high - 1) <= key { return high }
            high -= 1
        }
        var low = 0
        while low < high {
            let middle = (low + high) / 2
            if self.key(at: middle) <= key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    @inline(__always)
    private mutating func open(at index: Int) {
        let above = count - index
        move(from: index, to: index + 1, count: above)
        count += 1
    }

    @inline(__always)
    private mutating func close(at index: Int) {
        let above = count - index - 1
        move(from: index + 1, to: index, count: above)
        count -= 1
    }

    /// As raw bytes: levels are plain values, and nothing is to be torn down.
    @inline(__always)
    private func move(from source: Int, to target: Int, count: Int) {
        unsafe UnsafeMutableRawPointer(levels + target).copyMemory(
            from: levels + source,
            byteCount: count * MemoryLayout<PriceLevel>.stride
        )
    }

    // Out of line: a side is full once, if ever.
    @inline(never)
    private mutating func giveUpWorst(for level: PriceLevel, key: Int64, at index: Int) {
        guard index > 0 else {
            cutKey = key
            return
        }
        cutKey = self.key(at: 0)
        move(from: 1, to: 0, count: index - 1)
        unsafe levels[index - 1] = level
    }

    /// Prices in order, nothing empty. Tests call it after every message.
    package func checkInvariants() {
        for index in 0..<count {
            invariant(unsafe levels[index].qty > .zero, "a level holds something")
            invariant(unsafe levels[index].orderCount > 0, "a level has orders")
            invariant(key(at: index) > cutKey, "every level kept lies before the cut")
            guard index > 0 else { continue }
            invariant(key(at: index) > key(at: index - 1), "levels are in order, best last")
        }
    }
}
