import Crossing
import Vocabulary

// Checks that ask what state things are in: 211, latches, the world around, the instrument.

extension Ledger {
    @inline(__always)
    func checkNumbers(_ intent: OrderIntent, _ world: GateWorld) -> RiskCode {
        if world.duplicateID { return .duplicateID }
        if intent.clientRefNum != 0 && Int(intent.client) < clients.count
            && intent.clientRefNum <= clients[Int(intent.client)].highestRefNum
        {
            return .duplicateID
        }
        return .ok
    }

    /// 101 102 103 113 114 115 505.
    @inline(__always)
    func checkLatches(
        _ intent: OrderIntent,
        _ seen: MarketView,
        _ nowNs: Int64
    ) -> RiskCode {
        let market = marking(seen, intent.instrument, nowNs)
        let account = accounts[accountRow(intent.account)]
        let strategy = strategies[strategyRow(intent.strategy)]
        let any = firm.latches.union(account.latches).union(strategy.latches)
        if firm.latches.contains(.kill) { return .killFirm }
        if account.latches.contains(.kill) { return .killAccount }
        if strategy.latches.contains(.kill) { return .killStrategy }
        if any.contains(.loss) || lossReached(intent, market) { return .lossLimit }
        if any.contains(.drawdown) { return .rapidDrawdown }
        if any.contains(.executions) { return .repeatedExecution }
        if any.contains(.rejects) { return .consecutiveRejects }
        return .ok
    }

    /// What positions may be marked at: a reference the gate would not decide by marks nothing, or a
    /// gap in the feed would stop an account for a loss it does not have.
    @inline(__always)
    func marking(_ market: MarketView, _ instrument: UInt16, _ nowNs: Int64) -> MarketView {
        guard Int(instrument) < instruments.count else { return market }
        let maxAgeNs = instruments[Int(instrument)].maxRefAgeNs
        let isFresh = maxAgeNs == noLimit || difference(nowNs, market.refTNs) <= maxAgeNs
        if isFresh && market.refTNs != 0 && !market.gappedOrCrossed { return market }
        var unmarked = market
        unmarked.refPx = .zero
        return unmarked
    }

    /// 107 109 105 117 118 111 507 506 508 509.
    @inline(__always)
    func checkWorld(_ candidate: inout Candidate, _ world: GateWorld, _ nowNs: Int64) -> RiskCode {
        let intent = candidate.intent
        if !world.reconciled { return .recovering }
        if !world.limitsLoaded || Int(intent.account) >= accountCount { return .noLimits }
        if rules.missingLimitRefuses && !limitsComplete(intent) { return .noLimits }
        guard world.venueUp, Int(intent.venue) < venues.count, !venues[Int(intent.venue)].killed
        else { return .venueSessionDown }
        if world.clockBad { return .clockNotTrustworthy }
        if world.outsideHours { return .outsideSessionHours }
        if world.coldLost { return .coldLost }
        if !world.sendRoom || !world.eventRoom { return .sendQueueOrEventRoom }
        if !hasRoom(&candidate, nowNs) { return .poolOrIDSpace }
        if world.staleCommand { return .staleCommand }
        if world.stalled { return .stallGuard }
        return .ok
    }

    /// 201 104 116 110 106 112.
    @inline(__always)
    func checkInstrument(_ intent: OrderIntent, _ market: MarketView) -> RiskCode {
        guard Int(intent.instrument) < instruments.count else { return .unknownSymbol }
        let row = Int(intent.instrument)
        if instruments[row].killed || instruments[row].blocked { return .symbolBlocked }
        if instruments[row].restricted { return .restrictedList }
        if market.halted { return .haltedByVenue }
        if !intent.permitted || Int(intent.strategy) >= strategyCount { return .notPermitted }
        if instruments[row].unknownCount > 0 || instruments[row].breakOpen {
            return .unknownOrderOnSymbol
        }
        return .ok
    }

    @inline(__always)
    private func limitsComplete(_ intent: OrderIntent) -> Bool {
        guard firm.complete && accounts[Int(intent.account)].complete else { return false }
        // An instrument that is not there is 201's business, further down.
        return Int(intent.instrument) >= instruments.count
            || instruments[Int(intent.instrument)].complete
    }

    @inline(__always)
    private func hasRoom(_ candidate: inout Candidate, _ nowNs: Int64) -> Bool {
        guard venues[Int(candidate.intent.venue)].nextUserRefNum < UInt32.max else { return false }
        if candidate.isReplace { return true }
        guard pool.hasRoom, hasCounter else { return false }
        let parent = candidate.intent.parent
        if parent != 0 && parentIndex.find(parent) == noSlot && !hasParentRoom { return false }
        return firm.dupWindowNs == noLimit
            || duplicates.hasRoom(nowNs: nowNs, windowNs: firm.dupWindowNs)
    }

    @inline(__always)
    private func lossReached(_ intent: OrderIntent, _ market: MarketView) -> Bool {
        let account = accountRow(intent.account)
        let strategy = strategyRow(intent.strategy)
        return beyond(accounts[account].lossLimit, accountProfit(account, intent, market))
            || beyond(strategies[strategy].lossLimit, strategyProfit(strategy, intent, market))
    }

    @inline(__always)
    private func beyond(_ limit: Int64, _ profit: Int64) -> Bool {
        limit != noLimit && profit <= difference(0, limit)
    }

    /// Profit with this instrument marked at the reference the decision sees.
    @inline(__always)
    func accountProfit(_ row: Int, _ intent: OrderIntent, _ market: MarketView) -> Int64 {
        var profit = accounts[row].profit
        if Int(intent.instrument) < instruments.count && market.refPx.units > 0 {
            let cell = cells[cellIndex(row, Int(intent.instrument))]
            profit.remark(cell.pos, from: cell.mark, to: market.refPx.units)
        }
        return profit.total
    }

    @inline(__always)
    func strategyProfit(_ row: Int, _ intent: OrderIntent, _ market: MarketView) -> Int64 {
        var profit = strategies[row].profit
        if Int(intent.instrument) < instruments.count && market.refPx.units > 0 {
            let cell = strategyCells[cellIndex(row, Int(intent.instrument))]
            profit.remark(cell.pos, from: cell.mark, to: market.refPx.units)
        }
        return profit.total
    }
}
