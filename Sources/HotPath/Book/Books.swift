package import Vocabulary
import Wire

/// The books of the subscribed symbols at every venue, built from the venues' feeds.
///
/// A message of another symbol costs its header and one look into a table of two bytes a locate.
/// Everything is allocated and written in `init`; nothing grows. Engine thread only.
@safe
package struct Books: ~Copyable {
    package let venueCount: Int
    package let instrumentCount: Int

    let books: UnsafeMutablePointer<Book>
    let venues: UnsafeMutablePointer<BookVenue>
    private let levels: UnsafeMutablePointer<PriceLevel>
    private let trades: UnsafeMutablePointer<BookTrade>
    let symbols: SymbolIndex
    var ownMatches = OwnMatches()

    /// References older than this are too old (semantics.md §3.4): the engine stood still then. ns UTC.
    package var staleBeforeNs: Int64 = 0

    /// - Parameters:
    ///   - venueCount: at most 16.
    ///   - symbols: by instrument number; `.blank` where it is not subscribed. At most 4 096.
    ///   - ordersMax: resting orders a venue, over all subscribed symbols.
    ///   - levelsMax: prices a side of one book.
    package init(venueCount: Int, symbols: [Symbol], ordersMax: Int, levelsMax: Int) {
        invariant((1...16).contains(venueCount), "there are 1 to 16 venues")
        invariant(symbols.count <= 4_096, "there are at most 4 096 instruments")
        invariant(levelsMax > 0, "a side has room for at least one price")
        self.venueCount = venueCount
        self.instrumentCount = symbols.count
        self.symbols = SymbolIndex(symbols)

        let bookCount = venueCount * symbols.count
        let sides = 2 * venueCount * symbols.count { $0 != .blank }
        unsafe books = .allocate(capacity: max(1, bookCount))
        unsafe venues = .allocate(capacity: venueCount)
        unsafe levels = .allocate(capacity: max(1, sides * levelsMax))
        unsafe levels.initialize(repeating: .vacant, count: sides * levelsMax)
        unsafe trades = .allocate(capacity: max(1, bookCount * RecentTrades.count))
        unsafe trades.initialize(
            repeating: BookTrade(),
            count: bookCount * RecentTrades.count
        )

        var nextLevels = unsafe levels
        for venue in 0..<venueCount {
            unsafe (venues + venue).initialize(to: BookVenue(ordersMax: ordersMax))
            for instrument in 0..<symbols.count {
                let index = venue * symbols.count + instrument
                let isSubscribed = symbols[instrument] != .blank
                let capacity = isSubscribed ? levelsMax : 0
                let bids = unsafe PriceLevels(levels: nextLevels, capacity: capacity, isBid: true)
                unsafe nextLevels += capacity
                let asks = unsafe PriceLevels(levels: nextLevels, capacity: capacity, isBid: false)
                unsafe nextLevels += capacity
                let recent = unsafe RecentTrades(trades: trades + index * RecentTrades.count)
                unsafe (books + index).initialize(
                    to: Book(bids: bids, asks: asks, trades: recent, isSubscribed: isSubscribed)
                )
            }
        }
    }

    deinit {
        unsafe venues.deinitialize(count: venueCount)
        unsafe venues.deallocate()
        unsafe books.deallocate()
        unsafe levels.deallocate()
        unsafe trades.deallocate()
    }

    /// A new session of the venue: nothing rests, locates and states are to be learned again.
    ///
    /// The one operation that takes time by the size of the table; it happens when a venue starts.
    @_noLocks @_noAllocation
    package mutating func removeAll(venue: UInt8) {
        guard Int(venue) < venueCount else { return }
        unsafe venues[Int(venue)].removeAll()
        for instrument in 0..<instrumentCount {
            unsafe books[Int(venue) * instrumentCount + instrument].removeAll()
        }
    }

    /// What the feed session knows: `gapped` while messages are missing, `stale` when it is silent.
    @_noLocks @_noAllocation
    package mutating func setFeed(venue: UInt8, gapped: Bool, stale: Bool) {
        guard Int(venue) < venueCount else { return }
        unsafe venues[Int(venue)].isGapped = gapped
        unsafe venues[Int(venue)].isStale = stale
    }

    /// An execution of ours: the trade with this match number sets no reference, whether the feed
    /// shows it later or has shown it among the last eight of its book.
    @_noLocks @_noAllocation
    package mutating func noteOwnMatch(instrument: UInt16, venue: UInt8, match: UInt64) {
        guard let index = index(instrument: instrument, venue: venue) else { return }
        if unsafe books[index].trades.discard(match: match) != nil { return }
        ownMatches.add(venue: venue, match: match)
    }

    @inline(__always)
    func index(instrument: UInt16, venue: UInt8) -> Int? {
        guard Int(instrument) < instrumentCount, Int(venue) < venueCount else { return nil }
        return Int(venue) * instrumentCount + Int(instrument)
    }
}
