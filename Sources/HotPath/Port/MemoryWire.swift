import Glibc
import Vocabulary

/// Where the kernel would be in a simulation: one end a socket, buffers in plain memory.
///
/// The port's side answers as `recv` and `send` do: a count, 0 for the peer's end, `-EAGAIN`,
/// `-errno`. The other side is the simulation: it pushes what arrives, takes what was sent, and
/// decides how much the "kernel" takes. One thread; a handle of one pointer, buffers allocated once.
/// A stream's buffer holds its bytes, a datagram end's a 4-byte length before each datagram.
@safe
package struct MemoryWire: @unchecked Sendable {
    // Sendable: handed from who makes it to the one thread that runs both sides.

    /// Nobody hung up.
    private static var stillUp: Int32 { .min }

    @safe
    private struct Lane: BitwiseCopyable {
        var bytes: UnsafeMutableRawPointer
        var start = 0
        var end = 0
        var count: Int { end - start }
    }

    @safe
    private struct End: BitwiseCopyable {
        var inbound: Lane
        var outbound: Lane
        var isDatagram = false
        /// 0 for FIN, an errno, or ``stillUp``; told once what was pushed has been received.
        var hungUp = MemoryWire.stillUp
        var sendRoom = Int.max
        var sendError: Int32 = 0
    }

    private let ends: UnsafeMutablePointer<End>
    package let endCount: Int
    private let bytesMax: Int

    package init(ends count: Int, bytesMax: Int = 65_536) {
        invariant(count > 0 && bytesMax > 4_096, "a wire has ends, and room at each")
        endCount = count
        self.bytesMax = bytesMax
        unsafe ends = .allocate(capacity: count)
        for index in 0..<count {
            let end = unsafe End(
                inbound: Lane(bytes: .allocate(byteCount: bytesMax, alignment: 64)),
                outbound: Lane(bytes: .allocate(byteCount: bytesMax, alignment: 64))
            )
            unsafe (ends + index).initialize(to: end)
        }
    }

    package func deallocate() {
        for index in 0..<endCount {
            unsafe ends[index].inbound.bytes.deallocate()
            unsafe ends[index].outbound.bytes.deallocate()
        }
        unsafe ends.deallocate()
    }

    // MARK: The simulation's side

    /// A fresh connection at `end`: nothing on its way, nothing refused.
    package func open(_ end: Int, datagram: Bool) {
        let (inbound, outbound) = unsafe (ends[end].inbound.bytes, ends[end].outbound.bytes)
        unsafe ends[end] = unsafe End(
            inbound: Lane(bytes: inbound),
            outbound: Lane(bytes: outbound),
            isDatagram: datagram
        )
    }

    /// Bytes that arrive; how many fit. A datagram fits whole or is lost, as in a full socket.
    @discardableResult
    package func push(_ end: Int, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
        unsafe put(&ends[end].inbound, bytes, count, datagram: ends[end].isDatagram)
    }

    /// The peer ends it: 0 as FIN, else with that errno.
    package func hangUp(_ end: Int, error: Int32) { unsafe ends[end].hungUp = error }

    /// Bytes that have arrived and the port has not received.
    package func unread(_ end: Int) -> Int { unsafe ends[end].inbound.count }

    /// Bytes the port has sent and nobody has taken.
    package func waiting(_ end: Int) -> Int { unsafe ends[end].outbound.count }

    /// Takes what was sent: of a stream at most `max` bytes, of a datagram end one datagram.
    package func take(_ end: Int, into target: UnsafeMutableRawPointer, max: Int) -> Int {
        unsafe get(&ends[end].outbound, target, max, datagram: ends[end].isDatagram)
    }

    /// How many more bytes the port may send before it hears that there is no room.
    package func setSendRoom(_ end: Int, bytes: Int) { unsafe ends[end].sendRoom = bytes }

    package func failSends(_ end: Int, errno: Int32) { unsafe ends[end].sendError = errno }

    // MARK: The port's side

    @inline(__always)
    func receive(_ fd: Int32, into target: UnsafeMutableRawPointer, _ count: Int) -> Int {
        let end = unsafe ends + Int(fd)
        let got = unsafe get(
            &end.pointee.inbound,
            target,
            count,
            datagram: end.pointee.isDatagram
        )
        if got > 0 { return got }
        let hungUp = unsafe end.pointee.hungUp
        return hungUp == Self.stillUp ? -Int(EAGAIN) : -Int(hungUp)
    }

    @inline(__always)
    func send(_ fd: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
        let end = unsafe ends + Int(fd)
        if unsafe end.pointee.sendError != 0 { return unsafe -Int(end.pointee.sendError) }
        let isDatagram = unsafe end.pointee.isDatagram
        let room = unsafe end.pointee.sendRoom
        if isDatagram && room < count { return -Int(EAGAIN) }
        let put = unsafe put(
            &end.pointee.outbound,
            bytes,
            min(count, room),
            datagram: isDatagram
        )
        if unsafe end.pointee.sendRoom != Int.max { unsafe end.pointee.sendRoom -= put }
        return put > 0 ? put : -Int(EAGAIN)
    }

    // MARK: Lanes

    @inline(__always)
    private func put(
        _ lane: inout Lane,
        _ bytes: UnsafeRawPointer,
        _ count: Int,
        datagram: Bool
    ) -> Int {
        let head = datagram ? 4 : 0
        if lane.end + head + count > bytesMax, lane.start > 0 {
            unsafe memmove(lane.bytes, lane.bytes + lane.start, lane.count)
            lane.end = lane.count
            lane.start = 0
        }
        let room = bytesMax - lane.end - head
        let taken = datagram ? (count <= room ? count : 0) : min(count, room)
        guard taken > 0 else { return 0 }
        if datagram {
            unsafe lane.bytes.storeBytes(
                of: UInt32(taken),
                toByteOffset: lane.end,
                as: UInt32.self
            )
            lane.end += 4
        }
        unsafe memcpy(lane.bytes + lane.end, bytes, taken)
        lane.end += taken
        return taken
    }

    @inline(__always)
    private func get(
        _ lane: inout Lane,
        _ target: UnsafeMutableRawPointer,
        _ max: Int,
        datagram: Bool
    ) -> Int {
        guard lane.count > 0 else { return 0 }
        var whole = lane.count
        if datagram {
            whole = Int(
                unsafe lane.bytes.loadUnaligned(fromByteOffset: lane.start, as: UInt32.self)
            )
            lane.start += 4
        }
        let taken = min(whole, max)
        unsafe memcpy(target, lane.bytes + lane.start, taken)
        lane.start += datagram ? whole : taken
        if lane.start == lane.end {
            lane.start = 0
            lane.end = 0
        }
        return taken
    }
}
