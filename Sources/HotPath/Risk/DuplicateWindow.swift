import Vocabulary

/// The News accepted lately, to know a pattern that repeats (503).
///
/// A ring of acceptances, chained by pattern; the youngest of a pattern comes first, so a count
/// stops at the first one outside the window. A ring whose oldest entry is still inside the window
/// has no room: the gate refuses with 506 rather than forget.
@safe
struct DuplicateWindow: ~Copyable {
    /// What makes two orders the same; all sells are one side (risk-controls.md §3).
    struct Pattern: BitwiseCopyable, Equatable {
        var px: Int64
        var qty: Int64
        var strategy: UInt16
        var instrument: UInt16
        var isBuy: Bool
    }

    private struct Entry: BitwiseCopyable {
        var pattern = Pattern(px: 0, qty: 0, strategy: 0, instrument: 0, isBuy: false)
        var t: Int64 = 0
        var next: UInt32 = noSlot
        var prior: UInt32 = noSlot
        var used = false
    }

    private var ring: HotTable<Entry>
    private var heads: HotTable<UInt32>
    private let mask: Int
    private var nextIndex: UInt32 = 0

    init(entriesMax: Int) {
        invariant(entriesMax > 0, "the window remembers at least one order")
        var buckets = 16
        while buckets < entriesMax { buckets *= 2 }
        mask = buckets - 1
        ring = HotTable(repeating: Entry(), count: entriesMax)
        heads = HotTable(repeating: noSlot, count: buckets)
    }

    @inline(__always)
    private func bucket(_ pattern: Pattern) -> Int {
        var mixed = UInt64(bitPattern: pattern.px) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= UInt64(bitPattern: pattern.qty) &* 0xC2B2_AE3D_27D4_EB4F
        mixed ^= UInt64(pattern.strategy) << 32 | UInt64(pattern.instrument) << 8
        mixed ^= pattern.isBuy ? 1 : 0
        mixed = mixed &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32) & mask
    }

    /// Whether one more acceptance at `nowNs` can be remembered without forgetting a live one.
    func hasRoom(nowNs: Int64, windowNs: Int64) -> Bool {
        let oldest = ring[Int(nextIndex)]
        return !oldest.used || nowNs &- oldest.t >= windowNs
    }

    /// Same orders accepted at t with now − t < window, counted up to `limit`.
    func count(_ pattern: Pattern, nowNs: Int64, windowNs: Int64, limit: Int64) -> Int64 {
        var found: Int64 = 0
        var index = heads[bucket(pattern)]
        while index != noSlot {
            let entry = ring[Int(index)]
            guard nowNs &- entry.t < windowNs else { break }
            if entry.pattern == pattern {
                found &+= 1
                if found >= limit { break }
            }
            index = entry.next
        }
        return found
    }

    mutating func visitState(_ body: StateVisit) {
        unsafe ring.visit(body)
        unsafe heads.visit(body)
        unsafe visit(&nextIndex, body)
    }

    /// Every acceptance remembered, youngest first.
    func forEach(_ body: (Pattern, Int64) -> Void) {
        var left = ring.count
        var index = Int(nextIndex)
        while left > 0 {
            left -= 1
            index = index == 0 ? ring.count - 1 : index - 1
            guard ring[index].used else { return }
            body(ring[index].pattern, ring[index].t)
        }
    }

    mutating func remember(_ pattern: Pattern, t: Int64) {
        let index = nextIndex
        nextIndex = Int(index) + 1 == ring.count ? 0 : index &+ 1
        if ring[Int(index)].used { unlink(index) }
        let place = bucket(pattern)
        let first = heads[place]
        ring[Int(index)] = Entry(pattern: pattern, t: t, next: first, used: true)
        if first != noSlot { ring[Int(first)].prior = index }
        heads[place] = index
    }

    // Linked both ways: a chain grows as long as a pattern is popular, and must not be walked.
    private mutating func unlink(_ index: UInt32) {
        let (prior, next) = (ring[Int(index)].prior, ring[Int(index)].next)
        if prior == noSlot {
            heads[bucket(ring[Int(index)].pattern)] = next
        } else {
            ring[Int(prior)].next = next
        }
        if next != noSlot { ring[Int(next)].prior = prior }
    }
}
