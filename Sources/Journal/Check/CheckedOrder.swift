package import Crossing
package import Vocabulary

/// One order as the journal's records move it, kept apart from the engine's own computation: what
/// each record claims to be true after it is compared with what its quantities add up to.
///
/// Sums wrap: a record under a checksum that fits may still hold any number, and a sum that is
/// wrong is a finding, not the end of the check.
package struct CheckedOrder {
    package let orderID: ClOrdID
    package let venue: UInt8
    package let strategy: UInt16
    package let parent: UInt64
    package private(set) var status: OrdStatus
    package private(set) var total: Int64
    package private(set) var open: Int64
    package private(set) var filled: Int64 = 0
    package private(set) var canceled: Int64 = 0
    package private(set) var rejected: Int64 = 0
    package private(set) var busted: Int64 = 0
    /// Shares beyond what was open, or after the end: ours all the same, outside the law.
    package private(set) var beyond: Int64 = 0
    /// Number of the replace in flight, 0 when none is.
    private var pendingRefNum: UInt32 = 0
    /// Ended, or was left alone, by proof or by an operator's word.
    package private(set) var wasProved = false
    /// Open quantity as the last record said.
    package private(set) var leavesRecorded: Int64
    /// Journal place of the record that made it.
    package let sequence: UInt64

    package init(_ record: AuditRecord, sequence: UInt64) {
        orderID = record.orderID
        venue = record.venue
        strategy = record.strategy
        parent = record.parent
        self.sequence = sequence
        let adopted = record.kind != .new
        status = adopted ? .new : .pendingNew
        // What we take over part-way has a past we did not see: only what is open counts.
        total = adopted ? max(record.leavesQty.units, record.lastQty.units) : record.qty.units
        open = total
        leavesRecorded = total
    }

    package var isConserved: Bool { total == open &+ filled &+ canceled &+ rejected &+ busted }

    /// Applies one record; what is wrong with it, or `nil`.
    package mutating func apply(_ record: AuditRecord) -> (law: JournalLaw, text: String)? {
        // Recorded and not applied, by the engine's own word.
        guard record.flags.isDisjoint(with: [.duplicate, .notUnderstood]) else { return nil }
        guard let event = event(of: record) else { return compareAfter(record) }
        switch status.after(event) {
        case .illegal:
            return excused(record) ? nil : (.legality, "\(record.kind.name) while \(status)")
        case .lateFill:
            takeLateFill(record.lastQty.units)
            return excused(record) ? nil : (.legality, "fill after the end, no incident")
        case .to(let next):
            let wrong = move(record, event)
            status = open == 0 || !next.isTerminal ? next : status
            return wrong ?? compareAfter(record)
        case .stays:
            let wrong = move(record, event)
            // Replaced or restated to nothing is an end too.
            if open == 0, record.kind.setsOpen { status = .canceled }
            return wrong ?? compareAfter(record)
        }
    }

    private func excused(_ record: AuditRecord) -> Bool {
        !record.flags.isDisjoint(with: [.incident, .late, .adopted])
    }

    /// What the record says happened to this order; `nil` when nothing did.
    private func event(of record: AuditRecord) -> OrderEvent? {
        switch record.kind {
        case .ack: record.flags.contains(.dead) ? .acceptedDead : .accepted
        case .fill: record.lastQty.units >= open ? .fillComplete : .fill
        case .canceled: canceledEvent(record)
        case .reject: rejectEvent(record)
        case .cancelReq: .cancelRequested
        case .replaceReq: .replaceRequested
        case .modifyReq: .modifyRequested
        case .replaced: .replaced
        case .restated: (Restatement(rawValue: record.detail) ?? .display).event
        case .bust: .busted
        default: record.status == .unknown && status.isLive ? .wentSilent : nil
        }
    }

    private func canceledEvent(_ record: AuditRecord) -> OrderEvent {
        guard record.flags.contains(.byProof) else {
            return record.lastQty.units >= open ? .canceledAll : .canceledPart
        }
        return proofEvent(record)
    }

    private func rejectEvent(_ record: AuditRecord) -> OrderEvent? {
        // A replace our own gate refused: the order was never touched.
        if record.flags.contains(.gate) { return nil }
        let ofReplace = pendingRefNum != 0 && record.userRefNum == pendingRefNum
        if record.flags.contains(.replace) || ofReplace { return .replaceRejected }
        return record.flags.contains(.byProof) ? proofEvent(record) : .rejected
    }

    private func proofEvent(_ record: AuditRecord) -> OrderEvent {
        switch record.status {
        case .notSent: .notSent
        case .notReceived: .provedAbsent
        case .rejected: .rejected
        default: .resolved
        }
    }

    private mutating func move(
        _ record: AuditRecord,
        _ event: OrderEvent
    ) -> (law: JournalLaw, text: String)? {
        if record.flags.contains(.byProof) { wasProved = true }
        switch event {
        case .accepted: takeEcho(record.qty.units)
        case .replaceRequested: pendingRefNum = record.userRefNum
        case .replaceRejected: pendingRefNum = 0
        case .fill, .fillComplete: return fill(record)
        case .canceledPart, .canceledAll:
            let decrement = record.lastQty.units
            let applied = min(decrement, open)
            open &-= applied
            canceled &+= applied
            guard decrement == applied || excused(record) else {
                return (.order, "canceled \(decrement) of \(applied) open, no incident")
            }
        case .acceptedDead, .provedAbsent, .notSent, .resolved:
            if event == .acceptedDead { takeEcho(record.qty.units) }
            canceled &+= open
            open = 0
        case .rejected:
            rejected &+= open
            open = 0
        case .replaced:
            // The chain begins anew at what the venue has open.
            pendingRefNum = 0
            open = record.leavesQty.units
            total = open &+ filled &+ canceled &+ rejected &+ busted
        case .restated, .modified, .cancelPending, .cancelRejected:
            canceled &+= open &- record.leavesQty.units
            open = record.leavesQty.units
        case .busted:
            let broken = min(record.lastQty.units, filled)
            filled &-= broken
            busted &+= broken
        default: break
        }
        return nil
    }

    /// Shares believed canceled or rejected are filled after all; what is more than those is beyond.
    private mutating func takeLateFill(_ lastQty: Int64) {
        let fromCanceled = max(0, min(lastQty, canceled))
        let fromRejected = max(0, min(lastQty &- fromCanceled, rejected))
        canceled &-= fromCanceled
        rejected &-= fromRejected
        filled &+= fromCanceled &+ fromRejected
        beyond &+= lastQty &- fromCanceled &- fromRejected
    }

    /// The venue's size is the truth, not what we asked for.
    private mutating func takeEcho(_ qty: Int64) {
        guard qty > 0, qty != total else { return }
        total = max(qty, total &- open)
        open = total &- filled &- canceled &- rejected &- busted
    }

    private mutating func fill(_ record: AuditRecord) -> (law: JournalLaw, text: String)? {
        let lastQty = record.lastQty.units
        guard lastQty > 0 || excused(record) else { return (.order, "fill of \(lastQty)") }
        let applied = max(0, min(lastQty, open))
        open &-= applied
        filled &+= applied
        beyond &+= lastQty &- applied
        guard lastQty == applied || excused(record) else {
            return (.order, "filled \(lastQty) of \(applied) open, no incident")
        }
        return nil
    }

    /// The record's own account of the order, against the sum of all before it.
    private mutating func compareAfter(
        _ record: AuditRecord
    ) -> (law: JournalLaw, text: String)? {
        guard record.kind.tellsOrderAfter, !record.flags.contains(.gate) else { return nil }
        leavesRecorded = record.leavesQty.units
        if excused(record) || beyond != 0 { return nil }
        guard record.leavesQty.units == open else {
            return (
                .order,
                "leavesQty \(record.leavesQty.units), but \(total) = \(filled) filled + "
                    + "\(canceled) canceled + \(rejected) rejected leaves \(open)"
            )
        }
        guard record.cumQty.units == filled else {
            return (.order, "cumQty \(record.cumQty.units), but fills add up to \(filled)")
        }
        guard isConserved else { return (.order, "total \(total) is not conserved") }
        return nil
    }
}

extension RecordKind {
    /// Kinds whose leavesQty and cumQty describe the order after the record.
    var tellsOrderAfter: Bool {
        switch self {
        case .new, .ack, .fill, .canceled, .replaced, .restated, .reject, .bust: true
        default: false
        }
    }

    /// Kinds whose leavesQty is what the venue has open, not what we reckon.
    var setsOpen: Bool { self == .replaced || self == .restated }
}
