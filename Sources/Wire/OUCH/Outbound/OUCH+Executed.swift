public import Vocabulary

extension OUCH {
    /// Executed, exchange to client: one fill. `matchNumber` is shared by both sides of the trade.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, outbound `E`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `E`
    ///      1   8  timestampNs, u64, ns since midnight
    ///      9   4  userRefNum, u32
    ///     13   4  quantity, u32 shares, this fill
    ///     17   8  price, u64 price, 4 decimals
    ///     25   1  liquidityFlag, u8
    ///     26   8  matchNumber, u64
    ///     34   2  appendage length, always there; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct ExecutedView: ~Escapable {
        /// Length before the appendage.
        @inlinable public static var fixedLength: Int { 36 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAppendage(
                lengthAt: 34,
                type: UInt8(ascii: "E"),
                exact: false,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var timestampNs: UInt64 { bytes.big(at: 1) }
        @inlinable public var userRefNum: UInt32 { bytes.big(at: 9) }
        @inlinable public var quantity: OrderQty { bytes.quantity32(at: 13) }
        @inlinable public var price: Price { bytes.price64(at: 17) }
        @inlinable public var liquidityFlag: UInt8 { bytes.byte(at: 25) }
        @inlinable public var matchNumber: UInt64 { bytes.big(at: 26) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                try Appendage(parsing: bytes, lengthAt: 34)
            }
        }
    }

    /// ``ExecutedView`` as a value, to be written.
    @frozen
    public struct Executed: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 36 + Appendage.maxLength }

        public var timestampNs: UInt64
        public var userRefNum: UInt32
        public var quantity: OrderQty
        public var price: Price
        public var liquidityFlag: UInt8
        public var matchNumber: UInt64
        public var appendage: Appendage

        @inlinable
        public init(
            timestampNs: UInt64,
            userRefNum: UInt32,
            quantity: OrderQty,
            price: Price,
            liquidityFlag: UInt8,
            matchNumber: UInt64,
            appendage: Appendage = Appendage()
        ) {
            self.timestampNs = timestampNs
            self.userRefNum = userRefNum
            self.quantity = quantity
            self.price = price
            self.liquidityFlag = liquidityFlag
            self.matchNumber = matchNumber
            self.appendage = appendage
        }

        @inlinable
        public init(_ view: ExecutedView) throws(WireError) {
            timestampNs = view.timestampNs
            userRefNum = view.userRefNum
            quantity = view.quantity
            price = view.price
            liquidityFlag = view.liquidityFlag
            matchNumber = view.matchNumber
            appendage = try view.appendage
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "E"), at: 0)
            unsafe target.storeBig(timestampNs, at: 1)
            unsafe target.storeBig(userRefNum, at: 9)
            unsafe target.storeQuantity32(quantity, at: 13)
            unsafe target.storePrice64(price, at: 17)
            unsafe target.storeByte(liquidityFlag, at: 25)
            unsafe target.storeBig(matchNumber, at: 26)
            return unsafe appendage.write(to: target, lengthAt: 34)
        }
    }
}
