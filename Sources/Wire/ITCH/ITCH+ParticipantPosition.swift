public import Vocabulary

extension ITCH {
    /// Market Participant Position.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `L`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `L`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   4  mpid, an
    ///     15   8  stock, an
    ///     23   1  primaryMarketMaker, u8
    ///     24   1  marketMakerMode, u8
    ///     25   1  participantState, u8
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct ParticipantPositionView: ~Escapable {
        @inlinable public static var length: Int { 26 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "L"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var mpid: Alpha4 { bytes.alpha4(at: 11) }
        @inlinable public var stock: Symbol { bytes.symbol(at: 15) }
        @inlinable public var primaryMarketMaker: UInt8 { bytes.byte(at: 23) }
        @inlinable public var marketMakerMode: UInt8 { bytes.byte(at: 24) }
        @inlinable public var participantState: UInt8 { bytes.byte(at: 25) }
    }

    /// ``ParticipantPositionView`` as a value, to be written.
    @frozen
    public struct ParticipantPosition: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 26 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var mpid: Alpha4
        public var stock: Symbol
        public var primaryMarketMaker: UInt8
        public var marketMakerMode: UInt8
        public var participantState: UInt8

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            mpid: Alpha4,
            stock: Symbol,
            primaryMarketMaker: UInt8,
            marketMakerMode: UInt8,
            participantState: UInt8
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.mpid = mpid
            self.stock = stock
            self.primaryMarketMaker = primaryMarketMaker
            self.marketMakerMode = marketMakerMode
            self.participantState = participantState
        }

        @inlinable
        public init(_ view: ParticipantPositionView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            mpid = view.mpid
            stock = view.stock
            primaryMarketMaker = view.primaryMarketMaker
            marketMakerMode = view.marketMakerMode
            participantState = view.participantState
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "L"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeAlpha(mpid, at: 11)
            unsafe target.storeSymbol(stock, at: 15)
            unsafe target.storeByte(primaryMarketMaker, at: 23)
            unsafe target.storeByte(marketMakerMode, at: 24)
            unsafe target.storeByte(participantState, at: 25)
            return 26
        }
    }
}
