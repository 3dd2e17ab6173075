import HotPath
import Wire

extension FuzzTarget {
    /// A TCP stream cut anywhere: however it arrives, the packets are those of the whole.
    ///
    /// The first byte says how long the pieces are.
    static let stream = FuzzTarget("stream", lengthMax: 4096, seeds: streamSeeds) { bytes in
        guard let first = bytes.first, bytes.count > 1 else { return }
        let whole = UnsafeRawBufferPointer(rebasing: bytes[1...])
        var buffer = StreamBuffer(capacity: 2 * StreamBuffer.packetMax)
        let piece = 1 + Int(first)
        var (offset, consumed) = (0, 0)
        while offset < whole.count {
            let count = min(piece, whole.count - offset)
            guard buffer.append(whole.baseAddress! + offset, count: count) else {
                law(buffer.pendingCount + count > buffer.capacity, "what fits is taken")
                return
            }
            offset += count
            guard take(&buffer, whole, &consumed) else { return }
            law(buffer.pendingCount == offset - consumed, "nothing is lost on the way")
        }
    }

    /// Every packet that is whole; false when the stream can be followed no further.
    private static func take(
        _ buffer: inout StreamBuffer,
        _ whole: UnsafeRawBufferPointer,
        _ consumed: inout Int
    ) -> Bool {
        while true {
            let frame = Soup.nextPacket(
                whole.baseAddress! + consumed,
                available: buffer.pendingCount,
                lengthMax: StreamBuffer.packetMax
            )
            switch (buffer.next(), frame) {
            case (.needMore, .needMore): return true
            case (.malformed, .malformed): return false
            case (
                .packet(let type, let payload, let count),
                .packet(let wanted, let at, let length, let total)
            ):
                law(type == wanted && count == length, "a packet is the stream's")
                let bytes = UnsafeRawBufferPointer(start: payload, count: count)
                let same = whole[(consumed + at)..<(consumed + at + length)]
                law(bytes.elementsEqual(same), "its bytes are the stream's")
                consumed += total
            default: law(false, "buffer and stream disagree")
            }
        }
    }

    @Sendable private static func streamSeeds() -> [[UInt8]] {
        let packets: [[UInt8]] = [[0, 1, 0x48], [0, 5, 0x53, 1, 2, 3, 4], [0, 1, 0x52]]
        let captured = Captures.soupStreams()
        return [0, 2, 200].map { piece in [piece] + (packets + captured + packets).joined() }
    }
}
