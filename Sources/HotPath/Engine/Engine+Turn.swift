import CShims
import Crossing
import Vocabulary
import Wire

/// One turn: what arrived, in the order that matters most first, then out with the bytes.
extension Engine {
    /// Takes up to ``EngineConfig/eventsMax`` events and acts on them at time `nowNs`.
    ///
    /// Venues come first (what they say changes exposure), then the kill word and commands, then
    /// clients, then market data; every loop inside is bounded.
    @inline(__always)
    package mutating func turn(nowNs now: Int64, events count: Int) {
        nowNs = now
        tscReceived = shim_rdtsc()
        watchStall()
        takeSockets()
        for index in 0..<count { unsafe venueEvent(events[index]) }
        // After a stall the market comes before whoever asks something of it.
        let isDraining = stall.isDraining
        if isDraining { for index in 0..<count { unsafe feedEvent(events[index]) } }
        serveCommands()
        for index in 0..<count { unsafe clientEvent(events[index]) }
        serveClients()
        if isDraining {
            endDrain(events: count)
        } else {
            for index in 0..<count { unsafe feedEvent(events[index]) }
        }
        // Before the timers: a client that has read everything is not taken for one that does not
        // because the engine itself slept.
        for connection in 0..<config.connectionsMax { pumpClient(connection) }
        runTimers()
        port.flush()
        tellHops()
    }

    /// Sockets the admin thread opened or accepted.
    private mutating func takeSockets() {
        while let handover = mailbox.nextHandover() {
            let slot = Int(handover.slot)
            guard port.adopt(slot: slot, fd: handover.fd, datagram: handover.isDatagram) else {
                giveBack(slot, .lost)
                continue
            }
            switch SlotMap.owner(of: slot) {
            case .venue(let venue): venueConnected(venue)
            case .client(let connection): clientConnected(connection)
            case .feed, .request: break
            }
        }
    }

    @inline(__always)
    private mutating func venueEvent(_ event: PortEvent) {
        guard case .venue(let venue) = SlotMap.owner(of: Int(event.slot)) else { return }
        switch event.kind {
        case .data: unsafe venueBytes(venue, event.bytes, event.count)
        case .closed:
            venueDown(venue)
            let parting = unsafe venues[venue].parting
            giveBack(venue, isLost(venue) ? .stopping : parting, event.error)
        case .datagram: break
        }
    }

    @inline(__always)
    private mutating func clientEvent(_ event: PortEvent) {
        guard case .client(let connection) = SlotMap.owner(of: Int(event.slot)) else { return }
        switch event.kind {
        case .data: unsafe clientBytes(connection, event.bytes, event.count)
        case .closed:
            if unsafe connections[connection].isOpen { dropClient(connection, .connectionLost) }
            giveBack(Int(event.slot), unsafe connections[connection].parting.release, event.error)
        case .datagram: break
        }
    }

    /// The admin thread closes the descriptor and, for a venue, dials again.
    mutating func giveBack(
        _ slot: Int,
        _ reason: SocketRelease.Reason,
        _ error: Int32 = 0
    ) {
        let release = SocketRelease(
            slot: UInt16(truncatingIfNeeded: slot),
            reason: reason,
            error: error
        )
        mailbox.setAdmitted(slot: slot, false)
        let taken = mailbox.releases.push(release)
        invariant(taken, "the release ring holds a release for every slot there is")
    }

    /// A lost session is not dialled again until a person rolls it.
    private func isLost(_ venue: Int) -> Bool { (unsafe venues[venue].state) == .lost }

    /// Every client with bytes waiting gets its turn, also when nothing new arrived for it.
    @inline(__always)
    private mutating func serveClients() {
        leftOver = false
        for connection in 0..<config.connectionsMax
        where unsafe connectionBuffers[connection].pendingCount > 0 {
            let before = unsafe connectionBuffers[connection].pendingCount
            serveClient(connection)
            let after = unsafe connectionBuffers[connection].pendingCount
            // Progress with bytes left may mean a ninth message; no progress means half a packet.
            if after > 0, after < before { leftOver = true }
        }
    }

    @inline(__always)
    private mutating func feedEvent(_ event: PortEvent) {
        let venue: Int
        let line: FeedLine
        switch SlotMap.owner(of: Int(event.slot)) {
        case .feed(let index, let number): (venue, line) = (index, number == 0 ? .a : .b)
        case .request(let index): (venue, line) = (index, .request)
        case .venue, .client: return
        }
        switch event.kind {
        case .datagram: unsafe feedPacket(venue, line, event.bytes, event.count)
        case .closed: giveBack(Int(event.slot), .lost, event.error)
        case .data: break
        }
    }
}
