extension ITCH {
    /// Order Delete: all that was left of the order is gone.
    ///
    /// Spec: docs/protocols/itch-5.0.md, `D`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `D`
    ///      1   2  stockLocate, u16, 0: market-wide
    ///      3   2  trackingNumber, u16
    ///      5   6  timestampNs, u48 ns of day
    ///     11   8  orderReferenceNumber, u64
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct OrderDeleteView: ~Escapable {
        @inlinable public static var length: Int { 19 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveAtLeast(Self.length, type: UInt8(ascii: "D"), bytes)
            self.bytes = bytes
        }

        @inlinable public var stockLocate: UInt16 { bytes.big(at: 1) }
        @inlinable public var trackingNumber: UInt16 { bytes.big(at: 3) }
        @inlinable public var timestampNs: UInt64 { bytes.big48(at: 5) }
        @inlinable public var orderReferenceNumber: UInt64 { bytes.big(at: 11) }
    }

    /// ``OrderDeleteView`` as a value, to be written.
    @frozen
    public struct OrderDelete: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 19 }

        public var stockLocate: UInt16
        public var trackingNumber: UInt16
        public var timestampNs: UInt64
        public var orderReferenceNumber: UInt64

        @inlinable
        public init(
            stockLocate: UInt16,
            trackingNumber: UInt16,
            timestampNs: UInt64,
            orderReferenceNumber: UInt64
        ) {
            self.stockLocate = stockLocate
            self.trackingNumber = trackingNumber
            self.timestampNs = timestampNs
            self.orderReferenceNumber = orderReferenceNumber
        }

        @inlinable
        public init(_ view: OrderDeleteView) {
            stockLocate = view.stockLocate
            trackingNumber = view.trackingNumber
            timestampNs = view.timestampNs
            orderReferenceNumber = view.orderReferenceNumber
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "D"), at: 0)
            unsafe target.storeBig(stockLocate, at: 1)
            unsafe target.storeBig(trackingNumber, at: 3)
            unsafe target.storeBig48(timestampNs, at: 5)
            unsafe target.storeBig(orderReferenceNumber, at: 11)
            return 19
        }
    }
}
