package import Crossing
package import Vocabulary

/// One audit record as the cold rooms see it: every field decoded and copied, the raw bytes beside.
///
/// Rooms know records, not rings: they import ColdCore and never Crossing.
package struct Record: Sendable {
    /// Absolute slot number of the record in the ring's epoch: its name, and its order.
    package var seq: UInt64 = 0
    package var kind: RecordKind = .none
    package var flags: RecordFlags = []
    package var code: UInt16 = 0
    /// ns UTC.
    package var t: Int64 = 0
    package var orderID: ClOrdID = .none
    package var px: Price = .zero
    package var qty: OrderQty = .zero
    package var leavesQty: OrderQty = .zero
    package var cumQty: OrderQty = .zero
    package var lastQty: OrderQty = .zero
    package var lastPx: Price = .zero
    package var match: UInt64 = 0
    package var venueSeq: UInt64 = 0
    package var venue: UInt8 = noIndex8
    package var side: Side?
    package var ordType: UInt8 = 0
    package var timeInForce: UInt8 = 0
    package var status: OrdStatus = .vacant
    package var reason: UInt8 = 0
    package var owner: UInt16 = 0
    package var instrument: UInt16 = noIndex16
    package var account: UInt16 = noIndex16
    package var strategy: UInt16 = noIndex16
    package var client: UInt16 = noIndex16
    package var userRefNum: UInt32 = 0
    package var clientRefNum: UInt32 = 0
    package var parent: UInt64 = 0
    package var refPx: Price = .zero
    package var refAgeNs: Int64 = 0
    package var bidPx: Price = .zero
    package var askPx: Price = .zero
    package var feedSeq: UInt64 = 0
    package var commandID: UInt64 = 0
    package var venueOrderRef: UInt64 = 0
    package var clientSeq: UInt64 = 0
    package var hops = Hops()
    package var uid: UInt32 = .max
    package var limitsVersion: UInt32 = 0
    package var pageVersion: UInt32 = 0
    package var origUserRefNum: UInt32 = 0
    package var detail: UInt32 = 0
    package var value: Int64 = 0
    package var raw: [UInt8] = []

    /// TSC stamps of one decision; 0 where the engine took none.
    package struct Hops: Sendable, Equatable {
        package var received: UInt64 = 0
        package var decoded: UInt64 = 0
        package var decided: UInt64 = 0
        package var recorded: UInt64 = 0

        package init() {}
    }

    package init() {}

    package init(seq: UInt64, _ audit: AuditRecord, raw: [UInt8]) {
        self.seq = seq
        kind = audit.kind
        flags = audit.flags
        code = audit.code
        t = audit.t
        orderID = audit.orderID
        px = audit.px
        qty = audit.qty
        leavesQty = audit.leavesQty
        cumQty = audit.cumQty
        lastQty = audit.lastQty
        lastPx = audit.lastPx
        match = audit.match
        venueSeq = audit.venueSeq
        venue = audit.venue
        side = Side(rawValue: audit.side)
        ordType = audit.ordType
        timeInForce = audit.timeInForce
        status = audit.status
        reason = audit.reason
        owner = audit.owner
        instrument = audit.instrument
        account = audit.account
        strategy = audit.strategy
        client = audit.client
        userRefNum = audit.userRefNum
        clientRefNum = audit.clientRefNum
        parent = audit.parent
        refPx = audit.refPx
        refAgeNs = audit.refAgeNs
        bidPx = audit.bidPx
        askPx = audit.askPx
        feedSeq = audit.feedSeq
        commandID = audit.commandID
        venueOrderRef = audit.venueOrderRef
        clientSeq = audit.clientSeq
        hops.received = audit.tscReceived
        hops.decoded = audit.tscDecoded
        hops.decided = audit.tscDecided
        hops.recorded = audit.tscRecorded
        uid = audit.uid
        limitsVersion = audit.limitsVersion
        pageVersion = audit.pageVersion
        origUserRefNum = audit.origUserRefNum
        detail = audit.detail
        value = audit.value
        self.raw = raw
    }

    package var text: String { String(decoding: raw, as: UTF8.self) }
    /// Quantities and prices a market can have. A record outside them is nonsense, whoever wrote
    /// it: the rooms are not shown it, so that none of their sums can overflow.
    package var isPlausible: Bool {
        let qtyMax: Int64 = 1_000_000_000_000
        let pxMax: Int64 = 1_000_000_000_000_000
        return [qty, leavesQty, cumQty, lastQty].allSatisfy {
            (-qtyMax...qtyMax).contains($0.units)
        } && [px, lastPx, refPx, bidPx, askPx].allSatisfy { (-pxMax...pxMax).contains($0.units) }
    }

    /// Refused by our own gate, as against the venue.
    package var isGateReject: Bool { kind == .reject && flags.contains(.gate) }
}
