package import ColdCore
import Vocabulary

/// Positions and profit or loss, per account and instrument, from fills, adjustments and busts.
///
/// Bad quantities and prices are incidents and move nothing here; hot owns the position that
/// decides about orders.
package struct Portfolio: Sendable {
    package struct Key: Hashable, Comparable, Sendable {
        package var account: UInt16
        package var instrument: UInt16

        package init(account: UInt16, instrument: UInt16) {
            self.account = account
            self.instrument = instrument
        }

        package static func < (left: Key, right: Key) -> Bool {
            (left.account, left.instrument) < (right.account, right.instrument)
        }
    }

    /// One account's holding of one instrument.
    package struct Holding: Sendable {
        package fileprivate(set) var queue = LotQueue()
        package fileprivate(set) var boughtQty: Int64 = 0
        package fileprivate(set) var soldQty: Int64 = 0
        package fileprivate(set) var fills = 0
        package fileprivate(set) var adjustments = 0
        fileprivate var history: [Movement] = []
    }

    fileprivate struct Movement: Sendable {
        var fill: FillKey?
        var qty: Int64
        var px: Price
        var fee: Money
    }

    fileprivate struct FillKey: Hashable, Sendable {
        var venue: UInt8
        var orderID: ClOrdID
        var match: UInt64
    }

    package struct Counts: Equatable, Sendable {
        package var fills = 0
        package var duplicates = 0
        package var busts = 0
        package var bustsUnknown = 0
        package var adjustments = 0
        package var refused = 0
    }

    /// Beyond these a fill is nonsense, whoever sent it.
    static let qtyMax: Int64 = 1_000_000_000_000
    static let pxMax: Int64 = 1_000_000_000_000_000

    package private(set) var counts = Counts()
    package private(set) var holdings: [Key: Holding] = [:]
    private let reference: Reference
    private var applied: [FillKey: Key] = [:]

    /// Opens the day with the image's starting positions, in the first account, at prior close.
    package init(reference: Reference) {
        self.reference = reference
        for (index, instrument) in reference.instruments.enumerated()
        where instrument.startPosition != 0 && !reference.accounts.isEmpty {
            let key = Key(account: 0, instrument: UInt16(index))
            let start = Movement(
                fill: nil,
                qty: instrument.startPosition,
                px: instrument.priorClose,
                fee: .zero
            )
            move(key, start)
        }
        for held in reference.holdings {
            move(
                Key(account: held.account, instrument: held.instrument),
                Movement(fill: nil, qty: held.qty, px: held.px, fee: .zero)
            )
        }
    }

    package mutating func apply(_ record: Record) {
        switch record.kind {
        case .fill: fill(record)
        case .bust: bust(record)
        case .adjust: adjust(record)
        default: break
        }
    }

    private mutating func fill(_ record: Record) {
        guard !record.flags.contains(.duplicate) else {
            counts.duplicates += 1
            return
        }
        guard let side = record.side, (1...Self.qtyMax).contains(record.lastQty.units),
            (1...Self.pxMax).contains(record.lastPx.units)
        else {
            counts.refused += 1
            return
        }
        let name = FillKey(venue: record.venue, orderID: record.orderID, match: record.match)
        let key = Key(account: record.account, instrument: record.instrument)
        guard applied.updateValue(key, forKey: name) == nil else {
            counts.duplicates += 1
            return
        }

        counts.fills += 1
        let fee = reference.fee(
            venue: record.venue,
            liquidity: record.reason,
            qty: record.lastQty
        )
        let signed = side.sign * record.lastQty.units
        move(key, Movement(fill: name, qty: signed, px: record.lastPx, fee: fee))
    }

    /// Takes the broken trade out and folds everything after it again: later matches may change.
    private mutating func bust(_ record: Record) {
        guard !record.flags.contains(.duplicate) else { return }
        let name = FillKey(venue: record.venue, orderID: record.orderID, match: record.match)
        guard let key = applied[name], let holding = holdings[key],
            let broken = holding.history.firstIndex(where: { $0.fill == name })
        else {
            counts.bustsUnknown += 1
            return
        }
        counts.busts += 1
        var history = holding.history
        history.remove(at: broken)
        holdings[key] = Holding()
        for movement in history { move(key, movement) }
    }

    private mutating func adjust(_ record: Record) {
        let qty = record.qty.units
        guard qty != 0, (-Self.qtyMax...Self.qtyMax).contains(qty),
            (0...Self.pxMax).contains(record.px.units)
        else {
            counts.refused += 1
            return
        }
        counts.adjustments += 1
        let key = Key(account: record.account, instrument: record.instrument)
        let index = Int(record.instrument)
        let close =
            index < reference.instruments.count ? reference.instruments[index].priorClose : .zero
        let px = record.px.units > 0 ? record.px : close
        move(key, Movement(fill: nil, qty: qty, px: px, fee: .zero))
    }

    private mutating func move(_ key: Key, _ movement: Movement) {
        var holding = holdings.removeValue(forKey: key) ?? Holding()
        holding.queue.trade(qty: movement.qty, px: movement.px, fee: movement.fee)
        holding.history.append(movement)
        if movement.fill == nil {
            holding.adjustments += 1
        } else {
            holding.fills += 1
            if movement.qty > 0 {
                holding.boughtQty += movement.qty
            } else {
                holding.soldQty -= movement.qty
            }
        }
        holdings[key] = holding
    }
}
