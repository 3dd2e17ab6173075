public import Vocabulary

extension OUCH {
    /// Enter Order with Firm, 53 bytes: what never changes is laid down once, what does is patched.
    ///
    /// Two ways to use it: ``stamp(to:)`` once into a buffer that stays ours and ``patch(_:with:)`` an
    /// order at a time, or ``write(_:to:)``, both in one go, into a buffer used once. Neither
    /// allocates. Layout: ``EnterOrderView``; tag 2 at 47: `00 06 | 05 02 f i r m`.
    @frozen
    public struct EnterOrderTemplate: BitwiseCopyable, Sendable {
        @inlinable public static var length: Int { 53 }

        public var display: UInt8
        public var capacity: UInt8
        public var interMarketSweep: UInt8
        public var crossType: UInt8
        public var firm: Alpha4

        @inlinable
        public init(
            firm: Alpha4,
            display: UInt8 = UInt8(ascii: "Y"),
            capacity: UInt8 = UInt8(ascii: "P"),
            interMarketSweep: UInt8 = UInt8(ascii: "N"),
            crossType: UInt8 = UInt8(ascii: "N")
        ) {
            self.firm = firm
            self.display = display
            self.capacity = capacity
            self.interMarketSweep = interMarketSweep
            self.crossType = crossType
        }

        /// What changes from order to order.
        @frozen
        public struct Patch: BitwiseCopyable, Sendable {
            public var userRefNum: UInt32
            public var side: Side
            public var quantity: OrderQty
            public var symbol: Symbol
            public var price: Price
            public var timeInForce: UInt8
            public var clOrdID: ClOrdID

            @inlinable
            public init(
                userRefNum: UInt32,
                side: Side,
                quantity: OrderQty,
                symbol: Symbol,
                price: Price,
                timeInForce: UInt8,
                clOrdID: ClOrdID
            ) {
                self.userRefNum = userRefNum
                self.side = side
                self.quantity = quantity
                self.symbol = symbol
                self.price = price
                self.timeInForce = timeInForce
                self.clOrdID = clOrdID
            }
        }

        /// Lays down every constant byte of the 53 at `target`.
        @inlinable @inline(__always)
        public func stamp(to target: UnsafeMutableRawPointer) {
            unsafe target.storeByte(UInt8(ascii: "O"), at: 0)
            unsafe target.storeByte(display, at: 27)
            unsafe target.storeByte(capacity, at: 28)
            unsafe target.storeByte(interMarketSweep, at: 29)
            unsafe target.storeByte(crossType, at: 30)
            // Appendage length 6; element of 5 bytes, tag 2, the firm.
            unsafe target.storeBig(UInt32(0x0006_0502), at: 45)
            unsafe target.storeAlpha(firm, at: 49)
        }

        /// Writes what changes over 53 bytes that were stamped before.
        @inlinable @inline(__always)
        public static func patch(_ target: UnsafeMutableRawPointer, with patch: Patch) {
            unsafe target.storeBig(patch.userRefNum, at: 1)
            unsafe target.storeByte(patch.side.rawValue, at: 5)
            unsafe target.storeQuantity32(patch.quantity, at: 6)
            unsafe target.storeSymbol(patch.symbol, at: 10)
            unsafe target.storePrice64(patch.price, at: 18)
            unsafe target.storeByte(patch.timeInForce, at: 26)
            unsafe target.storeClOrdIDField(ClOrdIDField(patch.clOrdID), at: 31)
        }

        /// - Returns: ``length``.
        @inlinable @inline(__always)
        public func write(_ patch: Patch, to target: UnsafeMutableRawPointer) -> Int {
            unsafe stamp(to: target)
            unsafe Self.patch(target, with: patch)
            return Self.length
        }
    }

    /// Cancel Order, short form, 9 bytes: one letter is constant, the rest is patched.
    @frozen
    public enum CancelOrderTemplate {
        @inlinable public static var length: Int { 9 }

        @inlinable @inline(__always)
        public static func stamp(to target: UnsafeMutableRawPointer) {
            unsafe target.storeByte(UInt8(ascii: "X"), at: 0)
        }

        /// `quantity` is the new intended total, executed shares included; 0 cancels all.
        @inlinable @inline(__always)
        public static func patch(
            _ target: UnsafeMutableRawPointer,
            userRefNum: UInt32,
            quantity: OrderQty = .zero
        ) {
            unsafe target.storeBig(userRefNum, at: 1)
            unsafe target.storeQuantity32(quantity, at: 5)
        }

        /// - Returns: ``length``.
        @inlinable @inline(__always)
        public static func write(
            userRefNum: UInt32,
            quantity: OrderQty = .zero,
            to target: UnsafeMutableRawPointer
        ) -> Int {
            unsafe stamp(to: target)
            unsafe patch(target, userRefNum: userRefNum, quantity: quantity)
            return length
        }
    }
}
