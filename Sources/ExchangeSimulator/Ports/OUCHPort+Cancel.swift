import Vocabulary
import Wire

// Everything that makes an order smaller or ends it: Cancel, Modify, Mass Cancel, time, the venue.
extension OUCHPort {
    /// Quantity is a ceiling on what may ever execute on this order's chain; 0 cancels all. An order
    /// that is unknown, finished or already smaller gets no answer.
    func cancel(_ message: OUCH.CancelOrder) {
        let key = key(message.userRefNum, message.appendage)
        let order = live[key]
        write(
            .cancel,
            VenueLog.Facts(
                ref: key.userRefNum,
                orn: order?.orderRef,
                symbol: order?.symbol,
                side: order?.side,
                qty: message.quantity
            )
        )
        guard let order else { return ignore("order not live", ref: key.userRefNum) }
        let ceiling = max(.zero, message.quantity - order.cumQty)
        guard ceiling < order.leavesQty else {
            return ignore("order already that small", ref: key.userRefNum)
        }
        reduce(order, by: order.leavesQty - ceiling, .user)
    }

    /// Keeps priority; the side may change among sells only, the quantity may not grow.
    func modify(_ message: OUCH.ModifyOrder) {
        let key = key(message.userRefNum, message.appendage)
        guard var order = live[key] else { return ignore("order not live", ref: key.userRefNum) }
        let isSell = Side(rawValue: message.side).map { !$0.isBuy } ?? false
        guard message.side == order.side || (isSell && !order.isBuy) else {
            return ignore("modify to side \(message.side)", ref: key.userRefNum)
        }
        let ceiling = max(.zero, message.quantity - order.cumQty)
        guard ceiling > .zero else { return reduce(order, by: order.leavesQty, .user) }
        order.side = message.side
        if ceiling < order.leavesQty, let slot = order.slot {
            floor.market.cancel(order.symbolIndex, slot, by: order.leavesQty - ceiling)
            order.leavesQty = ceiling
        }
        live[key] = order
        let tail = tail(key)
        say(
            OUCH.Modified(
                timestampNs: floor.nsOfDay,
                userRefNum: key.userRefNum,
                side: order.side,
                quantity: order.leavesQty,
                appendage: tail.appendage,
                appendageForm: tail.form
            )
        )
        write(.restated, order, qty: order.leavesQty, reason: "modified")
    }

    /// `X` first, then a `C` for each order, by UserRefNum. A number already used is no reason to
    /// leave orders alive: a mass cancel is always obeyed.
    func massCancel(_ message: OUCH.MassCancel) {
        let key = key(message.userRefNum, message.appendage)
        let symbol: Symbol? = message.symbol == .blank ? nil : message.symbol
        write(.massCancel, VenueLog.Facts(ref: key.userRefNum, symbol: symbol))
        consume(key)
        say(
            OUCH.MassCancelResponse(
                timestampNs: floor.nsOfDay,
                userRefNum: key.userRefNum,
                firm: message.firm,
                symbol: message.symbol,
                appendage: message.appendage.forMassCancelResponse()
            )
        )
        guard isOurs(message.firm) else { return }
        let scope = live.values.filter { order in
            (symbol == nil || order.symbol == symbol)
                && (message.appendage.groupID ?? order.appendage.groupID) == order.appendage.groupID
                && (message.appendage.side ?? order.side) == order.side
                && (message.appendage.userRefIdx ?? order.key.refIdx) == order.key.refIdx
        }
        for order in scope.sorted(by: { $0.key < $1.key }) { end(order.key, .user) }
    }

    // MARK: Without being asked by a message

    /// Ends every live order; a disconnect, the close.
    package func cancelAll(_ reason: CancelReason) {
        for key in live.keys.sorted() { end(key, reason) }
    }

    /// Earliest expiry of a live order.
    package var nextExpiry: Int64? {
        guard hasTimedOrders else { return nil }
        return live.values.compactMap(\.expiresAt).min()
    }

    package func expire() {
        guard hasTimedOrders else { return }
        let due = live.values.filter { $0.expiresAt.map { $0 <= floor.now } ?? false }
        for order in due.sorted(by: { $0.key < $1.key }) { end(order.key, .timeout) }
    }

    func end(_ key: OrderKey, _ reason: CancelReason) {
        guard let order = live[key] else { return }
        reduce(order, by: order.leavesQty, reason)
    }

    private func reduce(_ order: PortOrder, by qty: OrderQty, _ reason: CancelReason) {
        if let slot = order.slot { floor.market.cancel(order.symbolIndex, slot, by: qty) }
        sayCanceled(order, by: qty, reason)
    }

    /// Takes `qty` off the port's order, whose book side is already done, and tells the client.
    func sayCanceled(_ order: PortOrder, by qty: OrderQty, _ reason: CancelReason) {
        var after = order
        after.leavesQty = order.leavesQty - qty
        live[order.key] = after.leavesQty > .zero ? after : nil
        let tail = tail(order.key)
        say(
            OUCH.Canceled(
                timestampNs: floor.nsOfDay,
                userRefNum: order.key.userRefNum,
                quantity: qty,
                reason: reason.rawValue,
                appendage: tail.appendage,
                appendageForm: tail.form
            )
        )
        write(.canceled, order, qty: qty, reason: String(UnicodeScalar(reason.rawValue)))
    }

    func key(_ userRefNum: UInt32, _ appendage: OUCH.Appendage) -> OrderKey {
        OrderKey(refIdx: appendage.userRefIdx ?? 0, userRefNum: userRefNum)
    }

    /// A blank firm means the port's own.
    func isOurs(_ firm: Alpha4) -> Bool { firm == .blank || firm == configuration.firm }
}

extension OUCH.Appendage {
    fileprivate func forMassCancelResponse() -> OUCH.Appendage {
        var echo = OUCH.Appendage()
        echo.groupID = groupID
        echo.side = side
        echo.userRefIdx = userRefIdx
        return echo
    }
}
