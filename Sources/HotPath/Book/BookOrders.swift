import Vocabulary

/// Every resting order of one venue, found by its reference: open addressing, linear probing,
/// orders inline, so that finding one is usually one cache line.
///
/// Allocated and written once. Never more than half full, so a probe ends after one or two places;
/// an order that would stand further than ``probesMax`` from home is refused like one that finds
/// the table full. Removal moves later orders back and leaves no tombstones: the table of a whole
/// day stays as quick as in the morning. Engine thread only (or the one thread of a tool).
@safe
package struct BookOrders: ~Copyable {
    package let capacity: Int
    package private(set) var count = 0

    private let mask: Int
    private let shift: UInt64
    private let slots: UnsafeMutablePointer<BookOrder>

    /// Far beyond what a half-full table ever shows; it bounds the search, not the normal case.
    package static var probesMax: Int { 256 }

    package init(capacity: Int) {
        invariant(capacity > 0, "a venue's table has room for at least one order")
        invariant(capacity <= 1 << 30, "a venue's table holds at most 2^30 orders")
        var bits = 1
        while 1 << bits < capacity * 2 { bits += 1 }
        self.capacity = capacity
        self.mask = 1 << bits - 1
        self.shift = UInt64(64 - bits)
        unsafe self.slots = UnsafeMutableRawPointer.allocate(
            byteCount: MemoryLayout<BookOrder>.stride << bits,
            alignment: 64
        ).bindMemory(to: BookOrder.self, capacity: 1 << bits)
        // Written now, so that no order of the day pays for a page fault.
        unsafe slots.initialize(repeating: .vacant, count: mask + 1)
    }

    deinit { unsafe slots.deallocate() }

    /// Forgets every order: a new session of the venue numbers from the beginning.
    package mutating func removeAll() {
        for slot in 0...mask { unsafe slots[slot] = .vacant }
        count = 0
    }

    @inline(__always)
    package func find(_ reference: UInt64) -> Int? {
        var slot = home(of: reference)
        for _ in 0..<Self.probesMax {
            if unsafe slots[slot].isVacant { return nil }
            if unsafe slots[slot].reference == reference { return slot }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// The order at a slot that ``find(_:)`` returned and nothing has changed since.
    @inline(__always)
    package subscript(slot: Int) -> BookOrder { unsafe slots[slot & mask] }

    /// The caller has looked: no order with this reference is in the table.
    ///
    /// - Returns: `false` when there is no room; nothing changed.
    @inline(__always)
    mutating func insert(_ order: BookOrder) -> Bool {
        guard count < capacity else { return false }
        var slot = home(of: order.reference)
        for _ in 0..<Self.probesMax {
            if unsafe slots[slot].isVacant {
                unsafe slots[slot] = order
                count += 1
                return true
            }
            slot = (slot + 1) & mask
        }
        return false
    }

    @inline(__always)
    mutating func reduce(at slot: Int, by qty: OrderQty) {
        unsafe slots[slot & mask].leavesQty = self[slot].leavesQty - qty
    }

    @inline(__always)
    mutating func remove(at slot: Int) {
        var hole = slot
        var probe = slot
        // Ends at the first vacant place, and half of all places are vacant.
        for _ in 0..<mask {
            probe = (probe + 1) & mask
            let next = self[probe]
            if next.isVacant { break }
            let fromHome = (probe - home(of: next.reference)) & mask
            let fromHole = (probe - hole) & mask
            // Moving it back must not put it before its home.
            guard fromHome >= fromHole else { continue }
            unsafe slots[hole] = next
            hole = probe
        }
        unsafe slots[hole] = .vacant
        count -= 1
    }

    // References grow almost in steps; a multiplication spreads them and costs one instruction.
    @inline(__always)
    private func home(of reference: UInt64) -> Int {
        Int(truncatingIfNeeded: (reference &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }
}

// MARK: For tools and tests

extension BookOrders {
    /// The same orders with twice the room. Tools only: the engine's table never grows.
    package consuming func grown() -> BookOrders {
        var larger = BookOrders(capacity: capacity * 2)
        forEach { order in
            let inserted = larger.insert(order)
            invariant(inserted, "a table of twice the size has room for what the smaller one held")
        }
        return larger
    }

    package func forEach(_ body: (BookOrder) -> Void) {
        for slot in 0...mask where unsafe !slots[slot].isVacant { body(self[slot]) }
    }

    /// Walks the whole table: every order is found by its reference, and `count` is how many.
    package func checkInvariants() {
        var seen = 0
        for slot in 0...mask where unsafe !slots[slot].isVacant {
            seen += 1
            invariant(self[slot].leavesQty > .zero, "a resting order has something open")
            invariant(find(self[slot].reference) == slot, "an order is found by its reference")
        }
        invariant(seen == count, "count is the number of orders in the table")
        invariant(count <= capacity, "the table is never more than half full")
    }
}
