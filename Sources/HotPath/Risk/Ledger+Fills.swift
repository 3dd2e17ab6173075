package import Crossing
import Vocabulary

// Executions and their undoing. A fill always moves the position, whatever we believe of its order
// (semantics.md §2.4); only one seen before does not.

extension Ledger {
    mutating func fill(_ record: inout AuditRecord) -> Applied {
        attribute(&record)
        let index = subject(record)
        if index != noSlot {
            // The order knows better than the record whose shares these are.
            record.instrument = pool[index].instrument
            record.account = pool[index].account
            record.strategy = pool[index].strategy
            record.side = pool[index].side
        }
        guard Int(record.instrument) < instruments.count, record.lastQty.units > 0,
            let side = Side(rawValue: record.side)
        else {
            // Shares that are ours and that nobody can place: positions are wrong from here on.
            if record.lastQty.units > 0 { closeUnplaced(&record) }
            return outcome(.unknown, incident: true)
        }
        if record.match != 0
            && fills.find(venue: record.venue, match: record.match, orderID: record.orderID)
                != noSlot
        {
            var applied = outcome(.duplicate)
            if index != noSlot { fillIn(&record, &applied, index) }
            return applied
        }
        remember(record)

        var applied: Applied
        if index == noSlot {
            // Not one of ours, or ended too long ago: a person has to look at this symbol.
            applied = outcome(.lateFill)
            takeOutOfSums(accountRow(record.account), Int(record.instrument))
            movePosition(record, side)
            putIntoSums(accountRow(record.account), Int(record.instrument))
            instruments[Int(record.instrument)].blocked = true
        } else {
            applied = fillOrder(record, side, index)
            fillIn(&record, &applied, index)
        }
        applied.trips.formUnion(afterExecution(record))
        return applied
    }

    /// Whose a record about a number of ours is, when its order has left memory or goes by another
    /// number by now.
    package func attribute(_ record: inout AuditRecord) {
        guard record.orderID == .none else { return }
        let entry = numbers.find(venue: record.venue, refNum: record.userRefNum)
        guard entry.refNum != 0 else { return }
        record.orderID = entry.orderID
        record.instrument = entry.instrument
        record.account = entry.account
        record.strategy = entry.strategy
        record.client = entry.client
        record.clientRefNum = entry.clientRefNum
        record.owner = entry.owner
        record.side = entry.side
    }

    /// A trade of ours whose number nobody remembers: neither symbol nor side can be known, so no
    /// position can be moved. The venue takes no new order (105) until a person has put positions
    /// right and armed it.
    private mutating func closeUnplaced(_ record: inout AuditRecord) {
        guard record.instrument == noIndex16, Int(record.venue) < venues.count else { return }
        venues[Int(record.venue)].killed = true
        record.code = RiskCode.venueSessionDown.rawValue
    }

    private mutating func fillOrder(
        _ record: AuditRecord,
        _ side: Side,
        _ index: UInt32
    )
        -> Applied
    {
        let qty = record.lastQty.units
        let leaves = pool[index].leavesQty.units
        var applied = outcome(.applied)
        applied.incident = record.lastPx.units < 0 || record.lastPx > .ouchMarket
        let transition = pool[index].status.after(qty >= leaves ? .fillComplete : .fill)
        lift(index)
        if isPending(index, .held) {
            // The cross is over: the cancel is due again.
            pool[index].pending.remove(.held)
            pool[index].lastRequestNs = record.t
        }
        pool[index].cumQty = OrderQty(units: sum(pool[index].cumQty.units, qty))
        pool[index].leavesQty = OrderQty(units: max(0, leaves &- qty))
        movePosition(record, side)
        if pool[index].parent != 0 {
            let parent = parentIndex.find(pool[index].parent)
            if parent != noSlot {
                parents[Int(parent)].executed = sum(parents[Int(parent)].executed, qty)
            }
        }
        if case .to(let status) = transition {
            if qty > leaves {
                // Overfill: the shares are ours; nothing more in this symbol until looked at.
                applied.incident = true
                instruments[Int(record.instrument)].blocked = true
            }
            settle(index, status, &applied)
        } else {
            // The shares were believed canceled and are filled after all.
            let believed = min(qty, pool[index].canceledQty.units)
            pool[index].canceledQty = OrderQty(units: pool[index].canceledQty.units &- believed)
            drop(index)
            applied.outcome = .lateFill
        }
        return applied
    }

    /// Position, day counters, locate and profit; the account's cell is out of its sums here.
    private mutating func movePosition(_ record: AuditRecord, _ side: Side) {
        let (account, row) = (accountRow(record.account), Int(record.instrument))
        let (qty, px) = (record.lastQty.units, record.lastPx.units)
        let cell = cellIndex(account, row)
        let signed = side.isBuy ? qty : -qty
        cells[cell].pos = sum(cells[cell].pos, signed)
        instruments[row].pos = sum(instruments[row].pos, signed)
        instruments[row].dayQty = sum(instruments[row].dayQty, qty)
        if side.isBuy {
            accounts[account].sums.dayBuy &+= wide(qty, px)
        } else {
            accounts[account].sums.daySell &+= wide(qty, px)
        }
        // Executed short shares stay consumed; `drop` gives back only what is no longer held.
        let unit = unitIndex(account, row)
        unitCells[unit].pos = sum(unitCells[unit].pos, signed)
        if side.isShort { unitCells[unit].locate = difference(unitCells[unit].locate, qty) }
        tradeForAccount(account, cell, signed, px)
        let strategy = strategyRow(record.strategy)
        tradeForStrategy(strategy, cellIndex(strategy, row), signed, px)
    }

    private mutating func remember(_ record: AuditRecord) {
        var entry = FillMemory.Entry()
        entry.match = record.match
        entry.orderID = record.orderID
        entry.qty = record.lastQty.units
        entry.px = record.lastPx.units
        entry.instrument = record.instrument
        entry.account = record.account
        entry.strategy = record.strategy
        entry.venue = record.venue
        entry.side = record.side
        fills.remember(entry)
    }

    private mutating func afterExecution(_ record: AuditRecord) -> Trips {
        let (account, strategy) = (accountRow(record.account), strategyRow(record.strategy))
        mark(account, strategy, Int(record.instrument), at: record.refPx.units)
        return latchLosses(account, strategy).union(countExecution(strategy, record.t))
    }

    /// `bust`: the trade never was. Its shares do not come back to the order, so they count as
    /// canceled; a broken short sale's locate stays used.
    mutating func bust(_ record: inout AuditRecord) -> Applied {
        attribute(&record)
        let index = subject(record)
        let at = fills.find(venue: record.venue, match: record.match, orderID: record.orderID)
        guard at != noSlot, !fills[at].busted else {
            // Too old to know its price and size: positions must be looked at by a person.
            if at == noSlot && Int(record.instrument) < instruments.count {
                instruments[Int(record.instrument)].blocked = true
            } else if at == noSlot {
                closeUnplaced(&record)
            }
            return outcome(at == noSlot ? .unknown : .duplicate, incident: at == noSlot)
        }
        fills[at].busted = true
        let trade = fills[at]
        record.lastQty = OrderQty(units: trade.qty)
        record.lastPx = Price(units: trade.px)
        record.side = trade.side
        record.instrument = trade.instrument
        record.account = trade.account
        record.strategy = trade.strategy
        reverse(trade)
        var applied = outcome(.applied)
        applied.trips = latchBeyond(trade)
        if index != noSlot {
            lift(index)
            let undone = min(trade.qty, pool[index].cumQty.units)
            pool[index].cumQty = OrderQty(units: pool[index].cumQty.units &- undone)
            pool[index].canceledQty = OrderQty(
                units: sum(pool[index].canceledQty.units, undone)
            )
            // A pending replace's total still counts the broken shares as executed.
            if isPending(index, .replace) {
                pool[index].pendingQty = OrderQty(
                    units: max(0, pool[index].pendingQty.units &- undone)
                )
            }
            drop(index)
            fillIn(&record, &applied, index)
        }
        return applied
    }

    /// What a trade undone may have left beyond its limits, without any order having gone through
    /// the gate: the account goes toward flat only (108), and a loss is a loss (113).
    private mutating func latchBeyond(_ trade: FillMemory.Entry) -> Trips {
        let (account, strategy) = (accountRow(trade.account), strategyRow(trade.strategy))
        var trips = latchLosses(account, strategy)
        let state = accounts[account]
        let long = state.sums.net &+ state.sums.openBuyValue
        let short = state.sums.openSellValue &- state.sums.net
        let isBeyond =
            exceeds(state.sums.gross, state.maxGross) || exceeds(firm.gross, firm.maxGross)
            || exceeds(max(long, short), state.maxNet)
        if isBeyond, accounts[account].latches.insert(.reduceOnly).inserted {
            trips.insert(.accountBeyond)
        }
        return trips
    }

    private mutating func reverse(_ trade: FillMemory.Entry) {
        let (account, row) = (accountRow(trade.account), Int(trade.instrument))
        let isBuy = trade.side == Side.buy.rawValue
        let signed = isBuy ? -trade.qty : trade.qty
        let cell = cellIndex(account, row)
        takeOutOfSums(account, row)
        cells[cell].pos = sum(cells[cell].pos, signed)
        instruments[row].pos = sum(instruments[row].pos, signed)
        let unit = unitIndex(account, row)
        unitCells[unit].pos = sum(unitCells[unit].pos, signed)
        instruments[row].dayQty = difference(instruments[row].dayQty, trade.qty)
        let value = wide(trade.qty, trade.px)
        if isBuy {
            accounts[account].sums.dayBuy &-= value
        } else {
            accounts[account].sums.daySell &-= value
        }
        putIntoSums(account, row)
        tradeForAccount(account, cell, signed, trade.px)
        let strategy = strategyRow(trade.strategy)
        tradeForStrategy(strategy, cellIndex(strategy, row), signed, trade.px)
        cells[cell].reduceOnly = isBeyondLimit(cells[cell].pos, row)
    }
}
