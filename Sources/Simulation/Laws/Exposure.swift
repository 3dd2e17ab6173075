import Crossing
import HotPath
import Vocabulary

/// What the firm could come to hold, counted from the records alone and without the ledger: every
/// live order and every pending leg filled to its last share. Written from risk-controls.md §2–3.
struct Exposure {
    struct Live {
        var instrument: Int
        var account: Int
        var strategy: UInt16
        var venue: UInt8
        var parent: UInt64
        /// Owner group self-trade asks for; -1 of an order that is not ours.
        var group: Int64
        var isBuy: Bool
        var isShort: Bool
        /// The mark a Modify asks for; 0 when none does.
        var pendingSide: UInt8 = 0
        var px: Int64
        var leaves: Int64
        var cum: Int64 = 0
        var isUnknown = false
        /// Chain total and price a pending replace asks for.
        var pending: (qty: Int64, px: Int64)?

        /// Under either mark until the venue has answered.
        var holdsLocate: Bool { isShort || Exposure.isShort(pendingSide) }
        private var newLeaves: Int64 { max(0, (pending?.qty ?? 0) - cum) }
        private var value: Int64 { leaves * px }
        private var newValue: Int64 { newLeaves * (pending?.px ?? 0) }
        var worst: Int64 { max(leaves, newLeaves) }
        var worstNotional: Int64 { max(value, newValue) }
        /// Fills at the old price may come first, the rest at the new one.
        var worstDay: Int64 {
            max(newValue, value + max(0, newLeaves - leaves) * (pending?.px ?? 0))
        }
    }

    struct Fill {
        var venue: UInt8
        var match: UInt64
        var isBuy: Bool
        var qty: Int64
        var px: Int64
        var instrument: Int
        var account: Int
    }

    struct Parent {
        var total: Int64
        var executed: Int64 = 0
    }

    var live: [UInt64: Live] = [:]
    /// Account-major; the last row is the house's.
    var position: [[Int64]]
    var dayBuy: [Int64]
    var daySell: [Int64]
    var dayQty: [Int64]
    /// What could be located and is not executed short; live orders still stand in it.
    var locate: [Int64]
    var blocked: Set<Int> = []
    var killed: Set<String> = []
    var parents: [UInt64: Parent] = [:]
    var parentOf: [UInt64: UInt64] = [:]
    var accepted: [Accepted] = []
    var limits: Limits
    let names: [String]
    private var fillsOf: [UInt64: [Fill]] = [:]

    init(_ config: LedgerConfig) {
        position = (0...config.accounts.count).map { account in
            config.instruments.map { account == 0 ? $0.startPosition : 0 }
        }
        dayBuy = Array(repeating: 0, count: config.accounts.count + 1)
        daySell = dayBuy
        dayQty = Array(repeating: 0, count: config.instruments.count)
        locate = config.instruments.map(\.startLocate)
        limits = Limits(config)
        names = config.instruments.map { "\($0.symbol)" }
    }

    /// Takes one record; what law it breaks, in words.
    mutating func take(_ record: AuditRecord) -> String? {
        let id = record.orderID.value
        switch record.kind {
        case .new:
            live[id] = begun(record)
            if record.parent != 0 {
                parentOf[id] = record.parent
                if parents[record.parent] == nil || record.value > 0 {
                    parents[record.parent, default: Parent(total: 0)].total = record.value
                }
            }
            return judge(record)
        case .replaceReq:
            live[id]?.pending = (record.qty.units, record.px.units)
            return judge(record)
        case .modifyReq:
            live[id]?.pendingSide = record.side
            return judgeMark(record)
        case .fill: if let broken = fill(record) { return broken }
        case .bust: bust(record)
        case .canceled: if let broken = canceled(record) { return broken }
        case .adjust:
            if isKnown(record) {
                position[row(record)][Int(record.instrument)] += record.qty.units
            }
        case .limit: limit(record)
        case .kill where (0...104).contains(record.code): killed.insert(Self.scope(record))
        case .arm where record.code == 0:
            killed.remove(Self.scope(record))
            if record.detail == KillScope.symbol.rawValue { blocked.remove(Int(record.instrument)) }
        case .session where record.detail == SessionEvent.engineStarted.rawValue:
            if record.value != 0 { limits.drain(record.t) }
        default: break
        }
        settle(record)
        return nil
    }

    private func begun(_ record: AuditRecord) -> Live {
        Live(
            instrument: Int(record.instrument),
            account: row(record),
            strategy: record.strategy,
            venue: record.venue,
            parent: record.parent,
            group: Int64(record.detail),
            isBuy: record.side == Side.buy.rawValue,
            isShort: Self.isShort(record.side),
            px: record.px.units,
            leaves: record.qty.units
        )
    }

    static func isShort(_ side: UInt8) -> Bool {
        side == Side.sellShort.rawValue || side == Side.sellShortExempt.rawValue
    }

    func row(_ record: AuditRecord) -> Int { min(Int(record.account), position.count - 1) }

    /// What the record says is open after it.
    private mutating func settle(_ record: AuditRecord) {
        let id = record.orderID.value
        guard live[id] != nil else {
            guard record.kind == .ack, record.flags.contains(.adopted), record.status.isLive else {
                return
            }
            var stranger = begun(record)
            let isHouse = stranger.account == position.count - 1
            if isHouse { stranger.group = -1 }
            stranger.leaves = record.leavesQty.units
            stranger.cum = record.cumQty.units
            live[id] = stranger
            // One nobody here can claim has its symbol wait for a person.
            if isHouse { blocked.insert(stranger.instrument) }
            return
        }
        switch record.kind {
        case .ack, .fill, .canceled, .replaced, .reject, .bust, .restated, .timer, .operator:
            guard record.status != .vacant else { return }
            if record.kind == .replaced || record.flags.contains(.replace) {
                live[id]?.pending = nil
            }
            if record.kind == .restated { remark(record) }
            if record.status.isTerminal {
                live[id] = nil
            } else {
                live[id]?.leaves = record.leavesQty.units
                live[id]?.cum = record.cumQty.units
                live[id]?.isUnknown = record.status == .unknown
                if record.kind == .ack || record.kind == .replaced, record.px.units > 0 {
                    live[id]?.px = record.px.units
                }
            }
        default: break
        }
    }

    /// The venue's word on a mark counts, among sells; what was asked is answered by that mark alone.
    private mutating func remark(_ record: AuditRecord) {
        let id = record.orderID.value
        switch Restatement(rawValue: record.detail) {
        case .modifyUnsent: live[id]?.pendingSide = 0
        case .modified:
            if live[id]?.pendingSide == record.side { live[id]?.pendingSide = 0 }
            let isSell = Side(rawValue: record.side).map { !$0.isBuy } ?? false
            if isSell, live[id]?.isBuy == false {
                live[id]?.isShort = Self.isShort(record.side)
            }
        case .display where record.reason == UInt8(ascii: "T"): reprice(record)
        default: break
        }
    }

    /// The price is the venue's. One it was not given leave for closes the symbol until a person looks.
    private mutating func reprice(_ record: AuditRecord) {
        guard let order = live[record.orderID.value],
            (1...Price.ouchLimitMax.units).contains(record.px.units)
        else { return }
        live[record.orderID.value]?.px = record.px.units
        let isWorse = order.isBuy ? record.px.units > order.px : record.px.units < order.px
        if isWorse { blocked.insert(order.instrument) }
    }

    private mutating func fill(_ record: AuditRecord) -> String? {
        guard record.orderID != .none, !record.flags.contains(.duplicate), isKnown(record) else {
            return nil
        }
        let trade = Fill(
            venue: record.venue,
            match: record.match,
            isBuy: record.side == Side.buy.rawValue,
            qty: record.lastQty.units,
            px: record.lastPx.units,
            instrument: Int(record.instrument),
            account: row(record)
        )
        move(trade, times: 1)
        if Self.isShort(record.side) { locate[trade.instrument] -= trade.qty }
        fillsOf[record.orderID.value, default: []].append(trade)
        if let parent = parentOf[record.orderID.value] { parents[parent]?.executed += trade.qty }
        guard let order = live[record.orderID.value] else { return nil }
        if trade.qty > order.leaves { blocked.insert(order.instrument) }
        let (leaves, cum) = (max(0, order.leaves - trade.qty), order.cum + trade.qty)
        if record.leavesQty.units != leaves || record.cumQty.units != cum {
            return "after \(trade.qty) filled \(record.leavesQty.units) open and "
                + "\(record.cumQty.units) done, here \(leaves) and \(cum)"
        }
        return nil
    }

    private mutating func canceled(_ record: AuditRecord) -> String? {
        guard let order = live[record.orderID.value], !record.flags.contains(.duplicate),
            record.status != .vacant
        else { return nil }
        let isAll = record.flags.contains(.byProof) || record.lastQty.units >= order.leaves
        let leaves = isAll ? 0 : order.leaves - max(0, record.lastQty.units)
        if record.leavesQty.units != leaves || (isAll && !record.status.isTerminal) {
            return "after \(record.lastQty.units) canceled \(record.leavesQty.units) open and "
                + "\(record.status), here \(leaves)"
        }
        return nil
    }

    private mutating func bust(_ record: AuditRecord) {
        let id = record.orderID.value
        guard !record.flags.contains(.duplicate), isKnown(record) else { return }
        let at = fillsOf[id]?.firstIndex {
            $0.venue == record.venue && $0.match == record.match
        }
        guard let at, let trade = fillsOf[id]?.remove(at: at) else { return }
        move(trade, times: -1)
        guard let order = live[id], let pending = order.pending else { return }
        live[id]?.pending = (max(0, pending.qty - min(trade.qty, order.cum)), pending.px)
    }

    private mutating func move(_ trade: Fill, times: Int64) {
        let qty = trade.qty * times
        position[trade.account][trade.instrument] += trade.isBuy ? qty : -qty
        dayQty[trade.instrument] += qty
        if trade.isBuy {
            dayBuy[trade.account] += qty * trade.px
        } else {
            daySell[trade.account] += qty * trade.px
        }
    }

    func isKnown(_ record: AuditRecord) -> Bool { Int(record.instrument) < names.count }

    private mutating func limit(_ record: AuditRecord) {
        guard LimitField(rawValue: record.detail) == .locate else { return limits.take(record) }
        let row = Int(record.instrument)
        guard locate.indices.contains(row) else { return }
        // What is left from here on; live orders hold theirs already.
        locate[row] = record.value + openShort(row)
    }

    func openShort(_ row: Int) -> Int64 {
        live.values.reduce(Int64(0)) {
            $0 + ($1.instrument == row && $1.holdsLocate ? $1.worst : 0)
        }
    }

    /// What an order is killed by.
    static func scopes(of record: AuditRecord) -> [String] {
        [
            "firm", "account \(record.account)", "strategy \(record.strategy)",
            "symbol \(record.instrument)", "venue \(record.venue)",
        ]
    }

    static func scope(_ record: AuditRecord) -> String {
        switch KillScope(rawValue: UInt8(truncatingIfNeeded: record.detail)) {
        case .account: "account \(record.account)"
        case .strategy: "strategy \(record.strategy)"
        case .symbol: "symbol \(record.instrument)"
        case .venue: "venue \(record.venue)"
        case .firm, nil: "firm"
        }
    }

    /// What is counted here for the record's instrument.
    func told(_ record: AuditRecord) -> String {
        let row = Int(record.instrument)
        let mine = live.filter { $0.value.instrument == row }
        let orders = mine.sorted { $0.key < $1.key }.map { "\(ClOrdID($0.key)) \($0.value.worst)" }
        let held = names.indices.contains(row) ? position.map { $0[row] } : []
        return "position \(held), \(orders.joined(separator: ", "))"
    }

    /// The ledger's own sums against these: what differs, in words.
    func differs(_ ledger: borrowing Ledger) -> String? {
        for row in names.indices {
            let found = ledger.instrument(UInt16(row))
            var (buys, sells) = (Int64(0), Int64(0))
            for order in live.values where order.instrument == row {
                if order.isBuy { buys += order.worst } else { sells += order.worst }
            }
            let held = position.reduce(Int64(0)) { $0 + $1[row] }
            let here = [held, buys, sells, dayQty[row], locate[row] - openShort(row)]
            let unit = ledger.unit(account: 0, instrument: UInt16(row))
            let there = [found.pos, found.openBuy, found.openSell, found.dayQty, unit.locate]
            if here != there {
                return "\(names[row]): position, open buys and sells, day's shares and locate are "
                    + "\(there), counted from the records \(here)"
            }
        }
        for account in 0..<position.count - 1 {
            let found = ledger.account(UInt16(account))
            let mine = live.values.filter { $0.account == account }
            let here = [
                mine.reduce(Int64(0)) { $0 + $1.worstNotional }, dayBuy[account], daySell[account],
                Int64(mine.count),
            ]
            let there = [found.openNotional, found.dayBuy, found.daySell, found.openOrders]
            if here != there {
                return
                    "account \(account): open notional, day's buys and sells and open orders are "
                    + "\(there), counted from the records \(here)"
            }
        }
        return nil
    }
}
