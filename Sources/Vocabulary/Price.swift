/// A price in the instrument's own unit: 1e-4 USD for US equities (reference data says which).
///
/// Arithmetic traps on overflow; risk uses the reporting forms in ``Notional``.
@frozen
public struct Price: Equatable, Hashable, Comparable, BitwiseCopyable, Sendable,
    CustomStringConvertible
{
    public var units: Int64

    @inlinable public init(units: Int64) { self.units = units }

    @inlinable public static var zero: Price { Price(units: 0) }

    /// At or above this OUCH treats a price as a market order (200 000.0000).
    @inlinable public static var ouchMarket: Price { Price(units: 2_000_000_000) }

    /// Highest limit price OUCH accepts (199 999.9900).
    @inlinable public static var ouchLimitMax: Price { Price(units: 1_999_999_900) }

    /// The more aggressive of two prices, where a `discretion` of zero is none.
    @inlinable public func worst(with discretion: Price, isBuy: Bool) -> Price {
        if discretion.units == 0 { return self }
        return isBuy ? max(self, discretion) : min(self, discretion)
    }

    /// Of a price unit of 1e-4, as in 324.50: two places at least.
    public var description: String {
        let places = String(10_000 + units.magnitude % 10_000).dropFirst()
        let fraction =
            places.hasSuffix("00")
            ? places.prefix(2) : places.hasSuffix("0") ? places.prefix(3) : places
        return "\(units < 0 ? "-" : "")\(units.magnitude / 10_000).\(fraction)"
    }

    @inlinable public static func < (left: Price, right: Price) -> Bool { left.units < right.units }
    @inlinable public static func + (left: Price, right: Price) -> Price {
        Price(units: left.units + right.units)
    }
    @inlinable public static func - (left: Price, right: Price) -> Price {
        Price(units: left.units - right.units)
    }
}
