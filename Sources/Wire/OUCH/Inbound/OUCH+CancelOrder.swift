public import Vocabulary

extension OUCH {
    /// Cancel Order, client to exchange. `quantity` is the new intended total, executed shares
    /// included; 0 cancels all.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, inbound `X`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `X`
    ///      1   4  userRefNum, u32
    ///      5   4  quantity, u32 shares
    ///      9   2  appendage length, conditional; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct CancelOrderView: ~Escapable {
        /// Length without the conditional parts.
        @inlinable public static var fixedLength: Int { 9 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveConditionalAppendage(
                lengthAt: 9,
                type: UInt8(ascii: "X"),
                exact: true,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var userRefNum: UInt32 { bytes.big(at: 1) }
        @inlinable public var quantity: OrderQty { bytes.quantity32(at: 5) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                guard appendageForm == .present else { return Appendage() }
                return try Appendage(parsing: bytes, lengthAt: 9)
            }
        }

        @inlinable public var appendageForm: AppendageForm {
            bytes.byteCount >= 11 ? .present : .absent
        }
    }

    /// ``CancelOrderView`` as a value, to be written.
    @frozen
    public struct CancelOrder: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 11 + Appendage.maxLength }

        public var userRefNum: UInt32
        public var quantity: OrderQty
        public var appendage: Appendage
        public var appendageForm: AppendageForm

        @inlinable
        public init(
            userRefNum: UInt32,
            quantity: OrderQty,
            appendage: Appendage = Appendage(),
            appendageForm: AppendageForm = .absent
        ) {
            self.userRefNum = userRefNum
            self.quantity = quantity
            self.appendage = appendage
            self.appendageForm = appendageForm
        }

        @inlinable
        public init(_ view: CancelOrderView) throws(WireError) {
            userRefNum = view.userRefNum
            quantity = view.quantity
            appendage = try view.appendage
            appendageForm = view.appendageForm
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "X"), at: 0)
            unsafe target.storeBig(userRefNum, at: 1)
            unsafe target.storeQuantity32(quantity, at: 5)
            return unsafe appendage.write(
                to: target,
                lengthAt: 9,
                form: appendageForm
            )
        }
    }
}
