import Crossing
import HotPath
import Vocabulary

/// A routed client's order is one promise and several venue orders (semantics.md §5.2, §5.3): all of
/// it is approved and reserved, then its owner is told, then bytes leave; or nothing of it leaves.
/// What its client said of its time goes with every leg, as with an order of direct mode.
struct RoutedOrders {
    private struct Routed {
        var qty: Int64
        var message: [UInt8]
        var state = ParentEvent.opened
        var legs: UInt32 = 0
        var reserved: Int64 = 0
    }

    private var orders: [UInt64: Routed] = [:]

    /// Takes one record; what law it breaks, in words.
    mutating func take(_ entry: TapeRecord) -> String? {
        let record = entry.record
        switch record.kind {
        case .parent: return parent(entry)
        case .new: return leg(record)
        default: return nil
        }
    }

    private mutating func parent(_ entry: TapeRecord) -> String? {
        let id = entry.record.orderID.value
        guard let event = ParentEvent(rawValue: entry.record.detail) else { return nil }
        guard event != .opened else {
            defer { orders[id] = Routed(qty: entry.record.qty.units, message: entry.raw) }
            return orders[id] == nil ? nil : "opened twice"
        }
        guard let order = orders[id], order.state == .opened else {
            return "\(event), and was \(orders[id].map { "\($0.state)" } ?? "never opened")"
        }
        orders[id]?.state = event
        guard event == .accepted, order.reserved != order.qty else { return nil }
        return "accepted with \(order.reserved) of \(order.qty) reserved"
    }

    private mutating func leg(_ record: AuditRecord) -> String? {
        guard record.parent != 0, let order = orders[record.parent] else { return nil }
        orders[record.parent]?.legs += 1
        orders[record.parent]?.reserved += record.qty.units
        if order.state != .opened { return "a leg of an order that is \(order.state)" }
        guard record.origUserRefNum == order.legs + 1, record.value == order.qty else {
            return "leg \(record.origUserRefNum) of \(record.value) after \(order.legs) of "
                + "\(order.qty)"
        }
        return nil
    }

    /// The bytes of the approved order `entry`: whether they may go, and say what its client said.
    func mayLeave(_ entry: TapeRecord, _ bytes: [UInt8]) -> String? {
        let order = orders[entry.record.parent]
        if let order, entry.record.parent != 0, order.state != .accepted {
            return "a leg of an order that is \(order.state)"
        }
        let said = entry.record.parent == 0 ? entry.raw : order?.message ?? []
        guard said.first == UInt8(ascii: "O") else { return nil }
        let (wanted, sent) = (OrderBytes(said).expireTime, OrderBytes(bytes).expireTime)
        return wanted == sent
            ? nil
            : "good till \(sent.map(String.init) ?? "no time"), its client said "
                + "\(wanted.map(String.init) ?? "none")"
    }
}
