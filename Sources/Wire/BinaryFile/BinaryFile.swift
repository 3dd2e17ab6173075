public import Vocabulary

/// BinaryFILE framing, as Nasdaq's sample files have it: `u16 length | message`, again and again.
///
/// Length 0 ends the session; some files simply end. Spec: docs/protocols/binaryfile.md.
public enum BinaryFile {
    /// What stands at the cursor.
    @frozen
    public enum Step: Equatable, BitwiseCopyable, Sendable {
        /// One message: `length` bytes from `offset` of the bytes given.
        case message(offset: Int, length: Int)
        /// A length of 0: the session has ended. What follows it, if anything, is not read.
        case endOfSession
        /// The bytes end where a message ends.
        case end
        /// The bytes end inside a message; `bytes` lie behind the last whole one.
        case truncated(bytes: Int)
    }

    /// Walks the frames of a file in memory.
    @unsafe @frozen
    public struct Cursor {
        public let base: UnsafeRawPointer
        public let count: Int
        /// Where the next frame begins; behind the last whole message once the walk has ended.
        public var offset: Int

        @inlinable
        public init(base: UnsafeRawPointer, count: Int) {
            unsafe self.base = base
            unsafe self.count = count
            unsafe self.offset = 0
        }

        /// - Returns: the frame at the cursor. Anything but a message ends the walk: asked again,
        ///   the answer stays the same.
        @inlinable
        public mutating func next() -> Step {
            let available = unsafe count - offset
            guard available > 0 else { return .end }
            guard available >= 2 else { return .truncated(bytes: available) }
            let raw = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
            let length = Int(UInt16(bigEndian: raw))
            guard length > 0 else { return .endOfSession }
            guard available >= 2 + length else { return .truncated(bytes: available) }
            let start = unsafe offset + 2
            unsafe offset = start + length
            return .message(offset: start, length: length)
        }
    }

    /// Writes the u16 in front of a message; a `messageLength` of 0 is the end of the session.
    ///
    /// - Returns: 2.
    @inlinable
    public static func writeHeader(
        messageLength: Int,
        to target: UnsafeMutableRawPointer
    ) -> Int {
        invariant(messageLength <= 65_535, "a BinaryFILE message has at most 65535 bytes")
        unsafe target.storeBig(UInt16(truncatingIfNeeded: messageLength), at: 0)
        return 2
    }
}
