import Crossing
import Vocabulary

/// What positions are marked at, and who is stopped for what they lost by it (semantics.md §6.4).
extension Engine {
    /// The market a fill happened in: what its shares are marked at, for the loss limit. A reference
    /// the gate would not decide by marks nothing.
    mutating func noteMark(_ instrument: UInt16, _ venue: UInt8) {
        let market = marketView(instrument, venue)
        let ageNs = noteMarket(market)
        guard ageNs <= ledger.instrument(instrument).maxRefAgeNs else { return }
        noteReference(market, ageNs)
    }

    /// The market a new valuation was adopted in. A quote that stands without a gap is a mark at any
    /// age; where hot sees no market it believes, cold's price values exposure and marks nothing.
    mutating func noteMark(_ instrument: UInt16) {
        let market = marketView(instrument, nil)
        noteReference(market, noteMarket(market))
    }

    private mutating func noteMarket(_ market: MarketView) -> Int64 {
        unsafe scratch.pointee.bidPx = market.bidPx
        unsafe scratch.pointee.askPx = market.askPx
        unsafe scratch.pointee.feedSeq = market.feedSeq
        return max(0, nowNs &- market.refTNs)
    }

    private mutating func noteReference(_ market: MarketView, _ ageNs: Int64) {
        guard market.refTNs != 0, !market.gappedOrCrossed else { return }
        unsafe scratch.pointee.refPx = market.refPx
        unsafe scratch.pointee.refAgeNs = ageNs
    }

    /// 113 as the market falls: whoever is beyond the loss limit by the last marks is stopped now,
    /// not at the next order or fill. Once a timer tick, O(accounts + strategies).
    mutating func stopLosers() {
        for row in 0..<ledger.accountCount where hasEventRoom && ledger.accountMustStop(row) {
            tell(.account, .lossLimit, UInt16(row), noIndex16)
        }
        for row in 0..<ledger.strategyCount where hasEventRoom && ledger.strategyMustStop(row) {
            tell(.strategy, .lossLimit, noIndex16, UInt16(row))
        }
    }
}
