import CShims
import Crossing
import Vocabulary
import Wire

/// Our SoupBinTCP session with a venue: login, replay, fence, query, open.
extension Engine {
    /// A connected socket was handed over: log in at the next expected sequence.
    mutating func venueConnected(_ venue: Int) {
        guard unsafe venues[venue].state == .down else { return }
        unsafe venueBuffers[venue].reset()
        let entry = image.venue(venue)
        let named = unsafe venues[venue].sessionName
        let asked = sequenceWanted(venue)
        let request = Soup.LoginRequest(
            username: Name(low: entry.user.raw, high: Name.blank.high),
            password: entry.password,
            requestedSession: named,
            requestedSequenceNumber: asked
        )
        guard let target = unsafe port.gather(slot: venue, bytes: Soup.LoginRequest.maxLength)
        else {
            return
        }
        port.gathered(slot: venue, bytes: unsafe request.write(to: target))
        unsafe venues[venue].state = .loggingIn
        unsafe venues[venue].asked = asked
        unsafe venues[venue].loginSentNs = nowNs
        unsafe venues[venue].parting = .lost
        unsafe venues[venue].lastSentNs = nowNs
        unsafe venues[venue].lastReceivedNs = nowNs
    }

    /// Behind the last packet recorded; while nothing can be recorded, behind the last one heard.
    private func sequenceWanted(_ venue: Int) -> UInt64 {
        overrun.isOn ? (unsafe venues[venue].expected) : ledger.appliedSeq(UInt8(venue)) + 1
    }

    @inline(__always)
    mutating func venueBytes(_ venue: Int, _ bytes: UnsafeRawPointer, _ count: Int) {
        unsafe venues[venue].lastReceivedNs = nowNs
        guard unsafe venueBuffers[venue].append(bytes, count: count) else {
            dropVenue(venue)
            return
        }
        // Bounded by the buffer: every packet consumed is at least three bytes of it.
        while unsafe venues[venue].isConnected {
            switch unsafe venueBuffers[venue].next() {
            case .needMore: return
            case .malformed:
                dropVenue(venue)
                return
            case .packet(let type, let payload, let length):
                unsafe venuePacket(venue, type, payload, length)
            }
        }
    }

    @inline(__always)
    private mutating func venuePacket(
        _ venue: Int,
        _ type: UInt8,
        _ payload: UnsafeRawPointer,
        _ count: Int
    ) {
        switch Soup.PacketType(rawValue: type) {
        case .sequencedData:
            guard unsafe venues[venue].isLoggedIn else {
                dropVenue(venue)
                return
            }
            unsafe venueMessage(venue, payload, count)
        case .loginAccepted: unsafe loginAccepted(venue, payload, count)
        case .loginRejected: unsafe loginRejected(venue, payload, count)
        case .endOfSession: venueEnded(venue)
        case .serverHeartbeat, .debug, .unsequencedData: break
        default: dropVenue(venue)
        }
    }

    private mutating func loginAccepted(
        _ venue: Int,
        _ payload: UnsafeRawPointer,
        _ count: Int
    ) {
        guard unsafe venues[venue].state == .loggingIn else { return dropVenue(venue) }
        // As it was asked: what is wanted may have changed with the ring since.
        let wanted = unsafe venues[venue].asked
        let span = unsafe RawSpan(_unsafeStart: payload, byteCount: count)
        let session: Alpha10
        let sequence: UInt64
        do throws(WireError) {
            let view = try Soup.LoginAcceptedView(span)
            session = view.session
            sequence = view.sequenceNumber
        } catch {
            return dropVenue(venue)
        }
        // Another number than asked for, or another session than the one we persisted: what lies
        // between is lost to us, and only a person may decide what follows (semantics §2.12).
        let named = unsafe venues[venue].sessionName
        guard sequence == wanted, named == session || (named == .blank && wanted == 1) else {
            return venueLost(venue)
        }
        unsafe venues[venue].sessionName = session
        unsafe venues[venue].expected = sequence
        unsafe venues[venue].state = .replaying
        unsafe venues[venue].fenceAnswered = false
        unsafe venues[venue].fencesLeft = 3
        unsafe venues[venue].queryAnswered = false
        unsafe venues[venue].inquiry = .none
        unsafe venues[venue].inquiries = 0
        recordSession(venue, .loggedIn, value: Int64(clamping: sequence), session)
        raiseFence(venue, from: 0)
        renewEntry(venue)
    }

    /// A mass cancel numbered above all ever recorded on this port (semantics.md §2.5): proves
    /// what was never received and flattens what survived, before the gate opens.
    ///
    /// `from` is the lowest number the venue will take, 0 when it has not said.
    mutating func raiseFence(_ venue: Int, from lowest: UInt32) {
        let fence = takeVenueNumber(venue, from: lowest)
        unsafe venues[venue].fenceRefNum = fence
        begin(.cancelReq)
        unsafe scratch.pointee.flags = .massCancel
        unsafe scratch.pointee.venue = UInt8(venue)
        unsafe scratch.pointee.userRefNum = fence
        unsafe commit(nil, 0)
        _ = sendMassCancel(venue: venue, userRefNum: fence)
        _ = sendAccountQuery(venue: venue)
        unsafe venues[venue].cancelAllIntent = false
    }

    /// Fence and query are both answered: nothing of this venue is in doubt any more.
    mutating func settle(_ venue: Int) {
        let session = unsafe venues[venue]
        guard session.state == .replaying, session.fenceAnswered, session.queryAnswered else {
            return
        }
        proveAbsence(UInt8(venue), below: session.fenceRefNum)
        // The number the venue wants next is what the ledger takes from this record.
        recordSession(venue, .reconciled, value: Int64(session.reportedNext), session.sessionName)
        // A proof that found no room proves nothing; the login after the overrun does it again.
        guard !overrun.isOn else { return }
        unsafe venues[venue].state = .open
        unsafe venues[venue].wasOpen = true
        markDoubts(venue)
    }

    private mutating func loginRejected(_ venue: Int, _ payload: UnsafeRawPointer, _ count: Int) {
        let reason = count > 0 ? unsafe payload.load(as: UInt8.self) : 0
        let known = unsafe venues[venue].sessionName != .blank
        if reason == Soup.LoginRejectReason.sessionNotAvailable.rawValue, known {
            return venueLost(venue)
        }
        recordSession(venue, .loginRejected, value: Int64(reason), unsafe venues[venue].sessionName)
        dropVenue(venue)
    }

    /// SESSION_LOST: the gate of this venue stays shut until `apus session roll --confirm`.
    private mutating func venueLost(_ venue: Int) {
        port.release(slot: venue)
        unsafe venues[venue].state = .lost
        recordLost(venue)
        markDoubts(venue)
    }

    /// Lost while an overrun left packets without a record, they are lost with it: a `gap` says how
    /// many, and a person settles positions by the venue's statement.
    mutating func recordLost(_ venue: Int) {
        let session = unsafe venues[venue]
        let wanted = max(session.expected, 1)
        recordSession(venue, .lost, value: Int64(clamping: wanted), session.sessionName)
        let recorded = ledger.appliedSeq(UInt8(venue))
        if !overrun.isOn, max(wanted - 1, session.catchUpTo) > recorded {
            begin(.gap)
            unsafe scratch.pointee.flags = .incident
            unsafe scratch.pointee.venue = UInt8(venue)
            unsafe scratch.pointee.venueOrderRef = 0
            let missing = max(wanted - 1, session.catchUpTo) - recorded
            unsafe scratch.pointee.value = Int64(clamping: missing)
            unsafe commit(nil, 0)
            unsafe venues[venue].catchUpTo = 0
        }
        // Nobody will tell how they ended: UNKNOWN at full exposure until a person says so.
        var cursor = ledger.walk(.venue(UInt8(venue)))
        while true {
            let slot = ledger.next(&cursor)
            if slot.isNone { return }
            let order = ledger.order(slot)
            if order.status != .unknown { wentSilent(slot, order) }
        }
    }

    /// The venue ended the session. The admin thread dials again; a venue that has begun another
    /// session by then answers `J` `S`, and a person decides.
    private mutating func venueEnded(_ venue: Int) {
        let session = unsafe venues[venue]
        recordSession(
            venue,
            .endOfSession,
            value: Int64(clamping: session.expected),
            session.sessionName
        )
        port.release(slot: venue)
        unsafe venues[venue].state = .down
        markDoubts(venue)
    }

    /// Logged in, or waiting for it, and nothing of the stream for too long: what is in doubt stays in
    /// doubt. Recorded, told to the operator's log, and tried again on a new connection.
    mutating func watchReconciling(_ venue: Int) {
        let session = unsafe venues[venue]
        guard session.state == .replaying || session.state == .loggingIn, !overrun.isOn,
            nowNs &- max(session.loginSentNs, session.heardNs) > config.reconcileTimeoutNs
        else { return }
        recordSession(
            venue,
            .unreconciled,
            value: nowNs &- session.loginSentNs,
            session.sessionName
        )
        unsafe venues[venue].parting = .unreconciled
        dropVenue(venue)
    }

    /// Cuts the connection; the admin thread dials again.
    mutating func dropVenue(_ venue: Int) {
        guard unsafe venues[venue].isConnected else { return }
        port.release(slot: venue)
        venueDown(venue)
    }

    /// The socket is gone.
    mutating func venueDown(_ venue: Int) {
        let session = unsafe venues[venue]
        guard session.isConnected else { return }
        unsafe venues[venue].state = .down
        recordSession(venue, .down, value: Int64(clamping: session.expected), session.sessionName)
        markDoubts(venue)
    }

    mutating func recordSession(
        _ venue: Int,
        _ event: SessionEvent,
        value: Int64,
        _ session: Alpha10
    ) {
        begin(.session)
        unsafe scratch.pointee.venue = UInt8(truncatingIfNeeded: venue)
        unsafe scratch.pointee.detail = event.rawValue
        unsafe scratch.pointee.value = value
        // Behind the room for a client's answer: a place of its own for words of ours.
        let name = unsafe reply + 512
        unsafe name.storeBytes(of: session.low, as: UInt64.self)
        unsafe name.storeBytes(of: session.high, toByteOffset: 8, as: UInt16.self)
        unsafe commit(name, 10)
    }
}
