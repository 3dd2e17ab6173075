import Crossing
import Vocabulary
import Wire

/// The last rung of the ring's ladder and the way back (semantics.md §3.1).
///
/// Full: venues are read on and cancels go, unrecorded; clients are sent away, for nothing could be
/// answered; the firm is killed. Half empty again: every venue is asked once more from behind the
/// last packet that has a record, so that the journal has no gap and each client hears it once. A
/// crash anywhere between is the same road, taken by a new process.
extension Engine {
    /// On a record that found no room. Says `true` for one that may use the room kept for kills.
    @inline(never)
    mutating func overrunTakes(_ slots: Int) -> Bool {
        if isUrgent, audit.hasRoom(slots: slots) { return true }
        if !overrun.isOn { overrun.begin() }
        overrun.countUnwritten()
        recordsUnwritten &+= 1
        counters.set(.recordsUnwritten, recordsUnwritten)
        return false
    }

    /// Commits the scratch record into the room kept for what must not wait; whether it was written.
    @discardableResult
    mutating func commitUrgently(_ raw: UnsafeRawPointer?, _ count: Int) -> Bool {
        let before = recordsUnwritten
        isUrgent = true
        unsafe commit(raw, count)
        isUrgent = false
        return recordsUnwritten == before
    }

    /// On the fourth rung: said, the firm killed, clients sent away.
    mutating func enterOverrun() {
        if !ledger.firm.latches.contains(.kill) { killForOverrun() }
        for connection in 0..<config.connectionsMax where unsafe connections[connection].isOpen {
            complain(connection, .ringFull, type: 0, length: 0)
            cut(connection, .ringFull)
        }
    }

    private mutating func killForOverrun() {
        begin(.kill)
        unsafe scratch.pointee.detail = UInt32(KillScope.firm.rawValue)
        unsafe scratch.pointee.flags = .incident
        unsafe commitUrgently(nil, 0)
        endTriggers()
    }

    /// Once a timer tick while the ring is full: mass cancels again, like any unanswered cancel.
    mutating func repeatOverrunCancels() {
        guard nowNs >= overrun.nextCancelNs, overrun.cancelTries < EngineConfig.cancelTriesMax,
            ledger.liveCount > overrun.ended
        else { return }
        overrun.cancelTries += 1
        overrun.nextCancelNs = nowNs + config.ackTimeoutNs
        for venue in 0..<config.venueCount { massCancel(venue) }
    }

    /// The ring is half empty: records go on, and the venues tell again what has none.
    mutating func leaveOverrun() {
        let unwritten = overrun.unwritten
        let heard = overrun.heard
        overrun.end()
        ringRungReached = 0
        if startUnrecorded { recordStart() }
        begin(.pressure)
        unsafe scratch.pointee.code = RiskCode.coldLost.rawValue
        unsafe scratch.pointee.detail = PressureStep.roomAgain
        unsafe scratch.pointee.value = Int64(clamping: unwritten)
        unsafe scratch.pointee.qty = OrderQty(units: Int64(clamping: heard))
        unsafe commit(nil, 0)
        if !ledger.firm.latches.contains(.kill) { killForOverrun() }
        // An order of a routed client that was opened and whose refusal found no room.
        settleParents()
        for venue in 0..<config.venueCount {
            burnNumbers(venue)
            let session = unsafe venues[venue]
            let told = max(session.expected - 1, session.catchUpTo)
            unsafe venues[venue].catchUpTo = told > ledger.appliedSeq(UInt8(venue)) ? told : 0
            if session.state == .lost {
                recordLost(venue)
            } else {
                dropVenue(venue)
            }
        }
    }

    /// Numbers that unrecorded mass cancels took: one record with the highest uses up them all.
    private mutating func burnNumbers(_ venue: Int) {
        let burned = unsafe venues[venue].burnedRefNum
        guard burned >= ledger.nextUserRefNum(UInt8(venue)) else { return }
        begin(.cancelReq)
        unsafe scratch.pointee.flags = .massCancel
        unsafe scratch.pointee.venue = UInt8(venue)
        unsafe scratch.pointee.userRefNum = burned
        unsafe commit(nil, 0)
    }

    /// The number the next message to that venue takes: never one that left without a record.
    @inline(__always)
    func nextVenueNumber(_ venue: Int) -> UInt32 {
        max(ledger.nextUserRefNum(UInt8(venue)), unsafe venues[venue].burnedRefNum &+ 1)
    }

    /// Takes the number a message needs that goes even without a record, `lowest` at least. It is in
    /// hot's own file before the message leaves: were it forgotten by a crash, the next life's fence
    /// could bear it, and what the venue answered to this one would pass for the fence's answer.
    mutating func takeVenueNumber(_ venue: Int, from lowest: UInt32 = 0) -> UInt32 {
        let number = max(nextVenueNumber(venue), lowest)
        unsafe venues[venue].burnedRefNum = number
        control.burnedRefNum(venue).store(UInt64(number))
        return number
    }

    /// What an overrun left to tell has been told and recorded.
    mutating func noteCaughtUp(_ venue: Int) {
        let wanted = unsafe venues[venue].catchUpTo
        guard wanted != 0, ledger.appliedSeq(UInt8(venue)) >= wanted else { return }
        unsafe venues[venue].catchUpTo = 0
        begin(.pressure)
        unsafe scratch.pointee.venue = UInt8(venue)
        unsafe scratch.pointee.detail = PressureStep.caughtUp
        unsafe scratch.pointee.value = Int64(clamping: wanted)
        unsafe commit(nil, 0)
    }

    /// Orders live as far as venues have told, recorded or not yet.
    var liveNow: Int { ledger.liveCount - (overrun.isOn ? overrun.ended : 0) }

    /// The position as venues have told it, recorded or not yet.
    package func position(account: UInt16, instrument: UInt16) -> Int64 {
        let cell = ledger.cellIndex(ledger.accountRow(account), Int(instrument))
        return ledger.position(account: account, instrument: instrument).pos
            &+ overrun.shares(cell: cell)
    }
}

/// Steps of `pressure` records beside the rungs 1…4, in `detail`.
package enum PressureStep {
    /// Records go on; value: how many were not written, qty: how many of them were venues'.
    package static var roomAgain: UInt32 { 5 }
    /// Of one venue: all of those have been told again; value: the last one's sequence.
    static var caughtUp: UInt32 { 6 }
    /// The engine stood still; value: ns.
    static var stalled: UInt32 { 7 }
}

// What a venue says while nothing can be recorded.
extension Engine {
    @inline(never)
    mutating func hear(_ venue: Int, _ bytes: UnsafeRawPointer, _ count: Int) {
        overrun.countHeard()
        recordsUnwritten &+= 1
        counters.set(.recordsUnwritten, recordsUnwritten)
        guard count > 0, let type = OUCH.OutboundType(rawValue: unsafe bytes.load(as: UInt8.self))
        else { return }
        let span = unsafe RawSpan(_unsafeStart: bytes, byteCount: count)
        do throws(WireError) {
            switch type {
            case .accepted: hearAccepted(venue, try OUCH.AcceptedView(span))
            case .replaced: hearReplaced(venue, try OUCH.ReplacedView(span))
            case .canceled:
                let view = try OUCH.CanceledView(span)
                hearDecrement(venue, view.userRefNum, view.quantity)
            case .aiqCanceled:
                let view = try OUCH.AIQCanceledView(span)
                hearDecrement(venue, view.userRefNum, view.quantity)
            case .executed: hearExecuted(venue, try OUCH.ExecutedView(span))
            case .rejected: hearRejected(venue, try OUCH.RejectedView(span))
            default: break
            }
        } catch {
            // Its record will say so when the venue tells it again.
        }
    }

    private mutating func hearAccepted(_ venue: Int, _ view: borrowing OUCH.AcceptedView) {
        let slot = ledger.find(venue: UInt8(venue), userRefNum: view.userRefNum)
        guard !slot.isNone else {
            _ = sendCancel(venue: venue, userRefNum: view.userRefNum, ceiling: .zero)
            return
        }
        guard view.orderState == UInt8(ascii: "D") else { return }
        overrun.leave(slot, ledger.order(slot), open: 0)
    }

    private mutating func hearReplaced(_ venue: Int, _ view: borrowing OUCH.ReplacedView) {
        let slot = ledger.find(venue: UInt8(venue), userRefNum: view.origUserRefNum)
        let isDead = view.orderState == UInt8(ascii: "D")
        if !slot.isNone {
            let open = isDead ? 0 : view.quantity.units
            overrun.leave(slot, ledger.order(slot), open: open)
        }
        // The ledger knows the new number only once this is recorded: no other cancel finds it.
        if !isDead { _ = sendCancel(venue: venue, userRefNum: view.userRefNum, ceiling: .zero) }
    }

    private mutating func hearDecrement(_ venue: Int, _ refNum: UInt32, _ qty: OrderQty) {
        let slot = ledger.find(venue: UInt8(venue), userRefNum: refNum)
        guard !slot.isNone else { return }
        overrun.decrement(slot, ledger.order(slot), qty.units)
    }

    private mutating func hearExecuted(_ venue: Int, _ view: borrowing OUCH.ExecutedView) {
        counters.add(.fills, 1)
        let slot = ledger.find(venue: UInt8(venue), userRefNum: view.userRefNum)
        guard !slot.isNone else { return }
        let order = ledger.order(slot)
        let cell = ledger.cellIndex(ledger.accountRow(order.account), Int(order.instrument))
        overrun.fill(slot, order, view.quantity.units, cell: cell)
    }

    private mutating func hearRejected(_ venue: Int, _ view: borrowing OUCH.RejectedView) {
        let slot = ledger.find(venue: UInt8(venue), userRefNum: view.userRefNum)
        guard !slot.isNone, ledger.order(slot).venueRefNum == view.userRefNum else { return }
        overrun.leave(slot, ledger.order(slot), open: 0)
    }
}
