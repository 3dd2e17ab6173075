public import Vocabulary

extension ITCH {
    /// Operational Halt of one market.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `h`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `h`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  stock, an
    ///     19   1  market, u8, `Q B X`
    ///     20   1  action, u8, `H T`
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct OperationalHaltView: ~Escapable {
        @inlinable public static var length: Int { 21 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "h"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var stock: Symbol { bytes.symbol(at: 11) }
        @inlinable public var market: UInt8 { bytes.byte(at: 19) }
        @inlinable public var action: UInt8 { bytes.byte(at: 20) }
    }

    /// ``OperationalHaltView`` as a value, to be written.
    @frozen
    public struct OperationalHalt: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 21 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var stock: Symbol
        public var market: UInt8
        public var action: UInt8

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            stock: Symbol,
            market: UInt8,
            action: UInt8
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.stock = stock
            self.market = market
            self.action = action
        }

        @inlinable
        public init(_ view: OperationalHaltView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            stock = view.stock
            market = view.market
            action = view.action
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "h"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeSymbol(stock, at: 11)
            unsafe target.storeByte(market, at: 19)
            unsafe target.storeByte(action, at: 20)
            return 21
        }
    }
}
