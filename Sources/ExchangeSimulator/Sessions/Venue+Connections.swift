import Vocabulary
import Wire

// SoupBinTCP, server side. Spec: docs/protocols/soupbintcp.md.
extension Venue {
    /// A TCP connection was accepted at `door`.
    package func opened(_ door: Door, now: Int64) -> ConnectionID {
        advance(to: now)
        let id = nextConnectionID()
        connections[id] = SoupConnection(id: id, door: door, now: now)
        return id
    }

    /// Bytes arrived, in whatever pieces.
    package func received(_ bytes: UnsafeRawBufferPointer, on id: ConnectionID, now: Int64) {
        advance(to: now)
        guard let connection = connections[id], !connection.isClosing else { return }
        connection.lastReceivedAt = now
        connection.inbound.append(contentsOf: bytes)
        takePackets(connection, now)
        serveConnections(now)
    }

    package func received(_ bytes: [UInt8], on id: ConnectionID, now: Int64) {
        bytes.withUnsafeBytes { received($0, on: id, now: now) }
    }

    /// The peer is gone, or the network is.
    package func closed(_ id: ConnectionID, now: Int64) {
        advance(to: now)
        guard let connection = connections[id] else { return }
        drop(connection, now, .crash, "disconnect")
        connections[id] = nil
        closes.removeAll { $0 == id }
        serveConnections(now)
    }

    /// The socket's buffer is full (`false`) or takes bytes again.
    package func writable(_ isWritable: Bool, _ id: ConnectionID, now: Int64) {
        connections[id]?.isWritable = isWritable
        if isWritable { advance(to: now) }
    }

    // MARK: Packets

    private func takePackets(_ connection: SoupConnection, _ now: Int64) {
        var offset = 0
        let inbound = connection.inbound
        inbound.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            while !connection.isClosing {
                let frame = Soup.nextPacket(base + offset, available: buffer.count - offset)
                switch frame {
                case .needMore: return
                case .malformed: return drop(connection, now, .crash, "Soup packet of length 0")
                case .packet(let type, let start, let length, let total):
                    withWireBytes(base + offset + start, count: length) { payload in
                        take(type, payload, connection, now)
                    }
                    offset += total
                }
            }
        }
        connection.inbound.removeFirst(min(offset, connection.inbound.count))
    }

    private func take(
        _ type: UInt8,
        _ payload: RawSpan,
        _ connection: SoupConnection,
        _ now: Int64
    ) {
        guard let port = connection.port else {
            // Before the login there is nothing else to say.
            guard type == Soup.PacketType.loginRequest.rawValue else {
                return drop(connection, now, .crash, "no login")
            }
            return logIn(payload, connection, now)
        }
        switch Soup.PacketType(rawValue: type) {
        case .unsequencedData where connection.door == .orderEntry && !hasEnded:
            floor.begin(at: now)
            floor.ports[port].receive(payload)
        case .logoutRequest: drop(connection, now, .logout, "logout")
        // Heartbeats only count as life; debug text and a second login say nothing.
        default: break
        }
    }

    // MARK: Ends

    /// Ends a connection as a logout or a crash, with what the port wants done then.
    private func drop(
        _ connection: SoupConnection,
        _ now: Int64,
        _ event: VenueEvent,
        _ why: String
    ) {
        if let port = connection.port {
            floor.begin(at: now)
            writeSession(event, connection, now, why)
            liveByPort[connection.door]?[port] = nil
            connection.port = nil
            let settings = configuration.ports[port]
            let cancels =
                event == .logout ? settings.cancelsOnLogout : settings.cancelsOnDisconnect
            if cancels, connection.door == .orderEntry { floor.ports[port].cancelAll(.supervisory) }
        }
        close(connection)
    }

    func close(_ connection: SoupConnection) {
        guard !connection.isClosing else { return }
        connection.isClosing = true
        closes.append(connection.id)
    }

    func writeSession(
        _ event: VenueEvent,
        _ connection: SoupConnection,
        _ now: Int64,
        _ why: String
    ) {
        guard let port = connection.port else { return }
        let door = connection.door == .dropCopy ? "drop copy: " : ""
        floor.log.write(
            event,
            at: floor.now,
            session: configuration.ports[port].session,
            VenueLog.Facts(reason: door + why)
        )
    }

    /// `Z` to everyone, behind everything they are still owed.
    func endConnections(_ now: Int64) {
        serveConnections(now)
        for id in connections.keys.sorted() {
            guard let connection = connections[id], !connection.isClosing else { continue }
            writeSession(.logout, connection, now, "end of session")
            if connection.port != nil { connection.put(.endOfSession, now: now) }
            connection.port = nil
            close(connection)
        }
    }

    // MARK: Timers

    func isMute(_ connection: SoupConnection) -> Bool {
        connection.door == .dropCopy && floor.faults.copiesAreSilent
    }

    /// The fault is about order sessions; a drop copy goes on.
    private func dropAfter(_ connection: SoupConnection) -> Int? {
        connection.door == .orderEntry ? floor.faults.dropAfterMessages : nil
    }

    /// Sends what is due on every connection, heartbeats included, and drops who is silent.
    func serveConnections(_ now: Int64) {
        answersDue = nil
        for id in connections.keys.sorted() {
            guard let connection = connections[id], !connection.isClosing else { continue }
            serve(connection, now)
        }
    }

    private func serve(_ connection: SoupConnection, _ now: Int64) {
        guard let port = connection.port else {
            if now - connection.openedAt >= configuration.loginTimeoutNs { close(connection) }
            return
        }
        if now - connection.lastReceivedAt >= configuration.silenceMaxNs {
            return drop(connection, now, .crash, "silent")
        }
        guard !floor.faults.isSilent, !isMute(connection) else { return }
        let due = connection.pump(
            store(connection.door, port),
            now: now,
            sequencedMax: dropAfter(connection) ?? .max
        )
        if let due {
            answersDue = min(answersDue ?? due, due)
        }
        if now - connection.lastSentAt >= configuration.heartbeatNs {
            connection.put(.serverHeartbeat, now: now)
        }
        if let limit = dropAfter(connection), connection.sequencedSent >= limit {
            floor.faults.connectionDropped()
            drop(connection, now, .crash, "fault: drop-after \(limit)")
        }
    }
}
