public import Vocabulary

extension ITCH {
    /// Direct Listing with Capital Raise: price discovery.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `O`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `O`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  stock, an
    ///     19   1  openEligibility, u8, `Y N`
    ///     20   4  minimumPrice, u32 price, 4 decimals
    ///     24   4  maximumPrice, u32 price, 4 decimals
    ///     28   4  nearExecutionPrice, u32 price, 4 decimals
    ///     32   8  nearExecutionTime, u64
    ///     40   4  lowerCollarPrice, u32 price, 4 decimals
    ///     44   4  upperCollarPrice, u32 price, 4 decimals
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct DirectListingView: ~Escapable {
        @inlinable public static var length: Int { 48 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "O"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var stock: Symbol { bytes.symbol(at: 11) }
        @inlinable public var openEligibility: UInt8 { bytes.byte(at: 19) }
        @inlinable public var minimumPrice: Price { bytes.price32(at: 20) }
        @inlinable public var maximumPrice: Price { bytes.price32(at: 24) }
        @inlinable public var nearExecutionPrice: Price { bytes.price32(at: 28) }
        @inlinable public var nearExecutionTime: UInt64 { bytes.big(at: 32) }
        @inlinable public var lowerCollarPrice: Price { bytes.price32(at: 40) }
        @inlinable public var upperCollarPrice: Price { bytes.price32(at: 44) }
    }

    /// ``DirectListingView`` as a value, to be written.
    @frozen
    public struct DirectListing: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 48 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var stock: Symbol
        public var openEligibility: UInt8
        public var minimumPrice: Price
        public var maximumPrice: Price
        public var nearExecutionPrice: Price
        public var nearExecutionTime: UInt64
        public var lowerCollarPrice: Price
        public var upperCollarPrice: Price

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            stock: Symbol,
            openEligibility: UInt8,
            minimumPrice: Price,
            maximumPrice: Price,
            nearExecutionPrice: Price,
            nearExecutionTime: UInt64,
            lowerCollarPrice: Price,
            upperCollarPrice: Price
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.stock = stock
            self.openEligibility = openEligibility
            self.minimumPrice = minimumPrice
            self.maximumPrice = maximumPrice
            self.nearExecutionPrice = nearExecutionPrice
            self.nearExecutionTime = nearExecutionTime
            self.lowerCollarPrice = lowerCollarPrice
            self.upperCollarPrice = upperCollarPrice
        }

        @inlinable
        public init(_ view: DirectListingView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            stock = view.stock
            openEligibility = view.openEligibility
            minimumPrice = view.minimumPrice
            maximumPrice = view.maximumPrice
            nearExecutionPrice = view.nearExecutionPrice
            nearExecutionTime = view.nearExecutionTime
            lowerCollarPrice = view.lowerCollarPrice
            upperCollarPrice = view.upperCollarPrice
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "O"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeSymbol(stock, at: 11)
            unsafe target.storeByte(openEligibility, at: 19)
            unsafe target.storePrice32(minimumPrice, at: 20)
            unsafe target.storePrice32(maximumPrice, at: 24)
            unsafe target.storePrice32(nearExecutionPrice, at: 28)
            unsafe target.storeBig(nearExecutionTime, at: 32)
            unsafe target.storePrice32(lowerCollarPrice, at: 40)
            unsafe target.storePrice32(upperCollarPrice, at: 44)
            return 48
        }
    }
}
