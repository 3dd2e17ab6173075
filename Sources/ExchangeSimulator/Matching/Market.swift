package import Vocabulary
import Wire

/// Someone who wants to trade now.
package struct Aggressor: Sendable {
    package let isBuy: Bool
    /// Worst price to trade at; `nil`: any.
    package let limit: Price?
    package let qty: OrderQty

    package init(isBuy: Bool, limit: Price?, qty: OrderQty) {
        self.isBuy = isBuy
        self.limit = limit
        self.qty = qty
    }

    func reaches(_ resting: Price) -> Bool {
        guard let limit else { return true }
        return isBuy ? resting <= limit : resting >= limit
    }
}

/// One match. `resting` is the order as it is afterwards; the price is its price.
package struct Fill: Sendable {
    package let symbol: Int
    package let resting: BookOrder
    package let qty: OrderQty
    package let matchNumber: UInt64
    /// Where a reserve order goes on after this fill took all it showed, and how much it shows now.
    package var refreshed: (slot: BookSlot, shownQty: OrderQty)?
}

/// What is listed, its book and its state.
package struct Listing: Sendable {
    package let symbol: Symbol
    package internal(set) var book = Book()
    /// ITCH trading state: `T` trading, `H P Q` not.
    package internal(set) var tradingState = UInt8(ascii: "T")

    var isTrading: Bool { tradingState == UInt8(ascii: "T") }
}

/// All books, and the only hand that changes them. Every change of a displayed order is published
/// in the same call, so the feed and the book cannot tell different stories.
package final class Market {
    package private(set) var listings: [Listing] = []
    private var indexBySymbol: [Symbol: Int] = [:]
    package let publisher: ITCHPublisher

    private var lastOrderRef: UInt64 = 0
    private var lastMatchNumber: UInt64 = 0

    package init(publisher: ITCHPublisher) {
        self.publisher = publisher
    }

    package func index(of symbol: Symbol) -> Int? { indexBySymbol[symbol] }

    /// Lists `symbol`, or finds it; its stock locate is index + 1. `nil`: the locates are used up.
    package func list(_ symbol: Symbol) -> Int? {
        if let known = indexBySymbol[symbol] { return known }
        guard listings.count < Int(UInt16.max) else { return nil }
        listings.append(Listing(symbol: symbol))
        indexBySymbol[symbol] = listings.count - 1
        return listings.count - 1
    }

    package func setTradingState(_ state: UInt8, of symbol: Int) {
        listings[symbol].tradingState = state
    }

    package func nextOrderRef() -> UInt64 {
        lastOrderRef += 1
        return lastOrderRef
    }

    package func book(_ symbol: Int) -> Book { listings[symbol].book }

    package func order(_ symbol: Int, at slot: BookSlot) -> BookOrder? {
        listings[symbol].book.order(at: slot)
    }

    // MARK: Changes

    /// Rests `order`; published when displayed.
    package func add(_ order: BookOrder, to symbol: Int) -> BookSlot {
        let slot = listings[symbol].book.add(order)
        if order.isDisplayed { publisher.added(order, locate(symbol), listings[symbol].symbol) }
        return slot
    }

    /// Takes `qty` off a resting order without a trade, first off its reserve; its place in the queue
    /// stays.
    package func cancel(_ symbol: Int, _ slot: BookSlot, by qty: OrderQty) {
        let behind = min(qty, order(symbol, at: slot)?.reserveQty ?? .zero)
        if behind > .zero { listings[symbol].book.reduceReserve(slot, by: behind) }
        let qty = qty - behind
        guard qty > .zero else { return }
        let after = listings[symbol].book.reduce(slot, by: qty)
        guard after.isDisplayed else { return }
        if after.leavesQty == .zero {
            publisher.deleted(after.orderRef, locate(symbol))
        } else {
            publisher.canceled(after.orderRef, by: qty, locate(symbol))
        }
    }

    /// One order for another in one message, at the back of its level; for a pair that is displayed
    /// and does not trade on entry. Anything else is a ``cancel(_:_:by:)`` and an ``add(_:to:)``.
    package func replace(_ symbol: Int, _ slot: BookSlot, with order: BookOrder) -> BookSlot {
        let old = listings[symbol].book.order(at: slot)
        guard let old, old.isDisplayed, order.isDisplayed, old.isBuy == order.isBuy else {
            if let old { cancel(symbol, slot, by: old.openQty) }
            return add(order, to: symbol)
        }
        listings[symbol].book.reduce(slot, by: old.leavesQty)
        let placed = listings[symbol].book.add(order)
        publisher.replaced(old.orderRef, by: order, locate(symbol))
        return placed
    }

    /// Matches `aggressor` against the resting side, best price first, then first come first served.
    /// `offered` says how much of an order this aggressor may reach; everything, if absent.
    package func execute(
        _ aggressor: Aggressor,
        on symbol: Int,
        offered: ((BookOrder) -> OrderQty)? = nil
    ) -> [Fill] {
        var fills: [Fill] = []
        var open = aggressor.qty
        var cursor = listings[symbol].book.first(isBuy: !aggressor.isBuy)
        while open > .zero, let slot = cursor {
            guard let resting = order(symbol, at: slot), aggressor.reaches(resting.price) else {
                break
            }
            cursor = listings[symbol].book.next(after: slot)
            let reachable = offered.map { min($0(resting), resting.leavesQty) } ?? resting.leavesQty
            let qty = min(reachable, open)
            guard qty > .zero else { continue }
            open = open - qty
            let fill = match(symbol, slot, qty)
            fills.append(fill)
            guard let again = fill.refreshed?.slot else { continue }
            // It is behind everybody displayed at its price, and before all else.
            let next = cursor.flatMap { order(symbol, at: $0) }
            let meetsIt = next?.price == resting.price && next?.isDisplayed == true
            if !meetsIt { cursor = again }
        }
        return fills
    }

    /// What ``execute(_:on:offered:)`` would trade now.
    package func available(to aggressor: Aggressor, on symbol: Int) -> OrderQty {
        var total = OrderQty.zero
        var cursor = listings[symbol].book.first(isBuy: !aggressor.isBuy)
        while total < aggressor.qty, let slot = cursor {
            guard let resting = order(symbol, at: slot), aggressor.reaches(resting.price) else {
                break
            }
            total = min(aggressor.qty, total + resting.openQty)
            cursor = listings[symbol].book.next(after: slot)
        }
        return total
    }

    private func match(_ symbol: Int, _ slot: BookSlot, _ qty: OrderQty) -> Fill {
        lastMatchNumber += 1
        let resting = listings[symbol].book.reduce(slot, by: qty)
        var fill = Fill(
            symbol: symbol,
            resting: resting,
            qty: qty,
            matchNumber: lastMatchNumber
        )
        publisher.executed(fill, locate(symbol), listings[symbol].symbol)
        if resting.leavesQty == .zero, let again = resting.refreshed(as: nextOrderRef()) {
            fill.refreshed = (add(again, to: symbol), again.leavesQty)
        }
        return fill
    }

    /// A trade that touches no book: recorded prints pass through with a number of ours.
    package func nextMatchNumber() -> UInt64 {
        lastMatchNumber += 1
        return lastMatchNumber
    }

    package func locate(_ symbol: Int) -> UInt16 { UInt16(symbol + 1) }

    /// Walks every book; for tests and simulation.
    package func checkInvariants() {
        for listing in listings { listing.book.checkInvariants() }
    }
}
