extension Soup {
    /// Payload of `A`, Login Accepted, server to client.
    ///
    ///      0  10  session, padded left
    ///     10  20  sequenceNumber of the next `S`, decimal, padded left
    public struct LoginAcceptedView: ~Escapable {
        @inlinable public static var payloadLength: Int { 30 }

        @usableFromInline let bytes: RawSpan
        /// Sequence number of the next sequenced packet; count up from here.
        public let sequenceNumber: UInt64

        @inlinable @_lifetime(copy payload)
        public init(_ payload: RawSpan) throws(WireError) {
            guard payload.byteCount >= Self.payloadLength else {
                try refuse(
                    .wrongLength(expected: Self.payloadLength, actual: payload.byteCount)
                )
            }
            bytes = payload
            sequenceNumber = try payload.decimal(at: 10, count: 20)
        }

        /// Without its padding, moved to the left.
        @inlinable public var session: Alpha10 { bytes.strippedAlpha10(at: 0) }
    }

    /// A Login Accepted to be written, header included: 33 bytes.
    public struct LoginAccepted: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 33 }

        public var session: Alpha10
        public var sequenceNumber: UInt64

        @inlinable
        public init(session: Alpha10, sequenceNumber: UInt64) {
            self.session = session
            self.sequenceNumber = sequenceNumber
        }

        @inlinable
        public init(_ view: LoginAcceptedView) {
            session = view.session
            sequenceNumber = view.sequenceNumber
        }

        /// - Returns: 33, the whole packet.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            let header = unsafe writeHeader(.loginAccepted, payloadLength: 30, to: target)
            unsafe (target + header).storeRightJustified(session, at: 0)
            unsafe (target + header).storeDecimal(sequenceNumber, at: 10, count: 20)
            return header + 30
        }
    }

    /// Payload of `J`, Login Rejected: one reason byte.
    public struct LoginRejectedView: ~Escapable {
        @inlinable public static var payloadLength: Int { 1 }

        @usableFromInline let bytes: RawSpan

        @inlinable @_lifetime(copy payload)
        public init(_ payload: RawSpan) throws(WireError) {
            guard payload.byteCount >= Self.payloadLength else {
                try refuse(
                    .wrongLength(expected: Self.payloadLength, actual: payload.byteCount)
                )
            }
            bytes = payload
        }

        @inlinable public var reason: UInt8 { bytes.byte(at: 0) }
        @inlinable public var knownReason: LoginRejectReason? {
            LoginRejectReason(rawValue: reason)
        }
    }

    /// A Login Rejected to be written, header included: 4 bytes.
    public struct LoginRejected: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 4 }

        public var reason: LoginRejectReason

        @inlinable public init(reason: LoginRejectReason) { self.reason = reason }

        /// - Returns: 4, the whole packet.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            let header = unsafe writeHeader(.loginRejected, payloadLength: 1, to: target)
            unsafe target.storeByte(reason.rawValue, at: header)
            return header + 1
        }
    }
}
