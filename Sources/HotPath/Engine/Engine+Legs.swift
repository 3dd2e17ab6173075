import Crossing
import Vocabulary
import Wire

/// What becomes of a routed order's legs, told to the client in its own numbers (semantics.md §5.2).
extension Engine {
    /// Whom an order's events are told to, and under which number.
    struct Addressee: BitwiseCopyable {
        var login: UInt16
        var refNum: UInt32
        var clOrdID: ClOrdIDField
        var isLeg: Bool
        /// It has been told that the order was accepted.
        var wasAccepted: Bool
    }

    /// A direct client's order is the client's own; a leg is its parent's; others have nobody.
    @inline(__always)
    func addressee(_ order: Order, _ slot: OrderSlot) -> Addressee? {
        if order.client != noIndex16 {
            return Addressee(
                login: order.client,
                refNum: order.clientRefNum,
                clOrdID: names[slot].live,
                isLeg: false,
                wasAccepted: order.venueOrderRef != 0 || order.cumQty > .zero
            )
        }
        return order.parent == 0 ? nil : routedOwner(order)
    }

    /// The record says whom its answer goes to, so that a store can be cut back to what is recorded.
    @inline(__always)
    mutating func address(_ owner: Addressee) {
        unsafe scratch.pointee.client = owner.login
        unsafe scratch.pointee.clientRefNum = owner.refNum
    }

    @inline(never)
    func routedOwner(_ order: Order) -> Addressee? {
        guard let parent = ledger.parent(order.parent), parent.isRouted,
            Int(parent.client) < config.clientCount
        else { return nil }
        return Addressee(
            login: parent.client,
            refNum: parent.clientRefNum,
            clOrdID: clOrdID(of: order.parent),
            isLeg: true,
            wasAccepted: parent.state == .accepted
        )
    }

    /// The venue's word on a leg in the client's numbers, in `reply`; 0 for what it is not told.
    mutating func composeForLeg(
        _ type: OUCH.OutboundType,
        _ order: Order,
        _ to: Addressee,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) -> Int {
        guard to.wasAccepted else { return 0 }
        let end = UInt8(ascii: "Z")
        switch type {
        case .accepted:
            // The client has its own; a leg dead on arrival is what it will not get.
            let isDead = unsafe scratch.pointee.flags.contains(.dead)
            return isDead ? composeCanceled(to.refNum, order.leavesQty, end) : 0
        case .rejected:
            let ofReplace = unsafe scratch.pointee.flags.contains(.replace)
            return ofReplace ? 0 : composeCanceled(to.refNum, order.leavesQty, end)
        case .executed, .canceled, .aiqCanceled, .brokenTrade:
            guard let places = ClientTranslation.places(in: type), count <= 512 else { return 0 }
            let named = ClientNames(refNum: to.refNum, origRefNum: 0, clOrdID: to.clOrdID)
            unsafe ClientTranslation.write(
                bytes,
                count: count,
                places: places,
                names: named,
                to: reply
            )
            if type == .executed { markMatch(at: 26, order.venue) }
            if type == .brokenTrade { markMatch(at: 13, order.venue) }
            return count
        default: return 0
        }
    }

    /// Match numbers are a venue's own: with its index in the top byte they are the client's.
    private mutating func markMatch(at offset: Int, _ venue: UInt8) {
        let match = UInt64(
            bigEndian: unsafe reply.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        )
        let marked = UInt64(venue) << 56 | match & 0x00FF_FFFF_FFFF_FFFF
        unsafe reply.storeBytes(of: marked.bigEndian, toByteOffset: offset, as: UInt64.self)
    }

    /// The last leg of an order never accepted is gone: its owner gets the answer it is owed.
    mutating func settleParent(_ id: UInt64) {
        guard id != 0, let parent = ledger.parent(id), parent.state == .opened, parent.legs == 0
        else { return }
        refuseRouted(ClOrdID(id), .sendQueueOrEventRoom)
    }

    /// After a restart: orders opened and never accepted that have no leg left, or never had one.
    mutating func settleParents() {
        for place in 0..<ledger.parentCount { settleParent(ledger.parent(at: place).parent) }
    }

    // MARK: What the client asks of them

    /// A client's cancel of a routed order. `ceiling` is what may execute of it in all; each leg
    /// keeps what it has executed; the rest is shared out, the last leg first.
    mutating func cancelRouted(
        _ login: Int,
        _ parent: ParentState,
        _ ceiling: OrderQty,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) {
        var room = ceiling.units
        if room > 0 { room -= parent.executed }
        var asked = 0
        var cursor = ledger.walk(.client(UInt16(login)))
        while let (slot, order) = nextLeg(&cursor, parent.parent) {
            // What this leg may still execute; nothing once the room is used up.
            let mayStay = min(order.leavesQty.units, max(0, room))
            if ceiling.units > 0 { room -= mayStay }
            let wanted = mayStay == 0 ? OrderQty.zero : order.cumQty + OrderQty(units: mayStay)
            let isAskedJustNow =
                order.isEnding && nowNs &- order.lastRequestNs < config.ackTimeoutNs
            if isAskedJustNow || order.ignores(ceiling: wanted) { continue }
            let raw = asked == 0 ? count : 0
            unsafe cancel(
                slot,
                ceiling: wanted,
                CancelOrigin(flags: .fromClient, raw: bytes, rawCount: raw)
            )
            asked += 1
        }
        if asked == 0 { counters.add(.clientIgnored, 1) }
    }

    private func nextLeg(_ cursor: inout LiveCursor, _ parent: UInt64) -> (OrderSlot, Order)? {
        while true {
            let slot = ledger.next(&cursor)
            if slot.isNone { return nil }
            let order = ledger.order(slot)
            if order.parent == parent { return (slot, order) }
        }
    }
}
