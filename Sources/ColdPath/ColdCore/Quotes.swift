package import Vocabulary

/// Best bid and offer of one instrument at one venue, as last read from the quotes page. A side
/// without a price is 0.
package struct Quote: Equatable, Sendable {
    package var bidPx: Price = .zero
    package var bidQty: OrderQty = .zero
    package var askPx: Price = .zero
    package var askQty: OrderQty = .zero
    package var lastPx: Price = .zero
    package var t: Int64 = 0
    /// Neither gapped, crossed nor halted.
    package var usable = false

    package init() {}
}

/// The market as the rooms are handed it: one ``Quote`` an instrument and venue.
package struct Quotes: Sendable {
    package let venueCount: Int
    private var lines: [Quote]

    package init(instruments: Int, venues: Int) {
        venueCount = venues
        lines = Array(repeating: Quote(), count: instruments * venues)
    }

    package subscript(instrument: UInt16, venue: Int) -> Quote {
        get {
            let index = Int(instrument) * venueCount + venue
            return venue < venueCount && index < lines.count ? lines[index] : Quote()
        }
        set {
            let index = Int(instrument) * venueCount + venue
            if venue < venueCount, index < lines.count { lines[index] = newValue }
        }
    }

    /// Highest bid of all usable venues; `nil` when none bids.
    package func bestBid(_ instrument: UInt16) -> Price? {
        var best: Price?
        for venue in 0..<venueCount {
            let quote = self[instrument, venue]
            guard quote.usable, quote.bidPx.units > 0 else { continue }
            best = max(best ?? quote.bidPx, quote.bidPx)
        }
        return best
    }

    package func bestAsk(_ instrument: UInt16) -> Price? {
        var best: Price?
        for venue in 0..<venueCount {
            let quote = self[instrument, venue]
            guard quote.usable, quote.askPx.units > 0 else { continue }
            best = min(best ?? quote.askPx, quote.askPx)
        }
        return best
    }

    /// Twice the consolidated mid, so that it stays an integer; `nil` without both sides.
    package func twiceMid(_ instrument: UInt16) -> Int64? {
        guard let bid = bestBid(instrument), let ask = bestAsk(instrument) else { return nil }
        let (sum, overflow) = bid.units.addingReportingOverflow(ask.units)
        return overflow ? nil : sum
    }

    package func last(_ instrument: UInt16) -> Price? {
        var newest = Quote()
        for venue in 0..<venueCount {
            let quote = self[instrument, venue]
            if quote.lastPx.units > 0, quote.t >= newest.t { newest = quote }
        }
        return newest.lastPx.units > 0 ? newest.lastPx : nil
    }

    /// What a position is valued at: mid, else last trade, else prior close; `nil` when the day has
    /// none of them.
    package func mark(_ instrument: UInt16, priorClose: Price) -> Price? {
        if let mid = twiceMid(instrument) { return Price(units: mid / 2) }
        return last(instrument) ?? (priorClose.units > 0 ? priorClose : nil)
    }
}
