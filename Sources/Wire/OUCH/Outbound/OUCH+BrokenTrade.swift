extension OUCH {
    /// Broken Trade, exchange to client: an execution is taken back.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, outbound `B`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `B`
    ///      1   8  timestampNs, u64, ns since midnight
    ///      9   4  userRefNum, u32
    ///     13   8  matchNumber, u64
    ///     21   1  reason, u8, `E C S X`
    ///     22  14  clOrdID, an
    ///     36   2  appendage length, conditional; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct BrokenTradeView: ~Escapable {
        /// Length without the conditional parts.
        @inlinable public static var fixedLength: Int { 36 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveConditionalAppendage(
                lengthAt: 36,
                type: UInt8(ascii: "B"),
                exact: false,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var timestampNs: UInt64 { bytes.big(at: 1) }
        @inlinable public var userRefNum: UInt32 { bytes.big(at: 9) }
        @inlinable public var matchNumber: UInt64 { bytes.big(at: 13) }
        @inlinable public var reason: UInt8 { bytes.byte(at: 21) }
        @inlinable public var clOrdID: ClOrdIDField { bytes.clOrdIDField(at: 22) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                guard appendageForm == .present else { return Appendage() }
                return try Appendage(parsing: bytes, lengthAt: 36)
            }
        }

        @inlinable public var appendageForm: AppendageForm {
            bytes.byteCount >= 38 ? .present : .absent
        }
    }

    /// ``BrokenTradeView`` as a value, to be written.
    @frozen
    public struct BrokenTrade: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 38 + Appendage.maxLength }

        public var timestampNs: UInt64
        public var userRefNum: UInt32
        public var matchNumber: UInt64
        public var reason: UInt8
        public var clOrdID: ClOrdIDField
        public var appendage: Appendage
        public var appendageForm: AppendageForm

        @inlinable
        public init(
            timestampNs: UInt64,
            userRefNum: UInt32,
            matchNumber: UInt64,
            reason: UInt8,
            clOrdID: ClOrdIDField,
            appendage: Appendage = Appendage(),
            appendageForm: AppendageForm = .absent
        ) {
            self.timestampNs = timestampNs
            self.userRefNum = userRefNum
            self.matchNumber = matchNumber
            self.reason = reason
            self.clOrdID = clOrdID
            self.appendage = appendage
            self.appendageForm = appendageForm
        }

        @inlinable
        public init(_ view: BrokenTradeView) throws(WireError) {
            timestampNs = view.timestampNs
            userRefNum = view.userRefNum
            matchNumber = view.matchNumber
            reason = view.reason
            clOrdID = view.clOrdID
            appendage = try view.appendage
            appendageForm = view.appendageForm
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "B"), at: 0)
            unsafe target.storeBig(timestampNs, at: 1)
            unsafe target.storeBig(userRefNum, at: 9)
            unsafe target.storeBig(matchNumber, at: 13)
            unsafe target.storeByte(reason, at: 21)
            unsafe target.storeClOrdIDField(clOrdID, at: 22)
            return unsafe appendage.write(
                to: target,
                lengthAt: 36,
                form: appendageForm
            )
        }
    }
}
