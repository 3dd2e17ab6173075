import Vocabulary

/// One trade of a book that could set a reference price.
struct BookTrade: BitwiseCopyable, Sendable {
    var px: Price = .zero
    var qty: OrderQty = .zero
    var match: UInt64 = 0
    /// ns UTC, receive time. 0: no trade.
    var t: Int64 = 0
    /// Neither ours nor broken.
    var usable = false
}

/// The last eight printed trades of one book.
///
/// Why eight: our own execution may be read on the feed before the venue's report names its match
/// number, and one order of ours may take several resting orders at once. What is ours is marked
/// afterwards and the newest trade of somebody else is the last trade again.
@safe
struct RecentTrades {
    private let trades: UnsafeMutablePointer<BookTrade>
    private var newest = 0

    static var count: Int { 8 }

    @unsafe
    init(trades: UnsafeMutablePointer<BookTrade>) { unsafe self.trades = trades }

    mutating func removeAll() {
        for index in 0..<Self.count { unsafe trades[index] = BookTrade() }
    }

    @inline(__always)
    mutating func add(_ trade: BookTrade) {
        newest = (newest + 1) % Self.count
        unsafe trades[newest] = trade
    }

    /// The newest trade that is neither ours nor broken, if there is one among the last eight.
    @inline(__always)
    var lastUsable: BookTrade? {
        for age in 0..<Self.count {
            let trade = unsafe trades[(newest + Self.count - age) % Self.count]
            if trade.usable { return trade }
        }
        return nil
    }

    /// The trade will set no reference any more.
    ///
    /// - Returns: the trade, or `nil` when it is not among the last eight.
    mutating func discard(match: UInt64) -> BookTrade? {
        for index in 0..<Self.count
        where unsafe trades[index].t != 0 && trades[index].match == match {
            unsafe trades[index].usable = false
            return unsafe trades[index]
        }
        return nil
    }
}

/// The last executions of our own, by venue and match number (OUCH and ITCH share it), for those
/// the venue reports to us before its feed shows them.
@safe
struct OwnMatches: ~Copyable {
    private struct Entry: BitwiseCopyable {
        var match: UInt64 = 0
        var venue: UInt8 = 0
        var used = false
    }

    private let entries: UnsafeMutablePointer<Entry>
    private var newest = 0

    private static var count: Int { 64 }

    init() {
        unsafe entries = .allocate(capacity: Self.count)
        unsafe entries.initialize(repeating: Entry(), count: Self.count)
    }

    deinit { unsafe entries.deallocate() }

    mutating func add(venue: UInt8, match: UInt64) {
        newest = (newest + 1) % Self.count
        unsafe entries[newest] = Entry(match: match, venue: venue, used: true)
    }

    func contains(venue: UInt8, match: UInt64) -> Bool {
        for index in 0..<Self.count {
            let entry = unsafe entries[index]
            if entry.used && entry.match == match && entry.venue == venue { return true }
        }
        return false
    }
}
