import Crossing

/// Memory another process may have written: exactly as long as said, so that one byte too far shows
/// under the address sanitizer.
struct FuzzMemory: ~Copyable {
    let base: UnsafeMutableRawPointer
    let count: Int

    init(_ count: Int) {
        base = .allocate(byteCount: count, alignment: 128)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: count)
        self.count = count
    }

    deinit { base.deallocate() }

    func fill(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
        guard let source = bytes.baseAddress, offset < count else { return }
        (base + offset).copyMemory(from: source, byteCount: min(bytes.count, count - offset))
    }

    func store(_ word: UInt64, at offset: Int) {
        base.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
    }

    /// Commit words as a writer at `first` would leave them, where `mask` has a bit.
    func commit(_ mask: UInt64, from first: UInt64, slots: Int, stride: Int) {
        for index in 0..<min(64, slots) where mask >> UInt64(index) & 1 != 0 {
            let position = first &+ UInt64(index)
            let slot = Int(truncatingIfNeeded: position) & (slots - 1)
            store(position &+ 1, at: slot * stride)
        }
    }
}
