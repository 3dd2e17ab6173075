import Crossing
import HotPath
import Vocabulary

/// An order as it was approved, for what may not be said too often.
struct Accepted {
    var t: Int64
    var strategy: UInt16
    var instrument: UInt16
    var isBuy: Bool
    var px: Int64
    var qty: Int64
}

/// No approval may exceed a limit, whatever fills come in whatever order.
extension Exposure {
    /// What the approval in `record` breaks, with its order in the sums.
    mutating func judge(_ record: AuditRecord) -> String? {
        guard let order = live[record.orderID.value], isKnown(record) else {
            return "approved for an instrument or order nobody knows"
        }
        let broken =
            judgeState(record, order) ?? judgeOrder(record, order) ?? judgeHeld(record, order)
            ?? judgeMoney(record, order) ?? judgeShort(record, order)
            ?? judgeOwn(record, order) ?? judgePattern(record)
        return broken ?? judgeRate(record)
    }

    /// A re-mark neither grows nor moves an order: asked is what hangs on its mark, and whether
    /// anything may be said at all.
    mutating func judgeMark(_ record: AuditRecord) -> String? {
        guard let order = live[record.orderID.value], isKnown(record), !order.isBuy else {
            return "another mark for an order nobody knows, or a buy"
        }
        let open = record.qty.units - order.cum
        if open > order.leaves { return "a Modify to \(open) open, \(order.leaves) are" }
        return judgeState(record, order) ?? judgeShort(record, order) ?? judgeRate(record)
    }

    private func judgeState(_ record: AuditRecord, _ order: Live) -> String? {
        for scope in Self.scopes(of: record) where killed.contains(scope) {
            return "approved while \(scope) is killed"
        }
        let name = names[order.instrument]
        if blocked.contains(order.instrument) { return "\(name) is blocked by an incident" }
        if limits.restricted[order.instrument] { return "\(name) is restricted" }
        for other in live.values where other.instrument == order.instrument && other.isUnknown {
            return "an order of \(name) is UNKNOWN"
        }
        return nil
    }

    private func judgeOrder(_ record: AuditRecord, _ order: Live) -> String? {
        // What an order may be in size and value is asked of the whole that a leg is of.
        let isLeg = record.kind == .new && record.origUserRefNum > 0
        let qty = isLeg ? record.value : record.qty.units
        let (px, row) = (record.px.units, order.instrument)
        if record.qty.units <= 0 || qty <= 0 || px <= 0 { return "\(qty) at \(px)" }
        if px % limits.tick[row] != 0 { return "\(px) is not on the tick" }
        // Leave of two persons (L22) is for size, value and collar.
        if record.kind == .new, record.match != 0 { return judgeAge(record, row) }
        let most = limits.instrument(.maxOrderQty, row)
        if qty > most { return "\(qty) ordered, at most \(most)" }
        let value = limits.instrument(.maxOrderNotional, row)
        if qty * px > value { return "\(qty * px) ordered, at most \(value)" }
        if let old = judgeAge(record, row) { return old }
        let (ref, bps) = (record.refPx.units, limits.instrument(.collarBps, row))
        let beyond = order.isBuy ? px - ref : ref - px
        guard record.ordType == OrdType.limit.rawValue, bps != .max, ref > 0 else { return nil }
        return beyond * 10_000 > ref * bps ? "\(px) with reference \(ref) and \(bps) bps" : nil
    }

    private func judgeAge(_ record: AuditRecord, _ row: Int) -> String? {
        record.refAgeNs > limits.instrument(.maxRefAgeNs, row)
            ? "the reference is \(record.refAgeNs) ns old" : nil
    }

    private func judgeHeld(_ record: AuditRecord, _ order: Live) -> String? {
        let (row, name) = (order.instrument, names[order.instrument])
        let held = position[order.account][row]
        var (buys, sells, ofAccount, all) = (Int64(0), Int64(0), Int64(0), Int64(0))
        var family = Int64(0)
        for other in live.values {
            if other.account == order.account { ofAccount += 1 }
            if order.parent != 0, other.parent == order.parent { family += other.worst }
            guard other.instrument == row else { continue }
            all += other.worst
            guard other.account == order.account else { continue }
            if other.isBuy { buys += other.worst } else { sells += other.worst }
        }
        let (long, short) = (limits.instrument(.maxLong, row), limits.instrument(.maxShort, row))
        if order.isBuy, held + buys > long { return "\(name): worst long \(held + buys) > \(long)" }
        if !order.isBuy, sells - held > short {
            return "\(name): worst short \(sells - held) > \(short)"
        }
        let day = limits.instrument(.maxDayQty, row)
        if dayQty[row] + all > day { return "\(name): \(dayQty[row] + all) in a day > \(day)" }
        if let parent = parents[order.parent], parent.executed + family > parent.total {
            return "parent \(order.parent): \(parent.executed) + \(family) > \(parent.total)"
        }
        guard record.kind == .new else { return nil }
        if ofAccount > limits.account(.maxOpenOrders, order.account) {
            return "account \(order.account): \(ofAccount) orders open"
        }
        return live.count > limits.firm(.firmMaxOpenOrders) ? "\(live.count) orders open" : nil
    }

    private func judgeMoney(_ record: AuditRecord, _ order: Live) -> String? {
        let account = order.account
        let mine = live.values.filter { $0.account == account }
        let open = mine.reduce(Int64(0)) { $0 + $1.worstNotional }
        if open > limits.account(.maxOpenNotional, account) {
            return "account \(account): \(open) open notional"
        }
        let field = order.isBuy ? LimitField.maxDayBuy : .maxDaySell
        let side = mine.filter { $0.isBuy == order.isBuy }
        let day =
            (order.isBuy ? dayBuy : daySell)[account] + side.reduce(Int64(0)) { $0 + $1.worstDay }
        if day > limits.account(field, account) { return "account \(account): \(day) in a day" }

        let net = names.indices.reduce(Int64(0)) { $0 + position[account][$1] * limits.val[$1] }
        let sameSide = side.reduce(Int64(0)) { $0 + $1.worst * limits.val[$1.instrument] }
        let after = order.isBuy ? net + sameSide : sameSide - net
        if after > limits.account(.maxNet, account) { return "account \(account): net \(after)" }
        // What adds nothing may pass however much there is.
        guard gross(account, live) > gross(account, before(record)) else { return nil }
        let ofAccount = gross(account, live)
        if ofAccount > limits.account(.maxGross, account) {
            return "account \(account): gross \(ofAccount)"
        }
        let all = position.indices.reduce(Int64(0)) { $0 + gross($1, live) }
        return all > limits.firm(.firmMaxGross) ? "firm: gross \(all)" : nil
    }

    /// Live orders as they were before this approval.
    private func before(_ record: AuditRecord) -> [UInt64: Live] {
        var orders = live
        if record.kind == .new {
            orders[record.orderID.value] = nil
        } else {
            orders[record.orderID.value]?.pending = nil
        }
        return orders
    }

    private func gross(_ account: Int, _ orders: [UInt64: Live]) -> Int64 {
        var buys = [Int64](repeating: 0, count: names.count)
        var sells = buys
        for order in orders.values where order.account == account {
            if order.isBuy {
                buys[order.instrument] += order.worst
            } else {
                sells[order.instrument] += order.worst
            }
        }
        return names.indices.reduce(Int64(0)) { sum, row in
            let held = position[account][row]
            return sum + max(abs(held + buys[row]), abs(held - sells[row])) * limits.val[row]
        }
    }

    /// All accounts are one aggregation unit here.
    private func judgeShort(_ record: AuditRecord, _ order: Live) -> String? {
        guard !order.isBuy else { return nil }
        let (row, name) = (order.instrument, names[order.instrument])
        let isShort = record.kind == .modifyReq ? Self.isShort(record.side) : order.isShort
        guard !isShort else {
            let left = locate[row] - openShort(row)
            return left < 0 ? "\(name): \(-left) shares sold short and not located" : nil
        }
        var sells: Int64 = 0
        for (id, other) in live where id != record.orderID.value && !other.isBuy {
            if other.instrument == row { sells += other.worst }
        }
        let long = max(0, position.reduce(Int64(0)) { $0 + $1[row] } - sells)
        let wanted = record.qty.units - order.cum
        return wanted > long ? "\(name): \(wanted) sold long, \(long) there" : nil
    }

    private func judgeOwn(_ record: AuditRecord, _ order: Live) -> String? {
        let px = record.px.units
        for (id, other) in live where id != record.orderID.value {
            guard other.instrument == order.instrument, other.isBuy != order.isBuy,
                other.group == order.group, limits.isFirmWide || other.venue == order.venue
            else { continue }
            for resting in [other.px, other.pending?.px ?? other.px]
            where order.isBuy ? px >= resting : px <= resting {
                return "at \(px) it meets our own \(ClOrdID(id)) at \(resting)"
            }
        }
        return nil
    }

    private mutating func judgePattern(_ record: AuditRecord) -> String? {
        // The first leg stands for the whole of a routed order.
        guard record.kind == .new, record.origUserRefNum <= 1 else { return nil }
        let window = limits.firm(.dupWindowNs)
        accepted.removeAll { record.t - $0.t >= window }
        let this = Accepted(
            t: record.t,
            strategy: record.strategy,
            instrument: record.instrument,
            isBuy: record.side == Side.buy.rawValue,
            px: record.px.units,
            qty: record.origUserRefNum == 0 ? record.qty.units : record.value
        )
        let same = accepted.count { one in
            one.strategy == this.strategy && one.instrument == this.instrument
                && one.isBuy == this.isBuy && one.px == this.px && one.qty == this.qty
        }
        accepted.append(this)
        let most = limits.firm(.dupMax)
        return same >= most ? "\(same + 1) of one pattern, at most \(most)" : nil
    }

    private mutating func judgeRate(_ record: AuditRecord) -> String? {
        let row = Int(record.strategy)
        guard limits.strategyBuckets.indices.contains(row) else { return nil }
        let bucket = limits.strategyBuckets[row]
        limits.strategyBuckets[row].take(record.t)
        if bucket.stepNs == 0 || bucket.allows(record.t) { return nil }
        return "strategy \(row) over its rate by \(bucket.tatNs - record.t) ns"
    }
}
