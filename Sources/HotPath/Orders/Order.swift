package import Vocabulary

/// One order as the venue sees it, and as its owner named it. Stride 256 bytes: two cache lines
/// that fills and checks read, two that translation and timers read.
package struct Order: BitwiseCopyable, Sendable {
    // First line: the numbers every event moves.

    package var orderID: ClOrdID = .none
    package var px: Price = .zero
    /// Total of the chain, executed shares included (OUCH quantity).
    package var qty: OrderQty = .zero
    package var leavesQty: OrderQty = .zero
    package var cumQty: OrderQty = .zero
    package var canceledQty: OrderQty = .zero
    /// Quantity held against limits: leaves, or the larger leg while a replace is pending.
    package var resvQty: OrderQty = .zero
    /// Notional held: leaves × px, or the larger leg's.
    package var resvNotional: Int64 = 0

    // Second line: what the checks and the venue's answers need.

    /// Notional held against the day's credit (risk-controls.md §3).
    package var resvDay: Int64 = 0
    package var pendingPx: Price = .zero
    /// Chain total the pending replace asks for.
    package var pendingQty: OrderQty = .zero
    package var venueOrderRef: UInt64 = 0
    /// UserRefNum in force on the venue's port.
    package var venueRefNum: UInt32 = 0
    /// UserRefNum of the pending replace, 0 when none.
    package var pendingRefNum: UInt32 = 0
    /// UserRefNum before the last replace: still found, should the venue name it once more.
    package var priorRefNum: UInt32 = 0
    package var instrument: UInt16 = 0xFFFF
    package var account: UInt16 = 0xFFFF
    package var strategy: UInt16 = 0xFFFF
    package var owner: UInt16 = 0
    package var client: UInt16 = 0xFFFF
    package var ownerGroup: UInt16 = 0
    package var venue: UInt8 = 0xFF
    /// Side's raw byte.
    package var side: UInt8 = 0
    package var timeInForce: UInt8 = 0
    package var ordType: UInt8 = 0
    package var status: OrdStatus = .vacant
    package var pending = PendingFlags(rawValue: 0)
    /// Cancels sent without an answer; the third unanswered one makes the order UNKNOWN.
    package var cancelTries: UInt8 = 0
    package var pendingTimeInForce: UInt8 = 0

    // Third line: time, and who to tell.

    package var sentNs: Int64 = 0
    package var lastRequestNs: Int64 = 0
    package var parent: UInt64 = 0
    /// At most this many shares may ever execute, as the last cancel asked; 0 is all gone.
    package var cancelCeiling: OrderQty = .zero
    package var clientRefNum: UInt32 = 0
    package var clientPendingRefNum: UInt32 = 0
    /// Flags of origin the New record carried.
    package var origin = RecordFlags(rawValue: 0)
    /// Counts the requests about this order; stands in `detail` of their records, a repeat's too.
    package var requestVersion: UInt16 = 0
    package var generation: UInt32 = 0
    /// ClOrdID as the client wrote it: 14 bytes, the last two zero.
    package var clientClOrdIDLow: UInt64 = 0
    package var clientClOrdIDHigh: UInt64 = 0

    // Fourth line: lists. Indexes into the pool, `noSlot` at the ends.

    package var liveNext: UInt32 = noSlot
    package var livePrior: UInt32 = noSlot
    package var sideNext: UInt32 = noSlot
    package var sidePrior: UInt32 = noSlot
    package var ownerNext: UInt32 = noSlot
    package var ownerPrior: UInt32 = noSlot
    package var commandID: UInt64 = 0
    /// OUCH Display, and what the pending replace asks for.
    package var display: UInt8 = 0x59
    package var pendingDisplay: UInt8 = 0x59
    /// The short mark a Modify in flight asks for, 0 when none is.
    package var pendingSide: UInt8 = 0
    package var pad1: UInt8 = 0
    package var pad3: UInt32 = 0
    package var pad2: UInt64 = 0
    /// Price it may yet trade at beyond `px` at its own discretion (OUCH tag 9); zero for none.
    package var discretionPx: Price = .zero
    package var pendingDiscretionPx: Price = .zero

    package init() {}

    package var isBuy: Bool { side == Side.buy.rawValue }
    /// 'T' and 'E': sells of what is not owned.
    package var isShort: Bool { Order.isShort(side) }
    /// It uses locate: it is short, or will be once the venue has taken its Modify.
    package var holdsLocate: Bool {
        isShort || pending.contains(.modify) && Order.isShort(pendingSide)
    }
    package static func isShort(_ side: UInt8) -> Bool {
        side == Side.sellShort.rawValue || side == Side.sellShortExempt.rawValue
    }
    /// A request about more than its end is unanswered: one at a time (214).
    package var isChanging: Bool { pending.contains(.replace) || pending.contains(.modify) }
    package var isLive: Bool { status.isLive }
    /// Most aggressive price at which it can trade: what value, collar and self-trade go by.
    package var worstPx: Price { px.worst(with: discretionPx, isBuy: isBuy) }
    package var pendingWorstPx: Price { pendingPx.worst(with: pendingDiscretionPx, isBuy: isBuy) }
    /// The same, where the venue may have taken a replace it has not answered.
    package var farthestPx: Price {
        guard pending.contains(.replace) else { return worstPx }
        return isBuy ? max(worstPx, pendingWorstPx) : min(worstPx, pendingWorstPx)
    }
    /// Its end is asked for already.
    package var isEnding: Bool { pending.contains(.cancel) && cancelCeiling == .zero }

    /// No more can execute than the latest cancel asked for: it has its answer. A replace in flight
    /// may still raise that.
    package var meetsCeiling: Bool {
        pending.contains(.cancel) && !pending.contains(.replace)
            && cumQty.units &+ leavesQty.units <= max(0, cancelCeiling.units)
    }

    /// The venue has spoken of it: it cannot have been lost on the way.
    package var wasHeardOf: Bool { venueOrderRef != 0 || cumQty > .zero }

    /// A cancel down to `ceiling` (0: all) would change nothing: the order cannot execute that much
    /// any more, or as much has been asked for already. A venue does not answer such a cancel.
    package func ignores(ceiling: OrderQty) -> Bool {
        // More than a message can carry is more than any order can execute.
        if ceiling.units > Int64(UInt32.max) { return true }
        // A ceiling a replace has overtaken goes with the answer to that replace.
        let stands = pending.contains(.cancel) && !pending.contains(.overtaken)
        let asked = stands && cancelCeiling.units <= max(0, ceiling.units)
        // Nobody repeats the cancel of an UNKNOWN order any more.
        if asked && status != .unknown { return true }
        guard ceiling.units > 0, !pending.contains(.replace) else { return false }
        return ceiling.units >= cumQty.units &+ leavesQty.units
    }

    /// Open quantity once the pending replace is accepted; 0 when it amounts to a cancel.
    package var pendingLeaves: OrderQty {
        OrderQty(units: max(0, pendingQty.units &- cumQty.units))
    }
    /// Locate this order holds or has used up.
    package var locateUsed: OrderQty {
        isShort ? OrderQty(units: cumQty.units &+ resvQty.units) : .zero
    }
}
