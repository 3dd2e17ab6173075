extension ITCH {
    /// Market-Wide Circuit Breaker Status: which level was breached.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `W`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `W`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   1  breachedLevel, u8, `1 2 3`
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct MWCBStatusView: ~Escapable {
        @inlinable public static var length: Int { 12 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "W"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var breachedLevel: UInt8 { bytes.byte(at: 11) }
    }

    /// ``MWCBStatusView`` as a value, to be written.
    @frozen
    public struct MWCBStatus: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 12 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var breachedLevel: UInt8

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            breachedLevel: UInt8
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.breachedLevel = breachedLevel
        }

        @inlinable
        public init(_ view: MWCBStatusView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            breachedLevel = view.breachedLevel
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "W"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeByte(breachedLevel, at: 11)
            return 12
        }
    }
}
