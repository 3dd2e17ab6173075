public import Vocabulary

extension Soup {
    /// What the front of a receive buffer holds.
    @frozen
    public enum Frame: Equatable, BitwiseCopyable, Sendable {
        /// The packet is not whole yet.
        case needMore
        /// One whole packet. Offsets from `base`; `type` raw, because a stranger is skipped, not
        /// refused. The next packet begins `totalLength` bytes on.
        case packet(type: UInt8, payloadOffset: Int, payloadLength: Int, totalLength: Int)
        /// Length 0, or above what the caller allows: the stream cannot be followed any further.
        case malformed
    }

    /// Looks at the front of `available` bytes. TCP splits and joins where it likes: call again
    /// behind `totalLength`, or with more bytes. `lengthMax` is the largest length field to
    /// accept: a receive buffer smaller than a packet would wait for its end for ever.
    @inlinable
    public static func nextPacket(
        _ base: UnsafeRawPointer,
        available: Int,
        lengthMax: Int = 65_535
    ) -> Frame {
        guard available >= 2 else { return .needMore }
        let raw = unsafe base.loadUnaligned(fromByteOffset: 0, as: UInt16.self)
        let length = Int(UInt16(bigEndian: raw))
        guard length > 0, length <= lengthMax else { return .malformed }
        guard available >= 2 + length else { return .needMore }
        return .packet(
            type: unsafe base.load(fromByteOffset: 2, as: UInt8.self),
            payloadOffset: headerLength,
            payloadLength: length - 1,
            totalLength: 2 + length
        )
    }

    /// Writes length and type in front of a payload that lies, or will lie, right behind them.
    ///
    /// - Returns: ``headerLength``.
    @inlinable @inline(__always)
    public static func writeHeader(
        _ type: PacketType,
        payloadLength: Int,
        to target: UnsafeMutableRawPointer
    ) -> Int {
        invariant(payloadLength <= payloadLengthMax, "a Soup payload has at most 65534 bytes")
        unsafe target.storeBig(UInt16(truncatingIfNeeded: payloadLength + 1), at: 0)
        unsafe target.storeByte(type.rawValue, at: 2)
        return headerLength
    }

    /// Writes a whole packet around `payload`: `S`, `U` or `+`.
    ///
    /// - Returns: bytes written, header included.
    @inlinable
    public static func writePacket(
        _ type: PacketType,
        payload: UnsafeRawBufferPointer,
        to target: UnsafeMutableRawPointer
    ) -> Int {
        let header = unsafe writeHeader(type, payloadLength: payload.count, to: target)
        if let source = payload.baseAddress {
            unsafe (target + header).copyMemory(from: source, byteCount: payload.count)
        }
        return header + payload.count
    }

    /// Writes a packet without payload: `H`, `R`, `Z` or `O`; 3 bytes.
    @inlinable
    public static func writeEmpty(_ type: PacketType, to target: UnsafeMutableRawPointer) -> Int {
        unsafe writeHeader(type, payloadLength: 0, to: target)
    }
}
