import Crossing

/// A limit that can be changed while running: `detail` of a `limit` record. The row it belongs to
/// is named by the record's instrument, account or strategy; firm fields need none.
///
/// An operator's value replaces the operator's; cold's only tightens, so what is in force is the
/// smaller of the two (semantics.md §6.2). Raw values stand in journals: never renumbered.
package enum LimitField: UInt32, BitwiseCopyable, Sendable, CaseIterable {
    // Of an instrument.
    case maxOrderQty = 1
    case maxOrderNotional = 2
    case maxRefAgeNs = 3
    case maxLong = 4
    case maxShort = 5
    case maxDayQty = 6
    case collarBps = 7
    case marketCollarBps = 8
    case passiveBps = 9
    /// Not limits, but changed the same way: price for exposure sums, restricted list, locate.
    case valuation = 10
    case restricted = 11
    case locate = 12
    /// Average daily volume, cold's to publish, and the share of it a day may trade, in basis
    /// points; `maxDayQty` in force is the smaller of both.
    case adv = 13
    case maxAdvBps = 14
    /// Widest two-sided book whose middle is a reference.
    case maxSpread = 15

    // Of an account.
    case maxOpenNotional = 32
    case maxGross = 33
    case maxNet = 34
    case maxDayBuy = 35
    case maxDaySell = 36
    case maxOpenOrders = 37
    case accountLossLimit = 38

    // Of a strategy.
    case strategyLossLimit = 64
    case strategyRate = 65
    case strategyBurst = 66

    // Of the firm.
    case firmMaxGross = 96
    case firmMaxOpenOrders = 97
    case dupWindowNs = 98
    case dupMax = 99
    /// 505 and 115: how many, and inside which window; absent is off. More executions than the image
    /// names cannot be set: no more are kept.
    case rejectsMax = 100
    case rejectsWindowNs = 101
    case executionsMax = 102
    case executionsWindowNs = 103

    // Of a venue.
    case venueRate = 128
    case venueBurst = 129

    package enum Row: BitwiseCopyable, Sendable { case instrument, account, strategy, firm, venue }

    package var row: Row {
        switch rawValue {
        case ..<32: .instrument
        case ..<64: .account
        case ..<96: .strategy
        case ..<128: .firm
        default: .venue
        }
    }

    /// A measurement of cold's, not a limit: it replaces what stood there, and is no version.
    package var isMeasured: Bool { self == .valuation || self == .adv }

    /// A value that switches the control off, or values nothing, though it is a small number.
    package func isOff(_ value: Int64) -> Bool {
        if value == noLimit { return false }
        return switch self {
        case .collarBps, .passiveBps: value < 0
        case .strategyRate, .maxAdvBps, .valuation: value <= 0
        default: false
        }
    }

    /// Whether cold may set it: only what a smaller number tightens, and never to off.
    package var coldMayTighten: Bool {
        switch self {
        case .valuation, .adv: true
        case .restricted, .locate, .dupWindowNs, .marketCollarBps, .venueRate, .venueBurst,
            .rejectsWindowNs, .executionsWindowNs:
            false
        default: true
        }
    }
}
