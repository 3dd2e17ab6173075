import Testing
import Vocabulary
import Wire

/// The laws every message of OUCH and ITCH keeps, against bytes written by hand.
@Suite("Every message, both directions")
struct MessageTests {
    static let all = MessageCase.ouch + MessageCase.itch

    @Test("has the length the specification says", arguments: all)
    func length(message: MessageCase) {
        #expect(message.bytes.count == message.shape.length)
    }

    @Test("decodes to the value beside it", arguments: all)
    func decode(message: MessageCase) throws {
        #expect(try message.decodesToValue(message.bytes))
    }

    @Test("is encoded to the same bytes", arguments: all)
    func encode(message: MessageCase) {
        #expect(message.encodedValue() == message.bytes)
    }

    @Test("decoded then encoded, gives the bytes it came from", arguments: all)
    func roundTrip(message: MessageCase) throws {
        #expect(try message.reencode(message.bytes) == message.bytes)
    }

    @Test("cut anywhere, is refused, except where a shorter form ends", arguments: all)
    func cut(message: MessageCase) throws {
        for count in 0..<message.bytes.count {
            let prefix = Array(message.bytes[..<count])
            if message.shape.wholePrefixes.contains(count) {
                #expect(try message.reencode(prefix) == prefix)
            } else {
                #expect(throws: WireError.self, "\(count) bytes") { try message.reencode(prefix) }
            }
        }
    }

    @Test("with bytes behind it, is read by its known part, or refused", arguments: all)
    func longer(message: MessageCase) throws {
        for extra in 1...3 {
            let bytes = message.bytes + [UInt8](repeating: 0xFF, count: extra)
            switch message.shape.longer {
            case .ignored: #expect(try message.reencode(bytes) == message.bytes)
            case .refused:
                #expect(throws: WireError.self) { try message.reencode(bytes) }
            case .anotherForm:
                if extra == 1 { #expect(try message.reencode(bytes) == bytes) }
            }
        }
    }

    @Test("under another type byte, is refused", arguments: all)
    func wrongType(message: MessageCase) {
        var bytes = message.bytes
        bytes[0] = 0
        #expect(throws: WireError.wrongType(expected: message.bytes[0], actual: 0)) {
            try message.reencode(bytes)
        }
    }

    @Test("there is a case for every type letter")
    func complete() {
        let inbound = Set(MessageCase.ouchInbound.map { $0.bytes[0] })
        #expect(inbound == Set(OUCH.InboundType.allCases.map(\.rawValue)))
        #expect(inbound.count == 8)

        let outbound = Set(
            MessageCase.ouch.dropFirst(MessageCase.ouchInbound.count).map { $0.bytes[0] }
        )
        #expect(outbound == Set(OUCH.OutboundType.allCases.map(\.rawValue)))
        #expect(outbound.count == 17)

        let itch = Set(MessageCase.itch.map { $0.bytes[0] })
        #expect(itch == Set(ITCH.MessageType.allCases.map(\.rawValue)))
        #expect(itch.count == 23)
    }

    @Test("ITCH knows the length of a type before any view", arguments: MessageCase.itch)
    func itchLength(message: MessageCase) {
        #expect(ITCH.length(of: message.bytes[0]) == message.shape.length)
        #expect(ITCH.lengthMax >= message.shape.length)
    }

    @Test("an unknown ITCH type has no length")
    func unknownType() {
        #expect(ITCH.length(of: letter("z")) == nil)
    }

    @Test("an unknown letter in an enumeration is kept, not refused")
    func unknownLetter() throws {
        let order = MessageCase.ouchInbound[0]
        for offset in [5, 26, 27, 28, 29, 30] {
            var bytes = order.bytes
            bytes[offset] = 0xEE
            #expect(try order.reencode(bytes) == bytes)
        }
    }

    @Test("the largest values decode without a trap")
    func largest() throws {
        for message in Self.all where message.shape.longer != .refused {
            var bytes = [UInt8](repeating: 0xFF, count: message.bytes.count)
            bytes[0] = message.bytes[0]
            _ = try? message.reencode(bytes)
        }
        for message in MessageCase.itch {
            var bytes = [UInt8](repeating: 0xFF, count: message.bytes.count)
            bytes[0] = message.bytes[0]
            #expect(try message.reencode(bytes) == bytes)
        }
    }
}
