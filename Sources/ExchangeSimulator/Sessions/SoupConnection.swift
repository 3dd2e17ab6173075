import Wire

/// Names a TCP connection to the server that owns its socket.
package typealias ConnectionID = Int

/// Which door a connection came in by.
package enum Door: Equatable, Sendable {
    case orderEntry
    case dropCopy
}

/// One TCP connection as the Soup server sees it: bytes in, bytes out, how far it has been served.
final class SoupConnection {
    let id: ConnectionID
    let door: Door
    let openedAt: Int64
    var lastReceivedAt: Int64
    var lastSentAt: Int64

    var inbound: [UInt8] = []
    var outbound: [UInt8] = []
    /// Index of the login it made, `nil` before.
    var port: Int?
    /// Number of the next sequenced message to send.
    var nextSequence: UInt64 = 1
    var sequencedSent = 0
    /// The server's socket takes more.
    var isWritable = true
    /// Nothing more is read or said; the server closes once `outbound` is written.
    var isClosing = false

    init(id: ConnectionID, door: Door, now: Int64) {
        self.id = id
        self.door = door
        openedAt = now
        lastReceivedAt = now
        lastSentAt = now
    }

    func put(_ message: some WireMessage, now: Int64) {
        message.append(to: &outbound)
        lastSentAt = now
    }

    /// A packet without payload: `H` or `Z`.
    func put(_ type: Soup.PacketType, now: Int64) {
        outbound.append(contentsOf: [0, 1, type.rawValue])
        lastSentAt = now
    }

    /// Sends stored messages from where it stands: what is due, at most `sequencedMax` on this
    /// connection (a fault), until `budget` bytes wait. The answer is when the next may leave;
    /// `nil` when none is waiting.
    func pump(
        _ store: SoupStore,
        now: Int64,
        sequencedMax: Int = .max,
        budget: Int = 1 << 20
    ) -> Int64? {
        guard isWritable, !isClosing else { return nil }
        while nextSequence <= store.count, sequencedSent < sequencedMax {
            let due = store.dueTime(of: nextSequence)
            guard due <= now else { return due }
            guard outbound.count < budget else { return now }
            let message = store.message(nextSequence)
            let length = message.count + 1
            outbound.append(UInt8(truncatingIfNeeded: length >> 8))
            outbound.append(UInt8(truncatingIfNeeded: length))
            outbound.append(Soup.PacketType.sequencedData.rawValue)
            outbound.append(contentsOf: message)
            nextSequence += 1
            sequencedSent += 1
            lastSentAt = now
        }
        return nil
    }
}
