extension OUCH {
    /// System Event, exchange to client. Never has an appendage.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, outbound `S`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `S`
    ///      1   8  timestampNs, u64, ns since midnight
    ///      9   1  event, u8, `S` start of day, `E` end of day
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct SystemEventView: ~Escapable {
        /// Length before the appendage.
        @inlinable public static var fixedLength: Int { 10 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.fixedLength, type: UInt8(ascii: "S"), bytes)
            self.bytes = bytes
        }

        @inlinable public var timestampNs: UInt64 { bytes.big(at: 1) }
        @inlinable public var event: UInt8 { bytes.byte(at: 9) }
    }

    /// ``SystemEventView`` as a value, to be written.
    @frozen
    public struct SystemEvent: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 10 }

        public var timestampNs: UInt64
        public var event: UInt8

        @inlinable
        public init(
            timestampNs: UInt64,
            event: UInt8
        ) {
            self.timestampNs = timestampNs
            self.event = event
        }

        @inlinable
        public init(_ view: SystemEventView) {
            timestampNs = view.timestampNs
            event = view.event
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "S"), at: 0)
            unsafe target.storeBig(timestampNs, at: 1)
            unsafe target.storeByte(event, at: 9)
            return 10
        }
    }
}
