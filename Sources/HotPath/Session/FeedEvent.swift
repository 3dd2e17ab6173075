/// What happened to a feed, for the audit record `gap`, for counters and for the books' state.
package struct FeedEvent: Equatable, BitwiseCopyable, Sendable {
    package enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// Messages are missing from `seq` on; `missing` of them as far as is known.
        case gapBegan = 1
        /// Everything is there again; `seq` is the next message expected.
        case gapRecovered
        /// `missing` messages from `seq` on will not come: the books stay unbelieved until a new
        /// session of the venue.
        case gapLost
        /// The first packet, or another session value: books and locates begin anew.
        case sessionBegan
        case sessionEnded
        /// Neither message nor heartbeat for `silenceNs`.
        case silent
        case alive
        /// Packets of another session while this one goes on.
        case contested
    }

    package var kind: Kind
    package var seq: UInt64
    package var missing: UInt64
    package var tNs: Int64

    package init(kind: Kind, seq: UInt64, missing: UInt64, tNs: Int64) {
        self.kind = kind
        self.seq = seq
        self.missing = missing
        self.tNs = tNs
    }
}

/// One message out of the feed, in order, each exactly once.
@unsafe
package struct FeedMessage: BitwiseCopyable {
    /// Good until the next packet is handed in.
    package let bytes: UnsafeRawPointer
    package let length: Int
    package let seq: UInt64
    /// Receive time of the packet that brought it, ns UTC.
    package let tNs: Int64
}

/// Where a packet came from.
package enum FeedLine: UInt8, BitwiseCopyable, Sendable {
    case a = 0
    case b = 1
    /// The re-request server.
    case request = 2
}

/// Counted since the start of the process.
package struct FeedCounters: BitwiseCopyable, Sendable {
    package var packetsA: UInt64 = 0
    package var packetsB: UInt64 = 0
    package var packetsRequested: UInt64 = 0
    /// Packets that brought nothing new: the slower line, mostly.
    package var duplicates: UInt64 = 0
    /// Not a MoldUDP64 packet, cut inside a message, or a sequence nobody can believe.
    package var malformed: UInt64 = 0
    /// Of a session that is over.
    package var outdated: UInt64 = 0
    /// Of another session, while ours goes on or in an answer of the re-request server.
    package var foreign: UInt64 = 0
    package var held: UInt64 = 0
    /// No room to hold them; asked for again when their turn comes.
    package var holdOverflows: UInt64 = 0
    package var gaps: UInt64 = 0
    package var requests: UInt64 = 0
    package var messagesLost: UInt64 = 0
    package var eventsDropped: UInt64 = 0
}
