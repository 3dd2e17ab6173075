public import Vocabulary

extension OUCH {
    /// Modify Order, client to exchange: changes the mark among `S T E` or lowers the intended
    /// total; priority is kept.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, inbound `M`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `M`
    ///      1   4  userRefNum, u32
    ///      5   1  side, u8, `S T E`
    ///      6   4  quantity, u32 shares
    ///     10   2  appendage length, conditional; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct ModifyOrderView: ~Escapable {
        /// Length without the conditional parts.
        @inlinable public static var fixedLength: Int { 10 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveConditionalAppendage(
                lengthAt: 10,
                type: UInt8(ascii: "M"),
                exact: true,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var userRefNum: UInt32 { bytes.big(at: 1) }
        @inlinable public var side: UInt8 { bytes.byte(at: 5) }
        @inlinable public var knownSide: Side? { Side(rawValue: side) }
        @inlinable public var quantity: OrderQty { bytes.quantity32(at: 6) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                guard appendageForm == .present else { return Appendage() }
                return try Appendage(parsing: bytes, lengthAt: 10)
            }
        }

        @inlinable public var appendageForm: AppendageForm {
            bytes.byteCount >= 12 ? .present : .absent
        }
    }

    /// ``ModifyOrderView`` as a value, to be written.
    @frozen
    public struct ModifyOrder: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 12 + Appendage.maxLength }

        public var userRefNum: UInt32
        public var side: UInt8
        public var quantity: OrderQty
        public var appendage: Appendage
        public var appendageForm: AppendageForm

        @inlinable
        public init(
            userRefNum: UInt32,
            side: UInt8,
            quantity: OrderQty,
            appendage: Appendage = Appendage(),
            appendageForm: AppendageForm = .absent
        ) {
            self.userRefNum = userRefNum
            self.side = side
            self.quantity = quantity
            self.appendage = appendage
            self.appendageForm = appendageForm
        }

        @inlinable
        public init(_ view: ModifyOrderView) throws(WireError) {
            userRefNum = view.userRefNum
            side = view.side
            quantity = view.quantity
            appendage = try view.appendage
            appendageForm = view.appendageForm
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "M"), at: 0)
            unsafe target.storeBig(userRefNum, at: 1)
            unsafe target.storeByte(side, at: 5)
            unsafe target.storeQuantity32(quantity, at: 6)
            return unsafe appendage.write(
                to: target,
                lengthAt: 10,
                form: appendageForm
            )
        }
    }
}
