public import CShims

/// The engine's counters: 128 words that only the engine writes.
@safe @frozen
public struct CountersPage: @unchecked Sendable {
    // Sendable: words are accessed atomically only.
    @usableFromInline let base: UnsafeMutableRawPointer

    /// `base`: 1 024 bytes, 8-byte aligned.
    @inlinable public init(at base: UnsafeMutableRawPointer) { unsafe self.base = base }

    @inlinable @inline(__always) public func get(_ counter: HotCounter) -> UInt64 {
        unsafe shim_load_relaxed(base + counter.rawValue &* 8)
    }

    @inlinable @inline(__always) public func set(_ counter: HotCounter, _ value: UInt64) {
        unsafe shim_store_relaxed(base + counter.rawValue &* 8, value)
    }

    /// One writer, so a load and a store; no locked instruction.
    @inlinable @inline(__always) public func add(_ counter: HotCounter, _ value: UInt64 = 1) {
        set(counter, get(counter) &+ value)
    }

    /// Keeps the largest value seen.
    @inlinable @inline(__always) public func max(_ counter: HotCounter, _ value: UInt64) {
        if value > get(counter) { set(counter, value) }
    }
}
