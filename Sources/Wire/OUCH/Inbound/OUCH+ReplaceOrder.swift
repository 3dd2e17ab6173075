public import Vocabulary

extension OUCH {
    /// Replace Order, client to exchange. `quantity` is the liability of the whole chain, shares
    /// already executed included; priority is lost.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, inbound `U`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `U`
    ///      1   4  origUserRefNum, u32
    ///      5   4  userRefNum, u32
    ///      9   4  quantity, u32 shares
    ///     13   8  price, u64 price, 4 decimals
    ///     21   1  timeInForce, u8, `0 3 5 6`
    ///     22   1  display, u8, `Y N A`
    ///     23   1  interMarketSweep, u8, `Y N`
    ///     24  14  clOrdID, an
    ///     38   2  appendage length, always there; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct ReplaceOrderView: ~Escapable {
        /// Length before the appendage.
        @inlinable public static var fixedLength: Int { 40 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAppendage(
                lengthAt: 38,
                type: UInt8(ascii: "U"),
                exact: true,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var origUserRefNum: UInt32 { bytes.big(at: 1) }
        @inlinable public var userRefNum: UInt32 { bytes.big(at: 5) }
        @inlinable public var quantity: OrderQty { bytes.quantity32(at: 9) }
        @inlinable public var price: Price { bytes.price64(at: 13) }
        @inlinable public var timeInForce: UInt8 { bytes.byte(at: 21) }
        @inlinable public var display: UInt8 { bytes.byte(at: 22) }
        @inlinable public var interMarketSweep: UInt8 { bytes.byte(at: 23) }
        @inlinable public var clOrdID: ClOrdIDField { bytes.clOrdIDField(at: 24) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                try Appendage(parsing: bytes, lengthAt: 38)
            }
        }
    }

    /// ``ReplaceOrderView`` as a value, to be written.
    @frozen
    public struct ReplaceOrder: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 40 + Appendage.maxLength }

        public var origUserRefNum: UInt32
        public var userRefNum: UInt32
        public var quantity: OrderQty
        public var price: Price
        public var timeInForce: UInt8
        public var display: UInt8
        public var interMarketSweep: UInt8
        public var clOrdID: ClOrdIDField
        public var appendage: Appendage

        @inlinable
        public init(
            origUserRefNum: UInt32,
            userRefNum: UInt32,
            quantity: OrderQty,
            price: Price,
            timeInForce: UInt8,
            display: UInt8,
            interMarketSweep: UInt8,
            clOrdID: ClOrdIDField,
            appendage: Appendage = Appendage()
        ) {
            self.origUserRefNum = origUserRefNum
            self.userRefNum = userRefNum
            self.quantity = quantity
            self.price = price
            self.timeInForce = timeInForce
            self.display = display
            self.interMarketSweep = interMarketSweep
            self.clOrdID = clOrdID
            self.appendage = appendage
        }

        @inlinable
        public init(_ view: ReplaceOrderView) throws(WireError) {
            origUserRefNum = view.origUserRefNum
            userRefNum = view.userRefNum
            quantity = view.quantity
            price = view.price
            timeInForce = view.timeInForce
            display = view.display
            interMarketSweep = view.interMarketSweep
            clOrdID = view.clOrdID
            appendage = try view.appendage
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "U"), at: 0)
            unsafe target.storeBig(origUserRefNum, at: 1)
            unsafe target.storeBig(userRefNum, at: 5)
            unsafe target.storeQuantity32(quantity, at: 9)
            unsafe target.storePrice64(price, at: 13)
            unsafe target.storeByte(timeInForce, at: 21)
            unsafe target.storeByte(display, at: 22)
            unsafe target.storeByte(interMarketSweep, at: 23)
            unsafe target.storeClOrdIDField(clOrdID, at: 24)
            return unsafe appendage.write(to: target, lengthAt: 38)
        }
    }
}
