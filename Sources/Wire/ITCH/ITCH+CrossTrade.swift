public import Vocabulary

extension ITCH {
    /// Cross Trade. `shares` has eight bytes.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `Q`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `Q`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  shares, u64 shares
    ///     19   8  stock, an
    ///     27   4  price, u32 price, 4 decimals, cross price
    ///     31   8  matchNumber, u64
    ///     39   1  crossType, u8, `O C H I`
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct CrossTradeView: ~Escapable {
        @inlinable public static var length: Int { 40 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "Q"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var shares: OrderQty { bytes.quantity64(at: 11) }
        @inlinable public var stock: Symbol { bytes.symbol(at: 19) }
        @inlinable public var price: Price { bytes.price32(at: 27) }
        @inlinable public var matchNumber: UInt64 { bytes.big(at: 31) }
        @inlinable public var crossType: UInt8 { bytes.byte(at: 39) }
    }

    /// ``CrossTradeView`` as a value, to be written.
    @frozen
    public struct CrossTrade: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 40 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var shares: OrderQty
        public var stock: Symbol
        public var price: Price
        public var matchNumber: UInt64
        public var crossType: UInt8

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            shares: OrderQty,
            stock: Symbol,
            price: Price,
            matchNumber: UInt64,
            crossType: UInt8
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.shares = shares
            self.stock = stock
            self.price = price
            self.matchNumber = matchNumber
            self.crossType = crossType
        }

        @inlinable
        public init(_ view: CrossTradeView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            shares = view.shares
            stock = view.stock
            price = view.price
            matchNumber = view.matchNumber
            crossType = view.crossType
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "Q"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeQuantity64(shares, at: 11)
            unsafe target.storeSymbol(stock, at: 19)
            unsafe target.storePrice32(price, at: 27)
            unsafe target.storeBig(matchNumber, at: 31)
            unsafe target.storeByte(crossType, at: 39)
            return 40
        }
    }
}
