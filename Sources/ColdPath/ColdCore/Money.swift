package import Vocabulary

/// An amount of money as an exact integer: hundredths of a price unit (for US equities, whose price
/// unit is 1e-4 USD, that is one millionth of a dollar).
///
/// The hundredth is there for fees: configuration gives them in price units per 100 shares, so the
/// fee of one share is a whole number of these. 128 bits wide, so that nothing a venue can put into
/// a fill overflows a sum.
package struct Money: Equatable, Hashable, Comparable, Sendable {
    package var hundredths: Int128

    package init(hundredths: some BinaryInteger) { self.hundredths = Int128(hundredths) }

    /// What `qty` at `px` is worth.
    package init(px: Price, qty: OrderQty) {
        hundredths = Int128(px.units) * Int128(qty.units) * 100
    }

    package static var zero: Money { Money(hundredths: 0) }
    /// `Money` units in one unit of the currency, for US equities.
    package static var scale: Int64 { 1_000_000 }

    package static func + (left: Money, right: Money) -> Money {
        Money(hundredths: left.hundredths + right.hundredths)
    }
    package static func - (left: Money, right: Money) -> Money {
        Money(hundredths: left.hundredths - right.hundredths)
    }
    package static prefix func - (value: Money) -> Money { Money(hundredths: -value.hundredths) }
    package static func += (left: inout Money, right: Money) { left = left + right }
    package static func -= (left: inout Money, right: Money) { left = left - right }
    package static func < (left: Money, right: Money) -> Bool {
        left.hundredths < right.hundredths
    }

    package var json: JSON { .number(hundredths) }

    /// Dollars and cents, as in -1250.07; the rest is cut, never rounded up.
    package var text: String {
        let cents = hundredths.magnitude / 10_000
        let rest = cents % 100
        return "\(hundredths < 0 ? "-" : "")\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}

/// An average price as the exact ratio it is: Σ price × quantity over Σ quantity.
package struct AveragePrice: Equatable, Sendable {
    /// Price units × quantity units.
    package private(set) var notional: Int128 = 0
    package private(set) var qty: Int64 = 0

    package init() {}

    package mutating func add(px: Price, qty: OrderQty) {
        notional += Int128(px.units) * Int128(qty.units)
        self.qty += qty.units
    }

    package mutating func remove(px: Price, qty: OrderQty) {
        notional -= Int128(px.units) * Int128(qty.units)
        self.qty -= qty.units
    }

    /// In price units, for display; `nil` when nothing filled.
    package var value: Double? { qty == 0 ? nil : Double(notional) / Double(qty) }

    package var json: JSON {
        [
            "notional": .number(notional), "qty": .int(qty),
            "avgPx": value.map(JSON.double) ?? .null,
        ]
    }
}
