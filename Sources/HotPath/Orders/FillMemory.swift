package import Vocabulary

/// The last fills, findable by venue and match number: to know a repeat from a new one, and to
/// reverse a trade the venue breaks.
///
/// A ring: the oldest is overwritten. A bust of a fill that is gone raises an incident and blocks
/// the symbol, because its price and size are no longer known; a repeat of it is still caught by
/// the venue's sequence number.
@safe
package struct FillMemory: ~Copyable {
    package struct Entry: BitwiseCopyable, Sendable {
        package var match: UInt64 = 0
        package var orderID: ClOrdID = .none
        package var qty: Int64 = 0
        package var px: Int64 = 0
        package var instrument: UInt16 = 0xFFFF
        package var account: UInt16 = 0xFFFF
        package var strategy: UInt16 = 0xFFFF
        package var venue: UInt8 = 0xFF
        package var side: UInt8 = 0
        var next: UInt32 = noSlot
        var prior: UInt32 = noSlot
        package var busted: Bool = false
        var used: Bool = false
    }

    private var ring: HotTable<Entry>
    private var heads: HotTable<UInt32>
    private let mask: Int
    private var nextIndex: UInt32 = 0

    package init(fillsMax: Int) {
        invariant(fillsMax > 0, "at least one fill is remembered")
        var buckets = 16
        while buckets < fillsMax { buckets *= 2 }
        mask = buckets - 1
        ring = HotTable(repeating: Entry(), count: fillsMax)
        heads = HotTable(repeating: noSlot, count: buckets)
    }

    @inline(__always)
    private func bucket(_ venue: UInt8, _ match: UInt64) -> Int {
        let mixed = (match ^ UInt64(venue) << 56) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32) & mask
    }

    /// Index of the fill of that order with that match number; both sides of one trade share it.
    package func find(venue: UInt8, match: UInt64, orderID: ClOrdID) -> UInt32 {
        var index = heads[bucket(venue, match)]
        while index != noSlot {
            let entry = ring[Int(index)]
            if entry.match == match && entry.venue == venue && entry.orderID == orderID {
                return index
            }
            index = entry.next
        }
        return noSlot
    }

    package subscript(index: UInt32) -> Entry {
        get { ring[Int(index)] }
        set { ring[Int(index)] = newValue }
    }

    mutating func visitState(_ body: StateVisit) {
        unsafe ring.visit(body)
        unsafe heads.visit(body)
        unsafe visit(&nextIndex, body)
    }

    /// Every fill remembered, youngest first.
    func forEach(_ body: (Entry) -> Void) {
        var left = ring.count
        var index = Int(nextIndex)
        while left > 0 {
            left -= 1
            index = index == 0 ? ring.count - 1 : index - 1
            guard ring[index].used else { return }
            body(ring[index])
        }
    }

    mutating func remember(_ fill: Entry) {
        let index = nextIndex
        nextIndex = Int(index) + 1 == ring.count ? 0 : index &+ 1
        if ring[Int(index)].used { unlink(index) }
        let place = bucket(fill.venue, fill.match)
        ring[Int(index)] = fill
        ring[Int(index)].used = true
        let first = heads[place]
        ring[Int(index)].next = first
        ring[Int(index)].prior = noSlot
        if first != noSlot { ring[Int(first)].prior = index }
        heads[place] = index
    }

    // Linked both ways, so that forgetting takes the same time whatever a venue numbers its trades.
    private mutating func unlink(_ index: UInt32) {
        let (prior, next) = (ring[Int(index)].prior, ring[Int(index)].next)
        if prior == noSlot {
            heads[bucket(ring[Int(index)].venue, ring[Int(index)].match)] = next
        } else {
            ring[Int(prior)].next = next
        }
        if next != noSlot { ring[Int(next)].prior = prior }
    }
}
