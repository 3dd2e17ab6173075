import Vocabulary
import Wire

/// Cuts a TCP stream into SoupBinTCP packets.
///
/// What arrives is copied once behind what is left over, because a read may end anywhere and a
/// client's turn may end before its bytes do. A packet longer than `packetMax` is a protocol error: no
/// message of ours or of a venue is that long, and a length field must not choose how much memory
/// we use.
@safe
package struct StreamBuffer: ~Copyable {
    /// Longest packet either peer has reason to send: an OUCH message with every tag, and header.
    package static var packetMax: Int { 1024 }

    package let capacity: Int
    private let carry: UnsafeMutableRawPointer
    private var carryStart = 0
    private var carryEnd = 0

    package init(capacity: Int) {
        invariant(capacity >= 2 * Self.packetMax, "a stream buffer holds a packet and more")
        self.capacity = capacity
        unsafe carry = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
        unsafe carry.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
    }

    deinit { unsafe carry.deallocate() }

    /// Bytes received and not yet consumed.
    @inline(__always)
    package var pendingCount: Int { carryEnd - carryStart }

    /// The first of them. Valid until the next `append`.
    @unsafe @inline(__always)
    package var pending: UnsafeRawPointer { unsafe UnsafeRawPointer(carry + carryStart) }

    /// The length that the packet at the front declares; 0 while not both its bytes are here.
    package var declaredLength: Int {
        guard pendingCount >= 2 else { return 0 }
        return unsafe Int(UInt16(bigEndian: pending.loadUnaligned(as: UInt16.self)))
    }

    /// Takes bytes as they arrived. False when they do not fit: the peer sends faster than it may.
    @inline(__always)
    package mutating func append(_ bytes: UnsafeRawPointer, count: Int) -> Bool {
        if carryStart == carryEnd {
            carryStart = 0
            carryEnd = 0
        } else if carryEnd + count > capacity {
            unsafe carry.copyMemory(from: carry + carryStart, byteCount: pendingCount)
            carryEnd -= carryStart
            carryStart = 0
        }
        guard carryEnd + count <= capacity else { return false }
        unsafe (carry + carryEnd).copyMemory(from: bytes, byteCount: count)
        carryEnd += count
        return true
    }

    /// The next whole packet, consumed. Its bytes stay valid until the next `append`.
    @inline(__always)
    package mutating func next() -> StreamPacket {
        let frame = unsafe Soup.nextPacket(
            carry + carryStart,
            available: pendingCount,
            lengthMax: Self.packetMax
        )
        switch frame {
        case .needMore: return unsafe .needMore
        case .malformed: return unsafe .malformed
        case .packet(let type, let offset, let length, let total):
            let payload = unsafe UnsafeRawPointer(carry + carryStart + offset)
            carryStart += total
            return unsafe .packet(type: type, payload: payload, count: length)
        }
    }

    package mutating func reset() {
        carryStart = 0
        carryEnd = 0
    }
}

/// One step of a ``StreamBuffer``.
@unsafe
package enum StreamPacket {
    case needMore
    case malformed
    case packet(type: UInt8, payload: UnsafeRawPointer, count: Int)
}
