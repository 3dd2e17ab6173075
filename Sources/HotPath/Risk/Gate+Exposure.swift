import Crossing
import Vocabulary

// Checks against what is held and open: 108 414, 119, 401–410, 411–413.

extension Ledger {
    /// 108: toward flat only, same-side open orders counted. 414: the same, near the loss limit.
    @inline(__always)
    func checkReduceOnly(_ candidate: inout Candidate, _ market: MarketView) -> RiskCode {
        let account = accountRow(candidate.intent.account)
        let strategy = strategyRow(candidate.intent.strategy)
        let row = Int(candidate.intent.instrument)
        let cell = cells[cellIndex(account, row)]
        let room = candidate.isBuy ? difference(0, cell.pos) : cell.pos
        if candidate.openSameSide <= room { return .ok }

        let latches = firm.latches.union(accounts[account].latches)
            .union(strategies[strategy].latches)
        if latches.contains(.reduceOnly) || cell.reduceOnly || instruments[row].reduceOnly {
            return .reduceOnly
        }
        if near(accounts[account].lossLimit, accountProfit(account, candidate.intent, market))
            || near(
                strategies[strategy].lossLimit,
                strategyProfit(strategy, candidate.intent, market)
            )
        {
            return .lossLimitNear
        }
        return .ok
    }

    /// Four fifths of the limit are gone.
    @inline(__always)
    private func near(_ limit: Int64, _ profit: Int64) -> Bool {
        limit != noLimit && profit <= difference(0, limit / 5 * 4)
    }

    /// 119: executed + live + this ≤ parent.
    @inline(__always)
    func checkParent(_ candidate: inout Candidate) -> RiskCode {
        guard candidate.intent.parent != 0 else { return .ok }
        let index = parentIndex.find(candidate.intent.parent)
        let known = index == noSlot ? ParentState() : parents[Int(index)]
        // A client's order has no children but its own legs, whatever cold or a person claims.
        if known.isRouted && candidate.intent.leg == 0 { return .parentRule }
        let given = candidate.intent.parentQty.units
        let total = given > 0 ? given : known.total
        var checked = Checked()
        let committed = checked.sum(
            checked.sum(known.executed, known.live &- candidate.heldQty),
            candidate.exposureQty
        )
        return checked.overflowed || committed > total ? .parentRule : .ok
    }

    /// 401/402 404 405 406 407/408 410 409.
    @inline(__always)
    func checkExposure(_ candidate: inout Candidate) -> RiskCode {
        let instrument = instruments[Int(candidate.intent.instrument)]
        let account = accounts[accountRow(candidate.intent.account)]
        if candidate.isBuy {
            if exceeds(candidate.positionAfter, instrument.maxLong) { return .positionLong }
        } else if exceeds(difference(0, candidate.positionAfter), instrument.maxShort) {
            return .positionShort
        }
        if exceeds(candidate.openNotional, account.maxOpenNotional) { return .openNotional }
        // What adds nothing is let through: an account brought beyond by a bust must get flat.
        if candidate.grossChange > 0 {
            if exceeds(candidate.gross, account.maxGross) { return .grossExposure }
            if exceeds(firm.gross &+ Int128(candidate.grossChange), firm.maxGross) {
                return .grossExposure
            }
        }
        if exceeds(candidate.netAfter, account.maxNet) { return .netExposure }
        let credit = candidate.isBuy ? account.maxDayBuy : account.maxDaySell
        if exceeds(candidate.dayNotional, credit) {
            return candidate.isBuy ? .dailyCreditBuy : .dailyCreditSell
        }
        if exceeds(candidate.dayQty, instrument.maxDayQty) { return .dayVolume }
        if candidate.isReplace { return .ok }
        if exceeds(account.openOrders &+ 1, account.maxOpenOrders) { return .openOrders }
        if exceeds(Int64(pool.liveCount) &+ 1, firm.maxOpenOrders) { return .openOrders }
        return .ok
    }

    @inline(__always)
    func exceeds(_ value: Int64, _ limit: Int64) -> Bool {
        limit != noLimit && value > limit
    }

    @inline(__always)
    func exceeds(_ value: Int128, _ limit: Int64) -> Bool {
        limit != noLimit && value > Int128(limit)
    }

    /// 411 412 413. All sells of the account's aggregation unit count, whatever their mark.
    @inline(__always)
    func checkShortSale(_ candidate: inout Candidate, _ market: MarketView) -> RiskCode {
        if candidate.isBuy { return .ok }
        let unit = unitCells[
            unitIndex(accountRow(candidate.intent.account), Int(candidate.intent.instrument))
        ]
        if !candidate.isShort {
            let open = unit.openSell &- candidate.heldQty
            let long = max(0, difference(unit.pos, open))
            return candidate.newLeaves <= long ? .ok : .markedLongNotCovered
        }
        // A replace needs locate only for what it adds to the reservation. A short-exempt sale
        // is exempt from the price test, not from the locate.
        if candidate.exposureQty &- candidate.heldLocate > unit.locate { return .locate }
        if market.shortRestricted && candidate.intent.side == Side.sellShort.rawValue {
            // Without a bid to compare with, the test cannot be passed.
            let bid = market.bidPx.units
            if bid <= 0 || candidate.worstPx <= bid { return .shortSalePriceTest }
        }
        return .ok
    }
}
