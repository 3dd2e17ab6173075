public import Vocabulary

extension Mold {
    /// What stands at an offset of a downstream packet.
    @frozen
    public enum Block: Equatable, BitwiseCopyable, Sendable {
        /// One message, from `offset`, `length` bytes; 0 is a real, empty message that takes a
        /// number. The next block begins at `next`.
        case message(offset: Int, length: Int, next: Int)
        /// The datagram ends before the block does.
        case truncated
    }

    /// The block at `offset` of a packet of `count` bytes. Begin at ``headerLength`` and call
    /// `HeaderView.blockCount` times, each time at the `next` of the last.
    @inlinable @inline(__always)
    public static func nextMessage(
        _ base: UnsafeRawPointer,
        count: Int,
        at offset: Int
    ) -> Block {
        guard count - offset >= 2 else { return .truncated }
        let raw = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
        let length = Int(UInt16(bigEndian: raw))
        guard count - offset - 2 >= length else { return .truncated }
        return .message(offset: offset + 2, length: length, next: offset + 2 + length)
    }

    /// Writes the u16 in front of a message.
    /// - Returns: 2.
    @inlinable @inline(__always)
    public static func writeBlockHeader(
        messageLength: Int,
        to target: UnsafeMutableRawPointer
    ) -> Int {
        invariant(messageLength <= 65_535, "a Mold message has at most 65535 bytes")
        unsafe target.storeBig(UInt16(truncatingIfNeeded: messageLength), at: 0)
        return 2
    }

    /// Fills one packet, message by message, in a buffer of the caller's.
    ///
    /// ``begin(session:sequenceNumber:)`` first, ``append(_:)`` until it says no, then ``finish()``.
    @unsafe @frozen
    public struct PacketWriter {
        public let base: UnsafeMutableRawPointer
        public let capacity: Int
        public private(set) var length: Int
        public private(set) var messageCount: UInt16

        /// `capacity` of the buffer; ``packetLengthMax`` is what a packet should keep to.
        public init(base: UnsafeMutableRawPointer, capacity: Int) {
            unsafe self.base = base
            unsafe self.capacity = capacity
            unsafe self.length = headerLength
            unsafe self.messageCount = 0
        }

        public mutating func begin(session: Session, sequenceNumber: UInt64) {
            let header = Header(session: session, sequenceNumber: sequenceNumber, messageCount: 0)
            unsafe length = header.write(to: base)
            unsafe messageCount = 0
        }

        /// - Returns: `false` when the message does not fit this packet; nothing was written.
        public mutating func append(_ message: UnsafeRawBufferPointer) -> Bool {
            guard unsafe capacity - length - 2 >= message.count else { return false }
            guard unsafe messageCount < messageCountMax else { return false }
            unsafe length += writeBlockHeader(messageLength: message.count, to: base + length)
            if let source = message.baseAddress {
                unsafe (base + length).copyMemory(from: source, byteCount: message.count)
            }
            unsafe length += message.count
            unsafe messageCount += 1
            return true
        }

        /// Puts the count into the header.
        /// - Returns: bytes of the packet.
        public mutating func finish() -> Int {
            unsafe base.storeBig(messageCount, at: 18)
            return unsafe length
        }
    }
}
