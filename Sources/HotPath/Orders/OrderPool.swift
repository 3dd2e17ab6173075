import CShims
import Vocabulary

/// Every order the engine can have in flight, and the last ones that ended, allocated once.
///
/// An ended order keeps its slot until `endedMax` younger ones have ended: late fills and busts
/// still find it. After that a late fill is one of an unknown order: the position moves in the
/// account the record names, and an incident is raised.
@safe
package struct OrderPool: ~Copyable {
    /// Orders that may be live at once.
    package let ordersMax: Int
    /// Ended orders kept at least.
    package let endedMax: Int
    package private(set) var liveCount = 0
    package private(set) var endedCount = 0
    private(set) var orders: HotTable<Order>
    private var freeSlots: HotTable<UInt32>
    private var freeCount: Int
    private var endedHead = noSlot
    private var endedTail = noSlot

    package init(ordersMax: Int, endedMax: Int) {
        invariant(ordersMax > 0 && endedMax >= 0, "a pool has room for at least one order")
        self.ordersMax = ordersMax
        self.endedMax = endedMax
        let capacity = ordersMax + endedMax
        orders = HotTable(repeating: Order(), count: capacity)
        freeSlots = HotTable(repeating: 0, count: capacity)
        freeCount = capacity
        // Filled backwards, so slots leave in address order and the first ones stay warm.
        for index in 0..<capacity { freeSlots[index] = UInt32(capacity - 1 - index) }
    }

    package var hasRoom: Bool { liveCount < ordersMax }
    package var capacity: Int { orders.count }

    subscript(index: UInt32) -> Order {
        @inline(__always) unsafeAddress { unsafe orders.address(Int(index)) }
        @inline(__always) unsafeMutableAddress { unsafe orders.mutableAddress(Int(index)) }
    }

    /// The slot as it stands now, for an index taken from a list or an index.
    @inline(__always)
    package func slot(_ index: UInt32) -> OrderSlot {
        index == noSlot
            ? .none : OrderSlot(index: index, generation: orders[Int(index)].generation)
    }

    /// Whether `slot` still has the tenant it was issued for.
    @inline(__always)
    package func holds(_ slot: OrderSlot) -> Bool {
        Int(slot.index) < orders.count && orders[Int(slot.index)].generation == slot.generation
            && orders[Int(slot.index)].status != .vacant
    }

    /// The ended order that has to leave before another can end, or `noSlot`.
    var oldestToForget: UInt32 { endedCount > endedMax ? endedHead : noSlot }

    /// Takes a vacant slot for a live order; the caller has asked `hasRoom` and forgotten what
    /// `oldestToForget` named.
    mutating func acquire() -> UInt32 {
        invariant(liveCount < ordersMax, "no more orders live than the pool was sized for")
        invariant(freeCount > 0, "ordersMax live and endedMax ended leave a slot free")
        freeCount &-= 1
        liveCount &+= 1
        let index = freeSlots[freeCount]
        let generation = orders[Int(index)].generation
        orders[Int(index)] = Order()
        orders[Int(index)].generation = generation &+ 1
        return index
    }

    /// Asks for the cache lines of the slot the next order will take. Ended orders are remembered
    /// longest first, so that slot is the coldest one there is.
    @inline(__always)
    func prefetchNext() {
        guard freeCount > 0 else { return }
        let order = unsafe UnsafeRawPointer(orders.address(Int(freeSlots[freeCount &- 1])))
        for line in 0..<(MemoryLayout<Order>.stride / 64) {
            unsafe shim_prefetch(order + line * 64)
        }
    }

    /// Moves a live order to the back of the ended ones.
    mutating func end(_ index: UInt32) {
        invariant(liveCount > 0, "an order ends once")
        liveCount &-= 1
        endedCount &+= 1
        orders[Int(index)].liveNext = noSlot
        orders[Int(index)].livePrior = noSlot
        if endedTail == noSlot {
            endedHead = index
        } else {
            orders[Int(endedTail)].liveNext = index
        }
        endedTail = index
    }

    mutating func visitState(_ body: StateVisit) {
        unsafe orders.visit(body)
        unsafe freeSlots.visit(body)
        unsafe visit(&freeCount, body)
        unsafe visit(&liveCount, body)
        unsafe visit(&endedCount, body)
        unsafe visit(&endedHead, body)
        unsafe visit(&endedTail, body)
    }

    /// Frees the oldest ended order's slot.
    mutating func forgetOldest() {
        let index = endedHead
        invariant(index != noSlot, "only an ended order is forgotten")
        endedHead = orders[Int(index)].liveNext
        if endedHead == noSlot { endedTail = noSlot }
        endedCount &-= 1
        orders[Int(index)].status = .vacant
        freeSlots[freeCount] = index
        freeCount &+= 1
    }

    /// First of the ended orders, oldest first; walk on by `liveNext`.
    var oldestEnded: UInt32 { endedHead }
}
