import ColdCore
import Vocabulary

/// The firm's positions and what they are worth, out of records alone: fills, busts, adjustments,
/// and the valuations hot adopted. In price units × quantity units.
struct FirmBook: Sendable {
    private struct Line: Sendable {
        var position: Int128 = 0
        var cash: Int128 = 0
        var value: Int128
    }

    private struct FillKey: Hashable, Sendable {
        var venue: UInt8
        var orderID: ClOrdID
        var match: UInt64
    }

    private var lines: [Line]
    /// Paid, in hundredths of a price unit (``Money``).
    private var fees = Money.zero
    private let reference: Reference
    private var fills: [FillKey: (instrument: Int, qty: Int128, px: Int128)] = [:]

    init(_ reference: Reference) {
        self.reference = reference
        lines = reference.instruments.map { instrument in
            var line = Line(value: Int128(instrument.priorClose.units))
            line.position = Int128(instrument.startPosition)
            line.cash = -line.position * line.value
            return line
        }
        for held in reference.holdings where Int(held.instrument) < lines.count {
            let index = Int(held.instrument)
            lines[index].position += Int128(held.qty)
            lines[index].cash -= Int128(held.qty) * Int128(held.px.units)
        }
    }

    /// `true` when equity may have changed.
    mutating func apply(_ record: Record) -> Bool {
        let index = Int(record.instrument)
        guard index < lines.count else { return false }
        switch record.kind {
        case .fill where !record.flags.contains(.duplicate): return fill(record, index)
        case .bust where !record.flags.contains(.duplicate): return bust(record)
        case .adjust:
            // Shares from elsewhere come with their worth: no profit, no loss.
            let px = record.px.units > 0 ? Int128(record.px.units) : lines[index].value
            trade(index, Int128(record.qty.units), px)
        case .limit where record.isValuation && record.value > 0:
            lines[index].value = Int128(record.value)
        default: return false
        }
        return true
    }

    private mutating func fill(_ record: Record, _ index: Int) -> Bool {
        guard let side = record.side else { return false }
        let key = FillKey(venue: record.venue, orderID: record.orderID, match: record.match)
        guard fills[key] == nil else { return false }
        let qty = Int128(side.sign) * Int128(record.lastQty.units)
        fills[key] = (index, qty, Int128(record.lastPx.units))
        fees += reference.fee(
            venue: record.venue,
            liquidity: record.reason,
            qty: record.lastQty
        )
        trade(index, qty, Int128(record.lastPx.units))
        return true
    }

    private mutating func bust(_ record: Record) -> Bool {
        let key = FillKey(venue: record.venue, orderID: record.orderID, match: record.match)
        guard let fill = fills.removeValue(forKey: key) else { return false }
        trade(fill.instrument, -fill.qty, fill.px)
        return true
    }

    private mutating func trade(_ index: Int, _ qty: Int128, _ px: Int128) {
        lines[index].position += qty
        lines[index].cash -= qty * px
    }

    /// Gained or lost since the start of the day.
    var profit: Int128 {
        lines.reduce(0) { $0 + $1.cash + $1.position * $1.value } - fees.hundredths / 100
    }

    var isFlat: Bool { lines.allSatisfy { $0.position == 0 } }
    var held: [UInt16] {
        lines.indices.filter { lines[$0].position != 0 }.map { UInt16($0) }
    }

    var gross: Int128 { lines.reduce(0) { $0 + abs($1.position * $1.value) } }

    /// Σ w² of gross weights in points of 10 000, rounded down; `nil` for an empty book
    /// (analytics-formulas.md §4).
    var concentration: Int128? { Concentration.points(lines.map { $0.position * $0.value }) }
}

/// Herfindahl–Hirschman index.
package enum Concentration {
    /// Points of 10 000 of the gross weights of `values`; `nil` when all are 0. Shorts concentrate
    /// too. Values above 2⁵⁰ are scaled down first, so that no square overflows.
    package static func points(_ values: [Int128]) -> Int128? {
        var sizes = values.map { abs($0) }
        while let largest = sizes.max(), largest >> 50 > 0 { sizes = sizes.map { $0 >> 1 } }
        let gross = sizes.reduce(0, +)
        guard gross > 0 else { return nil }
        let squares = sizes.reduce(0) { $0 + $1 * $1 }
        return squares * 10_000 / (gross * gross)
    }
}
