public import Vocabulary

extension ITCH {
    /// Retail Interest.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `N`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `N`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  stock, an
    ///     19   1  interestFlag, u8, `B S A N`
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct RetailInterestView: ~Escapable {
        @inlinable public static var length: Int { 20 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "N"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var stock: Symbol { bytes.symbol(at: 11) }
        @inlinable public var interestFlag: UInt8 { bytes.byte(at: 19) }
    }

    /// ``RetailInterestView`` as a value, to be written.
    @frozen
    public struct RetailInterest: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 20 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var stock: Symbol
        public var interestFlag: UInt8

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            stock: Symbol,
            interestFlag: UInt8
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.stock = stock
            self.interestFlag = interestFlag
        }

        @inlinable
        public init(_ view: RetailInterestView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            stock = view.stock
            interestFlag = view.interestFlag
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "N"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeSymbol(stock, at: 11)
            unsafe target.storeByte(interestFlag, at: 19)
            return 20
        }
    }
}
