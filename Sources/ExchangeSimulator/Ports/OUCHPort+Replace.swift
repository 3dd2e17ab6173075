import Vocabulary
import Wire

// Replace Order and its four outcomes. Spec: docs/protocols/ouch-5.0.md, Behaviour.
extension OUCHPort {
    func replace(_ message: OUCH.ReplaceOrder) {
        let origKey = key(message.origUserRefNum, message.appendage)
        let newKey = key(message.userRefNum, message.appendage)
        let original = live[origKey]
        write(
            .replace,
            VenueLog.Facts(
                ref: newKey.userRefNum,
                orn: original?.orderRef,
                symbol: original?.symbol,
                side: original?.side,
                qty: message.quantity,
                px: message.price,
                reason: "orig=\(origKey.userRefNum)"
            )
        )
        // Outcome 1: nothing to replace, or the number is used. The new number stays free.
        guard let original else { return ignore("original not live", ref: newKey.userRefNum) }
        guard !isUsed(newKey) else {
            return ignore("UserRefNum already used", ref: newKey.userRefNum)
        }
        // Outcome 3: not now. The new number is gone, the original untouched.
        if let reason = refusal(original) {
            consume(newKey)
            return reject(newKey, message.clOrdID, reason)
        }
        // Outcome 2: terms nobody can trade. The original is out, the new number stays free.
        guard let order = replacement(original, newKey, message) else {
            return end(origKey, .user)
        }
        consume(newKey)
        exchange(original, for: order)
    }

    private func refusal(_ original: PortOrder) -> UInt16? {
        if let reason = floor.faults.rejectReason { return reason }
        guard withinRate() else { return RejectReason.portMessageRate.rawValue }
        guard !disabledFirms.contains(configuration.firm) else {
            return RejectReason.replaceNotAllowed.rawValue
        }
        guard floor.market.listings[original.symbolIndex].isTrading else {
            return RejectReason.halted.rawValue
        }
        return nil
    }

    /// The new order; `nil` when its terms are invalid. Its quantity is the liability of the whole
    /// chain, so what has executed is taken off.
    private func replacement(
        _ original: PortOrder,
        _ newKey: OrderKey,
        _ message: OUCH.ReplaceOrder
    ) -> PortOrder? {
        let appendage = original.appendage.replacing(with: message.appendage)
        let terms = EntryCheck.Terms(
            quantity: message.quantity,
            price: message.price,
            timeInForce: message.timeInForce,
            display: message.display,
            appendage: appendage
        )
        guard EntryCheck.reason(terms) == nil, "YN".utf8.contains(message.interMarketSweep) else {
            return nil
        }
        let open = message.quantity - original.cumQty
        guard open > .zero else { return nil }
        return PortOrder(
            key: newKey,
            side: original.side,
            symbolIndex: original.symbolIndex,
            symbol: original.symbol,
            price: message.price,
            timeInForce: message.timeInForce,
            display: message.display,
            capacity: original.capacity,
            interMarketSweep: message.interMarketSweep,
            crossType: original.crossType,
            clOrdID: message.clOrdID,
            appendage: appendage,
            orderRef: floor.market.nextOrderRef(),
            cumQty: original.cumQty,
            leavesQty: open,
            slot: nil,
            expiresAt: expiry(message.timeInForce, appendage)
        )
    }

    /// Outcome 4. Priority is lost whatever changed.
    private func exchange(_ original: PortOrder, for order: PortOrder) {
        let isDead = !reachesMinQty(order)
        live[original.key] = nil
        let tradesOrEnds =
            isDead || order.isImmediate || order.isMarket
            || floor.market.available(to: order.aggressor, on: order.symbolIndex) > .zero

        if !tradesOrEnds, let slot = original.slot {
            // Displayed for displayed and no trade: one message on the feed.
            if order.expiresAt != nil { hasTimedOrders = true }
            var resting = order
            resting.slot = floor.market.replace(order.symbolIndex, slot, with: bookOrder(order))
            live[order.key] = resting
            sayReplaced(original, order, state: UInt8(ascii: "L"))
            return
        }
        if let slot = original.slot {
            floor.market.cancel(original.symbolIndex, slot, by: original.leavesQty)
        }
        sayReplaced(original, order, state: UInt8(ascii: isDead ? "D" : "L"))
        if !isDead { trade(order) }
    }

    private func sayReplaced(_ original: PortOrder, _ order: PortOrder, state: UInt8) {
        say(
            OUCH.Replaced(
                timestampNs: floor.nsOfDay,
                origUserRefNum: original.key.userRefNum,
                userRefNum: order.key.userRefNum,
                side: order.side,
                quantity: order.leavesQty,
                symbol: order.symbol,
                price: order.price,
                timeInForce: order.timeInForce,
                display: order.display,
                orderReferenceNumber: order.orderRef,
                capacity: order.capacity,
                interMarketSweep: order.interMarketSweep,
                crossType: order.crossType,
                orderState: state,
                clOrdID: order.clOrdID,
                appendage: order.appendage.forReplaced()
            )
        )
        write(
            .replaced,
            order,
            qty: order.leavesQty,
            reason: "orig=\(original.key.userRefNum)" + (state == UInt8(ascii: "D") ? " dead" : "")
        )
    }
}
