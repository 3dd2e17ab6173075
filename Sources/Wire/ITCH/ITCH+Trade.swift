public import Vocabulary

extension ITCH {
    /// Trade, not a cross, against hidden liquidity: the displayed book does not change.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `P`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `P`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  orderReferenceNumber, u64
    ///     19   1  side, u8, `B S`
    ///     20   4  shares, u32 shares
    ///     24   8  stock, an
    ///     32   4  price, u32 price, 4 decimals
    ///     36   8  matchNumber, u64
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct TradeView: ~Escapable {
        @inlinable public static var length: Int { 44 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "P"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var orderReferenceNumber: UInt64 { bytes.big(at: 11) }
        @inlinable public var side: UInt8 { bytes.byte(at: 19) }
        @inlinable public var knownSide: Side? { Side(rawValue: side) }
        @inlinable public var shares: OrderQty { bytes.quantity32(at: 20) }
        @inlinable public var stock: Symbol { bytes.symbol(at: 24) }
        @inlinable public var price: Price { bytes.price32(at: 32) }
        @inlinable public var matchNumber: UInt64 { bytes.big(at: 36) }
    }

    /// ``TradeView`` as a value, to be written.
    @frozen
    public struct Trade: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 44 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var orderReferenceNumber: UInt64
        public var side: UInt8
        public var shares: OrderQty
        public var stock: Symbol
        public var price: Price
        public var matchNumber: UInt64

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            orderReferenceNumber: UInt64,
            side: UInt8,
            shares: OrderQty,
            stock: Symbol,
            price: Price,
            matchNumber: UInt64
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.orderReferenceNumber = orderReferenceNumber
            self.side = side
            self.shares = shares
            self.stock = stock
            self.price = price
            self.matchNumber = matchNumber
        }

        @inlinable
        public init(_ view: TradeView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            orderReferenceNumber = view.orderReferenceNumber
            side = view.side
            shares = view.shares
            stock = view.stock
            price = view.price
            matchNumber = view.matchNumber
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "P"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeBig(orderReferenceNumber, at: 11)
            unsafe target.storeByte(side, at: 19)
            unsafe target.storeQuantity32(shares, at: 20)
            unsafe target.storeSymbol(stock, at: 24)
            unsafe target.storePrice32(price, at: 32)
            unsafe target.storeBig(matchNumber, at: 36)
            return 44
        }
    }
}
