public import Vocabulary

extension ITCH {
    /// Order Replace: a new reference, size and price; side and stock carry over.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `U`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `U`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  originalOrderReferenceNumber, u64
    ///     19   8  newOrderReferenceNumber, u64
    ///     27   4  shares, u32 shares
    ///     31   4  price, u32 price, 4 decimals
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct OrderReplaceView: ~Escapable {
        @inlinable public static var length: Int { 35 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "U"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var originalOrderReferenceNumber: UInt64 { bytes.big(at: 11) }
        @inlinable public var newOrderReferenceNumber: UInt64 { bytes.big(at: 19) }
        @inlinable public var shares: OrderQty { bytes.quantity32(at: 27) }
        @inlinable public var price: Price { bytes.price32(at: 31) }
    }

    /// ``OrderReplaceView`` as a value, to be written.
    @frozen
    public struct OrderReplace: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 35 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var originalOrderReferenceNumber: UInt64
        public var newOrderReferenceNumber: UInt64
        public var shares: OrderQty
        public var price: Price

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            originalOrderReferenceNumber: UInt64,
            newOrderReferenceNumber: UInt64,
            shares: OrderQty,
            price: Price
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.originalOrderReferenceNumber = originalOrderReferenceNumber
            self.newOrderReferenceNumber = newOrderReferenceNumber
            self.shares = shares
            self.price = price
        }

        @inlinable
        public init(_ view: OrderReplaceView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            originalOrderReferenceNumber = view.originalOrderReferenceNumber
            newOrderReferenceNumber = view.newOrderReferenceNumber
            shares = view.shares
            price = view.price
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "U"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeBig(originalOrderReferenceNumber, at: 11)
            unsafe target.storeBig(newOrderReferenceNumber, at: 19)
            unsafe target.storeQuantity32(shares, at: 27)
            unsafe target.storePrice32(price, at: 31)
            return 35
        }
    }
}
