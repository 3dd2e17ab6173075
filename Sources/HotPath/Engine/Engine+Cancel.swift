import CShims
import Crossing
import Vocabulary
import Wire

/// Cancels: never refused for a known order, repeated until answered, kept while a session is down.
extension Engine {
    /// Who asks, for the record.
    @safe
    struct CancelOrigin {
        var flags: RecordFlags
        var commandID: UInt64 = 0
        var uid: UInt32 = 0xFFFF_FFFF
        var raw: UnsafeRawPointer?
        var rawCount = 0
        /// The number a client used up for this, 0 when the cancel has none of its own.
        var clientRefNum: UInt32 = 0
    }

    /// Records and sends a cancel of the order in `slot`.
    ///
    /// `ceiling` is the intended total size, executed shares included; zero cancels all.
    @inline(__always)
    mutating func cancel(_ slot: OrderSlot, ceiling: OrderQty, _ origin: CancelOrigin) {
        let order = ledger.order(slot)
        guard order.isLive else { return }
        unsafe scratch.pointee = ledger.makeCancelReq(slot, ceiling: ceiling, nowNs: nowNs)
        unsafe scratch.pointee.flags.formUnion(origin.flags)
        unsafe scratch.pointee.commandID = origin.commandID
        unsafe scratch.pointee.uid = origin.uid
        if origin.clientRefNum != 0 { unsafe scratch.pointee.clientRefNum = origin.clientRefNum }
        unsafe scratch.pointee.tscReceived = tscReceived
        unsafe commit(origin.raw, origin.rawCount)
        writeCancel(order, ceiling: ceiling)
    }

    /// The bytes of a cancel. With a replace in flight it goes to the new number first, then to
    /// the old: X on the old number alone is silently ignored if the replace won (semantics §2.9).
    @inline(__always)
    mutating func writeCancel(_ order: Order, ceiling: OrderQty) {
        let venue = Int(order.venue)
        // An order of another configuration's venue cannot be reached from this one.
        guard venue < config.venueCount else { return }
        var sent = true
        if order.pending.contains(.replace) {
            sent = sendCancel(venue: venue, userRefNum: order.pendingRefNum, ceiling: ceiling)
        }
        sent = sendCancel(venue: venue, userRefNum: order.venueRefNum, ceiling: ceiling) && sent
        if !sent {
            // The session is down or its buffer is full: the watchdog writes it again, and a login
            // flattens before the gate opens.
            unsafe venues[venue].cancelAllIntent = true
            counters.add(.cancelIntents, 1)
        }
    }

    /// Cancels every live order in scope, of one instrument if it is named; returns how many.
    mutating func cancelAll(
        _ scope: LiveScope,
        _ origin: CancelOrigin,
        instrument: UInt16 = noIndex16
    ) -> Int {
        var origin = origin
        origin.flags.formUnion(.massCancel)
        var count = 0
        var cursor = ledger.walk(scope)
        // Bounded by the pool: every live order is visited once.
        while true {
            let slot = ledger.next(&cursor)
            if slot.isNone { return count }
            let order = ledger.order(slot)
            if instrument != noIndex16, order.instrument != instrument { continue }
            if order.isEnding {
                writeCancel(order, ceiling: .zero)
            } else {
                cancel(slot, ceiling: .zero, origin)
            }
            count += 1
        }
    }
}
