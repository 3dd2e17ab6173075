extension OUCH {
    /// Enable Order Entry, client to exchange.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, inbound `E`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `E`
    ///      1   4  userRefNum, u32
    ///      5   4  firm, an
    ///      9   2  appendage length, always there; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct EnableView: ~Escapable {
        /// Length before the appendage.
        @inlinable public static var fixedLength: Int { 11 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAppendage(
                lengthAt: 9,
                type: UInt8(ascii: "E"),
                exact: true,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var userRefNum: UInt32 { bytes.big(at: 1) }
        @inlinable public var firm: Alpha4 { bytes.alpha4(at: 5) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                try Appendage(parsing: bytes, lengthAt: 9)
            }
        }
    }

    /// ``EnableView`` as a value, to be written.
    @frozen
    public struct Enable: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 11 + Appendage.maxLength }

        public var userRefNum: UInt32
        public var firm: Alpha4
        public var appendage: Appendage

        @inlinable
        public init(
            userRefNum: UInt32,
            firm: Alpha4,
            appendage: Appendage = Appendage()
        ) {
            self.userRefNum = userRefNum
            self.firm = firm
            self.appendage = appendage
        }

        @inlinable
        public init(_ view: EnableView) throws(WireError) {
            userRefNum = view.userRefNum
            firm = view.firm
            appendage = try view.appendage
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "E"), at: 0)
            unsafe target.storeBig(userRefNum, at: 1)
            unsafe target.storeAlpha(firm, at: 5)
            return unsafe appendage.write(to: target, lengthAt: 9)
        }
    }
}
