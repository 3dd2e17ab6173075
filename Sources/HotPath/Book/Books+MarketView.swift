package import Vocabulary

/// What makes a reference price valid for one instrument (risk-controls, "Reference price").
package struct ReferenceRule: BitwiseCopyable, Sendable {
    /// Widest two-sided book whose mid is a reference, in price units.
    package var maxSpread: Int64
    /// A younger candidate is preferred to an older one beyond this age, in ns.
    package var maxRefAgeNs: Int64
    /// Reference in auctions only; zero: none.
    package var priorClose: Price

    package init(maxSpread: Int64, maxRefAgeNs: Int64, priorClose: Price) {
        self.maxSpread = maxSpread
        self.maxRefAgeNs = maxRefAgeNs
        self.priorClose = priorClose
    }
}

extension Books {
    /// The consolidated market of `instrument` over all venues whose book can be believed: feed
    /// neither gapped nor silent, no order missing, not crossed in itself.
    ///
    /// Reference, the first candidate young enough, else the first there is (the gate then says it
    /// is too old): mid, rounded down, when both sides are there and not further apart than
    /// `maxSpread`; the newest trade inside the spread that is not ours; in an auction, prior
    /// close. The age of a mid is that of the newest message of the symbol at the venues that show
    /// the best prices: a standing quote is confirmed by what follows it without a gap, and a feed
    /// that falls silent is taken out by its heartbeats.
    ///
    /// `gappedOrCrossed`: best bid above best offer; or no book is left to believe; or the book of
    /// `venue`, when one is named as the destination, cannot be believed.
    ///
    /// - Parameters:
    ///   - instrument: its number; one without books gives an empty view.
    ///   - venue: where the order would go; `nil` while that is open.
    ///   - rule: the instrument's.
    ///   - nowNs: ns UTC, the time of the step.
    /// - Returns: the view; `refTNs` 0 when there is no candidate at all.
    /// - Complexity: O(venues).
    @_noLocks @_noAllocation
    package func marketView(
        instrument: UInt16,
        venue: UInt8?,
        rule: ReferenceRule,
        nowNs: Int64
    ) -> MarketView {
        var market = Consolidated()
        for index in 0..<venueCount {
            guard let bookIndex = self.index(instrument: instrument, venue: UInt8(index)),
                unsafe books[bookIndex].isSubscribed
            else { continue }
            unsafe market.include(
                books[bookIndex],
                feedTrusted: venues[index].isTrusted,
                isDestination: venue == UInt8(index)
            )
        }
        return market.view(rule: rule, staleBeforeNs: staleBeforeNs, nowNs: nowNs)
    }
}

/// Books of one instrument, laid over each other.
private struct Consolidated: BitwiseCopyable {
    private var bidPx: Price = .zero
    private var askPx: Price = .zero
    private var hasBid = false
    private var hasAsk = false
    private var bidT: Int64 = 0
    private var askT: Int64 = 0
    private var trade = BookTrade()
    private var believed = 0
    private var doubted = 0
    private var destinationDoubted = false
    private var halted = false
    private var inAuction = false
    private var shortRestricted = false
    private var newestT: Int64 = 0
    private var feedSeq: UInt64 = 0

    init() {}

    @inline(__always)
    mutating func include(_ book: Book, feedTrusted: Bool, isDestination: Bool) {
        // A regulatory halt and a short-sale restriction hold at every venue; an operational halt
        // only where it was declared.
        halted = halted || book.isHalted || (isDestination && book.isOperationallyHalted)
        shortRestricted = shortRestricted || book.isShortRestricted
        inAuction = inAuction || book.isInAuction
        if book.t > newestT || isDestination {
            newestT = isDestination ? Int64.max : book.t
            feedSeq = book.feedSeq
        }

        guard feedTrusted, book.isBelievable else {
            doubted += 1
            destinationDoubted = destinationDoubted || isDestination
            return
        }
        believed += 1
        if let bid = book.bids.level(at: 0) { includeBid(bid.price, t: book.t) }
        if let ask = book.asks.level(at: 0) { includeAsk(ask.price, t: book.t) }
        if let last = book.trades.lastUsable, last.t > trade.t { trade = last }
    }

    @inline(__always)
    private mutating func includeBid(_ price: Price, t: Int64) {
        if !hasBid || price > bidPx {
            (hasBid, bidPx, bidT) = (true, price, t)
        } else if price == bidPx {
            bidT = max(bidT, t)
        }
    }

    @inline(__always)
    private mutating func includeAsk(_ price: Price, t: Int64) {
        if !hasAsk || price < askPx {
            (hasAsk, askPx, askT) = (true, price, t)
        } else if price == askPx {
            askT = max(askT, t)
        }
    }

    @inline(__always)
    func view(rule: ReferenceRule, staleBeforeNs: Int64, nowNs: Int64) -> MarketView {
        var view = MarketView()
        view.bidPx = bidPx
        view.askPx = askPx
        view.halted = halted
        view.shortRestricted = shortRestricted
        view.feedSeq = feedSeq
        let crossed = hasBid && hasAsk && bidPx > askPx
        view.gappedOrCrossed = crossed || destinationDoubted || (believed == 0 && doubted > 0)

        let mid = midCandidate(rule: rule)
        let last = tradeCandidate()
        let close = inAuction && rule.priorClose > .zero ? (rule.priorClose, nowNs) : nil
        let fresh =
            young(mid, rule, nowNs) ?? young(last, rule, nowNs) ?? young(close, rule, nowNs)
        if let (price, t) = fresh ?? mid ?? last {
            view.refPx = price
            // From before a stall of ours: too old whatever the clock says, until heard of again.
            view.refTNs = t < staleBeforeNs ? min(t, nowNs &- rule.maxRefAgeNs &- 1) : t
        }
        return view
    }

    private func midCandidate(rule: ReferenceRule) -> (Price, Int64)? {
        guard hasBid, hasAsk, bidPx <= askPx, (askPx - bidPx).units <= rule.maxSpread else {
            return nil
        }
        return (Price(units: (bidPx.units + askPx.units) / 2), max(bidT, askT))
    }

    /// Inside what is there of a spread; with neither side there is no inside.
    private func tradeCandidate() -> (Price, Int64)? {
        guard trade.t != 0, hasBid || hasAsk else { return nil }
        guard !hasBid || trade.px >= bidPx, !hasAsk || trade.px <= askPx else { return nil }
        return (trade.px, trade.t)
    }

    private func young(
        _ candidate: (Price, Int64)?,
        _ rule: ReferenceRule,
        _ nowNs: Int64
    ) -> (Price, Int64)? {
        guard let candidate, nowNs - candidate.1 <= rule.maxRefAgeNs else { return nil }
        return candidate
    }
}
