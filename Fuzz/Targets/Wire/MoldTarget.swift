import Wire

extension FuzzTarget {
    /// One MoldUDP64 datagram, downstream or request, and the ITCH messages in it.
    static let mold = FuzzTarget("mold", lengthMax: 256, seeds: moldSeeds) { bytes in
        guard let base = bytes.baseAddress else { return }
        try? roundTrip(bytes) { span throws(WireError) in
            Mold.Header(try Mold.HeaderView(span))
        }
        guard let blocks = try? Mold.HeaderView(bytes.bytes).blockCount else { return }
        var offset = Mold.headerLength
        for _ in 0..<blocks {
            guard
                case .message(let start, let length, let next) = Mold.nextMessage(
                    base,
                    count: bytes.count,
                    at: offset
                )
            else { return }
            law(start == offset + 2 && start + length == next, "blocks touch")
            law(next <= bytes.count, "a block fits")
            if length > 0, let type = ITCH.MessageType(rawValue: bytes[start]) {
                let message = UnsafeRawBufferPointer(start: base + start, count: length)
                try? roundTripITCH(type, message)
            }
            offset = next
        }
    }

    /// A BinaryFILE: `u16 length | message`, again and again.
    static let binaryFile = FuzzTarget("binaryfile", lengthMax: 256, seeds: fileSeeds) { bytes in
        guard let base = bytes.baseAddress else { return }
        var cursor = BinaryFile.Cursor(base: base, count: bytes.count)
        var end = 0
        while case .message(let offset, let length) = cursor.next() {
            law(offset == end + 2 && length > 0, "frames touch")
            end = offset + length
            law(end <= bytes.count, "a frame fits")
            if let type = ITCH.MessageType(rawValue: bytes[offset]) {
                let message = UnsafeRawBufferPointer(start: base + offset, count: length)
                try? roundTripITCH(type, message)
            }
        }
        let last = cursor.next()
        law(cursor.next() == last, "the end stays the end")
        law(last != .end || end == bytes.count, "the end is at the end")
    }

    @Sendable private static func moldSeeds() -> [[UInt8]] {
        let session = Alpha10("SESSION")!
        return [
            written(Mold.Header.heartbeat(session: session, nextSequenceNumber: 9)),
            written(Mold.Header.endOfSession(session: session, nextSequenceNumber: 9)),
            written(Mold.Header(session: session, sequenceNumber: 1, messageCount: 1))
                + framed([itchSeeds()[0]]),
        ] + Captures.datagrams()
    }

    @Sendable private static func fileSeeds() -> [[UInt8]] {
        let messages = itchSeeds()
        return messages.map { framed([$0]) } + [framed(Array(messages.prefix(5))) + [0, 0]]
    }

    static func framed(_ messages: [[UInt8]]) -> [UInt8] {
        messages.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
    }
}
