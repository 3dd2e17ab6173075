public import Vocabulary

extension OUCH {
    /// Accepted, exchange to client. Price and time in force may differ from what was asked: the
    /// echo is the truth. State `D` means accepted and finished; nothing more follows.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, outbound `A`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `A`
    ///      1   8  timestampNs, u64, ns since midnight
    ///      9   4  userRefNum, u32
    ///     13   1  side, u8, `B S T E`
    ///     14   4  quantity, u32 shares
    ///     18   8  symbol, an
    ///     26   8  price, u64 price, 4 decimals
    ///     34   1  timeInForce, u8
    ///     35   1  display, u8, `Y N A Z`
    ///     36   8  orderReferenceNumber, u64
    ///     44   1  capacity, u8
    ///     45   1  interMarketSweep, u8
    ///     46   1  crossType, u8
    ///     47   1  orderState, u8, `L` live, `D` dead
    ///     48  14  clOrdID, an
    ///     62   2  appendage length, always there; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct AcceptedView: ~Escapable {
        /// Length before the appendage.
        @inlinable public static var fixedLength: Int { 64 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAppendage(
                lengthAt: 62,
                type: UInt8(ascii: "A"),
                exact: false,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var timestampNs: UInt64 { bytes.big(at: 1) }
        @inlinable public var userRefNum: UInt32 { bytes.big(at: 9) }
        @inlinable public var side: UInt8 { bytes.byte(at: 13) }
        @inlinable public var knownSide: Side? { Side(rawValue: side) }
        @inlinable public var quantity: OrderQty { bytes.quantity32(at: 14) }
        @inlinable public var symbol: Symbol { bytes.symbol(at: 18) }
        @inlinable public var price: Price { bytes.price64(at: 26) }
        @inlinable public var timeInForce: UInt8 { bytes.byte(at: 34) }
        @inlinable public var display: UInt8 { bytes.byte(at: 35) }
        @inlinable public var orderReferenceNumber: UInt64 { bytes.big(at: 36) }
        @inlinable public var capacity: UInt8 { bytes.byte(at: 44) }
        @inlinable public var interMarketSweep: UInt8 { bytes.byte(at: 45) }
        @inlinable public var crossType: UInt8 { bytes.byte(at: 46) }
        @inlinable public var orderState: UInt8 { bytes.byte(at: 47) }
        @inlinable public var clOrdID: ClOrdIDField { bytes.clOrdIDField(at: 48) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                try Appendage(parsing: bytes, lengthAt: 62)
            }
        }
    }

    /// ``AcceptedView`` as a value, to be written.
    @frozen
    public struct Accepted: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 64 + Appendage.maxLength }

        public var timestampNs: UInt64
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
        public init(_ view: AcceptedView) throws(WireError) {
            timestampNs = view.timestampNs
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
            unsafe target.storeByte(UInt8(ascii: "A"), at: 0)
            unsafe target.storeBig(timestampNs, at: 1)
            unsafe target.storeBig(userRefNum, at: 9)
            unsafe target.storeByte(side, at: 13)
            unsafe target.storeQuantity32(quantity, at: 14)
            unsafe target.storeSymbol(symbol, at: 18)
            unsafe target.storePrice64(price, at: 26)
            unsafe target.storeByte(timeInForce, at: 34)
            unsafe target.storeByte(display, at: 35)
            unsafe target.storeBig(orderReferenceNumber, at: 36)
            unsafe target.storeByte(capacity, at: 44)
            unsafe target.storeByte(interMarketSweep, at: 45)
            unsafe target.storeByte(crossType, at: 46)
            unsafe target.storeByte(orderState, at: 47)
            unsafe target.storeClOrdIDField(clOrdID, at: 48)
            return unsafe appendage.write(to: target, lengthAt: 62)
        }
    }
}
