import Testing
import Vocabulary
import Wire

/// Bytes that a real exchange sent, decoded and encoded again.
@Suite("Real captures", .enabled(if: Captures.present, "APUS_DATA names no data folder"))
struct CaptureTests {
    @Test("the AAPL morning has the counts it is known by, and comes back byte for byte")
    func aapl() throws {
        let file = try Captures.bytes("itch50/aapl_20200130_locate13_first10k.itch50")
        let (messages, last) = split(file)
        var counts: [String: Int] = [:]
        var rebuilt: [UInt8] = []
        var times: [UInt64] = []
        for message in messages {
            #expect(ITCH.length(of: message[0]) == message.count)
            #expect(try locate(of: message) == 13)
            times.append(try timestamp(of: message))
            counts[String(UnicodeScalar(message[0])), default: 0] += 1
            rebuilt += frame(try #require(try Reencode.itch(message)))
        }
        #expect(last == .end)
        #expect(
            counts == [
                "A": 4758, "D": 4083, "E": 849, "P": 240, "L": 52, "U": 7, "X": 6, "F": 2,
                "R": 1, "H": 1, "Y": 1,
            ]
        )
        // 03:07:14.909934… to 07:59:30.516505…
        #expect(times.first.map { $0 / 1000 } == 11_234_909_934)
        #expect(times.last.map { $0 / 1000 } == 28_770_516_505)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(rebuilt == file)
    }

    static let moldFiles =
        Captures.pcaps("itch50_mold_pcap/nasdaq_20230822")
        + Captures.pcaps("itch50_mold_pcap/nasdaq_other")

    @Test("every ITCH capture is there")
    func files() {
        #expect(Self.moldFiles.count == 23)
        #expect(Captures.pcaps("ouch50_pcap").count == 4)
    }

    @Test("an ITCH packet decodes and comes back byte for byte", arguments: moldFiles)
    func mold(path: String) throws {
        let packets = try Pcap.payloads(try Captures.bytes(path))
        #expect(!packets.isEmpty)
        for packet in packets {
            let (header, messages) = try unpack(packet)
            var rebuilt = encode(header)
            for message in messages {
                #expect(ITCH.length(of: message[0]) == message.count, "\(path)")
                rebuilt += frame(try #require(try Reencode.itch(message), "\(path)"))
            }
            #expect(messages.count == Int(header.messageCount))
            #expect(rebuilt == packet, "\(path)")
        }
    }

    @Test("the capture of many packets has one of 38 messages, in a named session")
    func many() throws {
        let file = try Captures.bytes("itch50_mold_pcap/nasdaq_other/Multiple.Packets.pcap")
        let packets = try Pcap.payloads(file).map(unpack)
        #expect(packets.map(\.messages.count).max() == 38)
        for packet in packets { #expect(packet.header.session == alpha10("000010059B")) }
    }

    @Test(
        "an OUCH capture decodes and comes back byte for byte",
        arguments: [
            ("EnterOrderMessage", "U"), ("CanceledMessage", "S"), ("ClientHeartbeatPacket", "R"),
            ("ServerHeartbeatPacket", "H"),
        ]
    )
    func ouch(name: String, type: String) throws {
        let file = try Captures.bytes("ouch50_pcap/\(name).pcap")
        let segment = try #require(try Pcap.payloads(file).first)
        let frame = segment.withUnsafeBytes {
            Soup.nextPacket($0.baseAddress!, available: segment.count)
        }
        guard case .packet(let letter, let offset, let length, let total) = frame else {
            Issue.record("\(frame)")
            return
        }
        #expect(letter == type.utf8.first)
        #expect(total == segment.count)
        let message = Array(segment[offset..<(offset + length)])
        switch letter {
        case UInt8(ascii: "U"): #expect(try Reencode.inbound(message) == message)
        case UInt8(ascii: "S"): #expect(try Reencode.outbound(message) == message)
        default: #expect(message.isEmpty)
        }
    }

    @Test("the captured Enter Order says what it is known to say")
    func enterOrder() throws {
        let file = try Captures.bytes("ouch50_pcap/EnterOrderMessage.pcap")
        let segment = try #require(try Pcap.payloads(file).first)
        let order = try withSpan(Array(segment.dropFirst(3))) { span throws(WireError) in
            try OUCH.EnterOrder(OUCH.EnterOrderView(span))
        }
        #expect(order.userRefNum == 113)
        #expect(order.side == letter("T"))
        #expect(order.quantity == shares(225))
        #expect(order.price == price(630_200))
        #expect(order.clOrdID == field("H8FUB8IV"))
        #expect(order.symbol == symbol("CVLT"))
        #expect(order.appendage.firm == alpha4("LIME"))
    }

    private func split(_ file: [UInt8]) -> (messages: [[UInt8]], last: BinaryFile.Step) {
        var messages: [[UInt8]] = []
        var last = BinaryFile.Step.end
        file.withUnsafeBytes { raw in
            var cursor = BinaryFile.Cursor(base: raw.baseAddress!, count: raw.count)
            while true {
                last = cursor.next()
                guard case .message(let offset, let length) = last else { return }
                messages.append(Array(raw[offset..<(offset + length)]))
            }
        }
        return (messages, last)
    }

    private func locate(of message: [UInt8]) throws(WireError) -> UInt16 {
        try withSpan(message) { span throws(WireError) in try ITCH.HeaderView(span).stockLocate }
    }

    private func timestamp(of message: [UInt8]) throws(WireError) -> UInt64 {
        try withSpan(message) { span throws(WireError) in try ITCH.HeaderView(span).timestampNs }
    }

    private func frame(_ message: [UInt8]) -> [UInt8] {
        [UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
    }

    private func unpack(
        _ packet: [UInt8]
    ) throws -> (header: Mold.Header, messages: [[UInt8]]) {
        let header = try withSpan(packet) { span throws(WireError) in
            Mold.Header(try Mold.HeaderView(span))
        }
        let count = Int(header.messageCount)
        var messages: [[UInt8]] = []
        try packet.withUnsafeBytes { raw in
            var offset = Mold.headerLength
            for _ in 0..<count {
                let block = Mold.nextMessage(raw.baseAddress!, count: raw.count, at: offset)
                guard case .message(let start, let length, let next) = block else {
                    throw Pcap.Broken(what: "truncated Mold packet")
                }
                messages.append(Array(raw[start..<(start + length)]))
                offset = next
            }
            #expect(offset == raw.count)
        }
        return (header, messages)
    }
}
