public import Vocabulary

extension OUCH {
    /// Enter Order, client to exchange: asks for a new order.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, inbound `O`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `O`
    ///      1   4  userRefNum, u32
    ///      5   1  side, u8, `B S T E`
    ///      6   4  quantity, u32 shares
    ///     10   8  symbol, an
    ///     18   8  price, u64 price, 4 decimals
    ///     26   1  timeInForce, u8, `0 3 5 6 E`
    ///     27   1  display, u8, `Y N A`
    ///     28   1  capacity, u8, `A P R O`
    ///     29   1  interMarketSweep, u8, `Y N`
    ///     30   1  crossType, u8, `N O C H S R E A`
    ///     31  14  clOrdID, an
    ///     45   2  appendage length, always there; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct EnterOrderView: ~Escapable {
        /// Length before the appendage.
        @inlinable public static var fixedLength: Int { 47 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAppendage(
                lengthAt: 45,
                type: UInt8(ascii: "O"),
                exact: true,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var userRefNum: UInt32 { bytes.big(at: 1) }
        @inlinable public var side: UInt8 { bytes.byte(at: 5) }
        @inlinable public var knownSide: Side? { Side(rawValue: side) }
        @inlinable public var quantity: OrderQty { bytes.quantity32(at: 6) }
        @inlinable public var symbol: Symbol { bytes.symbol(at: 10) }
        @inlinable public var price: Price { bytes.price64(at: 18) }
        @inlinable public var timeInForce: UInt8 { bytes.byte(at: 26) }
        @inlinable public var display: UInt8 { bytes.byte(at: 27) }
        @inlinable public var capacity: UInt8 { bytes.byte(at: 28) }
        @inlinable public var interMarketSweep: UInt8 { bytes.byte(at: 29) }
        @inlinable public var crossType: UInt8 { bytes.byte(at: 30) }
        @inlinable public var clOrdID: ClOrdIDField { bytes.clOrdIDField(at: 31) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                try Appendage(parsing: bytes, lengthAt: 45)
            }
        }
    }

    /// ``EnterOrderView`` as a value, to be written.
    @frozen
    public struct EnterOrder: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 47 + Appendage.maxLength }

        public var userRefNum: UInt32
        public var side: UInt8
        public var quantity: OrderQty
        public var symbol: Symbol
        public var price: Price
        public var timeInForce: UInt8
        public var display: UInt8
        public var capacity: UInt8
        public var interMarketSweep: UInt8
        public var crossType: UInt8
        public var clOrdID: ClOrdIDField
        public var appendage: Appendage

        @inlinable
        public init(
            userRefNum: UInt32,
            side: UInt8,
            quantity: OrderQty,
            symbol: Symbol,
            price: Price,
            timeInForce: UInt8,
            display: UInt8,
            capacity: UInt8,
            interMarketSweep: UInt8,
            crossType: UInt8,
            clOrdID: ClOrdIDField,
            appendage: Appendage = Appendage()
        ) {
            self.userRefNum = userRefNum
            self.side = side
            self.quantity = quantity
            self.symbol = symbol
            self.price = price
            self.timeInForce = timeInForce
            self.display = display
            self.capacity = capacity
            self.interMarketSweep = interMarketSweep
            self.crossType = crossType
            self.clOrdID = clOrdID
            self.appendage = appendage
        }

        @inlinable
        public init(_ view: EnterOrderView) throws(WireError) {
            userRefNum = view.userRefNum
            side = view.side
            quantity = view.quantity
            symbol = view.symbol
            price = view.price
            timeInForce = view.timeInForce
            display = view.display
            capacity = view.capacity
            interMarketSweep = view.interMarketSweep
            crossType = view.crossType
            clOrdID = view.clOrdID
            appendage = try view.appendage
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "O"), at: 0)
            unsafe target.storeBig(userRefNum, at: 1)
            unsafe target.storeByte(side, at: 5)
            unsafe target.storeQuantity32(quantity, at: 6)
            unsafe target.storeSymbol(symbol, at: 10)
            unsafe target.storePrice64(price, at: 18)
            unsafe target.storeByte(timeInForce, at: 26)
            unsafe target.storeByte(display, at: 27)
            unsafe target.storeByte(capacity, at: 28)
            unsafe target.storeByte(interMarketSweep, at: 29)
            unsafe target.storeByte(crossType, at: 30)
            unsafe target.storeClOrdIDField(clOrdID, at: 31)
            return unsafe appendage.write(to: target, lengthAt: 45)
        }
    }
}
