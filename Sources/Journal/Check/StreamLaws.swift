internal import Crossing
internal import Vocabulary

/// The laws about streams: nothing lost between ring and journal, every sequenced packet of a
/// venue recorded once, no execution applied twice.
struct StreamLaws {
    private let names: JournalNames
    private var ringEpoch: UInt64?
    private var ringNext: UInt64 = 0
    private var venueNext: [UInt8: UInt64] = [:]
    private var sessions: [UInt8: String] = [:]
    private var executionsBySequence: [UInt8: Set<UInt64>] = [:]
    private var executionsByMatch: Set<ExecutionKey> = []

    private struct ExecutionKey: Hashable {
        var venue: UInt8
        var orderID: UInt64
        var match: UInt64
    }

    init(names: JournalNames) { self.names = names }

    /// Session names our port had at each venue.
    private(set) var sessionNames: [UInt8: Set<String>] = [:]

    mutating func apply(
        _ entry: JournalEntry,
        _ record: AuditRecord,
        at place: CheckPlace,
        to found: inout Found
    ) {
        checkRing(entry, at: place, to: &found)
        guard record.venue != noIndex8 else { return }
        if record.kind == .session { noteSession(record, entry.rawBytes) }
        checkVenueSequence(record, at: place, to: &found)
        if record.kind == .fill, !record.flags.contains(.duplicate) {
            checkExecution(record, at: place, to: &found)
        }
    }

    private mutating func checkRing(
        _ entry: JournalEntry,
        at place: CheckPlace,
        to found: inout Found
    ) {
        if ringEpoch == entry.epoch, entry.ringSlot != ringNext {
            let slots = entry.ringSlot &- ringNext
            found.verdict.lost &+= slots
            let text = "epoch \(entry.epoch): slot \(entry.ringSlot) after \(ringNext)"
            found.add(.ring, place, .none, text)
        }
        ringEpoch = entry.epoch
        ringNext = entry.head.slotEnd
    }

    /// A session of another name numbers its packets anew, and so does the one a person begins
    /// after a roll, whatever its name: that one from 1.
    private mutating func noteSession(_ record: AuditRecord, _ raw: [UInt8]) {
        if record.detail == SessionEvent.rolled.rawValue {
            venueNext[record.venue] = 1
            executionsBySequence[record.venue] = nil
            sessions[record.venue] = nil
            return
        }
        guard let name = record.sessionName(raw) else { return }
        sessionNames[record.venue, default: []].insert(name)
        if sessions[record.venue] != name {
            if sessions[record.venue] != nil {
                venueNext[record.venue] = nil
                executionsBySequence[record.venue] = nil
            }
            sessions[record.venue] = name
        }
    }

    private mutating func checkVenueSequence(
        _ record: AuditRecord,
        at place: CheckPlace,
        to found: inout Found
    ) {
        // Feed gaps count another stream; an incident stands beside the record of its packet, unless
        // the packet was not understood: then it is that record.
        let isBeside = record.kind == .incident && !record.flags.contains(.notUnderstood)
        guard record.venueSeq != 0, !isBeside, record.kind != .gap else { return }
        guard let next = venueNext[record.venue] else {
            venueNext[record.venue] = record.venueSeq &+ 1
            return
        }
        if record.venueSeq > next {
            found.verdict.lost &+= record.venueSeq &- next
            let text = "\(names.venue(record.venue)): packet \(record.venueSeq) after \(next &- 1)"
            found.add(.venueSequence, place, record.orderID, text)
        } else if record.venueSeq < next, !record.flags.contains(.duplicate) {
            found.verdict.duplicated &+= 1
            let text = "\(names.venue(record.venue)): packet \(record.venueSeq) a second time"
            found.add(.venueSequence, place, record.orderID, text)
        }
        venueNext[record.venue] = max(next, record.venueSeq &+ 1)
    }

    private mutating func checkExecution(
        _ record: AuditRecord,
        at place: CheckPlace,
        to found: inout Found
    ) {
        found.verdict.fills += 1
        found.verdict.filledQty &+= record.lastQty.units
        let key = ExecutionKey(
            venue: record.venue,
            orderID: record.orderID.value,
            match: record.match
        )
        var twice = !executionsByMatch.insert(key).inserted
        if record.venueSeq != 0 {
            let fresh = executionsBySequence[record.venue, default: []]
                .insert(record.venueSeq).inserted
            twice = twice || !fresh
        }
        guard twice else { return }
        found.verdict.duplicated &+= 1
        let text = "execution, match \(record.match) of \(record.lastQty.units), applied twice"
        found.add(.duplicateFill, place, record.orderID, text)
    }
}

extension AuditRecord {
    /// The session a venue logged us in to, when this record tells it.
    func sessionName(_ raw: [UInt8]) -> String? {
        guard kind == .session, detail == SessionEvent.loggedIn.rawValue, venue != noIndex8,
            client == noIndex16, raw.count == 10
        else { return nil }
        let name = trimmed(raw)
        return name.isEmpty ? nil : name
    }
}
