public import Vocabulary

extension OUCH {
    /// Canceled, exchange to client. `quantity` is the decrement, not a running total.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, outbound `C`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `C`
    ///      1   8  timestampNs, u64, ns since midnight
    ///      9   4  userRefNum, u32
    ///     13   4  quantity, u32 shares, decrement
    ///     17   1  reason, u8
    ///     18   2  appendage length, conditional; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct CanceledView: ~Escapable {
        /// Length without the conditional parts.
        @inlinable public static var fixedLength: Int { 18 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveConditionalAppendage(
                lengthAt: 18,
                type: UInt8(ascii: "C"),
                exact: false,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var timestampNs: UInt64 { bytes.big(at: 1) }
        @inlinable public var userRefNum: UInt32 { bytes.big(at: 9) }
        @inlinable public var quantity: OrderQty { bytes.quantity32(at: 13) }
        @inlinable public var reason: UInt8 { bytes.byte(at: 17) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                guard appendageForm == .present else { return Appendage() }
                return try Appendage(parsing: bytes, lengthAt: 18)
            }
        }

        @inlinable public var appendageForm: AppendageForm {
            bytes.byteCount >= 20 ? .present : .absent
        }
    }

    /// ``CanceledView`` as a value, to be written.
    @frozen
    public struct Canceled: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 20 + Appendage.maxLength }

        public var timestampNs: UInt64
        public var userRefNum: UInt32
        public var quantity: OrderQty
        public var reason: UInt8
        public var appendage: Appendage
        public var appendageForm: AppendageForm

        @inlinable
        public init(
            timestampNs: UInt64,
            userRefNum: UInt32,
            quantity: OrderQty,
            reason: UInt8,
            appendage: Appendage = Appendage(),
            appendageForm: AppendageForm = .absent
        ) {
            self.timestampNs = timestampNs
            self.userRefNum = userRefNum
            self.quantity = quantity
            self.reason = reason
            self.appendage = appendage
            self.appendageForm = appendageForm
        }

        @inlinable
        public init(_ view: CanceledView) throws(WireError) {
            timestampNs = view.timestampNs
            userRefNum = view.userRefNum
            quantity = view.quantity
            reason = view.reason
            appendage = try view.appendage
            appendageForm = view.appendageForm
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "C"), at: 0)
            unsafe target.storeBig(timestampNs, at: 1)
            unsafe target.storeBig(userRefNum, at: 9)
            unsafe target.storeQuantity32(quantity, at: 13)
            unsafe target.storeByte(reason, at: 17)
            return unsafe appendage.write(
                to: target,
                lengthAt: 18,
                form: appendageForm
            )
        }
    }
}
