import Crossing
import Vocabulary

// What a venue says of a live order without ending or filling it.

extension Ledger {
    /// `restated`: price or priority, size and mark (`M`), or the fate of a cancel in a cross.
    mutating func restate(_ record: inout AuditRecord) -> Applied {
        let index = subject(record)
        guard index != noSlot else { return outcome(.unknown, incident: true) }
        let what = Restatement(rawValue: record.detail) ?? .display
        let transition = pool[index].status.after(what.event)
        guard transition.isLegal else { return illegal(&record, index) }
        lift(index)
        var applied = outcome(.applied)
        let askedPx = pool[index].worstPx
        switch what {
        case .display: applied.incident = !takeEcho(record, index)
        case .modified: applied.incident = !takeModified(record, index)
        case .cancelRejected: applied.incident = !loseCancel(record, index)
        case .cancelPending: applied.incident = !holdCancel(record, index)
        case .modifyUnsent: dropModify(index)
        }
        if isWorse(index, than: askedPx) { noteExcess(index, &applied) }
        let isOver = pool[index].leavesQty == .zero
        settle(index, isOver ? .canceled : state(index, after: transition), &applied)
        fillIn(&record, &applied, index)
        return applied
    }

    /// Open shares and short mark as the venue has them. `false` for more shares, or for another
    /// side than a sell's: neither can be, ours stays.
    private mutating func takeModified(_ record: AuditRecord, _ index: UInt32) -> Bool {
        let left = max(.zero, min(record.leavesQty, pool[index].leavesQty))
        let gone = pool[index].leavesQty - left
        pool[index].leavesQty = left
        pool[index].canceledQty = pool[index].canceledQty + gone
        let grown = record.leavesQty > left
        // The mark asked for is the answer; another one leaves the question open.
        if record.side == pool[index].pendingSide { dropModify(index) }
        guard record.side != pool[index].side else { return !grown }
        guard let side = Side(rawValue: record.side), !side.isBuy, !pool[index].isBuy else {
            return false
        }
        pool[index].side = record.side
        return !grown
    }

    private mutating func dropModify(_ index: UInt32) {
        pool[index].pending.remove(.modify)
        pool[index].pendingSide = 0
    }

    /// The order stands and nobody asks for its end any more. `false` when no cancel was in flight.
    private mutating func loseCancel(_ record: AuditRecord, _ index: UInt32) -> Bool {
        guard isPending(index, .cancel) else { return false }
        pool[index].pending.remove(.cancel)
        pool[index].pending.remove(.held)
        pool[index].cancelTries = 0
        return true
    }

    /// An answer of a kind: the venue has the cancel and will act on it when the cross is over.
    private mutating func holdCancel(_ record: AuditRecord, _ index: UInt32) -> Bool {
        guard isPending(index, .cancel) else { return false }
        pool[index].pending.insert(.held)
        pool[index].cancelTries = 0
        return true
    }
}
