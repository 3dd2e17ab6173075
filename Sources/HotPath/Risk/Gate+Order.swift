import Crossing
import Vocabulary

// Checks of the order itself: its form, its value, its price against the market.

extension Ledger {
    /// 202 212 203 204 205 207 208 206. A market order gets its price here.
    @inline(__always)
    func checkForm(
        _ candidate: inout Candidate,
        _ market: MarketView,
        _ nowNs: Int64
    ) -> RiskCode {
        let instrument = instruments[Int(candidate.intent.instrument)]
        guard Side(rawValue: candidate.intent.side) != nil else { return .badSide }
        guard candidate.intent.supported,
            TimeInForce(rawValue: candidate.intent.timeInForce) != nil,
            let ordType = OrdType(rawValue: candidate.intent.ordType)
        else { return .unsupported }

        let qty = candidate.intent.qty.units
        if qty <= 0 { return .quantityNotPositive }
        let whole = candidate.intent.wholeQty.units
        if instrument.maxOrderQty != noLimit && whole > instrument.maxOrderQty
            && !isLifted(&candidate, .maxOrderQty, nowNs)
        {
            return .maxOrderQty
        }
        if instrument.lot > 1 && qty % instrument.lot != 0 { return .lotOrNoFinitePrice }
        if ordType == .market {
            guard market.refPx.units > 0 else { return .ok }  // 304 comes in its own place
            priceAtCollar(&candidate, market.refPx.units)
        } else if ordType == .pegged && candidate.px <= 0 {
            return .lotOrNoFinitePrice
        }
        if candidate.intent.discretionPx >= .ouchMarket { return .lotOrNoFinitePrice }
        let discretion = candidate.intent.discretionPx
        if candidate.px <= 0 || discretion.units < 0 { return .priceNotPositive }
        if max(candidate.intent.px, discretion) > .ouchLimitMax { return .priceAboveVenueMax }
        if instrument.tick > 1
            && (candidate.px % instrument.tick != 0 || discretion.units % instrument.tick != 0)
        {
            return .tick
        }
        return .ok
    }

    /// Every order leaves with a price: market becomes an IOC limit at the market collar, rounded
    /// to the tick inward, toward the reference.
    @inline(__always)
    private func priceAtCollar(_ candidate: inout Candidate, _ refPx: Int64) {
        let row = Int(candidate.intent.instrument)
        let width = product(refPx, instruments[row].marketCollarBps) / 10_000
        let tick = max(instruments[row].tick, 1)
        let px: Int64
        if candidate.isBuy {
            px = sum(refPx, width) / tick * tick
        } else {
            let lowest = max(difference(refPx, width), 0)
            px = sum(lowest, tick - 1) / tick * tick
        }
        candidate.intent.px = Price(units: px)
        candidate.intent.ordType = OrdType.limit.rawValue
        candidate.intent.timeInForce = TimeInForce.immediateOrCancel.rawValue
    }

    /// 304 306 303, 301/302 305.
    @inline(__always)
    func checkReference(
        _ candidate: inout Candidate,
        _ market: MarketView,
        _ nowNs: Int64
    ) -> RiskCode {
        let intent = candidate.intent
        let instrument = instruments[Int(intent.instrument)]
        let ref = market.refPx.units
        if ref <= 0 || market.refTNs == 0 { return .referenceMissing }
        if market.gappedOrCrossed { return .feedGappedOrCrossed }
        if instrument.maxRefAgeNs != noLimit
            && difference(nowNs, market.refTNs) > instrument.maxRefAgeNs
        {
            return .referenceStale
        }
        let isBuy = intent.side == Side.buy.rawValue
        let worst = intent.px.worst(with: intent.discretionPx, isBuy: isBuy)
        // How far the price reaches through the reference; negative when it stays behind it.
        let through =
            isBuy ? difference(worst.units, ref) : difference(ref, worst.units)
        let throughBps = product(through, 10_000)
        if instrument.collarBps >= 0 && throughBps > product(ref, instrument.collarBps) {
            let code: RiskCode = isBuy ? .collarBuy : .collarSell
            if !isLifted(&candidate, code, nowNs) { return code }
        }
        if instrument.passiveBps >= 0
            && difference(0, throughBps) > product(ref, instrument.passiveBps)
            && !isLifted(&candidate, .farPassive, nowNs)
        {
            return .farPassive
        }
        return .ok
    }

    /// 209/210, and every sum the exposure checks compare: computed once, overflow-checked.
    @inline(__always)
    func measure(_ candidate: inout Candidate, _ nowNs: Int64) -> RiskCode {
        // A market order without a reference has no price yet; 304 follows at once.
        if candidate.px <= 0 { return .ok }
        let worst = Price(units: candidate.worstPx)
        guard let value = notional(worst, candidate.intent.wholeQty) else {
            return .arithmeticOverflow
        }
        candidate.orderNotional = value
        let limit = instruments[Int(candidate.intent.instrument)].maxOrderNotional
        var checked = Checked()
        measureExposure(&candidate, &checked)
        if limit != noLimit && value > limit && !isLifted(&candidate, .maxOrderValue, nowNs) {
            return .maxOrderValue
        }
        if checked.overflowed { return .arithmeticOverflow }
        // No message carries more shares, whatever the limit or the override: cut to what fits it
        // would be another order.
        return candidate.intent.wholeQty > .ouchMax ? .maxOrderQty : .ok
    }

    @inline(__always)
    private func measureExposure(_ candidate: inout Candidate, _ checked: inout Checked) {
        let row = Int(candidate.intent.instrument)
        let account = accountRow(candidate.intent.account)
        let sums = accounts[account].sums
        let cell = cells[cellIndex(account, row)]
        let (px, isBuy) = (candidate.worstPx, candidate.isBuy)

        // What the order will hold: risk-controls.md §3, Reservation and Daily credit.
        let newValue = checked.product(candidate.newLeaves, px)
        let oldValue = checked.product(candidate.oldLeaves, candidate.oldPx)
        let grown = max(0, candidate.newLeaves &- candidate.oldLeaves)
        let hold = max(newValue, oldValue)
        let day = max(newValue, checked.sum(oldValue, checked.product(grown, px)))

        candidate.openNotional =
            checked.narrow(
                sums.openNotional &- Int128(candidate.heldNotional) &+ Int128(hold)
            )
        let dayNow =
            isBuy
            ? sums.dayBuy &+ sums.reservedDayBuy
            : sums.daySell &+ sums.reservedDaySell
        candidate.dayNotional =
            checked.narrow(dayNow &- Int128(candidate.heldDay) &+ Int128(day))

        let open = isBuy ? cell.openBuy : cell.openSell
        candidate.openSameSide =
            checked.sum(open &- candidate.heldQty, candidate.exposureQty)
        candidate.positionAfter =
            isBuy
            ? checked.sum(cell.pos, candidate.openSameSide)
            : checked.difference(cell.pos, candidate.openSameSide)
        let state = instruments[row]
        candidate.dayQty = checked.sum(
            checked.sum(state.dayQty, checked.sum(state.openBuy, state.openSell)),
            candidate.exposureQty &- candidate.heldQty
        )
        measureValue(&candidate, &checked, cell)
    }

    @inline(__always)
    private func measureValue(
        _ candidate: inout Candidate,
        _ checked: inout Checked,
        _ cell: PositionCell
    ) {
        let val = value(Int(candidate.intent.instrument))
        let (isBuy, open) = (candidate.isBuy, candidate.openSameSide)
        let before = checked.product(
            cell.worst(openBuy: cell.openBuy, openSell: cell.openSell),
            val
        )
        let after = checked.product(
            cell.worst(
                openBuy: isBuy ? open : cell.openBuy,
                openSell: isBuy ? cell.openSell : open
            ),
            val
        )
        candidate.grossChange = checked.difference(after, before)
        let sums = accounts[accountRow(candidate.intent.account)].sums
        candidate.gross = checked.narrow(sums.gross &+ Int128(candidate.grossChange))

        let added = checked.product(candidate.exposureQty &- candidate.heldQty, val)
        let openNow = isBuy ? sums.openBuyValue : sums.openSellValue
        let side = openNow &+ Int128(added)
        candidate.netAfter = checked.narrow(isBuy ? sums.net &+ side : side &- sums.net)
    }
}

/// Sums whose overflow is an answer (210).
struct Checked: BitwiseCopyable {
    var overflowed = false

    @inline(__always)
    mutating func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (total, overflow) = left.addingReportingOverflow(right)
        overflowed = overflowed || overflow
        return total
    }

    @inline(__always)
    mutating func difference(_ left: Int64, _ right: Int64) -> Int64 {
        let (total, overflow) = left.subtractingReportingOverflow(right)
        overflowed = overflowed || overflow
        return total
    }

    /// A sum as the limits are: 64 bits.
    @inline(__always)
    mutating func narrow(_ total: Int128) -> Int64 {
        let kept = Int64(truncatingIfNeeded: total)
        overflowed = overflowed || Int128(kept) != total
        return kept
    }

    @inline(__always)
    mutating func product(_ left: Int64, _ right: Int64) -> Int64 {
        let (total, overflow) = left.multipliedReportingOverflow(by: right)
        overflowed = overflowed || overflow
        return total
    }
}
