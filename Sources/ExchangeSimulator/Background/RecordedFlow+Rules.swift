import Vocabulary
import Wire

/// A recorded aggressor: what its executions say of it.
struct RecordedAggressor {
    var symbol: Int?
    var isBuy = false
    /// Worst price it traded at: as far as it was ready to go, for all we know.
    var limit = Price.zero
    var qty = OrderQty.zero
    /// Recorded references it hit, with how much.
    var hits: [UInt64: OrderQty] = [:]

    mutating func take(_ reference: UInt64, _ order: RecordedFlow.Recorded, _ shares: OrderQty) {
        let isFirst = symbol == nil
        symbol = order.symbol
        isBuy = !order.isBuy
        let isWorse = isBuy ? order.price > limit : order.price < limit
        if isFirst || isWorse { limit = order.price }
        qty = qty + shares
        hits[reference, default: .zero] = hits[reference, default: .zero] + shares
    }
}

// The counterfactual rules: what recorded flow does in a book our orders have changed. Normative
// text: docs/venue-behaviour.md. Where nobody of ours ever traded, each does what was recorded.
extension RecordedFlow {
    /// A recorded order arrives. What crosses an order of ours, or one only we kept alive, trades
    /// with it first; the rest waits in the queue.
    func enter(_ reference: UInt64, _ recorded: Recorded, open: OrderQty, on floor: TradingFloor) {
        report.events += 1
        var recorded = recorded
        var rest = open
        if open > .zero {
            let aggressor = Aggressor(isBuy: recorded.isBuy, limit: recorded.price, qty: open)
            let fills = floor.market.execute(aggressor, on: recorded.symbol) { [self] order in
                survivors(of: order)
            }
            rest = fills.reduce(open) { $0 - $1.qty }
            floor.settle(fills)
        }
        if rest != recorded.leavesQty { report.altered += 1 }
        if rest > .zero {
            let order = bookOrder(reference, recorded, rest, floor)
            recorded.slot = floor.market.add(order, to: recorded.symbol)
        }
        orders[reference] = recorded
    }

    /// First our own orders and what only we kept alive, in priority, and the very orders it hit in
    /// the recording; what is then still open takes whoever is next in the queue, up to its limit.
    func execute(_ aggressor: RecordedAggressor, on floor: TradingFloor) {
        guard let symbol = aggressor.symbol else { return }
        var hits = aggressor.hits
        let wanted = Aggressor(
            isBuy: aggressor.isBuy,
            limit: aggressor.limit,
            qty: aggressor.qty
        )
        var fills = floor.market.execute(wanted, on: symbol) { [self] order in
            guard case .background(let reference) = order.owner else { return order.leavesQty }
            return survivors(of: order) + (hits[reference] ?? .zero)
        }
        var open = fills.reduce(aggressor.qty) { $0 - $1.qty }
        if open > .zero {
            let rest = Aggressor(isBuy: aggressor.isBuy, limit: aggressor.limit, qty: open)
            let more = floor.market.execute(rest, on: symbol)
            open = more.reduce(open) { $0 - $1.qty }
            fills += more
        }
        floor.settle(fills)
        report.droppedQty = report.droppedQty + open

        for (reference, qty) in aggressor.hits { hits[reference] = qty }
        for fill in fills {
            guard case .background(let reference) = fill.resting.owner else { continue }
            hits[reference] = (hits[reference] ?? .zero) - fill.qty
        }
        if hits.values.contains(where: { $0 != .zero }) { report.altered += aggressor.hits.count }
        for (reference, qty) in aggressor.hits { reduceRecorded(reference, by: qty) }
    }

    /// A partial cancel takes what is there.
    func cancel(_ reference: UInt64, by qty: OrderQty, on floor: TradingFloor) {
        guard let recorded = known(reference) else { return }
        let here = leavesHere(recorded, floor)
        let taken = min(qty, here)
        report.clippedQty = report.clippedQty + (qty - taken)
        if here != recorded.leavesQty { report.altered += 1 }
        if taken > .zero, let slot = recorded.slot {
            floor.market.cancel(recorded.symbol, slot, by: taken)
        }
        reduceRecorded(reference, by: qty)
    }

    /// Its owner wants it gone: all that is left here goes.
    func delete(_ reference: UInt64, on floor: TradingFloor) {
        guard let recorded = known(reference) else { return }
        let here = leavesHere(recorded, floor)
        if here != recorded.leavesQty { report.altered += 1 }
        report.clippedQty = report.clippedQty + max(.zero, recorded.leavesQty - here)
        if here > .zero, let slot = recorded.slot {
            floor.market.cancel(recorded.symbol, slot, by: here)
        }
        orders[reference] = nil
    }

    /// Comes back with the recorded size minus what we took, at the back of its new level.
    func replace(
        _ reference: UInt64,
        by newReference: UInt64,
        _ shares: OrderQty,
        _ price: Price,
        on floor: TradingFloor
    ) {
        guard let old = known(reference) else { return }
        // Counted once, by the entry of the new order.
        report.events -= 1
        let here = leavesHere(old, floor)
        let taken = max(.zero, old.leavesQty - here)
        let open = max(.zero, shares - taken)
        let recorded = Recorded(
            symbol: old.symbol,
            isBuy: old.isBuy,
            price: price,
            attribution: old.attribution,
            leavesQty: shares
        )
        orders[reference] = nil
        guard here > .zero, let slot = old.slot else {
            return enter(newReference, recorded, open: open, on: floor)
        }
        if open > .zero, !wouldTrade(recorded, open, floor) {
            report.events += 1
            if open != shares || here != old.leavesQty { report.altered += 1 }
            var resting = recorded
            let order = bookOrder(newReference, recorded, open, floor)
            resting.slot = floor.market.replace(old.symbol, slot, with: order)
            orders[newReference] = resting
            return
        }
        floor.market.cancel(old.symbol, slot, by: here)
        enter(newReference, recorded, open: open, on: floor)
    }

    /// A print against hidden liquidity reaches an order of ours only if ours is strictly better:
    /// at its price, someone we cannot see was first.
    func print(_ symbol: Int, _ shares: OrderQty, _ price: Price, on floor: TradingFloor) {
        report.events += 1
        var open = shares
        for isBuy in [false, true] where open > .zero {
            // Strictly through: a seller at `price` reaches bids above it, a buyer asks below it.
            let limit = Price(units: price.units + (isBuy ? -1 : 1))
            let aggressor = Aggressor(isBuy: isBuy, limit: limit, qty: open)
            let fills = floor.market.execute(aggressor, on: symbol) { order in
                order.owner.isPort ? order.leavesQty : .zero
            }
            open = fills.reduce(open) { $0 - $1.qty }
            floor.settle(fills)
        }
        if open != shares { report.altered += 1 }
        guard open > .zero else { return }
        floor.market.publisher.printed(
            floor.market.locate(symbol),
            floor.market.listings[symbol].symbol,
            open,
            price,
            floor.market.nextMatchNumber()
        )
    }

    // MARK: What is here and what was there

    /// How much of a resting order recorded flow may reach beyond what it reached in the recording:
    /// all of an order of ours; of a recorded one, only what it no longer has there. That part is
    /// alive because an execution that was its own went to us.
    private func survivors(of order: BookOrder) -> OrderQty {
        guard case .background(let reference) = order.owner else { return order.leavesQty }
        return max(.zero, order.leavesQty - (orders[reference]?.leavesQty ?? .zero))
    }

    private func wouldTrade(_ order: Recorded, _ open: OrderQty, _ floor: TradingFloor) -> Bool {
        let book = floor.market.listings[order.symbol].book
        let aggressor = Aggressor(isBuy: order.isBuy, limit: order.price, qty: open)
        var cursor = book.first(isBuy: !order.isBuy)
        while let slot = cursor, let resting = book.order(at: slot),
            aggressor.reaches(resting.price)
        {
            if survivors(of: resting) > .zero { return true }
            cursor = book.next(after: slot)
        }
        return false
    }

    private func known(_ reference: UInt64) -> Recorded? {
        guard let recorded = orders[reference] else {
            if isUnfiltered { report.unknownRefs += 1 }
            return nil
        }
        report.events += 1
        return recorded
    }

    private func leavesHere(_ recorded: Recorded, _ floor: TradingFloor) -> OrderQty {
        recorded.slot.flatMap { floor.market.order(recorded.symbol, at: $0)?.leavesQty } ?? .zero
    }

    /// Forgets a reference the recording is done with; what survives of it here stays in the book.
    private func reduceRecorded(_ reference: UInt64, by qty: OrderQty) {
        guard var recorded = orders[reference] else { return }
        recorded.leavesQty = max(.zero, recorded.leavesQty - qty)
        orders[reference] = recorded.leavesQty > .zero ? recorded : nil
    }

    private func bookOrder(
        _ reference: UInt64,
        _ recorded: Recorded,
        _ qty: OrderQty,
        _ floor: TradingFloor
    ) -> BookOrder {
        BookOrder(
            orderRef: floor.market.nextOrderRef(),
            owner: .background(reference: reference),
            isBuy: recorded.isBuy,
            price: recorded.price,
            attribution: recorded.attribution,
            leavesQty: qty
        )
    }
}
