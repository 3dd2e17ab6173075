public import CShims
internal import Vocabulary

/// A ring between two threads of one process: one pushes, one pops, neither waits.
///
/// A handle of one pointer that both threads hold; the memory is allocated and written once, and
/// freed by ``deallocate()`` when both threads have ended.
///
///     0     tail (pusher)    128  head (popper)    256  pusher's copy of head
///     384   popper's copy of tail                  512… slots
@safe @frozen
public struct InProcessRing<Slot: BitwiseCopyable>: @unchecked Sendable {
    // Sendable: tail and its cache are touched by the pushing thread, head and its cache by the
    // popping one; across, only with acquire and release.
    @usableFromInline let base: UnsafeMutableRawPointer
    public let capacity: Int

    /// `capacity`: A power of two, at least 1.
    public init(capacity: Int) {
        invariant(capacity > 0 && capacity & (capacity - 1) == 0, "capacity is a power of two")
        let bytes = 512 + capacity * MemoryLayout<Slot>.stride
        unsafe base = .allocate(byteCount: bytes, alignment: 128)
        // Every page is written now, not by the first command of the day.
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        self.capacity = capacity
    }

    public func deallocate() { unsafe base.deallocate() }

    @inlinable @inline(__always)
    func slot(_ position: UInt64) -> UnsafeMutableRawPointer {
        let index = Int(truncatingIfNeeded: position) & (capacity &- 1)
        return unsafe base + 512 + index &* MemoryLayout<Slot>.stride
    }

    /// Pushing thread only; `false` when full.
    @inlinable
    public func push(_ value: Slot) -> Bool {
        let tail = unsafe shim_load_relaxed(base)
        var head = unsafe (base + 256).load(as: UInt64.self)
        if tail &- head >= UInt64(capacity) {
            head = unsafe shim_load_acquire(base + 128)
            unsafe (base + 256).storeBytes(of: head, as: UInt64.self)
            if tail &- head >= UInt64(capacity) { return false }
        }
        unsafe slot(tail).storeBytes(of: value, as: Slot.self)
        unsafe shim_store_release(base, tail &+ 1)
        return true
    }

    /// Popping thread only; `false` when empty.
    @inlinable
    public func pop(into target: UnsafeMutablePointer<Slot>) -> Bool {
        let head = unsafe shim_load_relaxed(base + 128)
        var tail = unsafe (base + 384).load(as: UInt64.self)
        if head == tail {
            tail = unsafe shim_load_acquire(base)
            unsafe (base + 384).storeBytes(of: tail, as: UInt64.self)
            if head == tail { return false }
        }
        unsafe target.pointee = slot(head).load(as: Slot.self)
        unsafe shim_store_release(base + 128, head &+ 1)
        return true
    }

    /// Either thread: how many are waiting, at some moment.
    @inlinable public var count: Int {
        let tail = unsafe shim_load_acquire(base)
        let head = unsafe shim_load_acquire(base + 128)
        return Int(truncatingIfNeeded: tail &- head)
    }
}
