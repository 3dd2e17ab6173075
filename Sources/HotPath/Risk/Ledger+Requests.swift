import Crossing
import Vocabulary

// Records of what we decided: new, our refusals, cancel and replace requests, silence.

extension Ledger {
    /// `new`: the slot is taken, exposure reserved, rate and pattern consumed.
    mutating func begin(_ record: inout AuditRecord) -> Applied {
        guard Int(record.instrument) < instruments.count, Side(rawValue: record.side) != nil,
            record.orderID != .none, subject(record) == noSlot, pool.hasRoom
        else { return outcome(.illegal, incident: true) }

        let index = pool.acquire()
        copyNames(record, to: index)
        pool[index].px = record.px
        pool[index].discretionPx = record.lastPx
        pool[index].qty = record.qty
        pool[index].leavesQty = record.qty
        setStatus(index, .pendingNew)
        if record.kind == .new { useAuthority(record.match) }
        openParent(record)
        let (account, row) = (accountRow(record.account), Int(record.instrument))
        takeOutOfSums(account, row)
        drop(index)
        link(index)
        accounts[account].openOrders &+= 1
        if Int(record.venue) < venues.count { venues[Int(record.venue)].openOrders &+= 1 }
        byOrderID.insert(record.orderID.value, index)
        noteVenueRef(record.userRefNum, record.venue, index)
        byClientRef.insert(
            OrderIndex.key(space: record.client, refNum: record.clientRefNum),
            index
        )
        if record.flags.contains(.adopted) {
            // It counts; one nobody here can claim has its symbol wait for a person.
            if account == accountCount { instruments[row].blocked = true }
        } else {
            consume(record)
        }
        mark(account, strategyRow(record.strategy), row, at: record.refPx.units)

        var applied = outcome(.applied, incident: record.flags.contains(.adopted))
        fillIn(&record, &applied, index)
        return applied
    }

    private mutating func copyNames(_ record: AuditRecord, to index: UInt32) {
        pool[index].orderID = record.orderID
        pool[index].venueRefNum = record.userRefNum
        pool[index].instrument = record.instrument
        pool[index].account = record.account
        pool[index].strategy = record.strategy
        pool[index].owner = record.owner
        pool[index].client = record.client
        pool[index].ownerGroup = UInt16(truncatingIfNeeded: record.detail)
        pool[index].venue = record.venue
        pool[index].side = record.side
        pool[index].timeInForce = record.timeInForce
        pool[index].display = record.reason
        pool[index].ordType = record.ordType
        pool[index].sentNs = record.t
        pool[index].lastRequestNs = record.t
        pool[index].parent = record.parent
        pool[index].clientRefNum = record.clientRefNum
        pool[index].origin = record.flags
        pool[index].commandID = record.commandID
        pool[index].venueOrderRef = record.venueOrderRef
    }

    /// What an approved message uses up: the rate of its session and strategy, and for a New its
    /// place in the duplicate window.
    private mutating func consume(_ record: AuditRecord) {
        if Int(record.venue) < venues.count {
            venues[Int(record.venue)].bucket.consume(record.t)
            venues[Int(record.venue)].everything.consume(record.t)
        }
        strategies[strategyRow(record.strategy)].bucket.consume(record.t)
        guard record.kind == .new else { return }
        if record.flags.contains(.fromOperator) {
            // A person acted: repeated automated execution starts over (115).
            strategies[strategyRow(record.strategy)].executions = 0
        }
        // The legs of one routed order are one order: the first stands for the whole.
        let leg = record.origUserRefNum
        guard firm.dupWindowNs != noLimit, leg <= 1 else { return }
        duplicates.remember(
            DuplicateWindow.Pattern(
                px: record.px.units,
                qty: leg == 0 ? record.qty.units : record.value,
                strategy: record.strategy,
                instrument: record.instrument,
                isBuy: record.side == Side.buy.rawValue
            ),
            t: record.t
        )
    }

    func isPending(_ index: UInt32, _ flag: PendingFlags) -> Bool {
        pool[index].pending.contains(flag)
    }

    mutating func noteVenueRef(_ number: UInt32, _ venue: UInt8, _ index: UInt32) {
        byVenueRef.insert(OrderIndex.key(space: UInt16(venue), refNum: number), index)
    }

    /// `reject` with the gate's flag: nothing was sent. A refusal for loss latches it.
    mutating func refuse(_ record: AuditRecord) -> Applied {
        var applied = outcome(.applied)
        let strategy = strategyRow(record.strategy)
        if Int(record.instrument) < instruments.count
            && record.code == RiskCode.lossLimit.rawValue
        {
            let account = accountRow(record.account)
            mark(account, strategy, Int(record.instrument), at: record.refPx.units)
            applied.trips = latchLosses(account, strategy)
        }
        // Refusals because of a latch say nothing new about the strategy.
        if !(101...119).contains(record.code) && record.code != 505 {
            applied.trips.formUnion(countReject(strategy, record.t))
        }
        let index = subject(record)
        if index != noSlot {
            applied.slot = pool.slot(index)
            applied.status = pool[index].status
        }
        return applied
    }

    /// `cancelReq`: the order is live all the same, and holds all it held.
    mutating func requestCancel(_ record: inout AuditRecord) -> Applied {
        let mayWrite = hasRoomToCancel(record.venue, record.t)
        if mayWrite, Int(record.venue) < venues.count {
            venues[Int(record.venue)].everything.consume(record.t)
        }
        // A mass cancel is about no single order.
        if record.orderID == .none { return outcome(.applied) }
        let index = subject(record)
        guard index != noSlot else { return outcome(.unknown) }
        guard pool[index].status.after(.cancelRequested).isLegal else {
            return illegal(&record, index)
        }
        // The same ceiling again is the same request again: its tries are counted.
        let isRepeat = isPending(index, .cancel) && pool[index].cancelCeiling == record.qty
        if !isRepeat {
            pool[index].requestVersion &+= 1
            pool[index].cancelTries = 0
        }
        record.detail = UInt32(pool[index].requestVersion)
        pool[index].pending.insert(.cancel)
        pool[index].pending.remove(.held)
        pool[index].pending.remove(.overtaken)
        pool[index].cancelCeiling = record.qty
        // Not written for want of the venue's rate: no try, and due as soon as there is room.
        if mayWrite, pool[index].cancelTries < .max { pool[index].cancelTries &+= 1 }
        pool[index].lastRequestNs = mayWrite ? record.t : 0
        var applied = outcome(.applied)
        fillIn(&record, &applied, index)
        return applied
    }

    /// A cancel written now stays within the venue's rate.
    package func hasRoomToCancel(_ venue: UInt8, _ nowNs: Int64) -> Bool {
        Int(venue) >= venues.count || venues[Int(venue)].everything.allows(nowNs)
    }

    /// `replaceReq`: both legs are held until the venue answers.
    mutating func requestReplace(_ record: inout AuditRecord) -> Applied {
        let index = subject(record)
        guard index != noSlot else { return outcome(.unknown) }
        guard pool[index].status.after(.replaceRequested).isLegal,
            !pool[index].isChanging
        else { return illegal(&record, index) }
        lift(index)
        pool[index].requestVersion &+= 1
        record.detail = UInt32(pool[index].requestVersion)
        pool[index].pending.insert(.replace)
        if isPending(index, .cancel), pool[index].cancelCeiling > .zero {
            pool[index].pending.insert(.overtaken)
        }
        pool[index].pendingPx = record.px
        pool[index].pendingDiscretionPx = record.lastPx
        pool[index].pendingQty = record.qty
        pool[index].pendingRefNum = record.userRefNum
        pool[index].pendingTimeInForce = record.timeInForce
        pool[index].pendingDisplay = record.reason
        pool[index].clientPendingRefNum = record.clientRefNum
        pool[index].lastRequestNs = record.t
        noteVenueRef(record.userRefNum, pool[index].venue, index)
        byClientRef.insert(
            OrderIndex.key(space: pool[index].client, refNum: record.clientRefNum),
            index
        )
        drop(index)
        consume(record)
        var applied = outcome(.applied)
        fillIn(&record, &applied, index)
        return applied
    }

    /// `modifyReq`: locate is held under the worse of both marks until the venue answers.
    mutating func requestModify(_ record: inout AuditRecord) -> Applied {
        let index = subject(record)
        guard index != noSlot else { return outcome(.unknown) }
        guard pool[index].status.after(.modifyRequested).isLegal, !pool[index].isChanging,
            let side = Side(rawValue: record.side), !side.isBuy, !pool[index].isBuy
        else { return illegal(&record, index) }
        lift(index)
        pool[index].requestVersion &+= 1
        record.detail = UInt32(pool[index].requestVersion)
        pool[index].pending.insert(.modify)
        pool[index].pendingSide = record.side
        pool[index].lastRequestNs = record.t
        drop(index)
        consume(record)
        var applied = outcome(.applied)
        fillIn(&record, &applied, index)
        return applied
    }

    /// `timer` about an order: an answer is overdue for good, so it is UNKNOWN at full exposure.
    mutating func silence(_ record: inout AuditRecord) -> Applied {
        guard record.orderID != .none, record.detail == OrderTimer.wentSilent.rawValue else {
            return outcome(.applied)
        }
        let index = subject(record)
        guard index != noSlot else { return outcome(.unknown) }
        let transition = pool[index].status.after(.wentSilent)
        guard transition.isLegal else { return illegal(&record, index) }
        setStatus(index, state(index, after: transition))
        var applied = outcome(.applied)
        fillIn(&record, &applied, index)
        return applied
    }
}
