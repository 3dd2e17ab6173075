import CShims
import Vocabulary

/// Receive buffers of one size: the ones the kernel fills and the ones lent to the engine.
///
/// In io_uring mode a buffer ring (one group) says which are free; lent ones are collected and
/// given back in one batch. With plain sockets they are simply used in turn from poll to poll.
@safe
struct ReceiveBuffers: ~Copyable {
    let group: UInt16
    let count: Int
    let bufferBytes: Int
    private let memory: PageArena
    /// The kernel's ring of free buffers: 16 bytes an entry.
    private let entries: PageArena
    private let lent: UnsafeMutablePointer<UInt16>
    private(set) var lentCount = 0

    init(group: UInt16, count: Int, bufferBytes: Int) {
        invariant(
            count > 0 && count <= 32_768 && count & (count - 1) == 0,
            "a group has a power of two of buffers, at most 32 768"
        )
        self.group = group
        self.count = count
        self.bufferBytes = bufferBytes
        memory = PageArena(bytes: count * bufferBytes)
        entries = PageArena(bytes: count * 16)
        unsafe lent = .allocate(capacity: count)
        unsafe lent.initialize(repeating: 0, count: count)
    }

    /// The errno of memory that could not be had, or 0.
    var failure: Int32 { memory.failure != 0 ? memory.failure : entries.failure }

    deinit { unsafe lent.deallocate() }

    /// Where buffer `id` begins.
    @inline(__always)
    func bytes(_ id: Int) -> UnsafeMutableRawPointer {
        unsafe memory.base + id * bufferBytes
    }

    func touch() {
        memory.touch()
    }

    // MARK: io_uring

    /// Registers the group and gives the kernel every buffer. 0 or -errno.
    mutating func register(_ ring: UnsafeMutablePointer<io_uring>) -> Int32 {
        let answer = unsafe shim_ring_group_register(ring, entries.base, UInt32(count), group)
        guard answer == 0 else { return answer }
        lentCount = 0
        for id in 0..<count { lend(UInt16(id)) }
        giveBack()
        return 0
    }

    /// Notes that the engine holds buffer `id` until the next poll.
    @inline(__always)
    mutating func lend(_ id: UInt16) {
        invariant(lentCount < count, "the kernel lends each buffer once")
        unsafe lent[lentCount] = id
        lentCount += 1
    }

    /// Returns every lent buffer to the kernel, in one batch.
    @inline(__always)
    mutating func giveBack() {
        guard lentCount > 0 else { return }
        for index in 0..<lentCount {
            let id = unsafe lent[index]
            unsafe shim_ring_buffer_put(
                entries.base,
                UInt32(count - 1),
                UInt32(index),
                bytes(Int(id)),
                UInt32(bufferBytes),
                id
            )
        }
        unsafe shim_ring_buffers_publish(entries.base, UInt32(lentCount))
        lentCount = 0
    }

    // MARK: Sockets

    /// The next unused buffer of this poll, or -1; `take` claims it.
    @inline(__always) var free: Int { lentCount < count ? lentCount : -1 }
    @inline(__always) mutating func take() { lentCount += 1 }
    @inline(__always) mutating func takeAllBack() { lentCount = 0 }
}
