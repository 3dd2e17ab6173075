import HotPath
import Vocabulary

/// The same orders once more, kept the slow and obvious way: what the ledger's sums are compared
/// with, and what the worst case is computed from. Shares no code with the ledger.
struct ShadowBook {
    struct Key: Hashable {
        var account: UInt16
        var instrument: UInt16
    }

    struct Leg {
        var total: Int64
        var px: Int64
    }

    struct Shadow {
        var key: Key
        var side: Side
        var px: Int64
        var leaves: Int64
        var cum: Int64 = 0
        var acked = false
        var replacing: Leg?
        var venue: UInt8
        /// The number the venue knew it by first.
        var refNum: UInt32 = 0

        var newLeaves: Int64 { replacing.map { max(0, $0.total - cum) } ?? 0 }
        var worstQty: Int64 { max(leaves, newLeaves) }
        var worstNotional: Int64 { max(leaves * px, newLeaves * (replacing?.px ?? 0)) }

        /// Most that can be traded in one day: k shares at the old price before the venue replaces.
        var worstDay: Int64 {
            guard let replacing else { return leaves * px }
            var worst: Int64 = 0
            for early in [0, min(leaves, newLeaves), leaves, leaves / 2, leaves / 3] {
                worst = max(worst, early * px + max(0, newLeaves - early) * replacing.px)
            }
            return worst
        }
    }

    var live: [ClOrdID: Shadow] = [:]
    var ended: [ClOrdID: Shadow] = [:]
    /// In the order they ended; the last thousands.
    var endedIDs: [ClOrdID] = []
    var positions: [Key: Int64] = [:]
    var dayBuy: [UInt16: Int64] = [:]
    var daySell: [UInt16: Int64] = [:]

    func worst(_ key: Key, buys: Bool) -> Int64 {
        live.values.filter { $0.key == key && $0.side.isBuy == buys }.reduce(0) { $0 + $1.worstQty }
    }

    func worstNotional(account: UInt16) -> Int64 {
        live.values.filter { $0.key.account == account }.reduce(0) { $0 + $1.worstNotional }
    }

    func worstDay(account: UInt16, buys: Bool) -> Int64 {
        let traded = (buys ? dayBuy[account] : daySell[account]) ?? 0
        return live.values.filter { $0.key.account == account && $0.side.isBuy == buys }
            .reduce(traded) { $0 + $1.worstDay }
    }

    mutating func trade(_ shadow: Shadow, _ qty: Int64, _ px: Int64) {
        positions[shadow.key, default: 0] += shadow.side.isBuy ? qty : -qty
        if shadow.side.isBuy {
            dayBuy[shadow.key.account, default: 0] += qty * px
        } else {
            daySell[shadow.key.account, default: 0] += qty * px
        }
    }

    mutating func fill(_ id: ClOrdID, _ qty: Int64, _ px: Int64) {
        if var shadow = live[id] {
            trade(shadow, qty, px)
            shadow.leaves = max(0, shadow.leaves - qty)
            shadow.cum += qty
            live[id] = shadow
            if shadow.leaves == 0 { end(id) }
        } else if let shadow = ended[id] {
            trade(shadow, qty, px)
        }
    }

    mutating func end(_ id: ClOrdID) {
        guard var shadow = live.removeValue(forKey: id) else { return }
        shadow.leaves = 0
        shadow.replacing = nil
        ended[id] = shadow
        endedIDs.append(id)
        // Far more orders than the fills a bust may still name.
        guard endedIDs.count > 40_000 else { return }
        for old in endedIDs.prefix(20_000) { ended[old] = nil }
        endedIDs.removeFirst(20_000)
    }

    /// A trade that never was: position and day go back, the shares stay gone from the order.
    mutating func bust(_ id: ClOrdID, _ qty: Int64, _ px: Int64) {
        guard let shadow = live[id] ?? ended[id] else { return }
        positions[shadow.key, default: 0] -= shadow.side.isBuy ? qty : -qty
        if shadow.side.isBuy {
            dayBuy[shadow.key.account, default: 0] -= qty * px
        } else {
            daySell[shadow.key.account, default: 0] -= qty * px
        }
        guard live[id] != nil else { return }
        live[id]?.cum -= qty
        live[id]?.replacing?.total -= qty
    }
}
