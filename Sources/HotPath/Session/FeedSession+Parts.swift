import Vocabulary
import Wire

/// Where ``FeedSession`` stands in a packet.
@safe
struct PacketCursor {
    private var base: UnsafeRawPointer?
    private var count = 0
    private var offset = 0
    private var seq: UInt64 = 0
    private var end: UInt64 = 0
    private var tNs: Int64 = 0
    /// The packet is the first of the hold, and leaves it when it is used up.
    var isHeld = false

    init() { unsafe base = nil }

    var isActive: Bool { unsafe base != nil }

    /// Begins at message `at`, behind what was delivered before. The blocks were proved.
    @unsafe
    mutating func open(
        _ bytes: UnsafeRawPointer,
        count: Int,
        first: UInt64,
        end: UInt64,
        at wanted: UInt64,
        tNs: Int64
    ) {
        unsafe base = bytes
        self.count = count
        self.end = end
        self.tNs = tNs
        isHeld = false
        offset = Mold.headerLength
        seq = first
        while seq < wanted, unsafe next() != nil {}
    }

    @unsafe
    mutating func next() -> FeedMessage? {
        guard seq < end, let base = unsafe base,
            case .message(let offset, let length, let next) = unsafe Mold.nextMessage(
                base,
                count: count,
                at: offset
            )
        else { return nil }
        self.offset = next
        let message = unsafe FeedMessage(
            bytes: base + offset,
            length: length,
            seq: seq,
            tNs: tNs
        )
        seq += 1
        return unsafe message
    }
}

/// Events not yet pulled: the oldest 64. Further ones are counted by the session.
@safe
struct FeedEvents: ~Copyable {
    private let events: UnsafeMutablePointer<FeedEvent>
    private var first = 0
    private var count = 0
    /// A beginning that was told and not yet pulled.
    private(set) var hasSessionBegan = false

    private static var capacity: Int { 64 }

    init() {
        unsafe events = .allocate(capacity: Self.capacity)
        unsafe events.initialize(
            repeating: FeedEvent(kind: .alive, seq: 0, missing: 0, tNs: 0),
            count: Self.capacity
        )
    }

    deinit { unsafe events.deallocate() }

    mutating func add(_ event: FeedEvent) -> Bool {
        guard count < Self.capacity else { return false }
        unsafe events[(first + count) % Self.capacity] = event
        count += 1
        if event.kind == .sessionBegan { hasSessionBegan = true }
        return true
    }

    mutating func next() -> FeedEvent? {
        guard count > 0 else { return nil }
        let event = unsafe events[first]
        first = (first + 1) % Self.capacity
        count -= 1
        if event.kind == .sessionBegan { hasSessionBegan = false }
        return event
    }
}

extension FeedCounters {
    mutating func count(_ line: FeedLine) {
        switch line {
        case .a: packetsA += 1
        case .b: packetsB += 1
        case .request: packetsRequested += 1
        }
    }
}
