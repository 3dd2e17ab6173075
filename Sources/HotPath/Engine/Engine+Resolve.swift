import Crossing
import Vocabulary

/// A person's word on an order that software cannot settle (semantics.md §2.16): how it ended, and
/// how many shares it filled in all. Shares nobody told us of move the position like any others.
extension Engine {
    /// `detail` is the `OrdStatus` it ended in, `value` the shares filled in all (0: as known), `px`
    /// what those we do not know of cost.
    ///
    /// Refused, and recorded: an order that does not live (213), one its venue still answers for (106), fewer shares than are known (203), more
    /// than could fill (204), shares without a price (205), a price beyond the order's limit (301, 302;
    /// `answer.value` is that limit).
    mutating func resolve(_ command: Command, _ answer: inout CommandReply) {
        let slot = ledger.find(command.orderID)
        guard !slot.isNone, ledger.order(slot).isLive else {
            recordOperator(command, code: .orderNotFound)
            answer.code = RiskCode.orderNotFound.rawValue
            return
        }
        let order = ledger.order(slot)
        answer.orderID = command.orderID
        answer.status = order.status
        answer.value = order.cumQty.units
        let code = judge(command, order)
        if code == .collarBuy || code == .collarSell { answer.value = order.farthestPx.units }
        guard code == .ok else {
            recordOperator(command, code: code)
            answer.code = code.rawValue
            return
        }
        guard isAgreed(command, &answer) else { return }
        recordOperator(command, code: code)
        let unknownQty = max(0, command.value - order.cumQty.units)
        if unknownQty > 0 { fillByWord(slot, OrderQty(units: unknownQty), command) }
        if command.detail == UInt32(OrdStatus.rejected.rawValue) {
            rejectByWord(slot, command)
        } else {
            // Nothing left of a wholly filled one.
            closeByProof(slot, .resolved)
        }
        if Int(order.venue) < config.venueCount { markDoubts(Int(order.venue)) }
        answer.status = ledger.order(slot).status
        answer.value = ledger.order(slot).cumQty.units
    }

    private func judge(_ command: Command, _ order: Order) -> RiskCode {
        let venue = Int(order.venue)
        let isLost = unsafe venue >= config.venueCount || venues[venue].state == .lost
        guard order.status == .unknown || isLost else { return .notPermitted }
        let known = order.cumQty.units
        let filled = command.value == 0 ? known : command.value
        if filled < known { return .quantityNotPositive }
        if filled > known, command.px.units <= 0 { return .lotOrNoFinitePrice }
        let most = known &+ max(order.leavesQty.units, order.resvQty.units)
        if filled > most { return .maxOrderQty }
        // No venue fills beyond a limit. A market order left as a limit at its collar, a peg with its
        // most aggressive price; only one taken over from a venue may have none.
        let farthest = order.farthestPx
        if filled > known, farthest > .zero {
            if order.isBuy, command.px > farthest { return .collarBuy }
            if !order.isBuy, command.px < farthest { return .collarSell }
        }
        switch OrdStatus(rawValue: UInt8(truncatingIfNeeded: command.detail)) {
        case .filled: return filled > 0 ? .ok : .quantityNotPositive
        case .canceled: return .ok
        case .rejected: return filled == 0 ? .ok : .quantityNotPositive
        default: return .unsupported
        }
    }

    private mutating func beginByWord(_ kind: RecordKind, _ order: Order, _ command: Command) {
        begin(kind)
        unsafe scratch.pointee.flags = [.byProof, .fromOperator]
        fillIdentity(order)
        unsafe scratch.pointee.userRefNum = order.venueRefNum
        unsafe scratch.pointee.commandID = command.id
        unsafe scratch.pointee.detail = Proof.resolved.rawValue
    }

    private mutating func fillByWord(_ slot: OrderSlot, _ qty: OrderQty, _ command: Command) {
        acceptByWord(slot, command)
        let order = ledger.order(slot)
        beginByWord(.fill, order, command)
        unsafe scratch.pointee.lastQty = qty
        unsafe scratch.pointee.lastPx = command.px
        var replyCount = 0
        let owner = addressee(order, slot)
        if let owner {
            address(owner)
            replyCount = composeExecuted(owner.refNum, qty, command.px)
        }
        unsafe commit(nil, 0, answering: owner?.login ?? noIndex16, replyCount: replyCount)
    }

    /// What was executed was accepted: a client that was never told so hears that first. Of a routed
    /// order it was told its parent's.
    private mutating func acceptByWord(_ slot: OrderSlot, _ command: Command) {
        let order = ledger.order(slot)
        guard let owner = addressee(order, slot), !owner.isLeg, !owner.wasAccepted else { return }
        beginByWord(.ack, order, command)
        address(owner)
        let replyCount = composeAccepted(order, owner)
        unsafe commit(nil, 0, answering: owner.login, replyCount: replyCount)
    }

    private mutating func rejectByWord(_ slot: OrderSlot, _ command: Command) {
        let order = ledger.order(slot)
        beginByWord(.reject, order, command)
        unsafe scratch.pointee.code = RiskCode.unknownOrderOnSymbol.rawValue
        var replyCount = 0
        let owner = addressee(order, slot)
        if let owner {
            address(owner)
            let code = RiskCode.unknownOrderOnSymbol.rawValue
            if !owner.isLeg {
                replyCount = composeReject(owner.refNum, code, owner.clOrdID)
            } else if owner.wasAccepted {
                replyCount = composeCanceled(owner.refNum, order.leavesQty, UInt8(ascii: "Z"))
            }
        }
        unsafe commit(nil, 0, answering: owner?.login ?? noIndex16, replyCount: replyCount)
        settleParent(order.parent)
    }
}
