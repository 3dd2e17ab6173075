public import Vocabulary

extension ITCH {
    /// IPO Quoting Period Update.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `K`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `K`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  stock, an
    ///     19   4  releaseTimeSeconds, u32, seconds of day
    ///     23   1  releaseQualifier, u8, `A C`
    ///     24   4  price, u32 price, 4 decimals
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct IPOQuotingPeriodView: ~Escapable {
        @inlinable public static var length: Int { 28 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "K"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var stock: Symbol { bytes.symbol(at: 11) }
        @inlinable public var releaseTimeSeconds: UInt32 { bytes.big(at: 19) }
        @inlinable public var releaseQualifier: UInt8 { bytes.byte(at: 23) }
        @inlinable public var price: Price { bytes.price32(at: 24) }
    }

    /// ``IPOQuotingPeriodView`` as a value, to be written.
    @frozen
    public struct IPOQuotingPeriod: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 28 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var stock: Symbol
        public var releaseTimeSeconds: UInt32
        public var releaseQualifier: UInt8
        public var price: Price

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            stock: Symbol,
            releaseTimeSeconds: UInt32,
            releaseQualifier: UInt8,
            price: Price
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.stock = stock
            self.releaseTimeSeconds = releaseTimeSeconds
            self.releaseQualifier = releaseQualifier
            self.price = price
        }

        @inlinable
        public init(_ view: IPOQuotingPeriodView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            stock = view.stock
            releaseTimeSeconds = view.releaseTimeSeconds
            releaseQualifier = view.releaseQualifier
            price = view.price
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "K"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeSymbol(stock, at: 11)
            unsafe target.storeBig(releaseTimeSeconds, at: 19)
            unsafe target.storeByte(releaseQualifier, at: 23)
            unsafe target.storePrice32(price, at: 24)
            return 28
        }
    }
}
