extension ITCH {
    /// Broken Trade: the match is taken out of the tape.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `B`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `B`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  matchNumber, u64
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct BrokenTradeView: ~Escapable {
        @inlinable public static var length: Int { 19 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "B"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var matchNumber: UInt64 { bytes.big(at: 11) }
    }

    /// ``BrokenTradeView`` as a value, to be written.
    @frozen
    public struct BrokenTrade: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 19 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var matchNumber: UInt64

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            matchNumber: UInt64
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.matchNumber = matchNumber
        }

        @inlinable
        public init(_ view: BrokenTradeView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            matchNumber = view.matchNumber
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "B"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeBig(matchNumber, at: 11)
            return 19
        }
    }
}
