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
    /// Fills looked back at, of one strategy, instrument and side; older ones are past their window
    /// in any market we trade.
    static let suspectsMax = 1_024

    private struct Order: Sendable {
        /// The fills it stands against: its strategy and instrument, the other side.
        var against: Int
        var px: Price
        var leaves: Int64
        /// It stood there, unfilled, at those fills numbered from here…
        var from: UInt64
        /// …up to here: its own first fill.
        var until = UInt64.max
    }

    /// A fill, and what was taken away on the other side since. Flat: each cancel looks at all of
    /// the last two seconds, and cold must keep up with hot at its fullest.
    private struct Suspect: Sendable {
        var number: UInt64
        var t: Int64
        var strategy: UInt16
        var account: UInt16
        var instrument: UInt16
        var orderID: ClOrdID
        var qty: Int64
        var goneQty: Int64 = 0
        var layers = 0
        var firstPx = Price(units: 0)
        var secondPx = Price(units: 0)
        var isCase = false

        mutating func gone(_ qty: Int64, _ px: Price) {
            goneQty += qty
            switch layers {
            case 0: firstPx = px
            case 1 where px != firstPx: secondPx = px
            case 2 where px != firstPx && px != secondPx: break
            default: return
            }
            layers += 1
        }
    }

    /// The fills of one strategy, instrument and side.
    private struct Fills: Sendable {
        var count: UInt64 = 0
        var suspects: [Suspect] = []
    }

    private struct Match: Hashable, Sendable {
        var venue: UInt8
        var match: UInt64
    }

    private var orders: [ClOrdID: Order] = [:]
    private var fills: [Fills] = []
    /// Where in ``fills``: strategy, instrument and side in one number.
    private var places: [UInt64: Int] = [:]
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

    private mutating func place(_ record: Record, buys: Bool) -> Int {
        let key = UInt64(record.strategy) << 32 | UInt64(record.instrument) << 8 | (buys ? 1 : 0)
        if let place = places[key] { return place }
        places[key] = fills.count
        fills.append(Fills())
        return fills.count - 1
    }

    private mutating func open(_ record: Record) {
        guard let side = record.side else { return }
        let against = place(record, buys: !side.isBuy)
        orders[record.orderID] = Order(
            against: against,
            px: record.px,
            leaves: record.qty.units,
            from: fills[against].count
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
            order.until = min(order.until, fills[order.against].count)
            orders[record.orderID] = order.leaves > 0 ? order : nil
        }
        let place = place(record, buys: side.isBuy)
        if fills[place].suspects.count == Self.suspectsMax {
            forget(place, before: record.t)
            if fills[place].suspects.count == Self.suspectsMax {
                fills[place].suspects.removeFirst(Self.suspectsMax / 4)
            }
        }
        fills[place].suspects.append(
            Suspect(
                number: fills[place].count,
                t: record.t,
                strategy: record.strategy,
                account: record.account,
                instrument: record.instrument,
                orderID: record.orderID,
                qty: record.lastQty.units
            )
        )
        fills[place].count += 1
        return wash(record, side)
    }

    /// What is past its window, or told already, is looked at no more.
    private mutating func forget(_ place: Int, before t: Int64) {
        fills[place].suspects.removeAll { $0.isCase || t - $0.t > Self.windowNs }
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
        return gone(order, record)
    }

    private mutating func gone(_ order: Order, _ record: Record) -> [RiskWatch.Case] {
        var cases: [RiskWatch.Case] = []
        for index in fills[order.against].suspects.indices.reversed() {
            let suspect = fills[order.against].suspects[index]
            // Numbers rise: what lies further ahead is older than the order, or past its window.
            if suspect.number < order.from || record.t - suspect.t > Self.windowNs { break }
            guard suspect.number < order.until, !suspect.isCase else { continue }
            fills[order.against].suspects[index].gone(record.lastQty.units, order.px)
            if let found = judge(&fills[order.against].suspects[index]) { cases.append(found) }
        }
        return cases.reversed()
    }

    private func judge(_ suspect: inout Suspect) -> RiskWatch.Case? {
        guard suspect.goneQty >= Self.timesFill * suspect.qty else { return nil }
        suspect.isCase = true
        let isLayered = suspect.layers >= Self.layersMin
        return RiskWatch.Case(
            isLayered ? .layering : .spoofing,
            t: suspect.t,
            strategy: suspect.strategy,
            account: suspect.account,
            instrument: suspect.instrument,
            orderID: suspect.orderID,
            """
            \(suspect.qty) filled, then within \(Self.windowNs / 1_000_000_000) s \(suspect.goneQty) \
            unfilled shares at \(suspect.layers)\(isLayered ? " or more" : "") prices taken away on \
            the other side
            """
        )
    }
}
