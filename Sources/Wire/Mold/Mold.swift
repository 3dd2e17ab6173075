/// MoldUDP64 1.00: datagrams of messages with a sequence number, and a way to ask again.
///
///     +---------+-------------+-------+---------------------------------+
///     | session | sequence    | count | count × [length, u16 | message] |
///     | 10      | u64 at 10   | 18    | from 20                         |
///     +---------+-------------+-------+---------------------------------+
///
/// Message k of a packet has the number `sequence + k`. Spec: docs/protocols/moldudp64.md.
public enum Mold {
    public typealias Session = Alpha10

    @inlinable public static var headerLength: Int { 20 }
    /// Count of a packet that says the session has ended.
    @inlinable public static var endOfSessionCount: UInt16 { 0xFFFF }
    /// Largest real count.
    @inlinable public static var messageCountMax: UInt16 { 0xFFFE }
    /// UDP payload that still fits an Ethernet frame of 1500 bytes.
    @inlinable public static var packetLengthMax: Int { 1472 }

    /// The first 20 bytes of a downstream packet, read in place; a request packet is the same 20.
    @frozen
    public struct HeaderView: ~Escapable {
        @inlinable public static var length: Int { 20 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            guard bytes.byteCount >= Self.length else {
                try refuse(.wrongLength(expected: Self.length, actual: bytes.byteCount))
            }
            self.bytes = bytes
        }

        @inlinable public var session: Session { bytes.alpha10(at: 0) }
        /// Of the first message; of the next one to come in a heartbeat or an end of session.
        @inlinable public var sequenceNumber: UInt64 { bytes.big(at: 10) }
        /// Raw: 0xFFFF is no count.
        @inlinable public var messageCount: UInt16 { bytes.big(at: 18) }
        @inlinable public var isHeartbeat: Bool { messageCount == 0 }
        @inlinable public var isEndOfSession: Bool { messageCount == endOfSessionCount }
        /// Messages that follow: 0 for a heartbeat and for an end of session.
        @inlinable public var blockCount: Int { isEndOfSession ? 0 : Int(messageCount) }
    }

    /// Header of a downstream packet, to be written; without messages, a heartbeat or an end.
    @frozen
    public struct Header: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 20 }

        public var session: Session
        public var sequenceNumber: UInt64
        public var messageCount: UInt16

        @inlinable
        public init(session: Session, sequenceNumber: UInt64, messageCount: UInt16) {
            self.session = session
            self.sequenceNumber = sequenceNumber
            self.messageCount = messageCount
        }

        @inlinable
        public init(_ view: HeaderView) {
            session = view.session
            sequenceNumber = view.sequenceNumber
            messageCount = view.messageCount
        }

        /// Sent about once a second when idle; it shows that the last packets were lost.
        @inlinable
        public static func heartbeat(session: Session, nextSequenceNumber: UInt64) -> Header {
            Header(session: session, sequenceNumber: nextSequenceNumber, messageCount: 0)
        }

        @inlinable
        public static func endOfSession(session: Session, nextSequenceNumber: UInt64) -> Header {
            Header(
                session: session,
                sequenceNumber: nextSequenceNumber,
                messageCount: endOfSessionCount
            )
        }

        /// - Returns: 20.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeAlpha(session, at: 0)
            unsafe target.storeBig(sequenceNumber, at: 10)
            unsafe target.storeBig(messageCount, at: 18)
            return Self.maxLength
        }
    }

    /// Asks the re-request server for `messageCount` messages from `sequenceNumber` on. The same 20
    /// bytes as ``Header``; the answer is ordinary packets, perhaps fewer messages than asked for.
    public typealias Request = Header
    public typealias RequestView = HeaderView
}
