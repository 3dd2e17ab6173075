extension OUCH {
    /// Rejected, exchange to client. The UserRefNum is consumed.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, outbound `J`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `J`
    ///      1   8  timestampNs, u64, ns since midnight
    ///      9   4  userRefNum, u32
    ///     13   2  reason, u16, docs/protocols/reject-codes.md
    ///     15  14  clOrdID, an
    ///     29   2  appendage length, conditional; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct RejectedView: ~Escapable {
        /// Length without the conditional parts.
        @inlinable public static var fixedLength: Int { 29 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveConditionalAppendage(
                lengthAt: 29,
                type: UInt8(ascii: "J"),
                exact: false,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var timestampNs: UInt64 { bytes.big(at: 1) }
        @inlinable public var userRefNum: UInt32 { bytes.big(at: 9) }
        @inlinable public var reason: UInt16 { bytes.big(at: 13) }
        @inlinable public var clOrdID: ClOrdIDField { bytes.clOrdIDField(at: 15) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                guard appendageForm == .present else { return Appendage() }
                return try Appendage(parsing: bytes, lengthAt: 29)
            }
        }

        @inlinable public var appendageForm: AppendageForm {
            bytes.byteCount >= 31 ? .present : .absent
        }
    }

    /// ``RejectedView`` as a value, to be written.
    @frozen
    public struct Rejected: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 31 + Appendage.maxLength }

        public var timestampNs: UInt64
        public var userRefNum: UInt32
        public var reason: UInt16
        public var clOrdID: ClOrdIDField
        public var appendage: Appendage
        public var appendageForm: AppendageForm

        @inlinable
        public init(
            timestampNs: UInt64,
            userRefNum: UInt32,
            reason: UInt16,
            clOrdID: ClOrdIDField,
            appendage: Appendage = Appendage(),
            appendageForm: AppendageForm = .absent
        ) {
            self.timestampNs = timestampNs
            self.userRefNum = userRefNum
            self.reason = reason
            self.clOrdID = clOrdID
            self.appendage = appendage
            self.appendageForm = appendageForm
        }

        @inlinable
        public init(_ view: RejectedView) throws(WireError) {
            timestampNs = view.timestampNs
            userRefNum = view.userRefNum
            reason = view.reason
            clOrdID = view.clOrdID
            appendage = try view.appendage
            appendageForm = view.appendageForm
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "J"), at: 0)
            unsafe target.storeBig(timestampNs, at: 1)
            unsafe target.storeBig(userRefNum, at: 9)
            unsafe target.storeBig(reason, at: 13)
            unsafe target.storeClOrdIDField(clOrdID, at: 15)
            return unsafe appendage.write(
                to: target,
                lengthAt: 29,
                form: appendageForm
            )
        }
    }
}
