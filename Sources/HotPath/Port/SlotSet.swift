import Vocabulary

/// A set of slots as bits, in an arena of its own; walking it costs a word for each 64 slots.
@safe
struct SlotSet: ~Copyable {
    private let words: UnsafeMutablePointer<UInt64>
    private let wordCount: Int

    init(slots: Int) {
        wordCount = (slots + 63) / 64
        unsafe words = .allocate(capacity: wordCount)
        unsafe words.initialize(repeating: 0, count: wordCount)
    }

    deinit { unsafe words.deallocate() }

    @inline(__always)
    func insert(_ slot: Int) {
        unsafe words[slot >> 6] |= 1 << UInt64(slot & 63)
    }

    @inline(__always)
    func remove(_ slot: Int) {
        unsafe words[slot >> 6] &= ~(1 << UInt64(slot & 63))
    }

    @inline(__always)
    func contains(_ slot: Int) -> Bool {
        unsafe words[slot >> 6] & 1 << UInt64(slot & 63) != 0
    }

    /// The first member at or after `slot`, or -1.
    @inline(__always)
    func next(from slot: Int) -> Int {
        var index = slot >> 6
        guard index < wordCount else { return -1 }
        var word = unsafe words[index] & ~0 << UInt64(slot & 63)
        while word == 0 {
            index += 1
            guard index < wordCount else { return -1 }
            word = unsafe words[index]
        }
        return index << 6 + word.trailingZeroBitCount
    }
}
