import Crossing
import Vocabulary

/// One instrument at one venue: two sides, what traded, and what is known about its state.
struct Book {
    var bids: PriceLevels
    var asks: PriceLevels
    var trades: RecentTrades
    let isSubscribed: Bool
    /// The last printed trade, whoever's it was: for displays, never for a reference.
    var lastPx: Price = .zero
    var lastQty: OrderQty = .zero
    var volume: OrderQty = .zero
    /// ns UTC, receive time of the last message of this symbol at this venue. 0: none yet.
    var t: Int64 = 0
    var feedSeq: UInt64 = 0

    /// `H` with a state that is neither trading nor quotation: market-wide.
    var isHalted = false
    /// `h`: this market only.
    var isOperationallyHalted = false
    /// `H` `Q`: quotations before an auction reopens trading.
    var isInAuction = false
    var isShortRestricted = false
    /// An order did not fit: the book lacks it and is not believed until the next session.
    var lacksOrders = false

    init(bids: PriceLevels, asks: PriceLevels, trades: RecentTrades, isSubscribed: Bool) {
        self.bids = bids
        self.asks = asks
        self.trades = trades
        self.isSubscribed = isSubscribed
    }

    var isCrossed: Bool {
        bids.count > 0 && asks.count > 0 && bids.best.price > asks.best.price
    }

    var isLocked: Bool {
        bids.count > 0 && asks.count > 0 && bids.best.price == asks.best.price
    }

    /// Whether the best prices shown are the best there are.
    var isComplete: Bool { !lacksOrders && !bids.isExhausted && !asks.isExhausted }

    var isBelievable: Bool { isComplete && !isCrossed }

    @inline(__always)
    var top: BookTop {
        let bid = bids.best
        let ask = asks.best
        return BookTop(bidPx: bid.price, bidQty: bid.qty, askPx: ask.price, askQty: ask.qty)
    }

    /// The state bits this book knows by itself; gap, staleness and market hours are the venue's.
    var ownState: BookState {
        var state: BookState = .subscribed
        state = state.with(.crossed, isCrossed)
        state = state.with(.locked, isLocked)
        state = state.with(.oneSided, bids.count == 0 || asks.count == 0)
        state = state.with(.halted, isHalted || isOperationallyHalted)
        state = state.with(.shortRestricted, isShortRestricted)
        state = state.with(.poolFull, !isComplete)
        return state
    }

    /// As at the start of a session: nothing rests, nothing is known.
    mutating func removeAll() {
        bids.removeAll()
        asks.removeAll()
        trades.removeAll()
        lastPx = .zero
        lastQty = .zero
        volume = .zero
        isHalted = false
        isOperationallyHalted = false
        isInAuction = false
        isShortRestricted = false
        lacksOrders = false
    }

    /// - Returns: `false` when a price was given up because the side is full.
    @inline(__always)
    mutating func add(_ change: LevelChange) -> Bool {
        change.isBid ? bids.add(change) : asks.add(change)
    }

    @inline(__always)
    mutating func take(_ change: LevelChange) {
        if change.isBid { bids.take(change) } else { asks.take(change) }
    }
}

// Bit by bit: the set operations of the standard library are generic, and an empty array literal is
// an allocation to the compiler.
extension BookState {
    static var nothing: BookState { BookState(rawValue: 0) }

    @inline(__always)
    func with(_ bits: BookState, _ holds: Bool) -> BookState {
        BookState(rawValue: rawValue | (holds ? bits.rawValue : 0))
    }
}
