import HotPath
import Testing
import Vocabulary
import Wire

/// A venue's feed on the table: packets made by hand, a re-request server, a clock that is a number.
final class FeedBench {
    var feed: FeedSession
    var nowNs: Int64 = 1_000
    /// Numbers as delivered, and the first message that was not what was sent.
    var delivered: [UInt64] = []
    var wrongBytes: UInt64?
    var events: [FeedEvent] = []
    var requests: [Mold.Request] = []
    let session: String

    init(_ config: FeedConfig = FeedConfig(), session: String = "S1") {
        feed = FeedSession(config: config)
        self.session = session
    }

    /// What message `seq` says: its number, and a length that differs from its neighbours'.
    static func payload(_ seq: UInt64) -> [UInt8] {
        ItchBytes.big(seq) + [UInt8](repeating: 7, count: Int(seq % 5))
    }

    static func packet(_ session: String, _ first: UInt64, _ count: Int) -> [UInt8] {
        var bytes = ItchBytes.text(session, 10) + ItchBytes.big(first)
        bytes += ItchBytes.big(UInt16(count))
        for seq in first..<first + UInt64(count) {
            bytes += ItchBytes.big(UInt16(payload(seq).count)) + payload(seq)
        }
        return bytes
    }

    static func heartbeat(_ session: String, next: UInt64) -> [UInt8] { packet(session, next, 0) }

    static func endOfSession(_ session: String, next: UInt64) -> [UInt8] {
        ItchBytes.text(session, 10) + ItchBytes.big(next) + [0xFF, 0xFF]
    }

    func receive(_ line: FeedLine, _ first: UInt64, _ count: Int) {
        receive(line, Self.packet(session, first, count))
    }

    func receive(_ line: FeedLine, _ bytes: [UInt8]) {
        // Copied, so that a message read after its time would show.
        let datagram = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, bytes.count),
            alignment: 8
        )
        defer { datagram.deallocate() }
        datagram.copyBytes(from: bytes)
        guard let base = datagram.baseAddress else { return }
        feed.receive(line: line, base, count: bytes.count, nowNs: nowNs)
        while let event = feed.nextEvent() { events.append(event) }
        pull()
    }

    func pull() {
        while let message = feed.next() {
            delivered.append(message.seq)
            let raw = UnsafeRawBufferPointer(start: message.bytes, count: message.length)
            if Array(raw) != Self.payload(message.seq) { wrongBytes = wrongBytes ?? message.seq }
        }
        while let event = feed.nextEvent() { events.append(event) }
    }

    /// Lets time pass and asks what is to be sent.
    @discardableResult
    func timer(afterNs: Int64) -> Mold.Request? {
        nowNs += afterNs
        let request = feed.timer(nowNs: nowNs)
        if let request { requests.append(request) }
        pull()
        return request
    }

    var isGapped: Bool { feed.isGapped }
    var isStale: Bool { feed.isStale }
    var nextSeq: UInt64 { feed.nextSeq }
    var counters: FeedCounters { feed.counters }
    var kinds: [FeedEvent.Kind] { events.map(\.kind) }
}
