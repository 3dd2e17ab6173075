internal import Crossing
internal import Vocabulary

/// Symbols that orders are shut out of without a `kill` record: what the venue said did not add up
/// (104), it holds more than was asked (112), or an order is UNKNOWN (112). Reckoned from the records
/// alone, beside the ledger: what is beyond doubt, and nothing hot may have forgotten.
struct SymbolBlocks {
    private struct Order {
        var instrument: UInt16
        /// Shares asked for, those a replace under way asks for included.
        var asked: Int64
        var leaves: Int64
        var isLive = true
    }

    private struct Block {
        var what: String
        var sequence: UInt64
    }

    private var orders: [ClOrdID: Order] = [:]
    private var blocked: [UInt16: Block] = [:]
    private var exceeded: [UInt16: Block] = [:]
    private var unknown: [UInt16: [ClOrdID: UInt64]] = [:]

    /// What shuts the symbol just now, in words; `nil`: nothing.
    func shut(_ instrument: UInt16) -> String? {
        if let block = blocked[instrument] { return "104: \(block.what), seq \(block.sequence)" }
        if let block = exceeded[instrument] { return "112: \(block.what), seq \(block.sequence)" }
        return unknown[instrument]?.min { $0.value < $1.value }.map {
            "112: order \($0.key) is UNKNOWN, seq \($0.value)"
        }
    }

    mutating func note(_ record: AuditRecord, sequence: UInt64) {
        guard record.flags.isDisjoint(with: [.duplicate, .notUnderstood]) else { return }
        switch record.kind {
        case .new: begin(record)
        case .arm: arm(record)
        case .fill: judgeFill(record, sequence)
        case .ack: judgeAck(record, sequence)
        case .replaceReq:
            let asked = orders[record.orderID]?.asked ?? 0
            orders[record.orderID]?.asked = max(asked, record.qty.units)
        case .canceled, .replaced, .restated, .bust, .cancelReq, .modifyReq, .timer: break
        case .reject where !record.flags.contains(.gate): break
        default: return
        }
        follow(record, sequence)
    }

    private mutating func begin(_ record: AuditRecord) {
        orders[record.orderID] = Order(
            instrument: record.instrument,
            asked: record.qty.units,
            leaves: record.leavesQty.units
        )
    }

    /// A person looked: at everything of the symbol, or at what it was asked to hold more of.
    private mutating func arm(_ record: AuditRecord) {
        guard record.detail == UInt32(KillScope.symbol.rawValue) else { return }
        if record.code == 0 { blocked[record.instrument] = nil }
        if record.code == 0 || record.code == RiskCode.unknownOrderOnSymbol.rawValue {
            exceeded[record.instrument] = nil
        }
    }

    private mutating func judgeFill(_ record: AuditRecord, _ sequence: UInt64) {
        guard record.instrument != noIndex16 else { return }
        guard let order = orders[record.orderID] else {
            return block(record, "a fill of an order nobody knows", sequence)
        }
        guard order.isLive, record.lastQty.units > order.leaves, record.flags.contains(.incident)
        else { return }
        block(record, "\(record.lastQty.units) filled of \(order.leaves) open", sequence)
    }

    private mutating func judgeAck(_ record: AuditRecord, _ sequence: UInt64) {
        guard record.instrument != noIndex16 else { return }
        guard let order = orders[record.orderID] else {
            begin(record)
            if record.account == noIndex16 {
                block(record, "an order no account could claim", sequence)
            }
            return
        }
        guard record.qty.units > order.asked, record.flags.contains(.incident) else { return }
        exceeded[record.instrument] =
            exceeded[record.instrument]
            ?? Block(
                what: "\(record.qty.units) accepted of \(order.asked) asked for",
                sequence: sequence
            )
    }

    private mutating func block(_ record: AuditRecord, _ what: String, _ sequence: UInt64) {
        let first = blocked[record.instrument]
        blocked[record.instrument] = first ?? Block(what: what, sequence: sequence)
    }

    /// What the record says is true of its order after it.
    private mutating func follow(_ record: AuditRecord, _ sequence: UInt64) {
        guard let order = orders[record.orderID], record.status != .vacant else { return }
        orders[record.orderID]?.leaves = record.leavesQty.units
        orders[record.orderID]?.isLive = record.status.isLive
        if record.status == .unknown {
            let since = unknown[order.instrument]?[record.orderID] ?? sequence
            unknown[order.instrument, default: [:]][record.orderID] = since
        } else {
            unknown[order.instrument]?[record.orderID] = nil
        }
    }
}
