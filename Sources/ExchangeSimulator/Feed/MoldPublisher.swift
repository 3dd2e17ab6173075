package import Wire

/// Packs messages into MoldUDP64 packets and keeps all of them for who asks again.
///
/// Spec: docs/protocols/moldudp64.md. Messages of one step travel together, at most
/// ``Mold/packetLengthMax`` bytes a packet.
package final class MoldPublisher {
    package let session: Mold.Session
    private let heartbeatNs: Int64

    private var packet: [UInt8] = []
    private var packetCount: UInt16 = 0
    private var ready: [[UInt8]] = []
    private var lastSentAt: Int64

    /// Retained messages back to back; `starts[k]` is where number `k + 1` begins.
    private var retained: [UInt8] = []
    private var starts: [Int] = []
    package private(set) var hasEnded = false

    package init(session: Mold.Session, now: Int64, heartbeatNs: Int64 = 1_000_000_000) {
        self.session = session
        self.heartbeatNs = heartbeatNs
        self.lastSentAt = now
    }

    /// Number the next message will carry.
    package var nextSequence: UInt64 { UInt64(starts.count) + 1 }

    package func publish(_ message: some WireMessage) {
        let start = retained.count
        message.append(to: &retained)
        appendRetained(from: start)
    }

    package func publish(_ bytes: UnsafeRawBufferPointer) {
        let start = retained.count
        retained.append(contentsOf: bytes)
        appendRetained(from: start)
    }

    private func appendRetained(from start: Int) {
        let length = retained.count - start
        if packetCount > 0, packet.count + 2 + length > Mold.packetLengthMax { close() }
        starts.append(start)
        if packetCount == 0 {
            Mold.Header(
                session: session,
                sequenceNumber: UInt64(starts.count),
                messageCount: 0
            ).append(to: &packet)
        }
        packet.append(UInt8(truncatingIfNeeded: length >> 8))
        packet.append(UInt8(truncatingIfNeeded: length))
        packet.append(contentsOf: retained[start...])
        packetCount += 1
    }

    private func close() {
        guard packetCount > 0 else { return }
        packet[18] = UInt8(truncatingIfNeeded: packetCount >> 8)
        packet[19] = UInt8(truncatingIfNeeded: packetCount)
        ready.append(packet)
        packet.removeAll(keepingCapacity: true)
        packetCount = 0
    }

    /// What a newcomer is told at once: how far the stream is.
    package var heartbeatPacket: [UInt8] {
        Mold.Header.heartbeat(session: session, nextSequenceNumber: nextSequence).bytes
    }

    /// What everybody is told at the end, more than once.
    package var endPacket: [UInt8] {
        Mold.Header.endOfSession(session: session, nextSequenceNumber: nextSequence).bytes
    }

    /// When ``takePackets(now:)`` next has a heartbeat to give.
    package var heartbeatDue: Int64 { lastSentAt + heartbeatNs }

    /// Everything to send now; a heartbeat when there was nothing for a second, the end-of-session
    /// packet instead of it once the session has ended.
    package func takePackets(now: Int64) -> [[UInt8]] {
        close()
        if ready.isEmpty, now >= heartbeatDue {
            ready.append(hasEnded ? endPacket : heartbeatPacket)
        }
        guard !ready.isEmpty else { return [] }
        lastSentAt = now
        defer { ready.removeAll(keepingCapacity: true) }
        return ready
    }

    /// Ends the session: one end-of-session packet at once, and again in place of heartbeats.
    package func end() {
        guard !hasEnded else { return }
        close()
        hasEnded = true
        ready.append(endPacket)
    }

    /// The answer to a re-request: one packet with as many of the messages as fit; `nil`, silence,
    /// for what is malformed, of another session, or not there.
    package func answer(_ request: RawSpan) -> [UInt8]? {
        guard let view = try? Mold.RequestView(request), request.byteCount == 20 else { return nil }
        guard view.session == session, view.blockCount > 0 else { return nil }
        guard view.sequenceNumber >= 1, view.sequenceNumber < nextSequence else { return nil }

        var reply = Mold.Header(
            session: session,
            sequenceNumber: view.sequenceNumber,
            messageCount: 0
        ).bytes
        var count = 0
        var index = Int(view.sequenceNumber) - 1
        while count < view.blockCount, index < starts.count {
            let end = index + 1 < starts.count ? starts[index + 1] : retained.count
            let length = end - starts[index]
            guard reply.count + 2 + length <= Mold.packetLengthMax else { break }
            reply.append(UInt8(truncatingIfNeeded: length >> 8))
            reply.append(UInt8(truncatingIfNeeded: length))
            reply.append(contentsOf: retained[starts[index]..<end])
            count += 1
            index += 1
        }
        reply[18] = UInt8(truncatingIfNeeded: count >> 8)
        reply[19] = UInt8(truncatingIfNeeded: count)
        return reply
    }

    /// Every message published so far, in order; for tests.
    package var messages: [[UInt8]] {
        starts.indices.map { index in
            let end = index + 1 < starts.count ? starts[index + 1] : retained.count
            return Array(retained[starts[index]..<end])
        }
    }
}
