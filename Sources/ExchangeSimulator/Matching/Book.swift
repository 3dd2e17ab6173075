package import Vocabulary

/// One symbol's orders in price-time priority; at one price what is displayed goes first.
///
/// Knows nothing of owners, wires or time. Levels lie in an array, worst first, so that what
/// happens near the touch moves few elements; orders of a level are a linked list in an arena.
package struct Book: Sendable {
    struct Entry: Sendable {
        var order: BookOrder
        var next: Int32
        var previous: Int32
    }

    struct Queue: Sendable {
        var head: Int32 = -1
        var tail: Int32 = -1
        var qty = OrderQty.zero
        var isEmpty: Bool { head < 0 }
    }

    struct Level: Sendable {
        let price: Price
        var displayed = Queue()
        var hidden = Queue()
        var isEmpty: Bool { displayed.isEmpty && hidden.isEmpty }
    }

    private(set) var entries: [Entry] = []
    private var vacant: [Int32] = []
    /// Worst price first, best last.
    private(set) var bids: [Level] = []
    private(set) var asks: [Level] = []
    package private(set) var orderCount = 0

    package init() {}

    /// `nil` once the order has left the book.
    package func order(at slot: BookSlot) -> BookOrder? {
        let entry = entries[Int(slot.index)]
        guard entry.order.orderRef == slot.orderRef, entry.order.leavesQty > .zero else {
            return nil
        }
        return entry.order
    }

    /// Puts `order` behind everyone of its kind at its price.
    package mutating func add(_ order: BookOrder) -> BookSlot {
        invariant(order.leavesQty > .zero, "an order in the book has something open")
        let index = takePlace(for: order)
        let level = openLevel(isBuy: order.isBuy, price: order.price)
        withQueue(isBuy: order.isBuy, level: level, displayed: order.isDisplayed) {
            queue,
            entries in
            entries[Int(index)].previous = queue.tail
            if queue.tail >= 0 { entries[Int(queue.tail)].next = index } else { queue.head = index }
            queue.tail = index
            queue.qty = queue.qty + order.leavesQty
        }
        orderCount += 1
        return BookSlot(index: index, orderRef: order.orderRef)
    }

    /// Takes `qty` off an order and keeps its place in the queue; at zero it leaves the book.
    ///
    /// - Returns: The order as it is afterwards.
    @discardableResult
    package mutating func reduce(_ slot: BookSlot, by qty: OrderQty) -> BookOrder {
        let index = slot.index
        let before = entries[Int(index)].order
        invariant(before.orderRef == slot.orderRef, "a slot belongs to the order it was given for")
        invariant(qty > .zero && qty <= before.leavesQty, "0 < reduction <= LeavesQty")
        entries[Int(index)].order.leavesQty = before.leavesQty - qty
        let after = entries[Int(index)].order

        let level = levelIndex(isBuy: before.isBuy, price: before.price)
        let isGone = after.leavesQty == .zero
        withQueue(isBuy: before.isBuy, level: level, displayed: before.isDisplayed) {
            queue,
            entries in
            queue.qty = queue.qty - qty
            guard isGone else { return }
            let entry = entries[Int(index)]
            if entry.previous >= 0 {
                entries[Int(entry.previous)].next = entry.next
            } else {
                queue.head = entry.next
            }
            if entry.next >= 0 {
                entries[Int(entry.next)].previous = entry.previous
            } else {
                queue.tail = entry.previous
            }
        }
        if isGone {
            vacant.append(index)
            orderCount -= 1
            closeLevelIfEmpty(isBuy: before.isBuy, level: level)
        }
        return after
    }

    /// Takes `qty` off what an order has behind the part it shows.
    mutating func reduceReserve(_ slot: BookSlot, by qty: OrderQty) {
        let before = entries[Int(slot.index)].order
        invariant(before.orderRef == slot.orderRef, "a slot belongs to the order it was given for")
        invariant(qty <= before.reserveQty, "reduction <= reserve")
        entries[Int(slot.index)].order.reserveQty = before.reserveQty - qty
    }
}

// MARK: Places and levels

extension Book {
    private mutating func takePlace(for order: BookOrder) -> Int32 {
        let entry = Entry(order: order, next: -1, previous: -1)
        if let index = vacant.popLast() {
            entries[Int(index)] = entry
            return index
        }
        entries.append(entry)
        return Int32(entries.count - 1)
    }

    /// Where the level stands, or would stand. Bids rise towards the end, asks fall.
    private func position(isBuy: Bool, price: Price) -> Int {
        var low = 0
        var high = isBuy ? bids.count : asks.count
        while low < high {
            let middle = (low + high) / 2
            let isWorse = isBuy ? bids[middle].price < price : asks[middle].price > price
            if isWorse { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func levelIndex(isBuy: Bool, price: Price) -> Int {
        let index = position(isBuy: isBuy, price: price)
        let levels = isBuy ? bids : asks
        invariant(index < levels.count && levels[index].price == price, "an order has its level")
        return index
    }

    private mutating func openLevel(isBuy: Bool, price: Price) -> Int {
        let index = position(isBuy: isBuy, price: price)
        if isBuy {
            if index == bids.count || bids[index].price != price {
                bids.insert(Level(price: price), at: index)
            }
        } else if index == asks.count || asks[index].price != price {
            asks.insert(Level(price: price), at: index)
        }
        return index
    }

    private mutating func closeLevelIfEmpty(isBuy: Bool, level: Int) {
        if isBuy {
            if bids[level].isEmpty { bids.remove(at: level) }
        } else if asks[level].isEmpty {
            asks.remove(at: level)
        }
    }

    private mutating func withQueue(
        isBuy: Bool,
        level: Int,
        displayed: Bool,
        _ body: (inout Queue, inout [Entry]) -> Void
    ) {
        switch (isBuy, displayed) {
        case (true, true): body(&bids[level].displayed, &entries)
        case (true, false): body(&bids[level].hidden, &entries)
        case (false, true): body(&asks[level].displayed, &entries)
        case (false, false): body(&asks[level].hidden, &entries)
        }
    }
}
