public import CShims

/// A value of whole 64-bit words behind a sequence word: one writer, any number of readers that
/// never block it. Odd while a write is under way; a reader that saw it odd or changed tries again.
///
///     0         8                         8 + 8 × words
///     +---------+-------------------------+
///     | sequence|  value, word by word    |
///     +---------+-------------------------+
///
/// Source: Boehm, "Can seqlocks get along with programming language memory models?", 2012.
@safe @frozen
public struct SequenceLock: @unchecked Sendable {
    // Sendable: all accesses are atomic; one thread writes.
    @usableFromInline let base: UnsafeMutableRawPointer
    public let words: Int

    /// `base`: 8-byte aligned, `8 + 8 × words` bytes.
    @inlinable public init(at base: UnsafeMutableRawPointer, words: Int) {
        unsafe self.base = base
        self.words = words
    }

    /// How often a reader tries before it gives up: a writer takes well under a microsecond.
    @inlinable public static var triesMax: Int { 1024 }

    /// Writes the first `count` words. A writer that died half-way left the sequence odd; the next
    /// write takes over from there, so that readers see nothing until it is whole.
    @inlinable @inline(__always)
    public func write(_ source: UnsafeRawPointer, words count: Int) {
        let writing = unsafe shim_load_relaxed(base) | 1
        unsafe shim_store_relaxed(base, writing)
        shim_fence_release()
        unsafe storeWords(to: base + 8, from: source, words: count < words ? count : words)
        unsafe shim_store_release(base, writing &+ 1)
    }

    /// Copies the first `count` words out; `false` when no quiet moment was found in
    /// ``triesMax`` tries (the writer died half-way, or writes without pause).
    @inlinable @inline(__always)
    public func read(into target: UnsafeMutableRawPointer, words count: Int) -> Bool {
        var tries = 0
        while tries < Self.triesMax {
            let before = unsafe shim_load_acquire(base)
            if before & 1 == 0 {
                unsafe loadWords(
                    from: base + 8,
                    to: target,
                    words: count < words ? count : words
                )
                shim_fence_acquire()
                if unsafe shim_load_relaxed(base) == before { return true }
            }
            shim_pause()
            tries &+= 1
        }
        return false
    }

    /// The sequence word: even, and two more for every write. 0 means never written.
    @inlinable public var sequence: UInt64 { unsafe shim_load_acquire(base) }
}
