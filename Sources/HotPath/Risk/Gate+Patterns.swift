import Crossing
import Vocabulary

// Checks against what is already there and how often: 415, 601, 503, 504, 501, 502.

extension Ledger {
    /// 415 601 503 504.
    @inline(__always)
    func checkPatterns(_ candidate: inout Candidate, _ nowNs: Int64) -> RiskCode {
        let latches = firm.latches.union(accounts[accountRow(candidate.intent.account)].latches)
            .union(strategies[strategyRow(candidate.intent.strategy)].latches)
        if latches.contains(.portfolio) { return .portfolioLimit }
        if wouldMeetOwnOrder(&candidate) { return .selfTrade }
        if !candidate.isReplace && candidate.intent.leg <= 1 && firm.dupWindowNs != noLimit
            && firm.dupMax != noLimit
        {
            let found = duplicates.count(
                pattern(candidate.intent),
                nowNs: nowNs,
                windowNs: firm.dupWindowNs,
                limit: firm.dupMax
            )
            if found >= firm.dupMax { return .duplicatePattern }
        }
        if latches.contains(.ratio) { return .orderToTradeRatio }
        return .ok
    }

    func pattern(_ intent: OrderIntent) -> DuplicateWindow.Pattern {
        DuplicateWindow.Pattern(
            px: intent.px.units,
            qty: intent.wholeQty.units,
            strategy: intent.strategy,
            instrument: intent.instrument,
            isBuy: intent.side == Side.buy.rawValue
        )
    }

    /// 501 502: last of all, so that a refused order consumes nothing.
    @inline(__always)
    func checkRates(_ intent: OrderIntent, _ nowNs: Int64) -> RiskCode {
        // Its own share of the venue's rate, and what cancels have left of the whole.
        if !venues[Int(intent.venue)].bucket.allows(nowNs)
            || !venues[Int(intent.venue)].everything.allows(nowNs)
        {
            return .messageRate
        }
        if !strategies[strategyRow(intent.strategy)].bucket.allows(nowNs) { return .strategyRate }
        return .ok
    }

    /// Walks the live orders of the other side; an order being canceled is still live, and both
    /// prices of one being replaced count.
    @inline(__always)
    private func wouldMeetOwnOrder(_ candidate: inout Candidate) -> Bool {
        let row = Int(candidate.intent.instrument)
        var index = candidate.isBuy ? instruments[row].sellHead : instruments[row].buyHead
        while index != noSlot {
            let next = pool[index].sideNext
            let sameScope =
                rules.selfTradeFirmWide || pool[index].venue == candidate.intent.venue
            if pool[index].ownerGroup == candidate.intent.ownerGroup && sameScope {
                let resting = pool[index].worstPx.units
                let replaces = pool[index].pending.contains(.replace)
                let wanted = replaces ? pool[index].pendingWorstPx.units : resting
                if candidate.isBuy
                    ? candidate.worstPx >= min(resting, wanted)
                    : candidate.worstPx <= max(resting, wanted)
                {
                    return true
                }
            }
            index = next
        }
        return false
    }
}
