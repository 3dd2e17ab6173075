import CShims
import Vocabulary

/// A bounded queue from one thread to one other, of plain values. Allocated and written before
/// either thread starts and never freed: both may hold it until the process ends.
///
/// The element is copied in before the tail is published and copied out before the head is, so
/// neither side ever looks at a place the other is writing.
@safe
package struct HandoverRing<Element: BitwiseCopyable>: @unchecked Sendable {
    // Sendable: one thread calls `push`, one other `pop`; the cursors are atomic.
    package let capacity: Int
    private let elements: UnsafeMutablePointer<Element>
    /// Head at 0, tail at 128: two cache-line pairs, so the sides do not push each other's out.
    private let cursors: UnsafeMutableRawPointer

    package init(capacity: Int, filler: Element) {
        invariant(
            capacity > 0 && capacity & (capacity - 1) == 0,
            "a ring's capacity is a power of two"
        )
        self.capacity = capacity
        unsafe elements = .allocate(capacity: capacity)
        unsafe elements.initialize(repeating: filler, count: capacity)
        unsafe cursors = .allocate(byteCount: 256, alignment: 128)
        unsafe cursors.initializeMemory(as: UInt64.self, repeating: 0, count: 32)
    }

    /// - Returns: false when the ring is full; nothing is overwritten.
    @inline(__always)
    package func push(_ element: Element) -> Bool {
        let tail = unsafe shim_load_relaxed(cursors + 128)
        let head = unsafe shim_load_acquire(cursors)
        guard tail &- head < UInt64(capacity) else { return false }
        unsafe elements[Int(tail & UInt64(capacity - 1))] = element
        unsafe shim_store_release(cursors + 128, tail &+ 1)
        return true
    }

    @inline(__always)
    package func pop() -> Element? {
        let head = unsafe shim_load_relaxed(cursors)
        guard unsafe head != shim_load_acquire(cursors + 128) else { return nil }
        let element = unsafe elements[Int(head & UInt64(capacity - 1))]
        unsafe shim_store_release(cursors, head &+ 1)
        return element
    }

    /// Room left, as the pushing side sees it: never more than there is.
    @inline(__always)
    package var room: Int {
        let tail = unsafe shim_load_relaxed(cursors + 128)
        return unsafe capacity - Int(tail &- shim_load_acquire(cursors))
    }
}
