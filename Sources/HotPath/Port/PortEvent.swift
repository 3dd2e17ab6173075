/// What a ``Port`` heard on one socket.
///
/// `bytes` point into the port's receive buffers and are good until the next `poll`.
@safe
package struct PortEvent: BitwiseCopyable {
    package enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// Bytes of a stream, in order.
        case data
        /// One whole datagram.
        case datagram
        /// The port has let the socket go: nothing more comes, its slot is free, its descriptor
        /// may be closed. The last event of a slot, exactly one for each `adopt`.
        case closed
    }

    package var kind: Kind
    package var slot: UInt16
    /// Why it closed: an errno, 0 for the peer's orderly end or our own `release`.
    package var error: Int32
    package var bytes: UnsafeRawPointer
    package var count: Int

    package init(
        kind: Kind,
        slot: UInt16,
        error: Int32 = 0,
        bytes: UnsafeRawPointer,
        count: Int = 0
    ) {
        self.kind = kind
        self.slot = slot
        self.error = error
        unsafe self.bytes = bytes
        self.count = count
    }
}
