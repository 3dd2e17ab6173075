/// A limit that can be changed while running: `detail` of a `limit` record. The row it belongs to
/// is named by the record's instrument, account or strategy; firm fields need none.
///
/// An operator's value replaces the operator's; cold's only tightens, so what is in force is the
/// smaller of the two (semantics.md §6.2). Raw values stand in journals: never renumbered.
@frozen
public enum LimitField: UInt32, BitwiseCopyable, Sendable, CaseIterable {
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
    /// What cold watches over the whole book (controls 25–27, 34); absent is off. The gate reads none
    /// of them: cold latches what is broken.
    case orderToTradeMax = 104
    case orderToTradeFrom = 105
    case drawdownDailyBps = 106
    case drawdownRapidBps = 107
    case markAgeNs = 108
    case concentrationMax = 109
    case concentrationFrom = 110
    /// Thousandths.
    case leverageMaxMilli = 111

    // Of a venue.
    case venueRate = 128
    case venueBurst = 129

    @frozen
    public enum Row: BitwiseCopyable, Sendable {
        case instrument, account, strategy, firm, venue

        @inlinable public var scope: KillScope {
            switch self {
            case .instrument: .symbol
            case .account: .account
            case .strategy: .strategy
            case .firm: .firm
            case .venue: .venue
            }
        }
    }

    @inlinable public var row: Row {
        switch rawValue {
        case ..<32: .instrument
        case ..<64: .account
        case ..<96: .strategy
        case ..<128: .firm
        default: .venue
        }
    }

    /// A measurement of cold's, not a limit: it replaces what stood there, and is no version.
    @inlinable public var isMeasured: Bool { self == .valuation || self == .adv }

    /// A value that switches the control off, or values nothing, though it is a small number.
    @inlinable public func isOff(_ value: Int64) -> Bool {
        if value == noLimit { return false }
        return switch self {
        case .collarBps, .passiveBps: value < 0
        case .strategyRate, .maxAdvBps, .valuation: value <= 0
        default: false
        }
    }

    /// Is this a value the field can have? None at all is no count, and a share is at most all.
    @inlinable public func isPossible(_ value: Int64) -> Bool {
        switch self {
        case .rejectsMax, .executionsMax, .orderToTradeMax, .markAgeNs, .leverageMaxMilli:
            value == noLimit || value > 0
        case .drawdownDailyBps, .drawdownRapidBps, .concentrationMax:
            value == noLimit || (1...10_000).contains(value)
        case .orderToTradeFrom, .concentrationFrom: value >= 0
        default: true
        }
    }

    /// What an operator may set while running: as wide as the configuration allows, or a control would
    /// be off and say a number. `off` is another matter (``mayBeOff``).
    @inlinable public var operatorRange: ClosedRange<Int64> {
        switch self {
        case .collarBps, .marketCollarBps, .passiveBps: 0...100_000
        case .strategyRate, .venueRate: 1...10_000_000
        case .strategyBurst, .venueBurst: 1...1_000_000
        case .dupWindowNs, .rejectsWindowNs, .executionsWindowNs, .maxRefAgeNs, .markAgeNs:
            1...Int64.max
        case .rejectsMax, .executionsMax, .orderToTradeMax, .dupMax: 1...Int64.max
        case .restricted: 0...1
        case .drawdownDailyBps, .drawdownRapidBps, .concentrationMax, .maxAdvBps: 1...10_000
        default: 0...Int64.max
        }
    }

    /// Whether a control may do without. What the gate requires has no off: without it every order is
    /// 109, and that is a kill nobody asked for.
    @inlinable public var mayBeOff: Bool {
        switch self {
        case .maxOrderQty, .maxOrderNotional, .maxRefAgeNs, .maxLong, .maxShort, .collarBps,
            .valuation, .adv, .restricted, .locate, .maxOpenNotional, .maxGross, .maxDayBuy,
            .maxDaySell, .maxOpenOrders, .strategyRate, .strategyBurst, .dupWindowNs, .dupMax,
            .rejectsWindowNs, .executionsWindowNs, .orderToTradeFrom, .concentrationFrom,
            .venueRate, .venueBurst:
            false
        default: true
        }
    }

    /// A share of the firm's equity, which the configuration has to name.
    @inlinable public var isOfEquity: Bool {
        switch self {
        case .drawdownDailyBps, .drawdownRapidBps, .markAgeNs, .leverageMaxMilli: true
        default: false
        }
    }

    /// Whether cold may set it: only what a smaller number tightens, and never to off.
    @inlinable public var coldMayTighten: Bool {
        switch self {
        case .valuation, .adv: true
        case .restricted, .locate, .dupWindowNs, .marketCollarBps, .venueRate, .venueBurst,
            .rejectsWindowNs, .executionsWindowNs, .orderToTradeMax, .orderToTradeFrom,
            .drawdownDailyBps, .drawdownRapidBps, .markAgeNs, .concentrationMax, .concentrationFrom,
            .leverageMaxMilli:
            false
        default: true
        }
    }
}
