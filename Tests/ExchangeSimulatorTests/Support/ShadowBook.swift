import Vocabulary
import Wire

/// A book built from published ITCH alone, in the plainest way there is: the feed's word against
/// the matching core's.
struct ShadowBook {
    struct Order: Equatable {
        let locate: UInt16
        let isBuy: Bool
        var qty: Int64
        let price: Int64
    }

    private(set) var orders: [UInt64: Order] = [:]
    /// Messages that name an order nobody added, or take more than there is.
    private(set) var errors: [String] = []

    mutating func apply(_ message: [UInt8]) {
        let number = { (offset: Int, count: Int) -> UInt64 in
            message[offset..<(offset + count)].reduce(0) { $0 << 8 | UInt64($1) }
        }
        switch message[0] {
        case UInt8(ascii: "A"), UInt8(ascii: "F"):
            orders[number(11, 8)] = Order(
                locate: UInt16(number(1, 2)),
                isBuy: message[19] == UInt8(ascii: "B"),
                qty: Int64(number(20, 4)),
                price: Int64(number(32, 4))
            )
        case UInt8(ascii: "E"), UInt8(ascii: "C"), UInt8(ascii: "X"):
            reduce(number(11, 8), by: Int64(number(19, 4)))
        case UInt8(ascii: "D"):
            if orders.removeValue(forKey: number(11, 8)) == nil { errors.append("D unknown") }
        case UInt8(ascii: "U"):
            guard let old = orders.removeValue(forKey: number(11, 8)) else {
                errors.append("U unknown")
                return
            }
            orders[number(19, 8)] = Order(
                locate: old.locate,
                isBuy: old.isBuy,
                qty: Int64(number(27, 4)),
                price: Int64(number(31, 4))
            )
        default: break
        }
    }

    private mutating func reduce(_ reference: UInt64, by qty: Int64) {
        guard var order = orders[reference] else {
            errors.append("reduce unknown")
            return
        }
        order.qty -= qty
        if order.qty < 0 { errors.append("over-reduced") }
        orders[reference] = order.qty > 0 ? order : nil
    }

    /// Price and quantity by level, best first.
    func levels(isBuy: Bool, locate: UInt16 = 1) -> [[Int64]] {
        var byPrice: [Int64: Int64] = [:]
        for order in orders.values where order.isBuy == isBuy && order.locate == locate {
            byPrice[order.price, default: 0] += order.qty
        }
        return byPrice.sorted { isBuy ? $0.key > $1.key : $0.key < $1.key }.map {
            [$0.key, $0.value]
        }
    }
}
