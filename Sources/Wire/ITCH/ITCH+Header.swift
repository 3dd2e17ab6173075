extension ITCH {
    /// What every message begins with, for filtering before the rest is touched.
    ///
    ///      0   1  type
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    @frozen
    public struct HeaderView: ~Escapable {
        @inlinable public static var length: Int { 11 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            guard bytes.byteCount >= Self.length else {
                try refuse(.wrongLength(expected: Self.length, actual: bytes.byteCount))
            }
            self.bytes = bytes
        }

        @inlinable public var type: UInt8 { bytes.byte(at: 0) }
        /// `nil`: a type the table does not have; skip by framed length.
        @inlinable public var knownType: MessageType? { MessageType(rawValue: type) }
        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
    }
}
