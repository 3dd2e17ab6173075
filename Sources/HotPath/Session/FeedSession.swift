import Vocabulary
import Wire

/// One venue's feed: lines A and B and the re-request server in, every message once and in order
/// out. Bytes in, bytes out; sockets and clock are the caller's. Engine thread only.
///
/// One packet is one round of calls:
///
///     feed.receive(line: …)                  the packet; its bytes stay good until the next one
///     while let event = feed.nextEvent() { … }  a session that begins clears its books first
///     while let message = feed.next() { … }  what can be delivered now, then what was held
///     while let event = feed.nextEvent() { … }  what the delivery showed: a gap, or its end
///     books.setFeed(gapped: feed.isGapped, stale: feed.isStale)
///
/// and once a turn ``timer(nowNs:)``, whose answer goes to the re-request server; then pull again,
/// for giving messages up sets those behind them free. Pulling may stop between two turns while
/// ``isHolding``; a packet of the port's that is not pulled empty is asked for again like a lost one.
///
/// Spec: docs/protocols/moldudp64.md. Whatever comes first wins, lower numbers are skipped, higher
/// ones are held. A gap is told at once (``isGapped``); the other line has `requestDelayNs` to
/// fill it before the server is asked, again and again while it answers, `requestsMax` times while
/// it does not. What is then given up stays a gap until a new session begins: orders may be missing
/// from the books, and no later message would show it. Another session is taken up only once ours
/// has ended or is silent; until then the books are stale (``isStale``).
@safe
package struct FeedSession: ~Copyable {
    package let config: FeedConfig
    package internal(set) var counters = FeedCounters()

    /// The number the next message delivered will have.
    package internal(set) var nextSeq: UInt64 = 1
    /// One behind the highest number anything has told of.
    var knownNext: UInt64 = 1

    var session: Mold.Session = .blank
    var previousSession: Mold.Session = .blank
    var hasJoined = false
    var hasEnded = false
    var endTold = false

    var gapIsOpen = false
    var hasLost = false
    /// ``nextSeq`` when the gap was last looked at: what has moved since is progress.
    var gapSeq: UInt64 = 0
    var requestDueNs: Int64 = 0
    var requestsUnanswered = 0

    var isSilent = false
    /// When line A or B last told of our position or a later one. Old packets prove nothing: a
    /// venue that begins its numbers anew under the same name must look silent.
    var lastCurrentNs: Int64 = 0
    /// Another session was heard while ours goes on: one of them is not the venue's, or the venue
    /// began anew and ours is about to fall silent. Nothing is decided on its books meanwhile.
    var isContested = false
    var contestedNs: Int64 = 0
    var receivedNs: Int64 = 0
    var receivedLine: FeedLine = .a

    var hold: FeedHold
    var cursor = PacketCursor()
    var events = FeedEvents()

    package init(config: FeedConfig = FeedConfig()) {
        self.config = config
        hold = FeedHold(capacity: config.holdPackets, packetBytesMax: config.packetBytesMax)
    }

    /// Messages are missing, or were given up in this session.
    package var isGapped: Bool { gapIsOpen || hasLost }
    /// Nothing heard yet, silent, over, or contested by another session.
    package var isStale: Bool { !hasJoined || isSilent || hasEnded || isContested }
    /// Held packets are ready to be pulled.
    package var isHolding: Bool {
        guard let first = hold.first else { return false }
        return first.first <= nextSeq
    }

    /// Takes one datagram in. What can be delivered is pulled by ``next()``.
    ///
    /// - Parameters:
    ///   - line: where it came from.
    ///   - bytes: the datagram; good until the next one is handed in.
    ///   - count: its bytes.
    ///   - nowNs: receive time, ns UTC.
    package mutating func receive(
        line: FeedLine,
        _ bytes: UnsafeRawPointer,
        count: Int,
        nowNs: Int64
    ) {
        receivedNs = nowNs
        receivedLine = line
        counters.count(line)
        cursor = PacketCursor()

        let span = unsafe UnsafeRawBufferPointer(start: bytes, count: count).bytes
        guard let view = try? Mold.HeaderView(span),
            unsafe Self.holdsBlocks(view.blockCount, bytes, count: count)
        else {
            counters.malformed += 1
            return
        }
        let header = Mold.Header(view)
        let blockCount = view.blockCount
        let isEnd = view.isEndOfSession

        if !hasJoined || header.session != session {
            guard mayBegin(header, line, nowNs: nowNs) else { return }
            begin(header)
        }
        guard
            header.sequenceNumber < nextSeq
                || header.sequenceNumber - nextSeq <= config.sequenceJumpMax
        else {
            counters.malformed += 1
            return
        }

        let end = header.sequenceNumber + UInt64(blockCount)
        heard(line, upTo: end, nowNs: nowNs)
        knownNext = max(knownNext, end)
        if isEnd { hasEnded = true }
        guard blockCount > 0 else { return }
        unsafe take(bytes, count: count, first: header.sequenceNumber, end: end)
    }

    /// The next message in order, or `nil` when there is none to deliver now.
    ///
    /// - Complexity: O(1); walks a packet's blocks once more where its first part was seen before.
    package mutating func next() -> FeedMessage? {
        invariant(
            !events.hasSessionBegan,
            "books hear of a session's beginning before its first message"
        )
        // Each round delivers, or uses up one packet: at most all that are held.
        for _ in 0...config.holdPackets + 1 {
            if cursor.isActive {
                if let message = unsafe cursor.next() {
                    unsafe nextSeq = message.seq + 1
                    return unsafe message
                }
                if cursor.isHeld { hold.removeFirst() }
                cursor = PacketCursor()
            }
            guard openHeld() else { break }
        }
        settle()
        return nil
    }

    package mutating func nextEvent() -> FeedEvent? { events.next() }

    /// A packet that tells the truth about its blocks; anything else is refused whole, so that
    /// nothing of it is believed.
    private static func holdsBlocks(
        _ blockCount: Int,
        _ bytes: UnsafeRawPointer,
        count: Int
    ) -> Bool {
        var offset = Mold.headerLength
        for _ in 0..<blockCount {
            guard
                case .message(_, _, let next) = unsafe Mold.nextMessage(
                    bytes,
                    count: count,
                    at: offset
                )
            else { return false }
            offset = next
        }
        return true
    }

    /// A session begins on a line, and only once the one before is over: at its end, or silent. Until
    /// then one stray datagram would cut the venue off and move the prices orders are judged by.
    private mutating func mayBegin(_ header: Mold.Header, _ line: FeedLine, nowNs: Int64) -> Bool {
        guard header.session != previousSession || !hasJoined else {
            counters.outdated += 1
            return false
        }
        guard header.sequenceNumber <= config.sequenceJumpMax else {
            counters.malformed += 1
            return false
        }
        let isOver = !hasJoined || hasEnded || nowNs - lastCurrentNs > config.silenceNs
        guard line != .request, isOver else {
            counters.foreign += 1
            if line != .request { contest(nowNs: nowNs) }
            return false
        }
        return true
    }

    private mutating func begin(_ header: Mold.Header) {
        previousSession = hasJoined ? session : .blank
        session = header.session
        let joinsLate = !hasJoined && !config.joinFromStart && header.sequenceNumber > 1
        nextSeq = joinsLate ? header.sequenceNumber : 1
        knownNext = nextSeq
        hasJoined = true
        hasEnded = false
        endTold = false
        gapIsOpen = false
        hasLost = joinsLate
        isContested = false
        hold.removeAll()
        tell(.sessionBegan, seq: nextSeq, missing: 0)
    }

    private mutating func heard(_ line: FeedLine, upTo end: UInt64, nowNs: Int64) {
        guard line != .request, end >= nextSeq else { return }
        lastCurrentNs = nowNs
        guard isSilent else { return }
        isSilent = false
        if !isContested { tell(.alive, seq: nextSeq, missing: 0) }
    }

    @unsafe
    private mutating func take(
        _ bytes: UnsafeRawPointer,
        count: Int,
        first: UInt64,
        end: UInt64
    ) {
        guard end > nextSeq else {
            counters.duplicates += 1
            return
        }
        guard first > nextSeq else {
            unsafe cursor.open(
                bytes,
                count: count,
                first: first,
                end: end,
                at: nextSeq,
                tNs: receivedNs
            )
            return
        }
        switch unsafe hold.insert(
            bytes,
            length: count,
            first: first,
            end: end,
            tNs: receivedNs
        ) {
        case .held: counters.held += 1
        case .covered: counters.duplicates += 1
        case .full: counters.holdOverflows += 1
        }
    }

    /// Turns to the first held packet when its turn has come.
    private mutating func openHeld() -> Bool {
        while let packet = hold.first {
            guard packet.end > nextSeq else {
                hold.removeFirst()
                continue
            }
            guard packet.first <= nextSeq else { return false }
            unsafe cursor.open(
                hold.bytes(of: packet),
                count: packet.length,
                first: packet.first,
                end: packet.end,
                at: nextSeq,
                tNs: packet.tNs
            )
            cursor.isHeld = true
            return true
        }
        return false
    }

    mutating func tell(_ kind: FeedEvent.Kind, seq: UInt64, missing: UInt64) {
        let event = FeedEvent(kind: kind, seq: seq, missing: missing, tNs: receivedNs)
        if !events.add(event) { counters.eventsDropped += 1 }
    }
}
