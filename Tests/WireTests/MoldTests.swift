import Testing
import Vocabulary
import Wire

/// Docs: moldudp64.md.
@Suite("MoldUDP64")
struct MoldTests {
    private static let twoMessages = """
        30 30 30 30 31 30 30 35 39 42 | session 000010059B
        00 00 00 00 00 00 03 E7 | sequence 999
        00 02 | two messages
        00 03 01 02 03 | three bytes
        00 00 | an empty message, which takes a number too
        """

    @Test("a header is read and written")
    func header() throws {
        let header = try read(hex(Self.twoMessages))
        #expect(
            header
                == Mold.Header(session: alpha10("000010059B"), sequenceNumber: 999, messageCount: 2)
        )
        #expect(encode(header) == Array(hex(Self.twoMessages)[..<20]))
    }

    @Test("messages are walked, empty ones too")
    func messages() {
        #expect(walk(hex(Self.twoMessages)) == [[1, 2, 3], []])
    }

    @Test("a writer fills the same packet")
    func writer() {
        var buffer = [UInt8](repeating: 0, count: 64)
        buffer.withUnsafeMutableBytes { room in
            var writer = Mold.PacketWriter(base: room.baseAddress!, capacity: 27)
            writer.begin(session: alpha10("000010059B"), sequenceNumber: 999)
            let three: [UInt8] = [1, 2, 3]
            let first = three.withUnsafeBytes { writer.append($0) }
            #expect(first)
            let second = three.withUnsafeBytes { writer.append($0) }
            #expect(!second, "2 bytes of room are left")
            let empty = writer.append(UnsafeRawBufferPointer(start: nil, count: 0))
            #expect(empty)
            let length = writer.finish()
            #expect(length == 27)
        }
        #expect(Array(buffer[..<27]) == hex(Self.twoMessages))
    }

    @Test("cut inside a block, what came before is good", arguments: 20..<27)
    func truncated(count: Int) {
        let expected: [[UInt8]?] =
            switch count {
            case 20..<25: [nil]
            case 25..<27: [[1, 2, 3], nil]
            default: []
            }
        #expect(walk(Array(hex(Self.twoMessages)[..<count])) == expected)
    }

    @Test("cut inside the header, the packet is refused", arguments: 0..<20)
    func shortHeader(count: Int) {
        #expect(throws: WireError.wrongLength(expected: 20, actual: count)) {
            try read(Array(hex(Self.twoMessages)[..<count]))
        }
    }

    @Test("a heartbeat has count 0 and the next sequence")
    func heartbeat() throws {
        let bytes = hex("30 30 30 30 31 30 30 35 39 42  00 00 00 00 00 00 03 E9  00 00")
        let value = Mold.Header.heartbeat(session: alpha10("000010059B"), nextSequenceNumber: 1001)
        #expect(encode(value) == bytes)
        try withSpan(bytes) { span throws(WireError) in
            let view = try Mold.HeaderView(span)
            let told = (view.isHeartbeat, view.isEndOfSession, view.blockCount)
            #expect(told == (true, false, 0))
        }
    }

    @Test("an end of session has count 0xFFFF, and no messages")
    func endOfSession() throws {
        let bytes = hex("30 30 30 30 31 30 30 35 39 42  00 00 00 00 00 00 03 E9  FF FF")
        let value = Mold.Header.endOfSession(
            session: alpha10("000010059B"),
            nextSequenceNumber: 1001
        )
        #expect(encode(value) == bytes)
        try withSpan(bytes) { span throws(WireError) in
            let view = try Mold.HeaderView(span)
            let told = (view.isHeartbeat, view.isEndOfSession, view.blockCount)
            #expect(told == (false, true, 0))
        }
    }

    @Test("a request is session, first number wanted, count wanted")
    func request() throws {
        let bytes = hex("30 30 30 30 31 30 30 35 39 42  00 00 00 00 00 00 00 05  00 0A")
        let value = Mold.Request(
            session: alpha10("000010059B"),
            sequenceNumber: 5,
            messageCount: 10
        )
        #expect(encode(value) == bytes)
        #expect(try read(bytes) == value)
    }

    private func read(_ bytes: [UInt8]) throws(WireError) -> Mold.Header {
        try withSpan(bytes) { span throws(WireError) in Mold.Header(try Mold.HeaderView(span)) }
    }

    /// The messages of a packet; `nil` where it is cut.
    private func walk(_ packet: [UInt8]) -> [[UInt8]?] {
        var found: [[UInt8]?] = []
        packet.withUnsafeBytes { bytes in
            var offset = Mold.headerLength
            for _ in 0..<2 {
                let block = Mold.nextMessage(bytes.baseAddress!, count: bytes.count, at: offset)
                guard case .message(let start, let length, let next) = block else {
                    found.append(nil)
                    return
                }
                found.append(Array(bytes[start..<(start + length)]))
                offset = next
            }
        }
        return found
    }
}
