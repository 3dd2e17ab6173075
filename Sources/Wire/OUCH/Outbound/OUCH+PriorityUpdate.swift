public import Vocabulary

extension OUCH {
    /// Priority Update, exchange to client: new price, display and reference number.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, outbound `T`. Big-endian; offset, length, field:
    ///
    ///      0   1  type, `T`
    ///      1   8  timestampNs, u64, ns since midnight
    ///      9   4  userRefNum, u32
    ///     13   8  price, u64 price, 4 decimals
    ///     21   1  display, u8
    ///     22   8  orderReferenceNumber, u64, the new one
    ///     30   2  appendage length, conditional; then the appendage
    ///
    /// A window onto the receive buffer: `init` proves the length, no accessor can fail after it.
    @frozen
    public struct PriorityUpdateView: ~Escapable {
        /// Length without the conditional parts.
        @inlinable public static var fixedLength: Int { 30 }

        @usableFromInline let bytes: RawSpan

        @inlinable @inline(__always) @_lifetime(copy bytes)
        public init(_ bytes: RawSpan) throws(WireError) {
            try proveConditionalAppendage(
                lengthAt: 30,
                type: UInt8(ascii: "T"),
                exact: false,
                bytes
            )
            self.bytes = bytes
        }

        @inlinable public var timestampNs: UInt64 { bytes.big(at: 1) }
        @inlinable public var userRefNum: UInt32 { bytes.big(at: 9) }
        @inlinable public var price: Price { bytes.price64(at: 13) }
        @inlinable public var display: UInt8 { bytes.byte(at: 21) }
        @inlinable public var orderReferenceNumber: UInt64 { bytes.big(at: 22) }

        /// Unknown tags are skipped and counted; a broken element is an error.
        @inlinable public var appendage: Appendage {
            get throws(WireError) {
                guard appendageForm == .present else { return Appendage() }
                return try Appendage(parsing: bytes, lengthAt: 30)
            }
        }

        @inlinable public var appendageForm: AppendageForm {
            bytes.byteCount >= 32 ? .present : .absent
        }
    }

    /// ``PriorityUpdateView`` as a value, to be written.
    @frozen
    public struct PriorityUpdate: Equatable, BitwiseCopyable, Sendable {
        /// With every tag there is; a buffer this long is always enough.
        @inlinable public static var maxLength: Int { 32 + Appendage.maxLength }

        public var timestampNs: UInt64
        public var userRefNum: UInt32
        public var price: Price
        public var display: UInt8
        public var orderReferenceNumber: UInt64
        public var appendage: Appendage
        public var appendageForm: AppendageForm

        @inlinable
        public init(
            timestampNs: UInt64,
            userRefNum: UInt32,
            price: Price,
            display: UInt8,
            orderReferenceNumber: UInt64,
            appendage: Appendage = Appendage(),
            appendageForm: AppendageForm = .absent
        ) {
            self.timestampNs = timestampNs
            self.userRefNum = userRefNum
            self.price = price
            self.display = display
            self.orderReferenceNumber = orderReferenceNumber
            self.appendage = appendage
            self.appendageForm = appendageForm
        }

        @inlinable
        public init(_ view: PriorityUpdateView) throws(WireError) {
            timestampNs = view.timestampNs
            userRefNum = view.userRefNum
            price = view.price
            display = view.display
            orderReferenceNumber = view.orderReferenceNumber
            appendage = try view.appendage
            appendageForm = view.appendageForm
        }

        /// - Returns: bytes written, at most ``maxLength``.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            unsafe target.storeByte(UInt8(ascii: "T"), at: 0)
            unsafe target.storeBig(timestampNs, at: 1)
            unsafe target.storeBig(userRefNum, at: 9)
            unsafe target.storePrice64(price, at: 13)
            unsafe target.storeByte(display, at: 21)
            unsafe target.storeBig(orderReferenceNumber, at: 22)
            return unsafe appendage.write(
                to: target,
                lengthAt: 30,
                form: appendageForm
            )
        }
    }
}
