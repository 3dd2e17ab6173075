import ColdCore
import Vocabulary

/// Control 34: patterns in our own orders that a regulator would ask about. It stops nothing; a
/// person decides.
///
/// - spoofing: within ``windowNs`` of a fill, orders on the other side that stood there unfilled are
///   taken away, together at least ``timesFill`` times its size;
/// - layering: the same at ``layersMin`` or more different prices;
/// - wash: one match number with us on both sides.
struct Surveillance: Sendable {
    static let windowNs: Int64 = 2_000_000_000
    static let timesFill: Int64 = 5
    static let layersMin = 3
    /// Fills looked back at; older ones are past their window in any market we trade.
    static let suspectsMax = 1_024

    private struct Order: Sendable {
        var strategy: UInt16
        var instrument: UInt16
        var side: Side
        var px: Price
        var leaves: Int64
        var isFilled = false
    }

    /// A fill, and the unfilled orders that stood on the other side then.
    private struct Suspect: Sendable {
        var record: Record
        var stood: Set<ClOrdID>
        var goneQty: Int64 = 0
        var gonePrices: Set<Price> = []
        var isCase = false
    }

    private struct Match: Hashable, Sendable {
        var venue: UInt8
        var match: UInt64
    }

    private var orders: [ClOrdID: Order] = [:]
    private var suspects: [Suspect] = []
    private var sides: [Match: (side: Side, instrument: UInt16)] = [:]

    mutating func apply(_ record: Record) -> [RiskWatch.Case] {
        switch record.kind {
        case .new: open(record)
        case .replaced: replaced(record)
        case .fill where !record.flags.contains(.duplicate): return fill(record)
        case .canceled: return canceled(record)
        case .reject where !record.isGateReject && !record.flags.contains(.replace):
            orders[record.orderID] = nil
        default: break
        }
        return []
    }

    private mutating func open(_ record: Record) {
        guard let side = record.side else { return }
        orders[record.orderID] = Order(
            strategy: record.strategy,
            instrument: record.instrument,
            side: side,
            px: record.px,
            leaves: record.qty.units
        )
    }

    private mutating func replaced(_ record: Record) {
        guard orders[record.orderID] != nil else { return }
        orders[record.orderID]?.px = record.px
        orders[record.orderID]?.leaves = record.leavesQty.units
    }

    private mutating func fill(_ record: Record) -> [RiskWatch.Case] {
        guard let side = record.side else { return [] }
        if var order = orders[record.orderID] {
            order.leaves -= record.lastQty.units
            order.isFilled = true
            orders[record.orderID] = order.leaves > 0 ? order : nil
        }
        let stood = orders.filter { entry in
            entry.value.strategy == record.strategy && entry.value.instrument == record.instrument
                && entry.value.side.isBuy != side.isBuy && !entry.value.isFilled
        }
        if !stood.isEmpty {
            suspects.removeAll { record.t - $0.record.t > Self.windowNs }
            if suspects.count == Self.suspectsMax { suspects.removeFirst(Self.suspectsMax / 4) }
            suspects.append(Suspect(record: record, stood: Set(stood.keys)))
        }
        return wash(record, side)
    }

    private mutating func wash(_ record: Record, _ side: Side) -> [RiskWatch.Case] {
        guard record.match != 0 else { return [] }
        let key = Match(venue: record.venue, match: record.match)
        guard let other = sides[key] else {
            sides[key] = (side, record.instrument)
            return []
        }
        guard other.side.isBuy != side.isBuy, other.instrument == record.instrument else {
            return []
        }
        return [
            RiskWatch.Case(
                .wash,
                record,
                "match \(record.match): \(record.lastQty.units) shares bought and sold by us"
            )
        ]
    }

    private mutating func canceled(_ record: Record) -> [RiskWatch.Case] {
        guard let order = orders[record.orderID] else { return [] }
        orders[record.orderID]?.leaves -= record.lastQty.units
        if order.leaves <= record.lastQty.units { orders[record.orderID] = nil }
        // What a kill or a mass cancel takes away was nobody's intention towards the market.
        guard !record.flags.contains(.massCancel), !record.flags.contains(.byProof) else {
            return []
        }
        var cases: [RiskWatch.Case] = []
        for index in suspects.indices
        where suspects[index].stood.contains(record.orderID)
            && record.t - suspects[index].record.t <= Self.windowNs
        {
            suspects[index].goneQty += record.lastQty.units
            suspects[index].gonePrices.insert(order.px)
            if let found = judge(&suspects[index]) { cases.append(found) }
        }
        return cases
    }

    private func judge(_ suspect: inout Suspect) -> RiskWatch.Case? {
        let filled = suspect.record.lastQty.units
        guard !suspect.isCase, suspect.goneQty >= Self.timesFill * filled else { return nil }
        suspect.isCase = true
        let layers = suspect.gonePrices.count
        let pattern: RiskWatch.Pattern = layers >= Self.layersMin ? .layering : .spoofing
        return RiskWatch.Case(
            pattern,
            suspect.record,
            """
            \(filled) filled, then within \(Self.windowNs / 1_000_000_000) s \(suspect.goneQty) \
            unfilled shares at \(layers) prices taken away on the other side
            """
        )
    }
}
