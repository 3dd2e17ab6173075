import Crossing
import HotPath
import Vocabulary

/// What the firm could come to hold, counted from the records alone and without the ledger: every
/// live order and every pending leg filled to its last share. Written from risk-controls.md.
struct Exposure {
    private struct Live {
        var instrument: Int
        var account: Int
        var isBuy: Bool
        var isShort: Bool
        var leaves: Int64
        var cum: Int64
        /// Chain total a pending replace asks for.
        var pendingQty: Int64?

        var worst: Int64 { max(leaves, (pendingQty ?? 0) - cum) }
    }

    private struct Bound {
        var byOperator: Int64
        var byCold = Int64.max
        var value: Int64 { min(byOperator, byCold) }
    }

    private var live: [UInt64: Live] = [:]
    /// By account and instrument: limits on positions are of both.
    private var position: [[Int64]]
    private var maxLong: [Bound]
    private var maxShort: [Bound]
    private var maxOrderQty: [Bound]
    private var accountOrders: [Bound]
    private var firmOrders: Bound
    private var restricted: [Bool]
    private var killed: Set<String> = []
    private var fillsOf: [UInt64: [(venue: UInt8, match: UInt64, qty: Int64)]] = [:]
    private let names: [String]

    init(_ config: LedgerConfig) {
        func bound(_ value: Int64) -> Bound { Bound(byOperator: value == noLimit ? .max : value) }
        position = config.accounts.indices.map { account in
            config.instruments.map { account == 0 ? $0.startPosition : 0 }
        }
        maxLong = config.instruments.map { bound($0.maxLong) }
        maxShort = config.instruments.map { bound($0.maxShort) }
        maxOrderQty = config.instruments.map { bound($0.maxOrderQty) }
        restricted = config.instruments.map { $0.restricted != 0 }
        accountOrders = config.accounts.map { bound($0.maxOpenOrders) }
        firmOrders = bound(config.header.firmMaxOpenOrders)
        names = config.instruments.map { "\($0.symbol)" }
    }

    /// Takes one record; what law it breaks, in words.
    mutating func take(_ record: AuditRecord) -> String? {
        let id = record.orderID.value
        switch record.kind {
        case .new:
            live[id] = Live(
                instrument: Int(record.instrument),
                account: Int(record.account),
                isBuy: record.side == Side.buy.rawValue,
                isShort: record.side == Side.sellShort.rawValue
                    || record.side == Side.sellShortExempt.rawValue,
                leaves: record.qty.units,
                cum: 0
            )
            return judge(record, live[id])
        case .replaceReq:
            live[id]?.pendingQty = record.qty.units
            return judge(record, live[id])
        case .fill: fill(record)
        case .bust: bust(record)
        case .adjust:
            if isKnown(record) {
                position[Int(record.account)][Int(record.instrument)] += record.qty.units
            }
        case .limit: limit(record)
        case .kill where record.code == 0: killed.insert(scope(record))
        case .arm where record.code == 0: killed.remove(scope(record))
        default: break
        }
        settle(record)
        return nil
    }

    /// What the record says is open after it.
    private mutating func settle(_ record: AuditRecord) {
        let id = record.orderID.value
        guard live[id] != nil else {
            guard record.kind == .ack, record.flags.contains(.adopted), record.status.isLive else {
                return
            }
            live[id] = Live(
                instrument: Int(record.instrument),
                account: 0,
                isBuy: record.side == Side.buy.rawValue,
                isShort: false,
                leaves: record.leavesQty.units,
                cum: record.cumQty.units
            )
            return
        }
        switch record.kind {
        case .ack, .fill, .canceled, .replaced, .reject, .bust, .restated, .timer, .operator:
            guard record.status != .vacant else { return }
            if record.kind == .replaced { live[id]?.pendingQty = nil }
            if record.kind == .reject || record.kind == .canceled,
                record.flags.contains(.replace)
            {
                live[id]?.pendingQty = nil
            }
            if record.status.isTerminal {
                live[id] = nil
            } else {
                live[id]?.leaves = record.leavesQty.units
                live[id]?.cum = record.cumQty.units
            }
        default: break
        }
    }

    private mutating func fill(_ record: AuditRecord) {
        guard record.orderID != .none, !record.flags.contains(.duplicate), isKnown(record) else {
            return
        }
        let signed =
            record.side == Side.buy.rawValue ? record.lastQty.units : -record.lastQty.units
        position[Int(record.account)][Int(record.instrument)] += signed
        fillsOf[record.orderID.value, default: []].append(
            (record.venue, record.match, signed)
        )
    }

    private mutating func bust(_ record: AuditRecord) {
        guard !record.flags.contains(.duplicate), isKnown(record),
            let fills = fillsOf[record.orderID.value]
        else {
            return
        }
        guard
            let at = fills.firstIndex(where: {
                $0.venue == record.venue && $0.match == record.match
            })
        else { return }
        position[Int(record.account)][Int(record.instrument)] -= fills[at].qty
        fillsOf[record.orderID.value]?.remove(at: at)
    }

    private func isKnown(_ record: AuditRecord) -> Bool {
        Int(record.account) < position.count && Int(record.instrument) < names.count
    }

    private mutating func limit(_ record: AuditRecord) {
        let isCold = record.flags.contains(.fromCold)
        let value = record.value == noLimit ? Int64.max : record.value
        func set(_ bound: inout Bound) {
            if isCold { bound.byCold = min(bound.byCold, value) } else { bound.byOperator = value }
        }
        let row = Int(record.instrument)
        let account = Int(record.account)
        switch LimitField(rawValue: record.detail) {
        case .maxLong where maxLong.indices.contains(row): set(&maxLong[row])
        case .maxShort where maxShort.indices.contains(row): set(&maxShort[row])
        case .maxOrderQty where maxOrderQty.indices.contains(row): set(&maxOrderQty[row])
        case .maxOpenOrders where accountOrders.indices.contains(account):
            set(&accountOrders[account])
        case .firmMaxOpenOrders: set(&firmOrders)
        case .restricted where restricted.indices.contains(row): restricted[row] = value != 0
        default: break
        }
    }

    private func scope(_ record: AuditRecord) -> String {
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
        return "position \(position.map { $0[row] }), \(orders.joined(separator: ", "))"
    }

    // MARK: Judging an approval

    private func judge(_ record: AuditRecord, _ order: Live?) -> String? {
        guard let order, isKnown(record) else {
            return "approved for an instrument or order nobody knows"
        }
        let row = order.instrument
        let held = position[order.account][row]
        for scope in [
            "firm", "account \(record.account)", "strategy \(record.strategy)",
            "symbol \(record.instrument)", "venue \(record.venue)",
        ] where killed.contains(scope) { return "approved while \(scope) is killed" }
        if record.qty.units > maxOrderQty[row].value {
            return "\(record.qty.units) ordered, at most \(maxOrderQty[row].value)"
        }
        if restricted[row] { return "\(names[row]) is restricted" }
        var (buys, sells, ofAccount) = (Int64(0), Int64(0), Int64(0))
        for other in live.values {
            if other.account == order.account { ofAccount += 1 }
            guard other.instrument == row, other.account == order.account else { continue }
            if other.isBuy { buys += other.worst } else { sells += other.worst }
        }
        if order.isBuy, held + buys > maxLong[row].value {
            return "\(names[row]): worst long \(held + buys) > \(maxLong[row].value)"
        }
        if !order.isBuy, sells - held > maxShort[row].value {
            return "\(names[row]): worst short \(sells - held) > \(maxShort[row].value)"
        }
        guard record.kind == .new else { return nil }
        if accountOrders.indices.contains(order.account),
            ofAccount > accountOrders[order.account].value
        {
            return "account \(order.account): \(ofAccount) orders open"
        }
        if Int64(live.count) > firmOrders.value { return "\(live.count) orders open" }
        return nil
    }
}
