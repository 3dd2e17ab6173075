public import Vocabulary

extension ITCH {
    /// Stock Trading Action: `H` halted, `P` paused, `Q` quotation only, `T` trading.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `H`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `H`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  stock, an
    ///     19   1  tradingState, u8
    ///     20   1  reserved, u8
    ///     21   4  reason, an
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct TradingActionView: ~Escapable {
        @inlinable public static var length: Int { 25 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "H"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var stock: Symbol { bytes.symbol(at: 11) }
        @inlinable public var tradingState: UInt8 { bytes.byte(at: 19) }
        @inlinable public var reserved: UInt8 { bytes.byte(at: 20) }
        @inlinable public var reason: Alpha4 { bytes.alpha4(at: 21) }
    }

    /// ``TradingActionView`` as a value, to be written.
    @frozen
    public struct TradingAction: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 25 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var stock: Symbol
        public var tradingState: UInt8
        public var reserved: UInt8
        public var reason: Alpha4

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            stock: Symbol,
            tradingState: UInt8,
            reserved: UInt8,
            reason: Alpha4
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.stock = stock
            self.tradingState = tradingState
            self.reserved = reserved
            self.reason = reason
        }

        @inlinable
        public init(_ view: TradingActionView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            stock = view.stock
            tradingState = view.tradingState
            reserved = view.reserved
            reason = view.reason
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "H"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeSymbol(stock, at: 11)
            unsafe target.storeByte(tradingState, at: 19)
            unsafe target.storeByte(reserved, at: 20)
            unsafe target.storeAlpha(reason, at: 21)
            return 25
        }
    }
}
