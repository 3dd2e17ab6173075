/// A quantity in the instrument's quantity unit: shares for US equities.
@frozen
public struct OrderQty: Equatable, Hashable, Comparable, BitwiseCopyable, Sendable {
    public var units: Int64

    @inlinable public init(units: Int64) { self.units = units }

    @inlinable public static var zero: OrderQty { OrderQty(units: 0) }

    /// Largest quantity an OUCH message can carry.
    @inlinable public static var ouchMax: OrderQty { OrderQty(units: 999_999) }

    @inlinable public static func < (left: OrderQty, right: OrderQty) -> Bool {
        left.units < right.units
    }
    @inlinable public static func + (left: OrderQty, right: OrderQty) -> OrderQty {
        OrderQty(units: left.units + right.units)
    }
    @inlinable public static func - (left: OrderQty, right: OrderQty) -> OrderQty {
        OrderQty(units: left.units - right.units)
    }
}
