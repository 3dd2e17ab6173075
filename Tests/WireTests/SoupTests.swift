import Testing
import Vocabulary
import Wire

/// Docs: soupbintcp.md.
@Suite("SoupBinTCP")
struct SoupTests {
    // MARK: Packets

    @Test(
        "a packet without payload is three bytes",
        arguments: [
            (Soup.PacketType.clientHeartbeat, "00 01 52"), (.serverHeartbeat, "00 01 48"),
            (.endOfSession, "00 01 5A"), (.logoutRequest, "00 01 4F"),
        ]
    )
    func empty(type: Soup.PacketType, expected: String) {
        var buffer = [UInt8](repeating: 0, count: 3)
        let count = buffer.withUnsafeMutableBytes { Soup.writeEmpty(type, to: $0.baseAddress!) }
        #expect(count == 3)
        #expect(buffer == hex(expected))
    }

    @Test(
        "a packet around a payload counts type and payload",
        arguments: [
            (Soup.PacketType.sequencedData, "00 04 53 01 02 03"),
            (.unsequencedData, "00 04 55 01 02 03"), (.debug, "00 04 2B 01 02 03"),
        ]
    )
    func payload(type: Soup.PacketType, expected: String) {
        #expect(packet(type, [1, 2, 3]) == hex(expected))
    }

    @Test("every packet type has its letter")
    func letters() {
        #expect(Set(Soup.PacketType.allCases.map(\.rawValue)) == Set("+LAJSUHRZO".utf8))
    }

    // MARK: Framing

    @Test("a stream cut anywhere gives the same packets")
    func everySplit() {
        let packets =
            packet(.serverHeartbeat, []) + packet(.sequencedData, Array(0..<40))
            + packet(.debug, [9]) + packet(.sequencedData, Array(0..<255))
            + packet(.endOfSession, [])
        let whole = frames([packets])
        #expect(whole.map(\.type) == Array("HS+SZ".utf8))
        #expect(whole.map(\.payload.count) == [0, 40, 1, 255, 0])

        for first in 0...packets.count {
            #expect(frames([Array(packets[..<first]), Array(packets[first...])]) == whole)
        }
        #expect(frames(packets.map { [$0] }) == whole)
    }

    @Test("a packet is not there until its last byte is")
    func needMore() {
        let bytes = packet(.sequencedData, [1, 2, 3])
        for count in 0..<bytes.count {
            #expect(next(Array(bytes[..<count])) == .needMore)
        }
        let whole = Soup.Frame.packet(
            type: letter("S"),
            payloadOffset: 3,
            payloadLength: 3,
            totalLength: 6
        )
        #expect(next(bytes) == whole)
        #expect(next(bytes + [0, 0]) == whole)
    }

    @Test("a length of 0 breaks the stream")
    func lengthZero() {
        #expect(next([0, 0]) == .malformed)
        #expect(next([0, 0, 0x53]) == .malformed)
    }

    @Test("a length above what the buffer can hold breaks the stream at once")
    func lengthMax() {
        #expect(next([0x01, 0x01, 0x53], lengthMax: 256) == .malformed)
        #expect(next([0x01, 0x00, 0x53], lengthMax: 256) == .needMore)
        #expect(next([0xFF, 0xFF, 0x53]) == .needMore)
    }

    @Test("the largest packet is framed whole")
    func largest() {
        let bytes = packet(.sequencedData, [UInt8](repeating: 7, count: Soup.payloadLengthMax))
        #expect(bytes.count == Soup.packetLengthMax)
        #expect(
            next(bytes)
                == .packet(
                    type: letter("S"),
                    payloadOffset: 3,
                    payloadLength: 65_534,
                    totalLength: 65_537
                )
        )
    }

    // MARK: Helpers

    struct Packet: Equatable {
        var type: UInt8
        var payload: [UInt8]
    }

    private func packet(_ type: Soup.PacketType, _ payload: [UInt8]) -> [UInt8] {
        var buffer = [UInt8](repeating: 0xA5, count: payload.count + 3)
        let count = payload.withUnsafeBytes { source in
            buffer.withUnsafeMutableBytes {
                Soup.writePacket(type, payload: source, to: $0.baseAddress!)
            }
        }
        #expect(count == buffer.count)
        return buffer
    }

    private func next(_ bytes: [UInt8], lengthMax: Int = 65_535) -> Soup.Frame {
        // One spare byte, so that an empty array has an address.
        (bytes + [0]).withUnsafeBytes {
            Soup.nextPacket($0.baseAddress!, available: bytes.count, lengthMax: lengthMax)
        }
    }

    /// What a receiver sees when the stream arrives in these pieces.
    private func frames(_ pieces: [[UInt8]]) -> [Packet] {
        var pending: [UInt8] = []
        var found: [Packet] = []
        for piece in pieces {
            pending += piece
            while case .packet(let type, let offset, let length, let total) = next(pending) {
                found.append(
                    Packet(type: type, payload: Array(pending[offset..<(offset + length)]))
                )
                pending.removeFirst(total)
            }
        }
        #expect(pending.isEmpty)
        return found
    }
}
