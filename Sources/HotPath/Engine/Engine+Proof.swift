import Crossing
import Vocabulary
import Wire

/// Orders that end without a word of the venue: proved never received, or never sent
/// (semantics.md §2.5, §2.7). Each gives its owner a sequenced answer.
extension Engine {
    /// Closes an order by proof: `J` to its client if it was never accepted, else `C` reason `Z`.
    ///
    /// A leg's end is told as a part of its parent, unless `tells` is false: then all of it is taken
    /// back at once.
    mutating func closeByProof(_ slot: OrderSlot, _ proof: Proof, tells: Bool = true) {
        let order = ledger.order(slot)
        guard order.isLive else { return }
        let owner = addressee(order, slot)
        // Of one a person settled the queue was not the reason.
        let code = proof == .resolved ? RiskCode.unknownOrderOnSymbol : .sendQueueOrEventRoom
        begin(.canceled)
        unsafe scratch.pointee.flags = .byProof
        fillIdentity(order)
        unsafe scratch.pointee.userRefNum = order.venueRefNum
        unsafe scratch.pointee.lastQty = order.leavesQty
        unsafe scratch.pointee.reason = UInt8(ascii: "Z")
        unsafe scratch.pointee.detail = proof.rawValue
        unsafe scratch.pointee.code = code.rawValue
        var replyCount = 0
        if let owner, tells {
            address(owner)
            if owner.wasAccepted {
                replyCount = composeCanceled(owner.refNum, order.leavesQty, UInt8(ascii: "Z"))
            } else if !owner.isLeg {
                replyCount = composeReject(owner.refNum, code.rawValue, owner.clOrdID)
            }
        }
        unsafe commit(nil, 0, answering: owner?.login ?? noIndex16, replyCount: replyCount)
        if tells { settleParent(order.parent) }
    }

    /// Every New and Replace of `venue` numbered at or below the answered fence that the replayed
    /// stream says nothing of was never received. Releases them and tells their owners.
    ///
    /// What was sent in a session before the last roll is not proved: this stream never knew it.
    mutating func proveAbsence(_ venue: UInt8, below fence: UInt32) {
        let rolledNs = ledger.venue(venue).rolledNs
        var cursor = ledger.walk(.venue(venue))
        while true {
            let slot = ledger.next(&cursor)
            if slot.isNone { return }
            let order = ledger.order(slot)
            if order.sentNs <= rolledNs { continue }
            if order.pending.contains(.replace), order.pendingRefNum < fence {
                dropReplace(slot, order.pendingRefNum)
            }
            let isUnanswered =
                order.status == .pendingNew || order.status == .unknown && order.cumQty == .zero
            if isUnanswered, order.venueOrderRef == 0, order.venueRefNum < fence {
                closeByProof(slot, .notReceived)
            }
        }
    }
}
