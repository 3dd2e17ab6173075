public import CShims

// Copies between private memory and memory the other side may be reading or writing: word by word,
// each word atomic, so that no access is ever a plain one to a shared location. Order comes from
// the fences and commit words around the copy, not from the copy itself.

/// Copies `words` 64-bit words into shared memory. Both pointers are 8-byte aligned.
@inlinable @inline(__always)
public func storeWords(
    to shared: UnsafeMutableRawPointer,
    from source: UnsafeRawPointer,
    words: Int
) {
    var index = 0
    while index < words {
        let word = unsafe source.load(fromByteOffset: index &* 8, as: UInt64.self)
        unsafe shim_store_relaxed(shared + index &* 8, word)
        index &+= 1
    }
}

/// Copies `words` 64-bit words out of shared memory. Both pointers are 8-byte aligned.
@inlinable @inline(__always)
public func loadWords(
    from shared: UnsafeRawPointer,
    to target: UnsafeMutableRawPointer,
    words: Int
) {
    var index = 0
    while index < words {
        let word = unsafe shim_load_relaxed(shared + index &* 8)
        unsafe target.storeBytes(of: word, toByteOffset: index &* 8, as: UInt64.self)
        index &+= 1
    }
}

/// One 64-bit word in shared memory, written by one side only.
@safe @frozen
public struct SharedWord: @unchecked Sendable {
    // Sendable: every access is atomic, and which side may store is the owner's law.
    public let address: UnsafeMutableRawPointer

    @inlinable public init(at address: UnsafeMutableRawPointer) { unsafe self.address = address }

    @inlinable @inline(__always) public func load() -> UInt64 {
        unsafe shim_load_acquire(address)
    }

    @inlinable @inline(__always) public func store(_ value: UInt64) {
        unsafe shim_store_release(address, value)
    }
}
