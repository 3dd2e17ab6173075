import HotPath
import Vocabulary
import Wire

extension FuzzTarget {
    /// Packets of lines A, B and the re-request server in any order, lost, repeated, of another
    /// session, cut or made of noise; what is delivered goes into books.
    static let feed = FuzzTarget("feed", lengthMax: 512, seeds: feedSeeds) { bytes in
        var bench = FeedBench()
        var input = FuzzInput(bytes)
        for _ in 0..<64 where !input.isEmpty { bench.step(&input) }
        bench.books.checkInvariants()
    }

    @Sendable private static func feedSeeds() -> [[UInt8]] {
        let adds: [UInt8] = [0x00, 0x00, 0x03] + [UInt8](repeating: 0x11, count: 40)
        return [adds + adds, adds + [0x18, 0x40, 0x00, 0x00, 0x00], [0x04, 0x08, 0x00, 0x20, 9]]
            + Captures.datagrams().prefix(4).map { [0x1C, UInt8(clamping: $0.count)] + $0 }
    }
}

/// A feed session and books on the table; the clock is a number.
private struct FeedBench: ~Copyable {
    var feed: FeedSession
    var books = FuzzBooks.make(orders: 32, levels: 8)
    var nowNs: Int64 = 1

    init() {
        var config = FeedConfig()
        config.holdPackets = 6
        config.packetBytesMax = 256
        feed = FeedSession(config: config)
    }

    /// One thing that happens. Byte 0: line in bits 0–1, session in bit 6, kind in bits 2–4.
    mutating func step(_ input: inout FuzzInput) {
        let op = input.u8()
        let line = FeedLine(rawValue: op & 3) ?? .request
        switch op >> 2 & 7 {
        case 6:
            let next = Int64(input.u32())
            nowNs += next
            if let request = feed.timer(nowNs: nowNs) {
                law(request.messageCount > 0, "a request asks for something")
                law(request.sequenceNumber == feed.nextSeq, "for what comes next")
            }
            pull()
        case 7: give(line, Array(input.take(Int(input.u8()))))
        default: give(line, packet(op, &input))
        }
    }

    /// A packet around the number that is expected.
    private func packet(_ op: UInt8, _ input: inout FuzzInput) -> [UInt8] {
        let session = Alpha10(op & 0x40 == 0 ? "ONE" : "TWO")!
        let ahead = Int8(bitPattern: input.u8())
        let first =
            op & 0x80 == 0 ? feed.nextSeq &+ UInt64(bitPattern: Int64(ahead)) : input.odd64()
        let shape = input.u8()
        var messages: [[UInt8]] = []
        for _ in 0..<(shape & 7) { messages.append(FuzzBooks.message(&input)) }
        let count = shape & 0x08 != 0 ? Mold.endOfSessionCount : UInt16(messages.count)
        let header = Mold.Header(session: session, sequenceNumber: first, messageCount: count)
        return FuzzTarget.written(header) + FuzzTarget.framed(messages)
    }

    /// In memory of its own, so that a byte read too late or too far shows.
    private mutating func give(_ line: FeedLine, _ bytes: [UInt8]) {
        let datagram = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        defer { datagram.deallocate() }
        datagram.copyBytes(from: bytes)
        guard let base = datagram.baseAddress else { return }
        feed.receive(line: line, base, count: bytes.count, nowNs: nowNs)
        pull()
    }

    private mutating func pull() {
        hear()
        while true {
            let expected = feed.nextSeq
            guard let message = feed.next() else { break }
            law(message.seq == expected, "messages come in order, each once")
            law(feed.nextSeq == expected + 1, "and the number moves by one")
            _ = books.apply(
                venue: 0,
                message: message.bytes,
                length: message.length,
                tNs: message.tNs,
                seq: message.seq
            )
        }
        hear()
        books.setFeed(venue: 0, gapped: feed.isGapped, stale: feed.isStale)
    }

    private mutating func hear() {
        while let event = feed.nextEvent() {
            if event.kind == .sessionBegan { books.removeAll(venue: 0) }
        }
    }
}
