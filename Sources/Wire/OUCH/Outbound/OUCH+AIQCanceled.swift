public import Vocabulary

extension OUCH {
    /// AIQ Canceled, exchange to client: an order was cut because it would have met one of ours.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, outbound `D`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `D`
    ///      1   8  timestampNs, u64, ns since midnight
    ///      9   4  userRefNum, u32
    ///     13   4  quantity, u32 shares, decrement
    ///     17   1  reason, u8, always `Q`
    ///     18   4  quantityPrevented, u32 shares
    ///     22   8  executionPrice, u64 price, 4 decimals
    ///     30   1  liquidityFlag, u8
    ///     31   1  aiqStrategy, u8; an older form ends before it
    ///     32   2  appendage length, conditional; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct AIQCanceledView: ~Escapable {
        /// The older form, without strategy and appendage.
        @inlinable public static var fixedLengthMin: Int { 31 }
        /// Length without the conditional parts.
        @inlinable public static var fixedLength: Int { 32 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            if bytes.byteCount == Self.fixedLengthMin {
                try proveAtLeast(Self.fixedLengthMin, type: UInt8(ascii: "D"), bytes)
            } else {
                try proveConditionalAppendage(
                    lengthAt: 32,
                    type: UInt8(ascii: "D"),
                    exact: false,
                    bytes
                )
            }
            self.bytes = bytes
        }

        @inlinable public var timestampNs: UInt64 { bytes.big(at: 1) }
        @inlinable public var userRefNum: UInt32 { bytes.big(at: 9) }
        @inlinable public var quantity: OrderQty { bytes.quantity32(at: 13) }
        @inlinable public var reason: UInt8 { bytes.byte(at: 17) }
        @inlinable public var quantityPrevented: OrderQty { bytes.quantity32(at: 18) }
        @inlinable public var executionPrice: Price { bytes.price64(at: 22) }
        @inlinable public var liquidityFlag: UInt8 { bytes.byte(at: 30) }
        /// `nil` in the older form.
        @inlinable public var aiqStrategy: UInt8? {
            bytes.byteCount > Self.fixedLengthMin ? bytes.byte(at: 31) : nil
        }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                guard appendageForm == .present else { return Appendage() }
                return try Appendage(parsing: bytes, lengthAt: 32)
            }
        }

        @inlinable public var appendageForm: AppendageForm {
            bytes.byteCount >= 34 ? .present : .absent
        }
    }

    /// ``AIQCanceledView`` as a value, to be written.
    @frozen
    public struct AIQCanceled: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 34 + Appendage.maxLength }

        public var timestampNs: UInt64
        public var userRefNum: UInt32
        public var quantity: OrderQty
        public var reason: UInt8
        public var quantityPrevented: OrderQty
        public var executionPrice: Price
        public var liquidityFlag: UInt8
        /// `nil` writes the older form, 31 bytes, unless there is an appendage (then 0).
        public var aiqStrategy: UInt8?
        public var appendage: Appendage
        public var appendageForm: AppendageForm

        @inlinable
        public init(
            timestampNs: UInt64,
            userRefNum: UInt32,
            quantity: OrderQty,
            reason: UInt8,
            quantityPrevented: OrderQty,
            executionPrice: Price,
            liquidityFlag: UInt8,
            aiqStrategy: UInt8?,
            appendage: Appendage = Appendage(),
            appendageForm: AppendageForm = .absent
        ) {
            self.timestampNs = timestampNs
            self.userRefNum = userRefNum
            self.quantity = quantity
            self.reason = reason
            self.quantityPrevented = quantityPrevented
            self.executionPrice = executionPrice
            self.liquidityFlag = liquidityFlag
            self.aiqStrategy = aiqStrategy
            self.appendage = appendage
            self.appendageForm = appendageForm
        }

        @inlinable
        public init(_ view: AIQCanceledView) throws(WireError) {
            timestampNs = view.timestampNs
            userRefNum = view.userRefNum
            quantity = view.quantity
            reason = view.reason
            quantityPrevented = view.quantityPrevented
            executionPrice = view.executionPrice
            liquidityFlag = view.liquidityFlag
            aiqStrategy = view.aiqStrategy
            appendage = try view.appendage
            appendageForm = view.appendageForm
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "D"), at: 0)
            unsafe target.storeBig(timestampNs, at: 1)
            unsafe target.storeBig(userRefNum, at: 9)
            unsafe target.storeQuantity32(quantity, at: 13)
            unsafe target.storeByte(reason, at: 17)
            unsafe target.storeQuantity32(quantityPrevented, at: 18)
            unsafe target.storePrice64(executionPrice, at: 22)
            unsafe target.storeByte(liquidityFlag, at: 30)
            if aiqStrategy == nil, appendageForm == .absent, appendage.isEmpty { return 31 }
            unsafe target.storeByte(aiqStrategy ?? 0, at: 31)
            return unsafe appendage.write(to: target, lengthAt: 32, form: appendageForm)
        }
    }
}
