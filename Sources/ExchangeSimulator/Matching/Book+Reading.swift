package import Vocabulary

/// What a displayed price level shows.
package struct DisplayedLevel: Equatable, Sendable {
    package let price: Price
    package let qty: OrderQty

    package init(price: Price, qty: OrderQty) {
        self.price = price
        self.qty = qty
    }
}

extension Book {
    /// First in priority on a side.
    package func first(isBuy: Bool) -> BookSlot? {
        guard let level = isBuy ? bids.last : asks.last else { return nil }
        return slot(level.displayed.isEmpty ? level.hidden.head : level.displayed.head)
    }

    /// Next in priority behind `slot`, which must still be in the book.
    package func next(after slot: BookSlot) -> BookSlot? {
        let entry = entries[Int(slot.index)]
        if entry.next >= 0 { return self.slot(entry.next) }
        let order = entry.order
        let level = levelIndex(isBuy: order.isBuy, price: order.price)
        let levels = order.isBuy ? bids : asks
        if order.isDisplayed, !levels[level].hidden.isEmpty {
            return self.slot(levels[level].hidden.head)
        }
        guard level > 0 else { return nil }
        let below = levels[level - 1]
        return self.slot(below.displayed.isEmpty ? below.hidden.head : below.displayed.head)
    }

    /// Best price of a side, hidden orders included unless `displayedOnly`.
    package func bestPrice(isBuy: Bool, displayedOnly: Bool = false) -> Price? {
        let levels = isBuy ? bids : asks
        guard displayedOnly else { return levels.last?.price }
        return levels.last { !$0.displayed.isEmpty }?.price
    }

    /// Everything on a side in priority order.
    package func orders(isBuy: Bool) -> [BookOrder] {
        var found: [BookOrder] = []
        var cursor = first(isBuy: isBuy)
        while let slot = cursor {
            found.append(entries[Int(slot.index)].order)
            cursor = next(after: slot)
        }
        return found
    }

    /// The displayed book of a side, best first.
    package func displayedLevels(isBuy: Bool) -> [DisplayedLevel] {
        (isBuy ? bids : asks).reversed().filter { !$0.displayed.isEmpty }.map {
            DisplayedLevel(price: $0.price, qty: $0.displayed.qty)
        }
    }

    package func displayedLevelCount(isBuy: Bool) -> Int {
        (isBuy ? bids : asks).count { !$0.displayed.isEmpty }
    }

    /// Displayed quantity at one price; zero where there is no level.
    package func displayedQty(isBuy: Bool, price: Price) -> OrderQty {
        (isBuy ? bids : asks).last { $0.price == price }?.displayed.qty ?? .zero
    }

    /// Walks everything; for tests and simulation.
    package func checkInvariants() {
        for isBuy in [true, false] {
            let levels = isBuy ? bids : asks
            for (worse, better) in zip(levels, levels.dropFirst()) {
                let isOrdered = isBuy ? worse.price < better.price : worse.price > better.price
                invariant(isOrdered, "levels lie in price order")
            }
            var total = OrderQty.zero
            for order in orders(isBuy: isBuy) {
                invariant(order.isBuy == isBuy, "an order lies on its side")
                invariant(order.leavesQty > .zero, "an order in the book has something open")
                total = total + order.leavesQty
            }
            let levelTotal = levels.reduce(OrderQty.zero) { $0 + $1.displayed.qty + $1.hidden.qty }
            invariant(total == levelTotal, "a level holds the sum of its orders")
        }
        let walked = orders(isBuy: true).count + orders(isBuy: false).count
        invariant(walked == orderCount, "every order can be reached from its level")
    }

    private func slot(_ index: Int32) -> BookSlot {
        BookSlot(index: index, orderRef: entries[Int(index)].order.orderRef)
    }
}
