import Crossing
import Vocabulary

// What every change of an order goes through: its holds are lifted out of all sums, the order is
// changed, and its new holds are put back. So the sums are the sums of the live orders, always.

extension Ledger {
    /// Takes what the order holds out of every sum.
    mutating func lift(_ index: UInt32) {
        let order = pool[index]
        let (account, row) = (accountRow(order.account), Int(order.instrument))
        takeOutOfSums(account, row)
        hold(order, account, row, sign: -1)
    }

    /// Computes what the order holds now and puts it into every sum.
    mutating func drop(_ index: UInt32) {
        if pool[index].meetsCeiling {
            pool[index].pending.remove(.cancel)
            pool[index].cancelTries = 0
        }
        pool[index].reserve()
        let order = pool[index]
        let (account, row) = (accountRow(order.account), Int(order.instrument))
        hold(order, account, row, sign: 1)
        putIntoSums(account, row)
        easeReduceOnly(account, row)
    }

    private mutating func hold(_ order: Order, _ account: Int, _ row: Int, sign: Int64) {
        let qty = order.resvQty.units &* sign
        let cell = cellIndex(account, row)
        let day = wide(order.resvDay, sign)
        if order.isBuy {
            cells[cell].openBuy = sum(cells[cell].openBuy, qty)
            instruments[row].openBuy = sum(instruments[row].openBuy, qty)
            accounts[account].sums.reservedDayBuy &+= day
        } else {
            cells[cell].openSell = sum(cells[cell].openSell, qty)
            instruments[row].openSell = sum(instruments[row].openSell, qty)
            accounts[account].sums.reservedDaySell &+= day
            let unit = unitIndex(account, row)
            unitCells[unit].openSell = sum(unitCells[unit].openSell, qty)
            if order.holdsLocate {
                unitCells[unit].locate = difference(unitCells[unit].locate, qty)
            }
        }
        accounts[account].sums.openNotional &+= wide(order.resvNotional, sign)
        if order.parent != 0 {
            let parent = parentIndex.find(order.parent)
            if parent != noSlot {
                parents[Int(parent)].live = sum(parents[Int(parent)].live, qty)
            }
        }
    }

    /// Sets a status, and keeps the counts of UNKNOWN orders: the symbol's and the venue's.
    mutating func setStatus(_ index: UInt32, _ status: OrdStatus) {
        let wasUnknown = pool[index].status == .unknown
        pool[index].status = status
        guard wasUnknown != (status == .unknown) else { return }
        let (row, venue) = (Int(pool[index].instrument), Int(pool[index].venue))
        if wasUnknown {
            instruments[row].unknownCount &-= 1
            counters.unknownOrders &-= 1
            if venue < venues.count { venues[venue].unknownCount &-= 1 }
        } else {
            instruments[row].unknownCount &+= 1
            counters.unknownOrders &+= 1
            if venue < venues.count { venues[venue].unknownCount &+= 1 }
        }
    }

    /// Between `lift` and `drop`: the order is over, and every flag and leg with it.
    mutating func finish(_ index: UInt32, _ status: OrdStatus) {
        // Law of an order: total = filled + canceled + open.
        pool[index].canceledQty = OrderQty(
            units: sum(pool[index].canceledQty.units, pool[index].leavesQty.units)
        )
        pool[index].leavesQty = .zero
        clearPendingReplace(index)
        pool[index].pending = PendingFlags(rawValue: 0)
        pool[index].pendingSide = 0
        setStatus(index, status)
    }

    /// After `drop`: out of the lists of live orders, into the memory of ended ones.
    mutating func retire(_ index: UInt32) {
        let (account, venue) = (accountRow(pool[index].account), Int(pool[index].venue))
        accounts[account].openOrders &-= 1
        if venue < venues.count { venues[venue].openOrders &-= 1 }
        leaveParent(pool[index].parent)
        unlink(index)
        pool.end(index)
        while pool.oldestToForget != noSlot { forget(pool.oldestToForget) }
    }

    private mutating func forget(_ index: UInt32) {
        let order = pool[index]
        numbers.remember(order.venueRefNum, of: order)
        numbers.remember(order.priorRefNum, of: order)
        byOrderID.remove(order.orderID.value, of: index)
        forget(order.venueRefNum, at: order.venue, of: index)
        forget(order.priorRefNum, at: order.venue, of: index)
        byClientRef.remove(
            OrderIndex.key(space: order.client, refNum: order.clientRefNum),
            of: index
        )
        pool.forgetOldest()
    }

    private mutating func forget(_ refNum: UInt32, at venue: UInt8, of index: UInt32) {
        byVenueRef.remove(OrderIndex.key(space: UInt16(venue), refNum: refNum), of: index)
    }

    /// The pending leg is gone: rejected, or its order is over. Its numbers name no order now; whose
    /// the venue's was stays known, should it trade under it all the same.
    mutating func clearPendingReplace(_ index: UInt32) {
        guard pool[index].pending.contains(.replace) else { return }
        let order = pool[index]
        byClientRef.remove(
            OrderIndex.key(space: order.client, refNum: order.clientPendingRefNum),
            of: index
        )
        numbers.remember(order.pendingRefNum, of: order)
        forget(order.pendingRefNum, at: order.venue, of: index)
        pool[index].pending.remove(.replace)
        pool[index].pending.remove(.overtaken)
        pool[index].pendingPx = .zero
        pool[index].pendingDiscretionPx = .zero
        pool[index].pendingQty = .zero
        pool[index].pendingRefNum = 0
        pool[index].clientPendingRefNum = 0
    }

    /// A bust may leave a position beyond its limit: reduce-only until it is back inside.
    private mutating func easeReduceOnly(_ account: Int, _ row: Int) {
        let cell = cellIndex(account, row)
        if cells[cell].reduceOnly && !isBeyondLimit(cells[cell].pos, row) {
            cells[cell].reduceOnly = false
        }
    }

    func isBeyondLimit(_ pos: Int64, _ row: Int) -> Bool {
        let (long, short) = (instruments[row].maxLong, instruments[row].maxShort)
        return long != noLimit && pos > long || short != noLimit && difference(0, pos) > short
    }
}

extension Order {
    /// risk-controls.md §3, Reservation and Daily credit: the larger leg of a pending replace.
    mutating func reserve() {
        guard isLive else {
            resvQty = .zero
            resvNotional = 0
            resvDay = 0
            return
        }
        let leaves = leavesQty.units
        let value = product(leaves, worstPx.units)
        resvQty = leavesQty
        resvNotional = value
        resvDay = value
        if pending.contains(.replace) {
            let newLeaves = pendingLeaves.units
            let newValue = product(newLeaves, pendingWorstPx.units)
            let grown = product(max(0, newLeaves &- leaves), pendingWorstPx.units)
            resvQty = OrderQty(units: max(leaves, newLeaves))
            resvNotional = max(value, newValue)
            resvDay = max(newValue, sum(value, grown))
        }
    }
}
