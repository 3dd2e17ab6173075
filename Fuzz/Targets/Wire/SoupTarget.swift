import Vocabulary
import Wire

extension FuzzTarget {
    /// A byte stream of SoupBinTCP: framing, and each login packet's payload.
    static let soup = FuzzTarget("soup", lengthMax: 192, seeds: soupSeeds) { bytes in
        guard let base = bytes.baseAddress else { return }
        var offset = 0
        walk: while true {
            let left = bytes.count - offset
            switch Soup.nextPacket(base + offset, available: left, lengthMax: 1024) {
            case .needMore, .malformed: break walk
            case .packet(let type, let payload, let count, let total):
                law(payload == 3 && payload + count == total && total <= left, "a frame fits")
                soupPayload(type, UnsafeRawBufferPointer(start: base + offset + 3, count: count))
                offset += total
            }
        }
    }

    private static func soupPayload(_ type: UInt8, _ payload: UnsafeRawBufferPointer) {
        switch Soup.PacketType(rawValue: type) {
        case .loginRequest:
            login(payload) { span throws(WireError) in
                try Soup.LoginRequest(Soup.LoginRequestView(span))
            }
        case .loginAccepted:
            login(payload) { span throws(WireError) in
                try Soup.LoginAccepted(Soup.LoginAcceptedView(span))
            }
        case .loginRejected:
            _ = try? Soup.LoginRejectedView(payload.bytes).knownReason
        case .unsequencedData:
            if let first = payload.first, let type = OUCH.InboundType(rawValue: first) {
                try? roundTripInbound(type, payload)
            }
        case .sequencedData:
            if let first = payload.first, let type = OUCH.OutboundType(rawValue: first) {
                try? roundTripOutbound(type, payload)
            }
        default: break
        }
    }

    /// Padding may move, so a login is compared as a value: what is written reads as what it was.
    private static func login<Value: WireValue & Equatable>(
        _ payload: UnsafeRawBufferPointer,
        _ decode: (RawSpan) throws(WireError) -> Value
    ) {
        guard let value = try? decode(payload.bytes) else { return }
        withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { room in
            let count = value.write(to: room.baseAddress!)
            law(count <= Value.maxLength, "\(value) wrote \(count) bytes")
            let written = UnsafeRawBufferPointer(rebasing: room[3..<count])
            law((try? decode(written.bytes)) == value, "\(value) comes back as another")
        }
    }

    @Sendable private static func soupSeeds() -> [[UInt8]] {
        let request = Soup.LoginRequest(
            username: Name("apus")!,
            password: Name("secret")!,
            requestedSequenceNumber: 1
        )
        let accepted = Soup.LoginAccepted(session: Alpha10("SESSION")!, sequenceNumber: 7)
        return [
            written(request), written(accepted), [0, 2, 0x4A, 0x41], [0, 1, 0x48], [0, 1, 0x5A],
        ] + Captures.soupStreams()
    }

    static func written(_ value: some WireValue) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 512) { room, count in
            count = value.write(to: room.baseAddress!)
        }
    }
}
