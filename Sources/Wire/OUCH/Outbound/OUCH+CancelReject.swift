extension OUCH {
    /// Cancel Reject, exchange to client: not now, a cross is under way.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, outbound `I`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `I`
    ///      1   8  timestampNs, u64, ns since midnight
    ///      9   4  userRefNum, u32
    ///     13   2  appendage length, conditional; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct CancelRejectView: ~Escapable {
        /// Length without the conditional parts.
        @inlinable public static var fixedLength: Int { 13 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveConditionalAppendage(
                lengthAt: 13,
                type: UInt8(ascii: "I"),
                exact: false,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var timestampNs: UInt64 { bytes.big(at: 1) }
        @inlinable public var userRefNum: UInt32 { bytes.big(at: 9) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                guard appendageForm == .present else { return Appendage() }
                return try Appendage(parsing: bytes, lengthAt: 13)
            }
        }

        @inlinable public var appendageForm: AppendageForm {
            bytes.byteCount >= 15 ? .present : .absent
        }
    }

    /// ``CancelRejectView`` as a value, to be written.
    @frozen
    public struct CancelReject: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 15 + Appendage.maxLength }

        public var timestampNs: UInt64
        public var userRefNum: UInt32
        public var appendage: Appendage
        public var appendageForm: AppendageForm

        @inlinable
        public init(
            timestampNs: UInt64,
            userRefNum: UInt32,
            appendage: Appendage = Appendage(),
            appendageForm: AppendageForm = .absent
        ) {
            self.timestampNs = timestampNs
            self.userRefNum = userRefNum
            self.appendage = appendage
            self.appendageForm = appendageForm
        }

        @inlinable
        public init(_ view: CancelRejectView) throws(WireError) {
            timestampNs = view.timestampNs
            userRefNum = view.userRefNum
            appendage = try view.appendage
            appendageForm = view.appendageForm
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "I"), at: 0)
            unsafe target.storeBig(timestampNs, at: 1)
            unsafe target.storeBig(userRefNum, at: 9)
            return unsafe appendage.write(
                to: target,
                lengthAt: 13,
                form: appendageForm
            )
        }
    }
}
