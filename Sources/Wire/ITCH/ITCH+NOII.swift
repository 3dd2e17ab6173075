public import Vocabulary

extension ITCH {
    /// Net Order Imbalance Indicator.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `I`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `I`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  pairedShares, u64 shares
    ///     19   8  imbalanceShares, u64 shares
    ///     27   1  imbalanceDirection, u8, `B S N O P`
    ///     28   8  stock, an
    ///     36   4  farPrice, u32 price, 4 decimals
    ///     40   4  nearPrice, u32 price, 4 decimals
    ///     44   4  referencePrice, u32 price, 4 decimals
    ///     48   1  crossType, u8, `O C H A`
    ///     49   1  variationIndicator, u8
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct NOIIView: ~Escapable {
        @inlinable public static var length: Int { 50 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "I"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var pairedShares: OrderQty { bytes.quantity64(at: 11) }
        @inlinable public var imbalanceShares: OrderQty { bytes.quantity64(at: 19) }
        @inlinable public var imbalanceDirection: UInt8 { bytes.byte(at: 27) }
        @inlinable public var stock: Symbol { bytes.symbol(at: 28) }
        @inlinable public var farPrice: Price { bytes.price32(at: 36) }
        @inlinable public var nearPrice: Price { bytes.price32(at: 40) }
        @inlinable public var referencePrice: Price { bytes.price32(at: 44) }
        @inlinable public var crossType: UInt8 { bytes.byte(at: 48) }
        @inlinable public var variationIndicator: UInt8 { bytes.byte(at: 49) }
    }

    /// ``NOIIView`` as a value, to be written.
    @frozen
    public struct NOII: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 50 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var pairedShares: OrderQty
        public var imbalanceShares: OrderQty
        public var imbalanceDirection: UInt8
        public var stock: Symbol
        public var farPrice: Price
        public var nearPrice: Price
        public var referencePrice: Price
        public var crossType: UInt8
        public var variationIndicator: UInt8

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            pairedShares: OrderQty,
            imbalanceShares: OrderQty,
            imbalanceDirection: UInt8,
            stock: Symbol,
            farPrice: Price,
            nearPrice: Price,
            referencePrice: Price,
            crossType: UInt8,
            variationIndicator: UInt8
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.pairedShares = pairedShares
            self.imbalanceShares = imbalanceShares
            self.imbalanceDirection = imbalanceDirection
            self.stock = stock
            self.farPrice = farPrice
            self.nearPrice = nearPrice
            self.referencePrice = referencePrice
            self.crossType = crossType
            self.variationIndicator = variationIndicator
        }

        @inlinable
        public init(_ view: NOIIView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            pairedShares = view.pairedShares
            imbalanceShares = view.imbalanceShares
            imbalanceDirection = view.imbalanceDirection
            stock = view.stock
            farPrice = view.farPrice
            nearPrice = view.nearPrice
            referencePrice = view.referencePrice
            crossType = view.crossType
            variationIndicator = view.variationIndicator
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "I"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeQuantity64(pairedShares, at: 11)
            unsafe target.storeQuantity64(imbalanceShares, at: 19)
            unsafe target.storeByte(imbalanceDirection, at: 27)
            unsafe target.storeSymbol(stock, at: 28)
            unsafe target.storePrice32(farPrice, at: 36)
            unsafe target.storePrice32(nearPrice, at: 40)
            unsafe target.storePrice32(referencePrice, at: 44)
            unsafe target.storeByte(crossType, at: 48)
            unsafe target.storeByte(variationIndicator, at: 49)
            return 50
        }
    }
}
