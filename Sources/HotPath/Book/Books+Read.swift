package import Crossing
import Vocabulary

// What others read of a book.
extension Books {
    /// Best bid and offer at one venue; empty for an instrument without a book.
    @_noLocks @_noAllocation
    package func bbo(instrument: UInt16, venue: UInt8) -> BookTop {
        guard let index = index(instrument: instrument, venue: venue) else { return .empty }
        return unsafe books[index].top
    }

    /// Empty for an instrument without a book.
    @_noLocks @_noAllocation
    package func state(instrument: UInt16, venue: UInt8) -> BookState {
        guard let index = index(instrument: instrument, venue: venue) else { return .nothing }
        return unsafe state(of: books[index], venue: venues[Int(venue)].state)
    }

    /// Whether a decision may rest on this book: its feed is neither gapped nor silent, it lacks
    /// nothing, and it is not crossed in itself.
    @_noLocks @_noAllocation
    package func isBelieved(instrument: UInt16, venue: UInt8) -> Bool {
        guard let index = index(instrument: instrument, venue: venue) else { return false }
        return unsafe books[index].isSubscribed && books[index].isBelievable
            && venues[Int(venue)].isTrusted
    }

    /// As the quotes page shows it.
    @_noLocks @_noAllocation
    package func quoteLine(instrument: UInt16, venue: UInt8) -> QuoteLine {
        var line = QuoteLine()
        line.instrument = instrument
        line.venue = venue
        guard let index = index(instrument: instrument, venue: venue) else { return line }
        let book = unsafe books[index]
        let top = book.top
        line.bidPx = top.bidPx
        line.bidQty = top.bidQty
        line.askPx = top.askPx
        line.askQty = top.askQty
        line.lastPx = book.lastPx
        line.lastQty = book.lastQty
        line.volume = book.volume
        line.t = book.t
        line.state = unsafe state(of: book, venue: venues[Int(venue)].state).rawValue
        line.feedSeq = book.feedSeq
        return line
    }

    /// The price level `depth` places behind the best one, which is 0.
    package func level(instrument: UInt16, venue: UInt8, isBid: Bool, depth: Int) -> PriceLevel? {
        guard let index = index(instrument: instrument, venue: venue) else { return nil }
        return unsafe isBid
            ? books[index].bids.level(at: depth) : books[index].asks.level(at: depth)
    }

    package func levelCount(instrument: UInt16, venue: UInt8, isBid: Bool) -> Int {
        guard let index = index(instrument: instrument, venue: venue) else { return 0 }
        return unsafe isBid ? books[index].bids.count : books[index].asks.count
    }

    /// Orders resting at the venue, all subscribed symbols together.
    package func orderCount(venue: UInt8) -> Int {
        Int(venue) < venueCount ? unsafe venues[Int(venue)].orders.count : 0
    }

    @_noLocks @_noAllocation
    package func counters(venue: UInt8) -> BookCounters {
        Int(venue) < venueCount ? unsafe venues[Int(venue)].counters : BookCounters()
    }

    /// Walks everything; for tests and simulation, after every step.
    package func checkInvariants() {
        for venue in 0..<venueCount {
            unsafe venues[venue].orders.checkInvariants()
            for instrument in 0..<instrumentCount {
                unsafe books[venue * instrumentCount + instrument].bids.checkInvariants()
                unsafe books[venue * instrumentCount + instrument].asks.checkInvariants()
            }
        }
    }

    @inline(__always)
    func state(of book: Book, venue: BookState) -> BookState {
        book.isSubscribed ? book.ownState.with(venue, true) : .nothing
    }
}

extension BookTop {
    package static var empty: BookTop {
        BookTop(bidPx: .zero, bidQty: .zero, askPx: .zero, askQty: .zero)
    }
}
