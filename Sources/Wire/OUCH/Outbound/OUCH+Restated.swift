extension OUCH {
    /// Restated, exchange to client: the venue refreshed a reserve or moved a displayed price.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, outbound `R`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `R`
    ///      1   8  timestampNs, u64, ns since midnight
    ///      9   4  userRefNum, u32
    ///     13   1  reason, u8, `R` display refresh, `P` displayed price
    ///     14   2  appendage length, always there; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct RestatedView: ~Escapable {
        /// Length before the appendage.
        @inlinable public static var fixedLength: Int { 16 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAppendage(
                lengthAt: 14,
                type: UInt8(ascii: "R"),
                exact: false,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var timestampNs: UInt64 { bytes.big(at: 1) }
        @inlinable public var userRefNum: UInt32 { bytes.big(at: 9) }
        @inlinable public var reason: UInt8 { bytes.byte(at: 13) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                try Appendage(parsing: bytes, lengthAt: 14)
            }
        }
    }

    /// ``RestatedView`` as a value, to be written.
    @frozen
    public struct Restated: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 16 + Appendage.maxLength }

        public var timestampNs: UInt64
        public var userRefNum: UInt32
        public var reason: UInt8
        public var appendage: Appendage

        @inlinable
        public init(
            timestampNs: UInt64,
            userRefNum: UInt32,
            reason: UInt8,
            appendage: Appendage = Appendage()
        ) {
            self.timestampNs = timestampNs
            self.userRefNum = userRefNum
            self.reason = reason
            self.appendage = appendage
        }

        @inlinable
        public init(_ view: RestatedView) throws(WireError) {
            timestampNs = view.timestampNs
            userRefNum = view.userRefNum
            reason = view.reason
            appendage = try view.appendage
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "R"), at: 0)
            unsafe target.storeBig(timestampNs, at: 1)
            unsafe target.storeBig(userRefNum, at: 9)
            unsafe target.storeByte(reason, at: 13)
            return unsafe appendage.write(to: target, lengthAt: 14)
        }
    }
}
