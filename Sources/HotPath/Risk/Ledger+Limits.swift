package import Crossing
import Vocabulary

// A limit changes: the value in force is written to where the gate reads it.

extension Ledger {
    /// What is in force; `nil` when there is no such row.
    package func limit(_ field: LimitField, row: Int) -> Int64? { limits.value(field, row: row) }

    /// Would this `limit` record be taken? What would not is refused before it is written.
    package func takes(limit record: AuditRecord) -> Bool {
        guard let field = LimitField(rawValue: record.detail) else { return false }
        let fromCold = record.flags.contains(.fromCold)
        guard !fromCold || field.coldMayTighten && !field.isOff(record.value) else { return false }
        return isPossible(field, record.value)
            && limits.has(field, row: limitRow(field, record))
    }

    /// The row of a `limit` record; -1 where it names none.
    func limitRow(_ field: LimitField, _ record: AuditRecord) -> Int {
        switch field.row {
        case .instrument: Int(record.instrument)
        case .account: Int(record.account) < accountCount ? Int(record.account) : -1
        case .strategy: Int(record.strategy) < strategyCount ? Int(record.strategy) : -1
        case .firm: 0
        case .venue: Int(record.venue)
        }
    }

    /// `false` when the field has no such row.
    mutating func setLimit(_ field: LimitField, row: Int, to value: Int64, byCold: Bool) -> Bool {
        guard isPossible(field, value),
            let inForce = limits.set(field, row: row, to: value, byCold: byCold)
        else { return false }
        switch field.row {
        case .instrument: setInstrument(field, row, inForce)
        case .account: setAccount(field, row, inForce)
        case .strategy: setStrategy(field, row, inForce)
        case .firm: setFirm(field, inForce)
        case .venue: setVenue(field, row, inForce)
        }
        return true
    }

    /// The locate of the unit an account belongs to. Not a limit: nothing tightens it.
    mutating func setLocate(account: Int, instrument: Int, to value: Int64) -> Bool {
        guard account < accountCount, instrument < instruments.count else { return false }
        if accounts[account].unit == 0 {
            return setLimit(.locate, row: instrument, to: value, byCold: false)
        }
        unitCells[unitIndex(account, instrument)].locate = value
        return true
    }

    /// No more executions can be counted than are kept, and nothing is a share of no equity.
    private func isPossible(_ field: LimitField, _ value: Int64) -> Bool {
        guard field.isPossible(value) else { return false }
        if value == noLimit { return true }
        if field == .executionsMax { return value <= Int64(rules.executionsKept) }
        return !field.isOfEquity || rules.hasEquity
    }

    private mutating func setInstrument(_ field: LimitField, _ row: Int, _ value: Int64) {
        switch field {
        case .maxOrderQty: instruments[row].maxOrderQty = value
        case .maxOrderNotional: instruments[row].maxOrderNotional = value
        case .maxRefAgeNs: instruments[row].maxRefAgeNs = value
        case .maxSpread: instruments[row].maxSpread = value
        case .maxLong: instruments[row].maxLong = value
        case .maxShort: instruments[row].maxShort = value
        case .maxDayQty, .adv, .maxAdvBps: instruments[row].maxDayQty = dayQtyInForce(row)
        case .collarBps: instruments[row].collarBps = value
        case .marketCollarBps: instruments[row].marketCollarBps = value
        case .passiveBps: instruments[row].passiveBps = value
        case .valuation: revalue(row, at: value)
        case .restricted: instruments[row].restricted = value != 0
        // The default unit's; another's is set by the account that is in it.
        case .locate: unitCells[row].locate = value
        default: break
        }
        let now = instruments[row]
        instruments[row].complete =
            now.maxOrderQty != noLimit && now.maxOrderNotional != noLimit
            && now.maxRefAgeNs != noLimit && now.maxLong != noLimit && now.maxShort != noLimit
            && now.collarBps >= 0 && now.val != noLimit && now.tick > 0 && now.lot > 0
    }

    /// Control 17: min(max, pct · ADV). A share of a volume nobody knows is none (risk-controls.md,
    /// principle 1).
    private func dayQtyInForce(_ row: Int) -> Int64 {
        let most = limits.value(.maxDayQty, row: row) ?? noLimit
        let bps = limits.value(.maxAdvBps, row: row) ?? noLimit
        guard bps != noLimit, bps > 0 else { return most }
        let adv = max(0, limits.value(.adv, row: row) ?? 0)
        let product = adv.multipliedFullWidth(by: bps)
        let share =
            product.high >= 5_000 ? .max : Int64(10_000).dividingFullWidth(product).quotient
        return most == noLimit ? share : min(most, share)
    }

    private mutating func setAccount(_ field: LimitField, _ row: Int, _ value: Int64) {
        switch field {
        case .maxOpenNotional: accounts[row].maxOpenNotional = value
        case .maxGross: accounts[row].maxGross = value
        case .maxNet: accounts[row].maxNet = value
        case .maxDayBuy: accounts[row].maxDayBuy = value
        case .maxDaySell: accounts[row].maxDaySell = value
        case .maxOpenOrders: accounts[row].maxOpenOrders = value
        case .accountLossLimit: accounts[row].lossLimit = value
        default: break
        }
        let now = accounts[row]
        // maxNet and the loss limit are a desk's choice; the rest the gate requires.
        accounts[row].complete =
            now.maxOpenNotional != noLimit && now.maxGross != noLimit
            && now.maxDayBuy != noLimit && now.maxDaySell != noLimit
            && now.maxOpenOrders != noLimit
    }

    private mutating func setStrategy(_ field: LimitField, _ row: Int, _ value: Int64) {
        switch field {
        case .strategyLossLimit: strategies[row].lossLimit = value
        case .strategyRate: strategies[row].ratePerS = UInt32(clamping: value)
        case .strategyBurst: strategies[row].burst = UInt32(clamping: value)
        default: break
        }
        let (rate, burst) = (strategies[row].ratePerS, strategies[row].burst)
        strategies[row].bucket.set(ratePerS: rate, burst: burst)
    }

    private mutating func setVenue(_ field: LimitField, _ row: Int, _ value: Int64) {
        switch field {
        case .venueRate: venues[row].ratePerS = UInt32(clamping: value)
        case .venueBurst: venues[row].burst = UInt32(clamping: value)
        default: break
        }
        // A fifth of the venue's rate is the cancels' own (risk-controls.md §3).
        let (rate, burst) = (venues[row].ratePerS, venues[row].burst)
        venues[row].bucket.set(ratePerS: newOrderShare(rate), burst: newOrderShare(burst))
        venues[row].everything.set(ratePerS: rate, burst: burst)
    }

    private func newOrderShare(_ whole: UInt32) -> UInt32 {
        whole == 0 ? 0 : max(1, UInt32(UInt64(whole) * 4 / 5))
    }

    private mutating func setFirm(_ field: LimitField, _ value: Int64) {
        switch field {
        case .firmMaxGross: firm.maxGross = value
        case .firmMaxOpenOrders: firm.maxOpenOrders = value
        case .dupWindowNs: firm.dupWindowNs = value
        case .dupMax: firm.dupMax = value
        case .rejectsMax: firm.rejectsMax = value
        case .rejectsWindowNs: firm.rejectsWindowNs = value
        case .executionsMax: firm.executionsMax = value
        case .executionsWindowNs: firm.executionsWindowNs = value
        default: break
        }
        firm.complete = firm.dupWindowNs != noLimit && firm.dupMax != noLimit
    }

    /// Exposure sums are kept at the valuation price, so a new one moves them all.
    private mutating func revalue(_ row: Int, at value: Int64) {
        for account in 0..<accounts.count { takeOutOfSums(account, row) }
        instruments[row].val = value
        for account in 0..<accounts.count { putIntoSums(account, row) }
    }
}
