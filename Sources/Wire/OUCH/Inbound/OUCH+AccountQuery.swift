extension OUCH {
    /// Account Query, client to exchange: asks for the next UserRefNum.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, inbound `Q`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `Q`
    ///      1   2  appendage length, conditional; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct AccountQueryView: ~Escapable {
        /// Length without the conditional parts.
        @inlinable public static var fixedLength: Int { 1 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveConditionalAppendage(
                lengthAt: 1,
                type: UInt8(ascii: "Q"),
                exact: true,
                bytes
            )
            self.bytes = bytes
        }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                guard appendageForm == .present else { return Appendage() }
                return try Appendage(parsing: bytes, lengthAt: 1)
            }
        }

        @inlinable public var appendageForm: AppendageForm {
            bytes.byteCount >= 3 ? .present : .absent
        }
    }

    /// ``AccountQueryView`` as a value, to be written.
    @frozen
    public struct AccountQuery: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 3 + Appendage.maxLength }

        public var appendage: Appendage
        public var appendageForm: AppendageForm

        @inlinable
        public init(
            appendage: Appendage = Appendage(),
            appendageForm: AppendageForm = .absent
        ) {
            self.appendage = appendage
            self.appendageForm = appendageForm
        }

        @inlinable
        public init(_ view: AccountQueryView) throws(WireError) {
            appendage = try view.appendage
            appendageForm = view.appendageForm
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "Q"), at: 0)
            return unsafe appendage.write(
                to: target,
                lengthAt: 1,
                form: appendageForm
            )
        }
    }
}
