extension OUCH {
    /// Disable Order Entry Response, exchange to client.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, outbound `G`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `G`
    ///      1   8  timestampNs, u64, ns since midnight
    ///      9   4  userRefNum, u32
    ///     13   4  firm, an
    ///     17   2  appendage length, always there; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct DisableResponseView: ~Escapable {
        /// Length before the appendage.
        @inlinable public static var fixedLength: Int { 19 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAppendage(
                lengthAt: 17,
                type: UInt8(ascii: "G"),
                exact: false,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var timestampNs: UInt64 { bytes.big(at: 1) }
        @inlinable public var userRefNum: UInt32 { bytes.big(at: 9) }
        @inlinable public var firm: Alpha4 { bytes.alpha4(at: 13) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                try Appendage(parsing: bytes, lengthAt: 17)
            }
        }
    }

    /// ``DisableResponseView`` as a value, to be written.
    @frozen
    public struct DisableResponse: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 19 + Appendage.maxLength }

        public var timestampNs: UInt64
        public var userRefNum: UInt32
        public var firm: Alpha4
        public var appendage: Appendage

        @inlinable
        public init(
            timestampNs: UInt64,
            userRefNum: UInt32,
            firm: Alpha4,
            appendage: Appendage = Appendage()
        ) {
            self.timestampNs = timestampNs
            self.userRefNum = userRefNum
            self.firm = firm
            self.appendage = appendage
        }

        @inlinable
        public init(_ view: DisableResponseView) throws(WireError) {
            timestampNs = view.timestampNs
            userRefNum = view.userRefNum
            firm = view.firm
            appendage = try view.appendage
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "G"), at: 0)
            unsafe target.storeBig(timestampNs, at: 1)
            unsafe target.storeBig(userRefNum, at: 9)
            unsafe target.storeAlpha(firm, at: 13)
            return unsafe appendage.write(to: target, lengthAt: 17)
        }
    }
}
