import Crossing
import Vocabulary

/// One instrument: limits in force, and what all accounts together hold and have open in it.
package struct InstrumentState: BitwiseCopyable, Sendable {
    // In force: min(operator, cold). `noLimit` where there is none.
    package var maxOrderQty = noLimit
    package var maxOrderNotional = noLimit
    package var maxSpread = noLimit
    package var maxRefAgeNs = noLimit
    package var maxLong = noLimit
    package var maxShort = noLimit
    package var maxDayQty = noLimit
    package var tick: Int64 = 1
    package var lot: Int64 = 1
    package var collarBps: Int64 = -1
    package var marketCollarBps: Int64 = 50
    package var passiveBps: Int64 = -1
    /// Price exposure is valued at; `noLimit` before there is one.
    package var val = noLimit

    // All accounts together.
    package var pos: Int64 = 0
    package var openBuy: Int64 = 0
    package var openSell: Int64 = 0
    package var dayQty: Int64 = 0

    package var buyHead = noSlot
    package var sellHead = noSlot
    package var unknownCount: UInt32 = 0
    package var restricted = false
    package var killed = false
    package var blocked = false
    package var reduceOnly = false
    /// A reconcile break somebody reported; until armed (112).
    package var breakOpen = false
    /// Every limit the gate requires is there.
    package var complete = false
}

/// What one account holds and has open in one instrument.
package struct PositionCell: BitwiseCopyable, Sendable, Equatable {
    package var pos: Int64 = 0
    package var openBuy: Int64 = 0
    package var openSell: Int64 = 0
    /// Price the position counts at in the account's profit and loss: the last reference seen.
    package var mark: Int64 = 0
    package var reduceOnly = false

    /// Largest absolute position that full fills of one side could leave.
    @inline(__always)
    package func worst(openBuy: Int64, openSell: Int64) -> Int64 {
        max(distance(sum(pos, openBuy)), distance(difference(pos, openSell)))
    }
}

/// What the accounts of one aggregation unit hold and offer in one instrument: a sale is long or
/// short by the unit's net position, and uses the unit's locate (Reg SHO 200(f)).
package struct UnitCell: BitwiseCopyable, Sendable, Equatable {
    package var pos: Int64 = 0
    package var openSell: Int64 = 0
    /// Locate not yet held or used.
    package var locate: Int64 = 0
}

package struct AccountState: BitwiseCopyable, Sendable {
    package var maxOpenNotional = noLimit
    package var maxGross = noLimit
    package var maxNet = noLimit
    package var maxDayBuy = noLimit
    package var maxDaySell = noLimit
    package var maxOpenOrders = noLimit
    package var lossLimit = noLimit

    package var sums = AccountSums()
    package var openOrders: Int64 = 0
    package var profit = Profit()
    package var latches = Latches()
    package var complete = false
    package var unit: UInt16 = 0
}

/// The account's money, in 10⁻⁴ dollars. What is put in here is taken out again to the last unit,
/// whatever a venue said in between: no sum of these can reach 128 bits, so none stays at an edge.
///
/// One order holds at most 2³² − 1 shares (the wire's field) at 199 999.99 (2³¹ units): below 2⁶³.
/// The pool has fewer than 2³² slots, so what all orders hold is below 2⁹⁵. A fill is 2³² shares at
/// 64 bits of price, 2⁹⁶; a position, of fewer than 2³⁰ of them and as many adjustments of 2³⁰
/// shares, is below 2⁶³ shares, valued below 2¹²⁶.
package struct AccountSums: BitwiseCopyable, Sendable, Equatable {
    package var openNotional: Int128 = 0
    /// Σ over symbols of the worst position × val.
    package var gross: Int128 = 0
    /// Σ position × val.
    package var net: Int128 = 0
    package var openBuyValue: Int128 = 0
    package var openSellValue: Int128 = 0
    package var dayBuy: Int128 = 0
    package var daySell: Int128 = 0
    package var reservedDayBuy: Int128 = 0
    package var reservedDaySell: Int128 = 0

    package init() {}
}

/// The sums as 64 bits, at the edge where they do not fit: to be shown, never to be reckoned with.
extension AccountState {
    package var openNotional: Int64 { Int64(clamping: sums.openNotional) }
    package var gross: Int64 { Int64(clamping: sums.gross) }
    package var net: Int64 { Int64(clamping: sums.net) }
    package var dayBuy: Int64 { Int64(clamping: sums.dayBuy) }
    package var daySell: Int64 { Int64(clamping: sums.daySell) }
    package var reservedDayBuy: Int64 { Int64(clamping: sums.reservedDayBuy) }
    package var reservedDaySell: Int64 { Int64(clamping: sums.reservedDaySell) }
}

package struct StrategyState: BitwiseCopyable, Sendable {
    package var lossLimit = noLimit
    package var bucket = RateBucket()
    package var ratePerS: UInt32 = 0
    package var burst: UInt32 = 0
    package var profit = Profit()
    package var latches = Latches()
    package var rejects: UInt32 = 0
    package var rejectsSinceNs: Int64 = 0
    /// Executions since a person last acted, for the ring of their times.
    package var executions: UInt64 = 0
}

package struct VenueState: BitwiseCopyable, Sendable {
    /// What new orders and replaces use up: four fifths of the venue's rate.
    package var bucket = RateBucket()
    /// The venue's own limit of messages, whole; 0 is unlimited.
    package var ratePerS: UInt32 = 0
    package var burst: UInt32 = 0
    /// Highest sequence of the venue's stream that has been applied.
    package var appliedSeq: UInt64 = 0
    /// When a person gave the venue's lost session up; its stream knows nothing from before.
    package var rolledNs: Int64 = 0
    package var nextUserRefNum: UInt32 = 1
    package var killed = false
    /// We asked the venue to refuse our new orders and it has not said that it takes them again.
    package var entryOff = false
    package var openOrders: UInt32 = 0
    package var unknownCount: UInt32 = 0
    /// Everything we send against the venue's whole rate: what it has no room for is paced, or one
    /// mass cancel says it all.
    package var everything = RateBucket()
}

package struct ClientState: BitwiseCopyable, Sendable {
    /// Highest UserRefNum processed, refused ones too.
    package var highestRefNum: UInt32 = 0
    /// Sequence of the last message sent to it.
    package var outboundSeq: UInt64 = 0
    /// It switched its own order entry off (OUCH `D`); it alone switches it on again.
    package var disabled = false
    package var ownerGroup: UInt16 = 0
}

/// Cash and marked positions of an account or a strategy since the day began.
package struct Profit: BitwiseCopyable, Sendable, Equatable {
    package var cash: Int128 = 0
    /// Σ position × mark.
    package var marked: Int128 = 0
    package init() {}

    /// At the edge of 64 bits where it does not fit.
    package var total: Int64 { Int64(clamping: cash &+ marked) }

    /// `qty` (signed) changed hands at `px`, and counts at `mark` from now on.
    mutating func trade(_ qty: Int64, px: Int64, mark: Int64) {
        cash = cash &- wide(qty, px)
        marked = marked &+ wide(qty, mark)
    }

    mutating func remark(_ pos: Int64, from old: Int64, to new: Int64) {
        marked = marked &+ (wide(pos, new) &- wide(pos, old))
    }
}

/// Why an account, strategy or the firm may not trade. Latched until armed (principle 6).
package struct Latches: OptionSet, BitwiseCopyable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    // Not the literal `[]`, which would build an array first.
    package static var clear: Latches { Latches(rawValue: 0) }
    package static var kill: Latches { Latches(rawValue: 1) }
    package static var loss: Latches { Latches(rawValue: 2) }
    package static var drawdown: Latches { Latches(rawValue: 4) }
    package static var executions: Latches { Latches(rawValue: 8) }
    package static var rejects: Latches { Latches(rawValue: 16) }
    package static var reduceOnly: Latches { Latches(rawValue: 32) }
    package static var portfolio: Latches { Latches(rawValue: 64) }
    package static var ratio: Latches { Latches(rawValue: 128) }

    mutating func set(_ latches: Latches, _ on: Bool) {
        if on { formUnion(latches) } else { subtract(latches) }
    }

    /// The latch a kill record of that code sets; a plain kill without one.
    package init(code: UInt16) {
        switch code {
        case RiskCode.lossLimit.rawValue: self = .loss
        case RiskCode.rapidDrawdown.rawValue: self = .drawdown
        case RiskCode.repeatedExecution.rawValue: self = .executions
        case RiskCode.consecutiveRejects.rawValue: self = .rejects
        case RiskCode.reduceOnly.rawValue: self = .reduceOnly
        case RiskCode.portfolioLimit.rawValue: self = .portfolio
        case RiskCode.orderToTradeRatio.rawValue: self = .ratio
        default: self = .kill
        }
    }
}
