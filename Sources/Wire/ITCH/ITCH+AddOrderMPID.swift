public import Vocabulary

extension ITCH {
    /// Add Order with MPID attribution.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `F`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `F`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  orderReferenceNumber, u64
    ///     19   1  side, u8, `B S`
    ///     20   4  shares, u32 shares
    ///     24   8  stock, an
    ///     32   4  price, u32 price, 4 decimals
    ///     36   4  attribution, an
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct AddOrderMPIDView: ~Escapable {
        @inlinable public static var length: Int { 40 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "F"), bytes)
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
        @inlinable public var attribution: Alpha4 { bytes.alpha4(at: 36) }
    }

    /// ``AddOrderMPIDView`` as a value, to be written.
    @frozen
    public struct AddOrderMPID: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 40 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var orderReferenceNumber: UInt64
        public var side: UInt8
        public var shares: OrderQty
        public var stock: Symbol
        public var price: Price
        public var attribution: Alpha4

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
            attribution: Alpha4
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.orderReferenceNumber = orderReferenceNumber
            self.side = side
            self.shares = shares
            self.stock = stock
            self.price = price
            self.attribution = attribution
        }

        @inlinable
        public init(_ view: AddOrderMPIDView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            orderReferenceNumber = view.orderReferenceNumber
            side = view.side
            shares = view.shares
            stock = view.stock
            price = view.price
            attribution = view.attribution
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "F"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeBig(orderReferenceNumber, at: 11)
            unsafe target.storeByte(side, at: 19)
            unsafe target.storeQuantity32(shares, at: 20)
            unsafe target.storeSymbol(stock, at: 24)
            unsafe target.storePrice32(price, at: 32)
            unsafe target.storeAlpha(attribution, at: 36)
            return 40
        }
    }
}
