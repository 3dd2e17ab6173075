package import Vocabulary

/// An order someone wants, before anything has been checked. Indexes and raw bytes as they came:
/// nothing in it is believed.
package struct OrderIntent: BitwiseCopyable, Sendable {
    package var qty: OrderQty = .zero
    package var px: Price = .zero
    /// Price it may trade at beyond `px` at its own discretion, zero for none; at or above
    /// ``Price/ouchMarket`` there is no finite one (205).
    package var discretionPx: Price = .zero
    package var parent: UInt64 = 0
    /// Total of the parent, for rule 119; read only when `parent` is not 0.
    package var parentQty: OrderQty = .zero
    package var commandID: UInt64 = 0
    /// Which leg of a routed order, from 1; 0 for an order of its own. What an order may be in size
    /// and value, and how often the same, is asked of `parentQty`, not of the leg.
    package var leg: UInt8 = 0
    /// The order to replace; `.none` for a New. Then only qty, px and timeInForce are the wish's;
    /// everything else is read from the order itself.
    package var replacing = OrderSlot.none
    /// The client's number for this message, 0 when no client sent it.
    package var clientRefNum: UInt32 = 0
    package var instrument: UInt16 = 0xFFFF
    package var account: UInt16 = 0xFFFF
    package var strategy: UInt16 = 0xFFFF
    package var owner: UInt16 = 0
    package var client: UInt16 = 0xFFFF
    package var ownerGroup: UInt16 = 0
    /// Origin: fromClient, fromCold, fromOperator, fromTrigger.
    package var flags = RecordFlags(rawValue: 0)
    package var venue: UInt8 = 0xFF
    /// Side's raw byte.
    package var side: UInt8 = 0
    /// OrdType's raw byte.
    package var ordType: UInt8 = OrdType.limit.rawValue
    /// TimeInForce's raw byte.
    package var timeInForce: UInt8 = TimeInForce.day.rawValue
    /// Bit n is venue n: where login and strategy may trade (106 elsewhere).
    package var venuesAllowed: UInt16 = 0xFFFF
    /// The session allows this owner that symbol, venue and strategy (106 when not).
    package var permitted = true
    /// TIF, type, cross and every tag are ones Apus understands (212 when not).
    package var supported = true

    package init() {}

    @inline(__always)
    package func mayTrade(at venue: UInt8) -> Bool {
        // No such venue is not a matter of permission: 105 comes first.
        venue >= 16 || venuesAllowed & (1 << UInt16(venue)) != 0
    }
    /// One of the venue orders a routed client's order becomes: it has no client number of its own.
    mutating func beLeg(_ number: Int, of parent: ClOrdID, whole: OrderQty) {
        leg = UInt8(truncatingIfNeeded: number)
        self.parent = parent.value
        parentQty = whole
        client = 0xFFFF
        clientRefNum = 0
    }

    /// The size of the order this is, or is a leg of.
    var wholeQty: OrderQty { leg == 0 ? qty : parentQty }
}

/// What the engine around the ledger knows and the ledger does not. Closed until said otherwise.
package struct GateWorld: BitwiseCopyable, Sendable {
    /// The venue's session is established and its replay complete (105).
    package var venueUp = false
    /// Venue and firm are reconciled (107).
    package var reconciled = false
    /// The image's limits have been read (109).
    package var limitsLoaded = false
    /// Cold silent or the audit ring above its high-water mark (111).
    package var coldLost = false
    /// Clock beyond its bound (117).
    package var clockBad = false
    package var outsideHours = false
    /// The venue's socket takes bytes in this step (507).
    package var sendRoom = false
    /// Audit ring and client store have room for what this order may cause (507).
    package var eventRoom = false
    /// The command's time has run out (508).
    package var staleCommand = false
    /// The last turn took too long (509).
    package var stalled = false
    /// The command's id has been seen before (211).
    package var duplicateID = false

    package init() {}

    /// Nothing in the way: what the vectors and tests start from.
    package static var open: GateWorld {
        var world = GateWorld()
        world.venueUp = true
        world.reconciled = true
        world.limitsLoaded = true
        world.sendRoom = true
        world.eventRoom = true
        return world
    }
}
