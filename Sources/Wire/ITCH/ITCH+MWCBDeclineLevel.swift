extension ITCH {
    /// Market-Wide Circuit Breaker Decline Level; levels are prices with 8 implied decimals.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `V`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `V`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  level1, u64, 8 decimals
    ///     19   8  level2, u64, 8 decimals
    ///     27   8  level3, u64, 8 decimals
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct MWCBDeclineLevelView: ~Escapable {
        @inlinable public static var length: Int { 35 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "V"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var level1: UInt64 { bytes.big(at: 11) }
        @inlinable public var level2: UInt64 { bytes.big(at: 19) }
        @inlinable public var level3: UInt64 { bytes.big(at: 27) }
    }

    /// ``MWCBDeclineLevelView`` as a value, to be written.
    @frozen
    public struct MWCBDeclineLevel: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 35 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var level1: UInt64
        public var level2: UInt64
        public var level3: UInt64

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            level1: UInt64,
            level2: UInt64,
            level3: UInt64
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.level1 = level1
            self.level2 = level2
            self.level3 = level3
        }

        @inlinable
        public init(_ view: MWCBDeclineLevelView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            level1 = view.level1
            level2 = view.level2
            level3 = view.level3
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "V"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeBig(level1, at: 11)
            unsafe target.storeBig(level2, at: 19)
            unsafe target.storeBig(level3, at: 27)
            return 35
        }
    }
}
