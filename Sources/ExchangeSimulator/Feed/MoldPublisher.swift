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
    /// The message in hand.
    private var scratch: [UInt8] = []
    private var ready: [[UInt8]] = []
    private var lastSentAt: Int64

    private var archive: MessageArchive
    package private(set) var hasEnded = false

    /// Keeps the last `retainedBytesMax` bytes of messages; what is older cannot be asked for again.
    package init(
        session: Mold.Session,
        now: Int64,
        heartbeatNs: Int64 = 1_000_000_000,
        retainedBytesMax: Int = 256 << 20
    ) {
        archive = MessageArchive(bytesMax: retainedBytesMax)
        self.session = session
        self.heartbeatNs = heartbeatNs
        self.lastSentAt = now
    }

    /// Number the next message will carry.
    package var nextSequence: UInt64 { archive.nextSequence }

    package func publish(_ message: some WireMessage) {
        message.append(to: &scratch)
        publishScratch()
    }

    package func publish(_ bytes: UnsafeRawBufferPointer) {
        scratch.append(contentsOf: bytes)
        publishScratch()
    }

    private func publishScratch() {
        let length = scratch.count
        if packetCount > 0, packet.count + 2 + length > Mold.packetLengthMax { close() }
        if packetCount == 0 {
            Mold.Header(
                session: session,
                sequenceNumber: archive.nextSequence,
                messageCount: 0
            ).append(to: &packet)
        }
        packet.append(UInt8(truncatingIfNeeded: length >> 8))
        packet.append(UInt8(truncatingIfNeeded: length))
        packet.append(contentsOf: scratch)
        packetCount += 1
        archive.append(scratch)
        scratch.removeAll(keepingCapacity: true)
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
        guard archive.holds(view.sequenceNumber) else { return nil }

        var reply = Mold.Header(
            session: session,
            sequenceNumber: view.sequenceNumber,
            messageCount: 0
        ).bytes
        var count = 0
        var sequence = view.sequenceNumber
        while count < view.blockCount, archive.holds(sequence) {
            let message = archive.message(sequence)
            guard reply.count + 2 + message.count <= Mold.packetLengthMax else { break }
            reply.append(UInt8(truncatingIfNeeded: message.count >> 8))
            reply.append(UInt8(truncatingIfNeeded: message.count))
            reply.append(contentsOf: message)
            count += 1
            sequence += 1
        }
        reply[18] = UInt8(truncatingIfNeeded: count >> 8)
        reply[19] = UInt8(truncatingIfNeeded: count)
        return reply
    }

    /// Message `sequence`, `nil` when it is not there, or no more.
    package func message(_ sequence: UInt64) -> ArraySlice<UInt8>? {
        archive.holds(sequence) ? archive.message(sequence) : nil
    }

    /// Every message still retained, in order; for tests.
    package var messages: [[UInt8]] {
        (archive.firstSequence..<archive.nextSequence).map { Array(archive.message($0)) }
    }
}
