public import Vocabulary

extension ITCH {
    /// Order Executed With Price. Not printable: in the book, not in the volume.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `C`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `C`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  orderReferenceNumber, u64
    ///     19   4  executedShares, u32 shares
    ///     23   8  matchNumber, u64
    ///     31   1  printable, u8, `Y N`
    ///     32   4  price, u32 price, 4 decimals
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct OrderExecutedWithPriceView: ~Escapable {
        @inlinable public static var length: Int { 36 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "C"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var orderReferenceNumber: UInt64 { bytes.big(at: 11) }
        @inlinable public var executedShares: OrderQty { bytes.quantity32(at: 19) }
        @inlinable public var matchNumber: UInt64 { bytes.big(at: 23) }
        @inlinable public var printable: UInt8 { bytes.byte(at: 31) }
        @inlinable public var price: Price { bytes.price32(at: 32) }
    }

    /// ``OrderExecutedWithPriceView`` as a value, to be written.
    @frozen
    public struct OrderExecutedWithPrice: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 36 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var orderReferenceNumber: UInt64
        public var executedShares: OrderQty
        public var matchNumber: UInt64
        public var printable: UInt8
        public var price: Price

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            orderReferenceNumber: UInt64,
            executedShares: OrderQty,
            matchNumber: UInt64,
            printable: UInt8,
            price: Price
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.orderReferenceNumber = orderReferenceNumber
            self.executedShares = executedShares
            self.matchNumber = matchNumber
            self.printable = printable
            self.price = price
        }

        @inlinable
        public init(_ view: OrderExecutedWithPriceView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            orderReferenceNumber = view.orderReferenceNumber
            executedShares = view.executedShares
            matchNumber = view.matchNumber
            printable = view.printable
            price = view.price
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "C"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeBig(orderReferenceNumber, at: 11)
            unsafe target.storeQuantity32(executedShares, at: 19)
            unsafe target.storeBig(matchNumber, at: 23)
            unsafe target.storeByte(printable, at: 31)
            unsafe target.storePrice32(price, at: 32)
            return 36
        }
    }
}
