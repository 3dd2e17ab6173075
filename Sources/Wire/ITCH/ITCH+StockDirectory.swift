public import Vocabulary

extension ITCH {
    /// Stock Directory: what a stock locate means today.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `R`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `R`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  stock, an
    ///     19   1  marketCategory, u8
    ///     20   1  financialStatus, u8
    ///     21   4  roundLotSize, u32
    ///     25   1  roundLotsOnly, u8
    ///     26   1  issueClassification, u8
    ///     27   2  issueSubType, an
    ///     29   1  authenticity, u8, `P` live, `T` test
    ///     30   1  shortSaleThreshold, u8
    ///     31   1  ipoFlag, u8
    ///     32   1  luldTier, u8
    ///     33   1  etpFlag, u8
    ///     34   4  etpLeverage, u32
    ///     38   1  inverse, u8
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct StockDirectoryView: ~Escapable {
        @inlinable public static var length: Int { 39 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "R"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var stock: Symbol { bytes.symbol(at: 11) }
        @inlinable public var marketCategory: UInt8 { bytes.byte(at: 19) }
        @inlinable public var financialStatus: UInt8 { bytes.byte(at: 20) }
        @inlinable public var roundLotSize: UInt32 { bytes.big(at: 21) }
        @inlinable public var roundLotsOnly: UInt8 { bytes.byte(at: 25) }
        @inlinable public var issueClassification: UInt8 { bytes.byte(at: 26) }
        @inlinable public var issueSubType: Alpha2 { bytes.alpha2(at: 27) }
        @inlinable public var authenticity: UInt8 { bytes.byte(at: 29) }
        @inlinable public var shortSaleThreshold: UInt8 { bytes.byte(at: 30) }
        @inlinable public var ipoFlag: UInt8 { bytes.byte(at: 31) }
        @inlinable public var luldTier: UInt8 { bytes.byte(at: 32) }
        @inlinable public var etpFlag: UInt8 { bytes.byte(at: 33) }
        @inlinable public var etpLeverage: UInt32 { bytes.big(at: 34) }
        @inlinable public var inverse: UInt8 { bytes.byte(at: 38) }
    }

    /// ``StockDirectoryView`` as a value, to be written.
    @frozen
    public struct StockDirectory: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 39 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var stock: Symbol
        public var marketCategory: UInt8
        public var financialStatus: UInt8
        public var roundLotSize: UInt32
        public var roundLotsOnly: UInt8
        public var issueClassification: UInt8
        public var issueSubType: Alpha2
        public var authenticity: UInt8
        public var shortSaleThreshold: UInt8
        public var ipoFlag: UInt8
        public var luldTier: UInt8
        public var etpFlag: UInt8
        public var etpLeverage: UInt32
        public var inverse: UInt8

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            stock: Symbol,
            marketCategory: UInt8,
            financialStatus: UInt8,
            roundLotSize: UInt32,
            roundLotsOnly: UInt8,
            issueClassification: UInt8,
            issueSubType: Alpha2,
            authenticity: UInt8,
            shortSaleThreshold: UInt8,
            ipoFlag: UInt8,
            luldTier: UInt8,
            etpFlag: UInt8,
            etpLeverage: UInt32,
            inverse: UInt8
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.stock = stock
            self.marketCategory = marketCategory
            self.financialStatus = financialStatus
            self.roundLotSize = roundLotSize
            self.roundLotsOnly = roundLotsOnly
            self.issueClassification = issueClassification
            self.issueSubType = issueSubType
            self.authenticity = authenticity
            self.shortSaleThreshold = shortSaleThreshold
            self.ipoFlag = ipoFlag
            self.luldTier = luldTier
            self.etpFlag = etpFlag
            self.etpLeverage = etpLeverage
            self.inverse = inverse
        }

        @inlinable
        public init(_ view: StockDirectoryView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            stock = view.stock
            marketCategory = view.marketCategory
            financialStatus = view.financialStatus
            roundLotSize = view.roundLotSize
            roundLotsOnly = view.roundLotsOnly
            issueClassification = view.issueClassification
            issueSubType = view.issueSubType
            authenticity = view.authenticity
            shortSaleThreshold = view.shortSaleThreshold
            ipoFlag = view.ipoFlag
            luldTier = view.luldTier
            etpFlag = view.etpFlag
            etpLeverage = view.etpLeverage
            inverse = view.inverse
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "R"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeSymbol(stock, at: 11)
            unsafe target.storeByte(marketCategory, at: 19)
            unsafe target.storeByte(financialStatus, at: 20)
            unsafe target.storeBig(roundLotSize, at: 21)
            unsafe target.storeByte(roundLotsOnly, at: 25)
            unsafe target.storeByte(issueClassification, at: 26)
            unsafe target.storeAlpha(issueSubType, at: 27)
            unsafe target.storeByte(authenticity, at: 29)
            unsafe target.storeByte(shortSaleThreshold, at: 30)
            unsafe target.storeByte(ipoFlag, at: 31)
            unsafe target.storeByte(luldTier, at: 32)
            unsafe target.storeByte(etpFlag, at: 33)
            unsafe target.storeBig(etpLeverage, at: 34)
            unsafe target.storeByte(inverse, at: 38)
            return 39
        }
    }
}
