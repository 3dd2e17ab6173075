package import ColdCore
package import Vocabulary
package import Wire

/// The client's side of one venue's drop copy: SoupBinTCP in, facts out. Time and bytes are handed
/// in and taken out; whoever owns the socket connects, reads and writes.
///
/// Nothing is kept on disk: a session that begins reads from message 1 and has the venue's whole
/// day; a line that drops goes on behind the last message heard.
package struct CopySession: Sendable {
    package enum State: Equatable, Sendable {
        /// No connection.
        case down
        /// Connected, our login is out.
        case loggingIn
        case up
        /// The venue refused the login; the byte is its reason.
        case refused(UInt8)
        /// The venue said the session is over: nothing more will come.
        case ended
    }

    package private(set) var state: State = .down
    /// Name of the venue's session, once it has told us.
    package private(set) var session: Alpha10 = .blank
    /// Number the next sequenced message carries.
    package private(set) var nextSequence: UInt64 = 1
    /// When the last packet of any kind came on this connection, ns; `nil` before the first.
    package private(set) var heardNs: Int64?
    /// When the last heartbeat came on this connection: behind it nothing was waiting to be sent.
    package private(set) var idleNs: Int64?
    package private(set) var messages: UInt64 = 0
    /// Sequenced messages that could not be read.
    package private(set) var malformed: UInt64 = 0

    private let user: Name
    private let password: Name
    private let decoder: CopyDecoder
    private var inbound: [UInt8] = []
    private var outbound: [UInt8] = []
    private var facts: [VenueFact] = []
    private var spokeNs: Int64 = 0

    package init(user: Name, password: Name, decoder: CopyDecoder) {
        self.user = user
        self.password = password
        self.decoder = decoder
    }

    // MARK: The line

    /// A connection stands: asks for what has not been heard yet.
    package mutating func connected(nowNs: Int64) {
        state = .loggingIn
        heardNs = nil
        idleNs = nil
        inbound.removeAll(keepingCapacity: true)
        outbound.removeAll(keepingCapacity: true)
        let request = Soup.LoginRequest(
            username: user,
            password: password,
            requestedSession: session,
            requestedSequenceNumber: nextSequence
        )
        append(request.write, max: Soup.LoginRequest.maxLength)
        spokeNs = nowNs
    }

    package mutating func disconnected() {
        if state == .up || state == .loggingIn { state = .down }
        heardNs = nil
        idleNs = nil
    }

    /// The order session was rolled: the venue's next stream counts from 1.
    package mutating func forget() {
        session = .blank
        nextSequence = 1
        state = .down
        facts.removeAll()
    }

    /// Takes what arrived, in whatever pieces. `false`: the line cannot be followed any further and
    /// is to be closed.
    package mutating func received(_ bytes: some Sequence<UInt8>, nowNs: Int64) -> Bool {
        inbound.append(contentsOf: bytes)
        let whole = inbound
        inbound.removeAll(keepingCapacity: true)
        var offset = 0
        var isFollowed = true
        whole.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            while isFollowed {
                switch Soup.nextPacket(base + offset, available: buffer.count - offset) {
                case .needMore: return
                case .malformed: isFollowed = false
                case .packet(let type, let start, let length, let total):
                    heardNs = nowNs
                    withWireBytes(base + offset + start, count: length) { payload in
                        isFollowed = take(type, payload, nowNs)
                    }
                    offset += total
                }
            }
        }
        inbound.append(contentsOf: whole[offset...])
        return isFollowed
    }

    private mutating func take(_ type: UInt8, _ payload: RawSpan, _ nowNs: Int64) -> Bool {
        switch Soup.PacketType(rawValue: type) {
        case .loginAccepted:
            guard let view = try? Soup.LoginAcceptedView(payload) else { return false }
            // What was asked for, or another session from its beginning: nothing is skipped, and no
            // number is believed that a message more would carry past its end.
            let isAsked = session == .blank || view.session == session
            guard view.sequenceNumber == (isAsked ? nextSequence : 1) else { return false }
            session = view.session
            nextSequence = view.sequenceNumber
            state = .up
        case .loginRejected:
            state = .refused((try? Soup.LoginRejectedView(payload))?.reason ?? 0)
            return false
        case .sequencedData: heard(payload)
        case .serverHeartbeat: idleNs = nowNs
        case .endOfSession:
            state = .ended
            return false
        default: break
        }
        return true
    }

    private mutating func heard(_ message: RawSpan) {
        nextSequence &+= 1
        messages &+= 1
        do throws(WireError) {
            if let fact = try decoder.fact(message) { facts.append(fact) }
        } catch {
            malformed &+= 1
        }
    }

    /// Says that we live, once a second.
    package mutating func tick(nowNs: Int64) {
        guard state == .up, nowNs - spokeNs >= Soup.heartbeatIntervalNs else { return }
        append({ Soup.writeEmpty(.clientHeartbeat, to: $0) }, max: Soup.headerLength)
        spokeNs = nowNs
    }

    // MARK: Taking out

    package var hasOutput: Bool { !outbound.isEmpty }

    /// Bytes to send, in order.
    package mutating func takeOutput() -> [UInt8] {
        defer { outbound.removeAll(keepingCapacity: true) }
        return outbound
    }

    /// What the socket did not take goes out first next time.
    package mutating func putBack(_ bytes: ArraySlice<UInt8>) { outbound = bytes + outbound }

    package mutating func takeFacts() -> [VenueFact] {
        defer { facts.removeAll(keepingCapacity: true) }
        return facts
    }

    private mutating func append(_ write: (UnsafeMutableRawPointer) -> Int, max: Int) {
        withUnsafeTemporaryAllocation(byteCount: max, alignment: 8) { buffer in
            guard let base = buffer.baseAddress else { return }
            let count = write(base)
            outbound.append(contentsOf: UnsafeRawBufferPointer(start: base, count: count))
        }
    }
}
