public import Vocabulary

extension OUCH {
    /// Mass Cancel, client to exchange: every order of a firm, in one symbol or in all (blank).
    ///
    /// Spec: docs/protocols/ouch-5.0.md, inbound `C`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `C`
    ///      1   4  userRefNum, u32
    ///      5   4  firm, an
    ///      9   8  symbol, an, spaces: all
    ///     17   2  appendage length, always there; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct MassCancelView: ~Escapable {
        /// Length before the appendage.
        @inlinable public static var fixedLength: Int { 19 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAppendage(
                lengthAt: 17,
                type: UInt8(ascii: "C"),
                exact: true,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var userRefNum: UInt32 { bytes.big(at: 1) }
        @inlinable public var firm: Alpha4 { bytes.alpha4(at: 5) }
        @inlinable public var symbol: Symbol { bytes.symbol(at: 9) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                try Appendage(parsing: bytes, lengthAt: 17)
            }
        }
    }

    /// ``MassCancelView`` as a value, to be written.
    @frozen
    public struct MassCancel: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 19 + Appendage.maxLength }

        public var userRefNum: UInt32
        public var firm: Alpha4
        public var symbol: Symbol
        public var appendage: Appendage

        @inlinable
        public init(
            userRefNum: UInt32,
            firm: Alpha4,
            symbol: Symbol,
            appendage: Appendage = Appendage()
        ) {
            self.userRefNum = userRefNum
            self.firm = firm
            self.symbol = symbol
            self.appendage = appendage
        }

        @inlinable
        public init(_ view: MassCancelView) throws(WireError) {
            userRefNum = view.userRefNum
            firm = view.firm
            symbol = view.symbol
            appendage = try view.appendage
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "C"), at: 0)
            unsafe target.storeBig(userRefNum, at: 1)
            unsafe target.storeAlpha(firm, at: 5)
            unsafe target.storeSymbol(symbol, at: 9)
            return unsafe appendage.write(to: target, lengthAt: 17)
        }
    }
}
