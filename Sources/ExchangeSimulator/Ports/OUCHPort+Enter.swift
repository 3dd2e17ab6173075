import Vocabulary
import Wire

// Enter Order, and what a new order does when it arrives, by Enter or by Replace.
extension OUCHPort {
    func enter(_ message: OUCH.EnterOrder) {
        let key = OrderKey(
            refIdx: message.appendage.userRefIdx ?? 0,
            userRefNum: message.userRefNum
        )
        write(
            .enter,
            VenueLog.Facts(
                ref: key.userRefNum,
                symbol: message.symbol,
                side: message.side,
                qty: message.quantity,
                px: message.price
            )
        )
        guard !isUsed(key) else {
            return ignore(
                "UserRefNum not above \(lastUserRefNum[key.refIdx] ?? 0)",
                ref: key.userRefNum
            )
        }
        consume(key)
        let symbolIndex = floor.market.index(of: message.symbol)
        if let reason = refusal(message, symbolIndex) {
            return reject(key, message.clOrdID, reason)
        }
        guard let symbolIndex else { return }
        let order = PortOrder(
            key: key,
            side: message.side,
            symbolIndex: symbolIndex,
            symbol: message.symbol,
            price: message.price,
            timeInForce: message.timeInForce,
            display: message.display,
            capacity: message.capacity,
            interMarketSweep: message.interMarketSweep,
            crossType: message.crossType,
            clOrdID: message.clOrdID,
            appendage: message.appendage,
            orderRef: floor.market.nextOrderRef(),
            cumQty: .zero,
            leavesQty: message.quantity,
            slot: nil,
            expiresAt: expiry(message.timeInForce, message.appendage)
        )
        let isDead = !reachesMinQty(order)
        accept(order, state: UInt8(ascii: isDead ? "D" : "L"))
        if !isDead { trade(order) }
    }

    private func refusal(_ message: OUCH.EnterOrder, _ symbolIndex: Int?) -> UInt16? {
        if let reason = floor.faults.rejectReason { return reason }
        guard withinRate() else { return RejectReason.portMessageRate.rawValue }
        if let firm = message.appendage.firm, firm != configuration.firm, firm != .blank {
            return RejectReason.firmNotAuthorized.rawValue
        }
        guard !disabledFirms.contains(configuration.firm) else {
            return RejectReason.destinationClosed.rawValue
        }
        if let reason = EntryCheck.reason(message, isListed: symbolIndex != nil) {
            return reason.rawValue
        }
        if let symbolIndex, !floor.market.listings[symbolIndex].isTrading {
            return RejectReason.halted.rawValue
        }
        return nil
    }

    func expiry(_ timeInForce: UInt8, _ appendage: OUCH.Appendage) -> Int64? {
        guard timeInForce == TimeInForce.goodTillTime.rawValue else { return nil }
        return appendage.expireTimeSeconds.map {
            floor.clock.unixNs(secondsOfDay: $0, on: floor.now)
        }
    }

    func reject(_ key: OrderKey, _ clOrdID: ClOrdIDField, _ reason: UInt16) {
        let tail = tail(key)
        say(
            OUCH.Rejected(
                timestampNs: floor.nsOfDay,
                userRefNum: key.userRefNum,
                reason: reason,
                clOrdID: clOrdID,
                appendage: tail.appendage,
                appendageForm: tail.form
            )
        )
        write(.rejected, VenueLog.Facts(ref: key.userRefNum, reason: "\(reason)"))
    }

    private func accept(_ order: PortOrder, state: UInt8) {
        say(
            OUCH.Accepted(
                timestampNs: floor.nsOfDay,
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
                appendage: order.appendage.forAccepted()
            )
        )
        let isDead = state == UInt8(ascii: "D")
        write(.accepted, order, qty: order.leavesQty, reason: isDead ? "dead" : nil)
    }

    // MARK: Arriving

    /// An order with a MinQty (IOC only) lives only if that much can trade at once.
    func reachesMinQty(_ order: PortOrder) -> Bool {
        guard order.minQty > .zero else { return true }
        let wanted = Aggressor(isBuy: order.isBuy, limit: order.limit, qty: order.minQty)
        return floor.market.available(to: wanted, on: order.symbolIndex) == order.minQty
    }

    /// An accepted order meets the book: trades what it can, then rests or ends.
    func trade(_ order: PortOrder) {
        live[order.key] = order
        if order.expiresAt != nil { hasTimedOrders = true }
        if order.isPostOnly, wouldTakeDisplayed(order) { return end(order.key, .postOnly) }

        let fills = floor.market.execute(order.aggressor, on: order.symbolIndex)
        floor.settle(fills, aggressor: (index, order.key))
        guard let rest = live[order.key] else { return }
        if rest.isImmediate { return end(order.key, .immediateOrCancel) }
        if rest.isMarket { return end(order.key, .marketCollar) }
        live[order.key]?.slot = floor.market.add(bookOrder(rest), to: rest.symbolIndex)
    }

    func bookOrder(_ order: PortOrder) -> BookOrder {
        BookOrder(
            orderRef: order.orderRef,
            owner: .port(index: index, key: order.key),
            isBuy: order.isBuy,
            price: order.price,
            isDisplayed: order.isDisplayed,
            leavesQty: order.shownQty,
            reserveQty: order.leavesQty - order.shownQty,
            floorQty: order.maxFloor
        )
    }

    private func wouldTakeDisplayed(_ order: PortOrder) -> Bool {
        let contra = floor.market.listings[order.symbolIndex].book.bestPrice(
            isBuy: !order.isBuy,
            displayedOnly: true
        )
        guard let contra else { return false }
        return order.aggressor.reaches(contra)
    }

    // MARK: Executions

    /// One fill of one order. Returns the order as it is afterwards.
    func executed(_ key: OrderKey, _ fill: Fill, flag: UInt8) -> PortOrder {
        guard var order = live[key] else {
            invariantFailed("a fill belongs to a live order")
        }
        invariant(fill.qty <= order.leavesQty, "a fill is at most LeavesQty")
        order.cumQty = order.cumQty + fill.qty
        order.leavesQty = order.leavesQty - fill.qty
        live[key] = order.leavesQty > .zero ? order : nil

        say(
            OUCH.Executed(
                timestampNs: floor.nsOfDay,
                userRefNum: key.userRefNum,
                quantity: fill.qty,
                price: fill.resting.price,
                liquidityFlag: flag,
                matchNumber: fill.matchNumber,
                appendage: tail(key).appendage
            )
        )
        write(
            .executed,
            order,
            qty: fill.qty,
            px: fill.resting.price,
            match: fill.matchNumber,
            reason: String(UnicodeScalar(flag))
        )
        return order
    }

    /// More of a reserve order is shown: another reference at the back of the queue. Nothing of the
    /// order itself changed, so the log does not tell it.
    func refreshed(_ key: OrderKey, at slot: BookSlot, shownQty: OrderQty) {
        live[key]?.slot = slot
        var appendage = tail(key).appendage
        appendage.secondaryOrderReferenceNumber = slot.orderRef
        appendage.displayQuantity = shownQty
        say(
            OUCH.Restated(
                timestampNs: floor.nsOfDay,
                userRefNum: key.userRefNum,
                reason: UInt8(ascii: "R"),
                appendage: appendage
            )
        )
    }

    func broken(_ order: PortOrder, _ qty: OrderQty, _ match: UInt64, _ reason: BreakReason) {
        let tail = tail(order.key)
        say(
            OUCH.BrokenTrade(
                timestampNs: floor.nsOfDay,
                userRefNum: order.key.userRefNum,
                matchNumber: match,
                reason: reason.rawValue,
                clOrdID: order.clOrdID,
                appendage: tail.appendage,
                appendageForm: tail.form
            )
        )
        let letter = String(UnicodeScalar(reason.rawValue))
        write(.broken, order, qty: qty, match: match, reason: letter)
    }

    private func invariantFailed(_ law: StaticString) -> Never {
        invariant(false, law)
        fatalError()
    }
}
