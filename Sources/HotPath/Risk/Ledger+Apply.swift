package import Crossing
import Vocabulary

extension Ledger {
    /// The only mutation: makes true what the record says, and writes into it what is true after
    /// (status, leavesQty, cumQty, and the flags late, duplicate, incident).
    ///
    /// Total: a record that makes no sense is counted and changes nothing. Replay gives the same
    /// records to the same function and gets the same state.
    @_noAllocation @_noLocks
    package mutating func apply(_ record: inout AuditRecord) -> Applied {
        counters.records &+= 1
        if isRepeat(record) {
            record.flags.insert(.duplicate)
            counters.duplicates &+= 1
            var applied = Applied()
            applied.outcome = .duplicate
            let index = byOrderID.find(record.orderID.value)
            if index != noSlot { fillIn(&record, &applied, index) }
            return applied
        }
        noteNumbers(record)
        var applied = change(&record)
        switch applied.outcome {
        case .illegal: counters.illegalTransitions &+= 1
        case .unknown: counters.notFound &+= 1
        case .duplicate:
            counters.duplicates &+= 1
            record.flags.insert(.duplicate)
        case .lateFill:
            counters.lateFills &+= 1
            record.flags.insert(.late)
            applied.incident = true
        case .applied: break
        }
        if applied.incident {
            record.flags.insert(.incident)
            counters.incidents &+= 1
        }
        return applied
    }

    private mutating func change(_ record: inout AuditRecord) -> Applied {
        switch record.kind {
        case .new: begin(&record)
        case .reject: record.flags.contains(.gate) ? refuse(record) : reject(&record)
        case .ack: acknowledge(&record)
        case .fill: fill(&record)
        case .cancelReq: requestCancel(&record)
        case .canceled: cancel(&record)
        case .replaceReq: requestReplace(&record)
        case .modifyReq: requestModify(&record)
        case .replaced: replace(&record)
        case .bust: bust(&record)
        case .restated: restate(&record)
        case .timer: silence(&record)
        case .kill: latch(record, on: true)
        case .arm: latch(record, on: false)
        case .limit: changeLimit(record)
        case .adjust: adjust(record)
        case .session: session(record)
        case .operator: operatorSaid(record)
        case .parent: routedSaid(record)
        case .none, .gap, .algo, .snapshot, .incident, .page, .clock, .pressure:
            Applied()
        }
    }

    /// A packet of a venue's stream that has been applied before (semantics.md §2.3).
    private mutating func isRepeat(_ record: AuditRecord) -> Bool {
        guard record.venueSeq != 0, Int(record.venue) < venues.count else { return false }
        if record.venueSeq <= venues[Int(record.venue)].appliedSeq { return true }
        venues[Int(record.venue)].appliedSeq = record.venueSeq
        return false
    }

    /// Numbers used up by this record, whatever else it does.
    private mutating func noteNumbers(_ record: AuditRecord) {
        if record.clientSeq != 0 && Int(record.client) < clients.count {
            let row = Int(record.client)
            clients[row].outboundSeq = max(clients[row].outboundSeq, record.clientSeq)
        }
        guard record.venueSeq == 0 else { return }
        // What was refused at the door used nothing up: an id out of its epoch would lock cold out.
        let isRefusal = record.kind == .operator && record.code != 0
        if record.flags.contains(.fromCold), !isRefusal {
            firm.coldCommand = max(firm.coldCommand, record.commandID)
        }
        // Whatever a client numbered is used up, refused or not (semantics.md §5.4); about an order
        // it named before, the number is one below the highest and changes nothing.
        noteClientRefNum(record)
        switch record.kind {
        case .new:
            firm.lastCounter = max(firm.lastCounter, record.orderID.counter)
            noteUserRefNum(record)
        // A parent has a name like an order's, of the same row.
        case .parent: firm.lastCounter = max(firm.lastCounter, record.orderID.counter)
        case .replaceReq: noteUserRefNum(record)
        // A mass cancel has a number of its own; a single cancel names its order's.
        case .cancelReq where record.flags.contains(.massCancel): noteUserRefNum(record)
        // Disable and Enable of our own port.
        case .session where record.client == noIndex16 && record.userRefNum != 0:
            noteUserRefNum(record)
        default: break
        }
    }

    mutating func noteUserRefNum(_ record: AuditRecord) {
        guard Int(record.venue) < venues.count else { return }
        let row = Int(record.venue)
        venues[row].nextUserRefNum = max(venues[row].nextUserRefNum, record.userRefNum &+ 1)
    }

    private mutating func noteClientRefNum(_ record: AuditRecord) {
        guard Int(record.client) < clients.count else { return }
        let row = Int(record.client)
        clients[row].highestRefNum = max(clients[row].highestRefNum, record.clientRefNum)
    }

    /// The client was sent a message for this record: its sequence, in the record and here. Called
    /// between `apply` and the ring commit; in replay `apply` reads it from the record.
    package mutating func answered(_ record: inout AuditRecord, clientSeq: UInt64) {
        record.clientSeq = clientSeq
        guard Int(record.client) < clients.count else { return }
        clients[Int(record.client)].outboundSeq = clientSeq
    }

    // MARK: Shared by the kinds

    /// The order a record is about, `noSlot` when it is not known.
    func subject(_ record: AuditRecord) -> UInt32 { byOrderID.find(record.orderID.value) }

    func outcome(_ outcome: Applied.Outcome, incident: Bool = false) -> Applied {
        var applied = Applied()
        applied.outcome = outcome
        applied.incident = incident
        return applied
    }

    /// The record's "after" fields, and the caller's answer, from the order as it stands.
    func fillIn(_ record: inout AuditRecord, _ applied: inout Applied, _ index: UInt32) {
        record.status = pool[index].status
        record.leavesQty = pool[index].leavesQty
        record.cumQty = pool[index].cumQty
        applied.slot = pool.slot(index)
        applied.status = pool[index].status
    }

    func illegal(_ record: inout AuditRecord, _ index: UInt32) -> Applied {
        var applied = outcome(.illegal)
        fillIn(&record, &applied, index)
        return applied
    }
}
