public import Vocabulary

extension Soup {
    /// Payload of `L`, Login Request, client to server. Spec: docs/protocols/soupbintcp.md.
    ///
    ///      0   6  username, padded right
    ///      6  10  password, padded right
    ///     16  10  requestedSession, padded left; blank: whatever is current
    ///     26  20  requestedSequenceNumber, decimal, padded left; 0: from the newest
    ///     46   5  heartbeat timeout in milliseconds, 4.10 only; not used
    ///
    /// Every field is read between its padding, whichever side that is on.
    public struct LoginRequestView: ~Escapable {
        @inlinable public static var payloadLength: Int { 46 }

        @usableFromInline let bytes: RawSpan
        /// Sequence number of the first message wanted.
        public let requestedSequenceNumber: UInt64

        @inlinable @_lifetime(copy payload)
        public init(_ payload: RawSpan) throws(WireError) {
            guard payload.byteCount == Self.payloadLength || payload.byteCount == 51 else {
                try refuse(
                    .wrongLength(expected: Self.payloadLength, actual: payload.byteCount)
                )
            }
            bytes = payload
            requestedSequenceNumber = try payload.decimal(at: 26, count: 20)
        }

        @inlinable public var username: Name { bytes.strippedName(at: 0, count: 6) }
        @inlinable public var password: Name { bytes.strippedName(at: 6, count: 10) }
        @inlinable public var requestedSession: Alpha10 { bytes.strippedAlpha10(at: 16) }
    }

    /// A Login Request to be written, header included: 49 bytes.
    public struct LoginRequest: Equatable, BitwiseCopyable, Sendable {
        @inlinable public static var maxLength: Int { 49 }

        /// First 6 characters go on the wire.
        public var username: Name
        /// First 10 characters go on the wire.
        public var password: Name
        /// `.blank`: whatever is current. Safe only on the first connect of a day.
        public var requestedSession: Alpha10
        public var requestedSequenceNumber: UInt64

        @inlinable
        public init(
            username: Name,
            password: Name,
            requestedSession: Alpha10 = .blank,
            requestedSequenceNumber: UInt64
        ) {
            self.username = username
            self.password = password
            self.requestedSession = requestedSession
            self.requestedSequenceNumber = requestedSequenceNumber
        }

        @inlinable
        public init(_ view: LoginRequestView) {
            username = view.username
            password = view.password
            requestedSession = view.requestedSession
            requestedSequenceNumber = view.requestedSequenceNumber
        }

        /// - Returns: 49, the whole packet.
        @inlinable
        public func write(to target: UnsafeMutableRawPointer) -> Int {
            let header = unsafe writeHeader(.loginRequest, payloadLength: 46, to: target)
            let payload = unsafe target + header
            unsafe payload.storeName(username, at: 0, count: 6)
            unsafe payload.storeName(password, at: 6, count: 10)
            unsafe payload.storeRightJustified(requestedSession, at: 16)
            unsafe payload.storeDecimal(requestedSequenceNumber, at: 26, count: 20)
            return header + 46
        }
    }

    /// Usernames and passwords are compared without regard to case.
    @inlinable
    public static func sameCredential(_ left: Name, _ right: Name) -> Bool {
        upper(left.low) == upper(right.low) && upper(left.high) == upper(right.high)
    }

    @inlinable
    static func upper(_ word: UInt64) -> UInt64 {
        var result = word
        for index in 0..<8 {
            let shift = UInt64(index * 8)
            let byte = UInt8(truncatingIfNeeded: word >> shift)
            if byte >= 0x61, byte <= 0x7A { result ^= 0x20 << shift }
        }
        return result
    }
}
