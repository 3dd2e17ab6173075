public import Vocabulary

extension OUCH {
    /// Replaced, exchange to client. `quantity` is what is open now.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, outbound `U`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `U`
    ///      1   8  timestampNs, u64, ns since midnight
    ///      9   4  origUserRefNum, u32
    ///     13   4  userRefNum, u32
    ///     17   1  side, u8, `B S T E`
    ///     18   4  quantity, u32 shares
    ///     22   8  symbol, an
    ///     30   8  price, u64 price, 4 decimals
    ///     38   1  timeInForce, u8
    ///     39   1  display, u8, `Y N A Z`
    ///     40   8  orderReferenceNumber, u64
    ///     48   1  capacity, u8
    ///     49   1  interMarketSweep, u8
    ///     50   1  crossType, u8
    ///     51   1  orderState, u8, `L` live, `D` dead
    ///     52  14  clOrdID, an
    ///     66   2  appendage length, always there; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct ReplacedView: ~Escapable {
        /// Length before the appendage.
        @inlinable public static var fixedLength: Int { 68 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAppendage(
                lengthAt: 66,
                type: UInt8(ascii: "U"),
                exact: false,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var timestampNs: UInt64 { bytes.big(at: 1) }
        @inlinable public var origUserRefNum: UInt32 { bytes.big(at: 9) }
        @inlinable public var userRefNum: UInt32 { bytes.big(at: 13) }
        @inlinable public var side: UInt8 { bytes.byte(at: 17) }
        @inlinable public var knownSide: Side? { Side(rawValue: side) }
        @inlinable public var quantity: OrderQty { bytes.quantity32(at: 18) }
        @inlinable public var symbol: Symbol { bytes.symbol(at: 22) }
        @inlinable public var price: Price { bytes.price64(at: 30) }
        @inlinable public var timeInForce: UInt8 { bytes.byte(at: 38) }
        @inlinable public var display: UInt8 { bytes.byte(at: 39) }
        @inlinable public var orderReferenceNumber: UInt64 { bytes.big(at: 40) }
        @inlinable public var capacity: UInt8 { bytes.byte(at: 48) }
        @inlinable public var interMarketSweep: UInt8 { bytes.byte(at: 49) }
        @inlinable public var crossType: UInt8 { bytes.byte(at: 50) }
        @inlinable public var orderState: UInt8 { bytes.byte(at: 51) }
        @inlinable public var clOrdID: ClOrdIDField { bytes.clOrdIDField(at: 52) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                try Appendage(parsing: bytes, lengthAt: 66)
            }
        }
    }

    /// ``ReplacedView`` as a value, to be written.
    @frozen
    public struct Replaced: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 68 + Appendage.maxLength }

        public var timestampNs: UInt64
        public var origUserRefNum: UInt32
        public var userRefNum: UInt32
        public var side: UInt8
        public var quantity: OrderQty
        public var symbol: Symbol
        public var price: Price
        public var timeInForce: UInt8
        public var display: UInt8
        public var orderReferenceNumber: UInt64
        public var capacity: UInt8
        public var interMarketSweep: UInt8
        public var crossType: UInt8
        public var orderState: UInt8
        public var clOrdID: ClOrdIDField
        public var appendage: Appendage

        @inlinable
        public init(
            timestampNs: UInt64,
            origUserRefNum: UInt32,
            userRefNum: UInt32,
            side: UInt8,
            quantity: OrderQty,
            symbol: Symbol,
            price: Price,
            timeInForce: UInt8,
            display: UInt8,
            orderReferenceNumber: UInt64,
            capacity: UInt8,
            interMarketSweep: UInt8,
            crossType: UInt8,
            orderState: UInt8,
            clOrdID: ClOrdIDField,
            appendage: Appendage = Appendage()
        ) {
            self.timestampNs = timestampNs
            self.origUserRefNum = origUserRefNum
            self.userRefNum = userRefNum
            self.side = side
            self.quantity = quantity
            self.symbol = symbol
            self.price = price
            self.timeInForce = timeInForce
            self.display = display
            self.orderReferenceNumber = orderReferenceNumber
            self.capacity = capacity
            self.interMarketSweep = interMarketSweep
            self.crossType = crossType
            self.orderState = orderState
            self.clOrdID = clOrdID
            self.appendage = appendage
        }

        @inlinable
        public init(_ view: ReplacedView) throws(WireError) {
            timestampNs = view.timestampNs
            origUserRefNum = view.origUserRefNum
            userRefNum = view.userRefNum
            side = view.side
            quantity = view.quantity
            symbol = view.symbol
            price = view.price
            timeInForce = view.timeInForce
            display = view.display
            orderReferenceNumber = view.orderReferenceNumber
            capacity = view.capacity
            interMarketSweep = view.interMarketSweep
            crossType = view.crossType
            orderState = view.orderState
            clOrdID = view.clOrdID
            appendage = try view.appendage
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "U"), at: 0)
            unsafe target.storeBig(timestampNs, at: 1)
            unsafe target.storeBig(origUserRefNum, at: 9)
            unsafe target.storeBig(userRefNum, at: 13)
            unsafe target.storeByte(side, at: 17)
            unsafe target.storeQuantity32(quantity, at: 18)
            unsafe target.storeSymbol(symbol, at: 22)
            unsafe target.storePrice64(price, at: 30)
            unsafe target.storeByte(timeInForce, at: 38)
            unsafe target.storeByte(display, at: 39)
            unsafe target.storeBig(orderReferenceNumber, at: 40)
            unsafe target.storeByte(capacity, at: 48)
            unsafe target.storeByte(interMarketSweep, at: 49)
            unsafe target.storeByte(crossType, at: 50)
            unsafe target.storeByte(orderState, at: 51)
            unsafe target.storeClOrdIDField(clOrdID, at: 52)
            return unsafe appendage.write(to: target, lengthAt: 66)
        }
    }
}
