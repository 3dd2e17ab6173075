import Vocabulary
import Wire

// Who may in, and from which message on. Spec: docs/protocols/soupbintcp.md.
extension Venue {
    func logIn(_ payload: RawSpan, _ connection: SoupConnection, _ now: Int64) {
        guard let request = try? Soup.LoginRequestView(payload) else {
            return refuse(connection, .sessionNotAvailable, now)
        }
        let user = request.username
        let password = request.password
        let found = configuration.ports.firstIndex { port in
            Soup.sameCredential(port.user, user) && Soup.sameCredential(port.password, password)
        }
        guard let port = found else { return refuse(connection, .notAuthorized, now) }

        let session = Alpha10(configuration.ports[port].session) ?? .blank
        let store = store(connection.door, port)
        let wanted = request.requestedSequenceNumber
        let isKnown = request.requestedSession == .blank || request.requestedSession == session
        guard isKnown, wanted <= store.nextSequence, !hasEnded else {
            return refuse(connection, .sessionNotAvailable, now)
        }
        takeOver(port, connection, now)
        // 0: from the most recently generated message on.
        connection.nextSequence = wanted == 0 ? max(1, store.count) : wanted
        connection.port = port
        liveByPort[connection.door]?[port] = connection.id
        connection.put(
            Soup.LoginAccepted(session: session, sequenceNumber: connection.nextSequence),
            now: now
        )
        writeSession(.login, connection, now, "\(user) from \(connection.nextSequence)")
    }

    /// One live connection a login: the right password drops a half-open older one. The client is
    /// there, so this is no disconnect and cancels nothing.
    private func takeOver(_ port: Int, _ connection: SoupConnection, _ now: Int64) {
        guard let old = liveByPort[connection.door]?[port], let other = connections[old] else {
            return
        }
        writeSession(.logout, other, now, "takeover")
        liveByPort[connection.door]?[port] = nil
        other.port = nil
        close(other)
    }

    private func refuse(
        _ connection: SoupConnection,
        _ reason: Soup.LoginRejectReason,
        _ now: Int64
    ) {
        connection.put(Soup.LoginRejected(reason: reason), now: now)
        close(connection)
    }

    func store(_ door: Door, _ port: Int) -> SoupStore {
        switch door {
        case .orderEntry: floor.ports[port].store
        case .dropCopy: floor.dropCopies[configuration.ports[port].firm] ?? SoupStore()
        }
    }
}
