import Vocabulary
package import Wire

/// The seven messages that change resting orders: A F E C X D U.
///
/// Spec: docs/protocols/itch-5.0.md, Book rules. E, C and X reduce and at zero the order is gone;
/// D removes; U removes the old reference and adds the new one behind its level.
extension BookOrders {
    /// - Parameters:
    ///   - bytes: one message, type byte first.
    ///   - type: of `bytes`, one of the seven; any other leaves everything as it was.
    ///   - book: remembered with an added order.
    /// - Returns: what it did, for the levels to follow.
    /// - Throws: when the message is shorter than its type; nothing changed.
    /// - Note: Reading through views is not marked `@_noLocks @_noAllocation`: the compiler takes
    ///   the copy of any non-escapable value for a retain. What follows the reading is marked.
    package mutating func apply(
        _ bytes: RawSpan,
        type: ITCH.MessageType,
        book: UInt16
    ) throws(WireError) -> OrderEffect {
        switch type {
        case .addOrder:
            let view = try ITCH.AddOrderView(bytes)
            return add(
                reference: view.orderReferenceNumber,
                side: view.side,
                price: view.price,
                qty: view.shares,
                book: book
            )
        case .addOrderMPID:
            let view = try ITCH.AddOrderMPIDView(bytes)
            return add(
                reference: view.orderReferenceNumber,
                side: view.side,
                price: view.price,
                qty: view.shares,
                book: book
            )
        case .orderExecuted:
            let view = try ITCH.OrderExecutedView(bytes)
            return execute(
                reference: view.orderReferenceNumber,
                qty: view.executedShares,
                price: nil,
                match: view.matchNumber,
                printable: true
            )
        case .orderExecutedWithPrice:
            let view = try ITCH.OrderExecutedWithPriceView(bytes)
            return execute(
                reference: view.orderReferenceNumber,
                qty: view.executedShares,
                price: view.price,
                match: view.matchNumber,
                // Only a clear N keeps a trade off the tape.
                printable: view.printable != UInt8(ascii: "N")
            )
        case .orderCancel:
            let view = try ITCH.OrderCancelView(bytes)
            return reduce(reference: view.orderReferenceNumber, by: view.canceledShares)
        case .orderDelete:
            let view = try ITCH.OrderDeleteView(bytes)
            return delete(reference: view.orderReferenceNumber)
        case .orderReplace:
            let view = try ITCH.OrderReplaceView(bytes)
            return replace(
                reference: view.originalOrderReferenceNumber,
                with: view.newOrderReferenceNumber,
                price: view.price,
                qty: view.shares
            )
        default:
            return OrderEffect(.nonsense)
        }
    }

    @inline(__always) @_noLocks @_noAllocation
    private mutating func add(
        reference: UInt64,
        side: UInt8,
        price: Price,
        qty: OrderQty,
        book: UInt16
    ) -> OrderEffect {
        let isBid = side == UInt8(ascii: "B")
        guard isBid || side == UInt8(ascii: "S") else { return OrderEffect(.nonsense) }
        let order = BookOrder(
            reference: reference,
            price: price,
            leavesQty: qty,
            book: book,
            isBid: isBid
        )
        return place(order, into: OrderEffect(.applied))
    }

    @inline(__always) @_noLocks @_noAllocation
    private mutating func place(_ order: BookOrder, into effect: OrderEffect) -> OrderEffect {
        var effect = effect
        guard order.leavesQty > .zero else {
            effect.outcome = .nonsense
            return effect
        }
        guard find(order.reference) == nil else {
            effect.outcome = .duplicateReference
            return effect
        }
        guard insert(order) else {
            effect.outcome = .refused
            return effect
        }
        effect.added = LevelChange(order, qty: order.leavesQty, wholeOrder: true)
        return effect
    }

    @inline(__always) @_noLocks @_noAllocation
    private mutating func execute(
        reference: UInt64,
        qty: OrderQty,
        price: Price?,
        match: UInt64,
        printable: Bool
    ) -> OrderEffect {
        guard let slot = find(reference) else { return OrderEffect(.unknownReference) }
        let resting = self[slot].price
        var effect = take(qty, at: slot)
        guard let taken = effect.taken else { return effect }
        effect.execution = Execution(
            lastPx: price ?? resting,
            lastQty: taken.qty,
            match: match,
            printable: printable
        )
        return effect
    }

    @inline(__always) @_noLocks @_noAllocation
    private mutating func reduce(reference: UInt64, by qty: OrderQty) -> OrderEffect {
        guard let slot = find(reference) else { return OrderEffect(.unknownReference) }
        return take(qty, at: slot)
    }

    @inline(__always) @_noLocks @_noAllocation
    private mutating func delete(reference: UInt64) -> OrderEffect {
        guard let slot = find(reference) else { return OrderEffect(.unknownReference) }
        return take(self[slot].leavesQty, at: slot)
    }

    @inline(__always) @_noLocks @_noAllocation
    private mutating func replace(
        reference: UInt64,
        with newReference: UInt64,
        price: Price,
        qty: OrderQty
    ) -> OrderEffect {
        guard let slot = find(reference) else { return OrderEffect(.unknownReference) }
        var order = self[slot]
        let effect = take(order.leavesQty, at: slot)
        order.reference = newReference
        order.price = price
        order.leavesQty = qty
        return place(order, into: effect)
    }

    /// Takes at most what rests; the order leaves the table with its last share.
    @inline(__always) @_noLocks @_noAllocation
    private mutating func take(_ qty: OrderQty, at slot: Int) -> OrderEffect {
        let order = self[slot]
        guard qty > .zero else { return OrderEffect(.nonsense) }
        var effect = OrderEffect(.applied)
        effect.overreduced = qty > order.leavesQty
        let gone = qty >= order.leavesQty
        let taken = gone ? order.leavesQty : qty
        effect.taken = LevelChange(order, qty: taken, wholeOrder: gone)
        if gone { remove(at: slot) } else { reduce(at: slot, by: taken) }
        return effect
    }
}

extension LevelChange {
    @inline(__always)
    fileprivate init(_ order: BookOrder, qty: OrderQty, wholeOrder: Bool) {
        self.init(
            book: order.book,
            isBid: order.isBid,
            price: order.price,
            qty: qty,
            wholeOrder: wholeOrder
        )
    }
}
