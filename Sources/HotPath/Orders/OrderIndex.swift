import Vocabulary

/// A number → a slot index: open addressing, fixed capacity, no tombstones.
///
/// Linear probing with backward-shift deletion, so a long day of orders does not lengthen the
/// probes. Never more than half full: the capacity is the next power of two at or above twice
/// what its owner can insert.
@safe
package struct OrderIndex: ~Copyable {
    private struct Entry: BitwiseCopyable {
        /// 0 marks an empty entry; no key is ever 0.
        var key: UInt64 = 0
        var value: UInt32 = noSlot
        var pad: UInt32 = 0
    }

    package private(set) var count = 0
    private let mask: Int
    private let shift: UInt64
    private var entries: HotTable<Entry>

    package init(entriesMax: Int) {
        var bits = 4
        while 1 << bits < entriesMax * 2 { bits += 1 }
        mask = 1 << bits - 1
        shift = UInt64(64 - bits)
        entries = HotTable(repeating: Entry(), count: 1 << bits)
    }

    // Fibonacci hashing: the keys are counters, whose low bits alone would cluster.
    @inline(__always)
    private func home(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }

    /// The value stored for `key`, `noSlot` when there is none. Probes are bounded by the fill.
    @inline(__always)
    package func find(_ key: UInt64) -> UInt32 {
        guard key != 0 else { return noSlot }
        var place = home(key)
        while true {
            let entry = entries[place]
            if entry.key == key { return entry.value }
            if entry.key == 0 { return noSlot }
            place = (place &+ 1) & mask
        }
    }

    mutating func visitState(_ body: StateVisit) {
        unsafe entries.visit(body)
        unsafe visit(&count, body)
    }

    /// Stores or overwrites. Key 0 is nobody's and is not stored.
    package mutating func insert(_ key: UInt64, _ value: UInt32) {
        guard key != 0 else { return }
        invariant(count < entries.count - 1, "an index is never full")
        var place = home(key)
        while entries[place].key != 0 && entries[place].key != key {
            place = (place &+ 1) & mask
        }
        if entries[place].key == 0 { count &+= 1 }
        entries[place].key = key
        entries[place].value = value
    }

    /// Removes `key` when it still stands for `value`; another owner's entry stays.
    package mutating func remove(_ key: UInt64, of value: UInt32) {
        guard key != 0 else { return }
        var hole = home(key)
        while entries[hole].key != key {
            if entries[hole].key == 0 { return }
            hole = (hole &+ 1) & mask
        }
        guard entries[hole].value == value else { return }
        count &-= 1
        // Shift back every follower whose probe sequence runs through the hole.
        var place = (hole &+ 1) & mask
        while entries[place].key != 0 {
            let distanceFromHome = (place &- home(entries[place].key)) & mask
            if distanceFromHome >= (place &- hole) & mask {
                entries[hole] = entries[place]
                hole = place
            }
            place = (place &+ 1) & mask
        }
        entries[hole] = Entry()
    }
}

extension OrderIndex {
    /// Key of a UserRefNum on a venue's port or in a client's session; 0 for number 0.
    @inline(__always)
    package static func key(space: UInt16, refNum: UInt32) -> UInt64 {
        refNum == 0 ? 0 : (UInt64(space) &+ 1) << 32 | UInt64(refNum)
    }
}
