import Crossing
import Vocabulary

// Kill and arm, breakers that trip by themselves, limits, adjustments, sessions.

extension Ledger {
    /// `kill` and `arm`: one latch of one scope. The code says which (``RiskCode/isLatch``; 0 and
    /// 101 to 103 are the kill itself); an arm without a code clears them all in its scope.
    mutating func latch(_ record: AuditRecord, on: Bool) -> Applied {
        guard record.detail <= UInt32(UInt8.max),
            let scope = KillScope(rawValue: UInt8(record.detail))
        else { return outcome(.unknown, incident: true) }
        firm.killEpoch = max(firm.killEpoch, record.value)
        let isOfSymbols = record.code == RiskCode.unknownOrderOnSymbol.rawValue
        guard scope == .symbol || !isOfSymbols else { return outcome(.unknown, incident: true) }
        let clearsAll = !on && record.code == 0
        let latches = clearsAll ? Latches(rawValue: .max) : Latches(code: record.code)
        switch scope {
        case .firm:
            firm.latches.set(latches, on)
        case .account:
            guard Int(record.account) < accountCount else { return outcome(.unknown) }
            accounts[Int(record.account)].latches.set(latches, on)
        case .strategy:
            guard Int(record.strategy) < strategyCount else { return outcome(.unknown) }
            latchStrategy(Int(record.strategy), latches, on)
        case .symbol:
            guard Int(record.instrument) < instruments.count else { return outcome(.unknown) }
            latchSymbol(Int(record.instrument), record.code, on)
        case .venue:
            guard Int(record.venue) < venues.count else { return outcome(.unknown) }
            venues[Int(record.venue)].killed = on
        }
        return outcome(.applied)
    }

    private mutating func latchStrategy(_ row: Int, _ latches: Latches, _ on: Bool) {
        strategies[row].latches.set(latches, on)
        guard !on else { return }
        // A person looked: both counts start over.
        if latches.contains(.rejects) { strategies[row].rejects = 0 }
        if latches.contains(.executions) { strategies[row].executions = 0 }
    }

    private mutating func latchSymbol(_ row: Int, _ code: UInt16, _ on: Bool) {
        switch code {
        case RiskCode.reduceOnly.rawValue: instruments[row].reduceOnly = on
        case RiskCode.unknownOrderOnSymbol.rawValue: instruments[row].breakOpen = on
        default:
            instruments[row].killed = on
            if on || code != 0 { return }
            instruments[row].blocked = false
            instruments[row].reduceOnly = false
            instruments[row].breakOpen = false
        }
    }

    /// The latch that refuses every order of the three until a person arms, in the order of the
    /// gate's list; `.ok` without one. 108 is none of them: it lets through what reduces.
    func latchAgainst(account: UInt16, strategy: UInt16, instrument: UInt16) -> RiskCode {
        let account = accounts[accountRow(account)].latches
        let strategy = strategies[strategyRow(strategy)].latches
        let any = firm.latches.union(account).union(strategy)
        if firm.latches.contains(.kill) { return .killFirm }
        if account.contains(.kill) { return .killAccount }
        if strategy.contains(.kill) { return .killStrategy }
        if any.contains(.loss) { return .lossLimit }
        if any.contains(.drawdown) { return .rapidDrawdown }
        if any.contains(.executions) { return .repeatedExecution }
        if any.contains(.rejects) { return .consecutiveRejects }
        if Int(instrument) < instruments.count {
            let symbol = instruments[Int(instrument)]
            if symbol.killed || symbol.blocked { return .symbolBlocked }
            if symbol.breakOpen { return .unknownOrderOnSymbol }
        }
        if any.contains(.portfolio) { return .portfolioLimit }
        return any.contains(.ratio) ? .orderToTradeRatio : .ok
    }

    /// Takes breakers back that `apply` tripped by itself: of replay, where the engine that lived through
    /// the record did not trip (its limits were another configuration's), or the `kill` record that
    /// says it comes next and latches again.
    package mutating func takeBack(_ trips: Trips, account: UInt16, strategy: UInt16) {
        let (account, strategy) = (accountRow(account), strategyRow(strategy))
        if trips.contains(.accountLoss) { accounts[account].latches.remove(.loss) }
        if trips.contains(.accountBeyond) { accounts[account].latches.remove(.reduceOnly) }
        if trips.contains(.strategyLoss) { strategies[strategy].latches.remove(.loss) }
        if trips.contains(.executions) { strategies[strategy].latches.remove(.executions) }
        if trips.contains(.rejects) { strategies[strategy].latches.remove(.rejects) }
    }

    /// 113: latches the account or strategy whose loss has reached its limit.
    mutating func latchLosses(_ account: Int, _ strategy: Int) -> Trips {
        var trips = Trips(rawValue: 0)
        if hasLost(accounts[account].profit, accounts[account].lossLimit),
            accounts[account].latches.insert(.loss).inserted
        {
            trips.insert(.accountLoss)
        }
        if hasLost(strategies[strategy].profit, strategies[strategy].lossLimit),
            strategies[strategy].latches.insert(.loss).inserted
        {
            trips.insert(.strategyLoss)
        }
        return trips
    }

    /// Beyond its loss limit and not stopped for it yet.
    package func accountMustStop(_ row: Int) -> Bool {
        hasLost(accounts[row].profit, accounts[row].lossLimit)
            && !accounts[row].latches.contains(.loss)
    }

    /// The same of a strategy.
    package func strategyMustStop(_ row: Int) -> Bool {
        hasLost(strategies[row].profit, strategies[row].lossLimit)
            && !strategies[row].latches.contains(.loss)
    }

    private func hasLost(_ profit: Profit, _ limit: Int64) -> Bool {
        limit != noLimit && profit.total <= difference(0, limit)
    }

    /// 115: n executions inside the window without a person in between. Exact: the time of the
    /// n-th last is kept.
    mutating func countExecution(_ row: Int, _ t: Int64) -> Trips {
        let kept = rules.executionsKept
        let untripped = Trips(rawValue: 0)
        guard kept > 0, row < strategyCount else { return untripped }
        let count = strategies[row].executions
        executionTimes[row &* kept &+ Int(count % UInt64(kept))] = t
        strategies[row].executions = count &+ 1
        let most = firm.executionsMax
        guard most != noLimit, firm.executionsWindowNs != noLimit, count &+ 1 >= UInt64(most)
        else { return untripped }
        let first = count &+ 1 &- UInt64(most)
        let oldest = executionTimes[row &* kept &+ Int(first % UInt64(kept))]
        guard difference(t, oldest) < firm.executionsWindowNs else { return untripped }
        return strategies[row].latches.insert(.executions).inserted ? .executions : untripped
    }

    /// 505: rejects in a row, the first of them inside the window.
    mutating func countReject(_ row: Int, _ t: Int64) -> Trips {
        let untripped = Trips(rawValue: 0)
        guard firm.rejectsMax != noLimit, row < strategyCount else { return untripped }
        let first = strategies[row].rejectsSinceNs
        let tooOld =
            firm.rejectsWindowNs != noLimit && difference(t, first) >= firm.rejectsWindowNs
        if strategies[row].rejects == 0 || tooOld {
            strategies[row].rejects = 0
            strategies[row].rejectsSinceNs = t
        }
        strategies[row].rejects = strategies[row].rejects &+ 1
        guard Int64(strategies[row].rejects) >= firm.rejectsMax else { return untripped }
        return strategies[row].latches.insert(.rejects).inserted ? .rejects : untripped
    }

    /// `limit`: `detail` is the field, the record's indexes the row, `value` the value. From cold
    /// only what tightens.
    mutating func changeLimit(_ record: AuditRecord) -> Applied {
        guard let field = LimitField(rawValue: record.detail) else {
            return outcome(.unknown, incident: true)
        }
        let fromCold = record.flags.contains(.fromCold)
        guard !fromCold || field.coldMayTighten && !field.isOff(record.value) else {
            return outcome(.illegal)
        }
        let row = limitRow(field, record)
        let byCold = fromCold && !field.isMeasured
        let isSet =
            field == .locate && record.account != noIndex16
            ? setLocate(account: Int(record.account), instrument: row, to: record.value)
            : setLimit(field, row: row, to: record.value, byCold: byCold)
        guard isSet else { return outcome(.unknown) }
        if field == .valuation { markEverybody(row, at: record.refPx.units) }
        if !field.isMeasured {
            firm.limitsVersion = max(firm.limitsVersion &+ 1, record.limitsVersion)
        }
        return outcome(.applied)
    }

    /// `adjust`: shares from elsewhere, at a price; with no account those of the house, which holds
    /// what no account could claim. A position beyond 64 bits is nobody's.
    mutating func adjust(_ record: AuditRecord) -> Applied {
        guard Int(record.instrument) < instruments.count,
            Int(record.account) < accountCount || record.account == noIndex16
        else { return outcome(.unknown, incident: true) }
        let account = accountRow(record.account)
        let held = cells[cellIndex(account, Int(record.instrument))].pos
        let (after, isBeyond) = held.addingReportingOverflow(record.qty.units)
        guard !isBeyond, after != .min else { return outcome(.illegal, incident: true) }
        movePosition(
            account: account,
            instrument: record.instrument,
            by: record.qty.units,
            px: record.px.units
        )
        return outcome(.applied)
    }

    /// `session`: what the venue's Account Query said of our numbers, and a start without the
    /// shared region, after which rate allowances are empty.
    mutating func session(_ record: AuditRecord) -> Applied {
        if record.detail == SessionEvent.reconciled.rawValue && Int(record.venue) < venues.count {
            let next = UInt32(clamping: record.value)
            let row = Int(record.venue)
            venues[row].nextUserRefNum = max(venues[row].nextUserRefNum, next)
        }
        if record.detail == SessionEvent.rolled.rawValue && Int(record.venue) < venues.count {
            // Another stream of another session: its numbers begin again.
            venues[Int(record.venue)].appliedSeq = 0
            venues[Int(record.venue)].rolledNs = record.t
        }
        noteEntry(record)
        if record.detail == SessionEvent.engineStarted.rawValue && record.value != 0 {
            for row in 0..<venues.count { venues[row].bucket.drain(record.t) }
            for row in 0..<venues.count { venues[row].everything.drain(record.t) }
            for row in 0..<strategies.count { strategies[row].bucket.drain(record.t) }
            // Records went with each region lost, and numbers in them: no more than its ring could
            // hold. A fence with one of those would be answered by the replay, not by the venue.
            let numbersLost = UInt32(
                clamping: Int64(rules.numbersLost).multipliedReportingOverflow(by: record.value)
                    .partialValue
            )
            for row in 0..<venues.count {
                let (next, full) = venues[row].nextUserRefNum.addingReportingOverflow(numbersLost)
                venues[row].nextUserRefNum = full ? .max : next
            }
            // The clients' stores went with the region: their numbers begin again.
            for row in 0..<clients.count { clients[row].outboundSeq = 0 }
        }
        return outcome(.applied)
    }

    /// Order entry switched off or on: a client's own, or ours at a venue.
    private mutating func noteEntry(_ record: AuditRecord) {
        let isOff = record.detail == SessionEvent.entryDisabled.rawValue
        guard isOff || record.detail == SessionEvent.entryEnabled.rawValue else { return }
        if Int(record.client) < clients.count {
            clients[Int(record.client)].disabled = isOff
        } else if Int(record.venue) < venues.count {
            venues[Int(record.venue)].entryOff = isOff
        }
    }
}
