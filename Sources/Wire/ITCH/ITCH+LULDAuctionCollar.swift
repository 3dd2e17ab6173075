public import Vocabulary

extension ITCH {
    /// LULD Auction Collar.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `J`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `J`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  stock, an
    ///     19   4  referencePrice, u32 price, 4 decimals
    ///     23   4  upperPrice, u32 price, 4 decimals
    ///     27   4  lowerPrice, u32 price, 4 decimals
    ///     31   4  collarExtension, u32
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct LULDAuctionCollarView: ~Escapable {
        @inlinable public static var length: Int { 35 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "J"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var stock: Symbol { bytes.symbol(at: 11) }
        @inlinable public var referencePrice: Price { bytes.price32(at: 19) }
        @inlinable public var upperPrice: Price { bytes.price32(at: 23) }
        @inlinable public var lowerPrice: Price { bytes.price32(at: 27) }
        @inlinable public var collarExtension: UInt32 { bytes.big(at: 31) }
    }

    /// ``LULDAuctionCollarView`` as a value, to be written.
    @frozen
    public struct LULDAuctionCollar: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 35 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var stock: Symbol
        public var referencePrice: Price
        public var upperPrice: Price
        public var lowerPrice: Price
        public var collarExtension: UInt32

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            stock: Symbol,
            referencePrice: Price,
            upperPrice: Price,
            lowerPrice: Price,
            collarExtension: UInt32
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.stock = stock
            self.referencePrice = referencePrice
            self.upperPrice = upperPrice
            self.lowerPrice = lowerPrice
            self.collarExtension = collarExtension
        }

        @inlinable
        public init(_ view: LULDAuctionCollarView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            stock = view.stock
            referencePrice = view.referencePrice
            upperPrice = view.upperPrice
            lowerPrice = view.lowerPrice
            collarExtension = view.collarExtension
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "J"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeSymbol(stock, at: 11)
            unsafe target.storePrice32(referencePrice, at: 19)
            unsafe target.storePrice32(upperPrice, at: 23)
            unsafe target.storePrice32(lowerPrice, at: 27)
            unsafe target.storeBig(collarExtension, at: 31)
            return 35
        }
    }
}
