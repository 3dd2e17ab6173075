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

    /// Which of a scope's orders; what is absent asks for all.
    struct CancelFilter: BitwiseCopyable {
        var instrument: UInt16 = noIndex16
        var account: UInt16 = noIndex16
        var strategy: UInt16 = noIndex16
        var venue: UInt8 = noIndex8
        /// `B` buys, `S` every sell, `T` and `E` sells of that mark; 0 both sides.
        var side: UInt8 = 0

        init() {}

        /// As the `operator` record of a mass cancel says it.
        init(_ record: AuditRecord) {
            instrument = record.instrument
            account = record.account
            strategy = record.strategy
            venue = record.venue
            side = record.side
        }

        @inline(__always)
        func takes(_ order: Order) -> Bool {
            (venue == noIndex8 || venue == order.venue)
                && takes(
                    instrument: order.instrument,
                    account: order.account,
                    strategy: order.strategy,
                    side: order.side
                )
        }

        /// What is of no venue.
        @inline(__always)
        func takes(instrument: UInt16, account: UInt16, strategy: UInt16, side: UInt8) -> Bool {
            (self.instrument == noIndex16 || self.instrument == instrument)
                && (self.account == noIndex16 || self.account == account)
                && (self.strategy == noIndex16 || self.strategy == strategy)
                && takes(side: side)
        }

        @inline(__always)
        private func takes(side: UInt8) -> Bool {
            if self.side == 0 || self.side == side { return true }
            return self.side == Side.sell.rawValue && side != Side.buy.rawValue
        }

        /// A venue's own mass cancel can say the same: everything of ours, or of one symbol.
        @inline(__always)
        var isWhole: Bool { account == noIndex16 && strategy == noIndex16 && side == 0 }
    }

    /// Records and sends a cancel of the order in `slot`; what the venue's rate has no room for is
    /// recorded all the same and written by the watchdog.
    ///
    /// `ceiling` is the intended total size, executed shares included; zero cancels all.
    ///
    /// - Returns: whether its bytes were written.
    @discardableResult
    @inline(__always)
    mutating func cancel(_ slot: OrderSlot, ceiling: OrderQty, _ origin: CancelOrigin) -> Bool {
        let order = ledger.order(slot)
        guard order.isLive else { return true }
        let mayWrite = ledger.hasRoomToCancel(order.venue, nowNs)
        unsafe scratch.pointee = ledger.makeCancelReq(slot, ceiling: ceiling, nowNs: nowNs)
        unsafe scratch.pointee.flags.formUnion(origin.flags)
        unsafe scratch.pointee.commandID = origin.commandID
        unsafe scratch.pointee.uid = origin.uid
        if origin.clientRefNum != 0 { unsafe scratch.pointee.clientRefNum = origin.clientRefNum }
        unsafe scratch.pointee.tscReceived = tscReceived
        unsafe commit(origin.raw, origin.rawCount)
        if mayWrite { writeCancel(order, ceiling: ceiling) }
        return mayWrite
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
        if sent { return }
        counters.add(.cancelIntents, 1)
        // A session that is down flattens at its next login, before its gate opens. One whose buffer
        // is full loses only this cancel: the watchdog writes it again, and nobody else's goes.
        if unsafe !venues[venue].isLoggedIn { unsafe venues[venue].cancelAllIntent = true }
    }

    /// Cancels every live order in scope that `filter` takes; returns how many.
    ///
    /// Those the venue's rate has no room for are told by one mass cancel where that says the
    /// same, else paced (risk-controls.md §3). `afterMassCancel`: it has been said already.
    @discardableResult
    mutating func cancelAll(
        _ scope: LiveScope,
        _ origin: CancelOrigin,
        _ filter: CancelFilter = CancelFilter(),
        afterMassCancel: Bool = false
    ) -> Int {
        var origin = origin
        origin.flags.formUnion(.massCancel)
        var count = 0
        var held: UInt16 = 0
        var cursor = ledger.walk(scope)
        // Bounded by the pool: every live order is visited once.
        while true {
            let slot = ledger.next(&cursor)
            if slot.isNone { break }
            let order = ledger.order(slot)
            guard filter.takes(order) else { continue }
            if order.isEnding {
                if ledger.hasRoomToCancel(order.venue, nowNs) {
                    writeCancel(order, ceiling: .zero)
                }
            } else if !cancel(slot, ceiling: .zero, origin), order.venue < 16 {
                held |= 1 << UInt16(order.venue)
            }
            count += 1
        }
        if held != 0, filter.isWhole, !afterMassCancel { massCancel(held, scope, filter) }
        return count
    }

    /// One mass cancel for each venue of `venues` whose rate the burst exceeded.
    private mutating func massCancel(_ venues: UInt16, _ scope: LiveScope, _ filter: CancelFilter) {
        let instrument: UInt16
        switch scope {
        case .firm, .venue: instrument = filter.instrument
        case .symbol(let row): instrument = row
        case .account, .strategy, .owner, .client: return
        }
        for venue in 0..<config.venueCount where venues & (1 << UInt16(venue)) != 0 {
            massCancel(venue, instrument: instrument)
        }
    }
}
