import Crossing
import Vocabulary

extension Ledger {
    /// One number for the whole state: the same records give the same number, here and in replay.
    ///
    /// Covers orders (live and remembered), positions, counters, latches, sequences and rate
    /// clocks; not the echo of clients' ClOrdIDs, which is not risk state.
    package func stateHash() -> UInt64 {
        var hash = StateHash()
        var cursor = walk(.firm)
        while true {
            let slot = next(&cursor)
            if slot.isNone { break }
            add(order(slot), to: &hash)
        }
        var ended = pool.oldestEnded
        while ended != noSlot {
            add(pool[ended], to: &hash)
            ended = pool[ended].liveNext
        }
        for row in 0..<instruments.count { add(instruments[row], to: &hash) }
        for row in 0..<accounts.count { add(accounts[row], to: &hash) }
        for row in 0..<strategies.count { add(strategies[row], to: &hash) }
        for index in 0..<cells.count { add(cells[index], to: &hash) }
        for index in 0..<unitCells.count {
            hash.add(unitCells[index].pos, unitCells[index].openSell, unitCells[index].locate)
        }
        addSequences(to: &hash)
        addMemories(to: &hash)
        return hash.value
    }

    private func add(_ order: Order, to hash: inout StateHash) {
        hash.add(order.orderID.value, order.venueOrderRef)
        hash.add(order.px.units, order.qty.units, order.leavesQty.units, order.cumQty.units)
        hash.add(order.canceledQty.units, order.resvQty.units, order.resvNotional, order.resvDay)
        hash.add(order.pendingPx.units, order.pendingQty.units, order.sentNs)
        hash.add(order.discretionPx.units, order.pendingDiscretionPx.units)
        hash.add(order.lastRequestNs, order.cancelCeiling.units)
        hash.add(UInt64(order.venueRefNum), UInt64(order.pendingRefNum))
        hash.add(UInt64(order.priorRefNum), UInt64(order.clientRefNum))
        hash.add(UInt64(order.clientPendingRefNum), order.parent)
        hash.add(UInt64(order.instrument) << 32 | UInt64(order.account) << 16)
        hash.add(UInt64(order.strategy) << 32 | UInt64(order.owner) << 16)
        hash.add(UInt64(order.client) << 32 | UInt64(order.ownerGroup) << 16)
        hash.add(UInt64(order.venue) << 32 | UInt64(order.side) << 16)
        hash.add(UInt64(order.status.rawValue) << 32 | UInt64(order.pending.rawValue) << 16)
        hash.add(UInt64(order.cancelTries) << 16 | UInt64(order.requestVersion))
        let display = UInt64(order.display) << 8 | UInt64(order.pendingDisplay)
        hash.add(UInt64(order.pendingSide) << 16 | display)
    }

    private func add(_ state: InstrumentState, to hash: inout StateHash) {
        hash.add(state.pos, state.openBuy, state.openSell, state.dayQty, state.val)
        hash.add(state.maxOrderQty, state.maxOrderNotional, state.maxRefAgeNs)
        hash.add(state.maxLong, state.maxShort, state.maxDayQty, state.maxSpread)
        hash.add(state.collarBps, state.marketCollarBps, state.passiveBps)
        hash.add(UInt64(state.unknownCount))
        hash.add(state.restricted, state.killed, state.blocked, state.reduceOnly)
        hash.add(state.breakOpen)
    }

    private func add(_ state: AccountState, to hash: inout StateHash) {
        let sums = state.sums
        hash.add(sums.openNotional, sums.gross, sums.net, sums.openBuyValue)
        hash.add(sums.openSellValue, sums.dayBuy, sums.daySell, sums.reservedDayBuy)
        hash.add(sums.reservedDaySell, state.profit.cash, state.profit.marked)
        hash.add(state.openOrders)
        hash.add(state.maxOpenNotional, state.maxGross, state.maxNet, state.maxDayBuy)
        hash.add(state.maxDaySell, state.maxOpenOrders, state.lossLimit)
        hash.add(UInt64(state.latches.rawValue))
    }

    private func add(_ state: StrategyState, to hash: inout StateHash) {
        hash.add(state.bucket.tatNs, state.lossLimit)
        hash.add(state.profit.cash, state.profit.marked)
        hash.add(UInt64(state.rejects), state.executions)
        hash.add(state.rejectsSinceNs)
        hash.add(UInt64(state.latches.rawValue))
    }

    private func add(_ cell: PositionCell, to hash: inout StateHash) {
        hash.add(cell.pos, cell.openBuy, cell.openSell, cell.mark)
        hash.add(cell.reduceOnly)
    }

    /// What later decisions compare with: strategies' positions, fills and acceptances remembered,
    /// limits of either hand, the firm's own.
    private func addMemories(to hash: inout StateHash) {
        for index in 0..<strategyCells.count {
            hash.add(strategyCells[index].pos, strategyCells[index].mark)
        }
        var sum = StateHash()
        fills.forEach { fill in
            sum.add(fill.match, fill.orderID.value)
            sum.add(fill.qty, fill.px)
            sum.add(UInt64(fill.instrument) << 32 | UInt64(fill.account) << 16)
            sum.add(UInt64(fill.strategy) << 32 | UInt64(fill.venue) << 16 | UInt64(fill.side))
            sum.add(fill.busted)
        }
        duplicates.forEach { pattern, t in
            sum.add(pattern.px, pattern.qty, t)
            sum.add(UInt64(pattern.strategy) << 32 | UInt64(pattern.instrument))
            sum.add(pattern.isBuy)
        }
        limits.forEach { sum.add($0, $1) }
        hash.add(sum.value)
        for row in 0..<venues.count { hash.add(UInt64(venues[row].openOrders)) }
        for row in 0..<strategies.count {
            hash.add(UInt64(strategies[row].ratePerS), UInt64(strategies[row].burst))
        }
        hash.add(firm.maxGross, firm.maxOpenOrders, firm.dupWindowNs, firm.dupMax)
        hash.add(firm.rejectsMax, firm.rejectsWindowNs)
        hash.add(firm.executionsMax, firm.executionsWindowNs)
    }

    private func addSequences(to hash: inout StateHash) {
        for row in 0..<venues.count {
            hash.add(venues[row].appliedSeq, UInt64(venues[row].nextUserRefNum))
            hash.add(venues[row].bucket.tatNs, venues[row].everything.tatNs)
            hash.add(venues[row].entryOff)
            hash.add(UInt64(venues[row].ratePerS), UInt64(venues[row].burst))
            hash.add(venues[row].killed)
            hash.add(venues[row].rolledNs)
        }
        for row in 0..<clients.count {
            hash.add(UInt64(clients[row].highestRefNum), clients[row].outboundSeq)
            hash.add(clients[row].disabled)
        }
        for index in 0..<Int(firm.parentCount) {
            hash.add(parents[index].parent)
            hash.add(parents[index].total, parents[index].executed, parents[index].live)
            hash.add(parents[index].clOrdIDLow, parents[index].clOrdIDHigh)
            hash.add(UInt64(parents[index].legs), UInt64(parents[index].clientRefNum))
            hash.add(UInt64(parents[index].client), UInt64(parents[index].state.rawValue))
            hash.add(UInt64(parents[index].nextOver))
        }
        for index in 0..<executionTimes.count { hash.add(executionTimes[index]) }
        for place in 0..<authorities.count {
            let leave = authorities[place]
            hash.add(leave.token, UInt64(leave.askedBy), UInt64(leave.givenBy))
            hash.add(leave.expiryNs, leave.qty.units, leave.px.units, leave.value)
            hash.add(UInt64(leave.state.rawValue) << 8 | UInt64(leave.act.rawValue))
            hash.add(UInt64(leave.instrument) << 32 | UInt64(leave.account) << 16)
            hash.add(UInt64(leave.strategy) << 32 | UInt64(leave.venue) << 16)
            hash.add(UInt64(leave.side) << 8 | UInt64(leave.outcome), leave.orderID.value)
        }
        hash.add(UInt64(firm.oldestOver), UInt64(firm.youngestOver), firm.lastToken)
        hash.add(firm.lastCounter, UInt64(firm.limitsVersion), UInt64(firm.latches.rawValue))
        hash.add(firm.killEpoch)
        hash.add(firm.gross)
        hash.add(firm.coldCommand)
        hash.add(numbers.digest)
    }
}

/// FNV-1a over 64-bit words: not for secrets, only to notice a difference.
private struct StateHash {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ words: UInt64...) { for word in words { mix(word) } }
    mutating func add(_ words: Int64...) { for word in words { mix(UInt64(bitPattern: word)) } }
    mutating func add(_ words: Int128...) {
        for word in words {
            mix(UInt64(truncatingIfNeeded: word))
            mix(UInt64(truncatingIfNeeded: word >> 64))
        }
    }
    mutating func add(_ bits: Bool...) { for bit in bits { mix(bit ? 1 : 0) } }

    private mutating func mix(_ word: UInt64) {
        value = (value ^ word) &* 0x0000_0100_0000_01B3
        value ^= value >> 29
    }
}
