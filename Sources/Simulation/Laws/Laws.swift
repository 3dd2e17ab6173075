import Crossing
import HotPath
import Vocabulary

/// A law that a run broke.
package struct Violation: Error, Equatable, Sendable {
    package var law: String
    package var text: String
    package var step = 0
    package var timeNs: Int64 = 0
}

/// What must hold, judged from the Tape alone: every record, in order, as it stood in the ring.
struct Laws: ~Copyable {
    private(set) var violation: Violation?
    private let config: LedgerConfig
    /// A ledger fed by the records and by nothing else: what replay would find.
    private(set) var shadow: Ledger
    private(set) var tape: [TapeRecord] = []

    private var exposure: Exposure
    private(set) var lastSeq: [UInt64] = []
    private var isOpen: [Bool] = []
    private var lastT: Int64 = 0
    private var epoch: UInt64 = 0
    private var lastEnd: UInt64 = 0
    private var statuses: [UInt64: OrdStatus] = [:]
    private var fills: Set<Execution> = []
    private var coldCommands: Set<UInt64> = []
    /// Requests of this epoch that may appear on the wire, by venue and number.
    private var requests: [UInt64: Int] = [:]
    private var highestOnWire: [UInt32] = []
    /// Mass cancels with a record, by venue and number.
    private var massCancels: Set<UInt64> = []
    private var lastCanceled: [UInt32] = []
    /// What cancels have asked of each order that lives.
    private var ceilings: [UInt64: Set<Int64>] = [:]
    /// Numbers of client requests the records say were processed, by client.
    private(set) var processed: [[UInt32]] = []
    /// What operators added to positions, by instrument.
    private(set) var adjusted: [Int: Int64] = [:]
    /// Regions lost: what clients were told before is not told again.
    private(set) var regionsLost = 0
    /// The next start finds stores that are as new as the region.
    private var storesAreNew = false

    private struct Execution: Hashable {
        var venue: UInt8
        var match: UInt64
        var order: UInt64
    }

    init(_ config: LedgerConfig) {
        self.config = config
        shadow = Ledger(config)
        exposure = Exposure(config)
        lastSeq = Array(repeating: 0, count: config.venues.count)
        isOpen = Array(repeating: false, count: config.venues.count)
        highestOnWire = Array(repeating: 0, count: config.venues.count)
        lastCanceled = highestOnWire
        processed = Array(repeating: [], count: config.clients.count)
    }

    mutating func fail(_ law: String, _ text: String) {
        if violation == nil { violation = Violation(law: law, text: text) }
    }

    // MARK: Records

    mutating func take(_ records: ArraySlice<TapeRecord>) {
        for record in records { take(record) }
    }

    mutating func take(_ entry: TapeRecord) {
        if entry.epoch != epoch {
            epoch = entry.epoch
            requests.removeAll(keepingCapacity: true)
        } else if entry.start != lastEnd {
            fail("L11", "record at slot \(entry.start), the one before ended at \(lastEnd)")
        }
        lastEnd = entry.end
        tape.append(entry)
        let written = entry.record
        let place = "record \(tape.count) \(written.kind.name) \(written.orderID)"
        if written.t < lastT { fail("L17", "\(place): time runs back by \(lastT - written.t) ns") }
        lastT = written.t
        var record = written
        _ = shadow.apply(&record)
        if record.status != written.status || record.leavesQty != written.leavesQty
            || record.cumQty != written.cumQty
        {
            fail(
                "L11",
                "\(place): says \(written.status) leaves \(written.leavesQty.units) cum "
                    + "\(written.cumQty.units), replay \(record.status) \(record.leavesQty.units) "
                    + "\(record.cumQty.units)"
            )
        }
        checkOrder(written, place)
        checkSession(written, place)
        checkStream(written, place)
        note(written, place)
        if let broken = exposure.take(written) {
            let row = shadow.instrument(written.instrument)
            fail(
                "L3",
                "\(place): \(broken) (the ledger: position \(row.pos), open \(row.openBuy) "
                    + "bought, \(row.openSell) sold; here \(exposure.told(written)))"
            )
        }
    }

    /// A venue's stream is recorded without a gap. What was applied before may come again; an
    /// execution told once more is a message of its own.
    private mutating func checkStream(_ record: AuditRecord, _ place: String) {
        guard record.venueSeq != 0 else { return }
        let venue = Int(record.venue)
        if record.flags.contains(.duplicate), record.venueSeq <= lastSeq[venue] { return }
        if record.venueSeq != lastSeq[venue] + 1 {
            let last = lastSeq[venue]
            fail("L8", "\(place): venue \(venue) message \(record.venueSeq) after \(last)")
        }
        lastSeq[venue] = record.venueSeq
    }

    private mutating func checkOrder(_ record: AuditRecord, _ place: String) {
        guard record.orderID != .none else { return }
        let slot = shadow.find(record.orderID)
        guard !slot.isNone else { return }
        let order = shadow.order(slot)
        let total = order.cumQty.units + order.canceledQty.units + order.leavesQty.units
        let mayDiffer = record.flags.contains(.incident) || record.flags.contains(.late)
        if total != order.qty.units, !(mayDiffer || total > order.qty.units) {
            fail("L1", "\(place): filled, canceled and open are \(total) of \(order.qty.units)")
        }
        if order.leavesQty.units < 0 || order.cumQty.units < 0 || order.canceledQty.units < 0 {
            fail("L1", "\(place): a quantity below 0")
        }
        if order.status.isTerminal, order.leavesQty.units != 0 {
            fail("L1", "\(place): \(order.status) with \(order.leavesQty.units) open")
        }
        if order.status.isLive, order.leavesQty.units == 0 {
            fail("L1", "\(place): \(order.status) with nothing open")
        }
        if let before = statuses[record.orderID.value], before.isTerminal, !order.status.isTerminal
        {
            fail("L1", "\(place): \(order.status) after \(before)")
        }
        statuses[record.orderID.value] = order.status
    }

    private mutating func checkSession(_ record: AuditRecord, _ place: String) {
        let venue = Int(record.venue)
        if record.kind == .session, venue < isOpen.count, record.client == noIndex16 {
            switch SessionEvent(rawValue: record.detail) {
            case .loggedIn, .down, .lost: isOpen[venue] = false
            case .endOfSession: isOpen[venue] = false
            case .reconciled: isOpen[venue] = true
            case .rolled: lastSeq[venue] = 0
            default: break
            }
        }
        if record.kind == .session, record.detail == SessionEvent.engineStarted.rawValue {
            for index in isOpen.indices { isOpen[index] = false }
        }
        if record.kind == .new, venue < isOpen.count, !isOpen[venue] {
            fail("L14", "\(place): a new order for venue \(venue), which is not reconciled")
        }
    }

    private mutating func note(_ record: AuditRecord, _ place: String) {
        switch record.kind {
        case .new, .replaceReq:
            requests[UInt64(record.venue) << 32 | UInt64(record.userRefNum)] = tape.count - 1
            if record.flags.contains(.fromClient) { noteClient(record, place) }
            if record.flags.contains(.fromCold), record.kind == .new {
                if !coldCommands.insert(record.commandID).inserted {
                    fail("L15", "\(place): cold's command \(record.commandID) took effect twice")
                }
            }
        case .cancelReq where record.orderID == .none && record.flags.contains(.massCancel):
            massCancels.insert(UInt64(record.venue) << 32 | UInt64(record.userRefNum))
        case .cancelReq where record.orderID != .none:
            let known = ceilings[record.orderID.value] ?? []
            if record.flags.isEmpty, !known.isEmpty, !known.contains(record.qty.units) {
                fail(
                    "L9",
                    "\(place): repeated for \(record.qty.units), asked were \(known.sorted())"
                )
            }
            ceilings[record.orderID.value, default: []].insert(record.qty.units)
        case .reject where record.flags.contains(.gate): noteClient(record, place)
        case .adjust: adjusted[Int(record.instrument), default: 0] += record.qty.units
        case .fill where !record.flags.contains(.duplicate) && record.orderID != .none:
            let execution = Execution(
                venue: record.venue,
                match: record.match,
                order: record.orderID.value
            )
            if !fills.insert(execution).inserted {
                fail(
                    "L8",
                    "\(place): match \(record.match) of venue \(record.venue) moved it twice"
                )
            }
        default: break
        }
    }

    /// Whether a client was told everything in the session it knows.
    func isWhole(_ client: Int) -> Bool { regionsLost == 0 }

    private mutating func noteClient(_ record: AuditRecord, _ place: String) {
        guard Int(record.client) < processed.count, record.clientRefNum != 0 else { return }
        let highest = processed[Int(record.client)].last ?? 0
        if record.clientRefNum <= highest {
            fail("L10", "\(place): a client's number \(record.clientRefNum) after \(highest)")
        }
        processed[Int(record.client)].append(record.clientRefNum)
    }

    // MARK: The wire

    /// One packet hot sent to a venue.
    mutating func sent(_ venue: Int, _ type: UInt8, _ payload: ArraySlice<UInt8>) {
        guard type == UInt8(ascii: "U"), let kind = payload.first else { return }
        let bytes = Array(payload)
        switch kind {
        case UInt8(ascii: "O") where bytes.count >= 47:
            let number = big32(bytes, 1)
            order(
                venue,
                number,
                .new,
                bytes[5],
                Int64(big32(bytes, 6)),
                px: Int64(bitPattern: big64(bytes, 18))
            )
        case UInt8(ascii: "U") where bytes.count >= 40:
            let number = big32(bytes, 5)
            order(
                venue,
                number,
                .replaceReq,
                0,
                Int64(big32(bytes, 9)),
                px: Int64(bitPattern: big64(bytes, 13))
            )
        case UInt8(ascii: "C"): massCancel(venue, big32(bytes, 1))
        case UInt8(ascii: "X") where bytes.count >= 9: cancel(venue, big32(bytes, 1))
        default: break
        }
    }

    private mutating func order(
        _ venue: Int,
        _ number: UInt32,
        _ kind: RecordKind,
        _ side: UInt8,
        _ qty: Int64,
        px: Int64
    ) {
        rises(venue, number, kind.name)
        guard let at = requests[UInt64(venue) << 32 | UInt64(number)], tape[at].record.kind == kind
        else {
            return fail("L4", "\(kind.name) \(number) on venue \(venue)'s wire without a record")
        }
        let record = tape[at].record
        if record.qty.units != qty || record.px.units != px || (side != 0 && record.side != side) {
            fail(
                "L4",
                "\(kind.name) \(number): sent \(qty) at \(px), recorded \(record.qty.units) at \(record.px.units)"
            )
        }
    }

    /// One that a full ring left without a record may have its number taken again after a crash:
    /// the venue passes over the second in silence, and the fence's query tells the next number.
    private mutating func massCancel(_ venue: Int, _ number: UInt32) {
        guard massCancels.contains(UInt64(venue) << 32 | UInt64(number)) else { return }
        rises(venue, number, "mass cancel")
    }

    /// Crossing a replace, a cancel names the new number first and then the old (semantics §2.9).
    private mutating func cancel(_ venue: Int, _ number: UInt32) {
        defer { lastCanceled[venue] = number }
        let slot = shadow.find(venue: UInt8(venue), userRefNum: number)
        guard !slot.isNone else { return }
        let order = shadow.order(slot)
        // A replace recorded later in the turn has not left yet: it crosses nothing.
        guard order.isLive, order.pending.contains(.replace), order.venueRefNum == number,
            order.pendingRefNum <= highestOnWire[venue]
        else { return }
        if lastCanceled[venue] != order.pendingRefNum {
            fail("L9", "\(order.orderID) is being replaced and canceled by its old number alone")
        }
    }

    private mutating func rises(_ venue: Int, _ number: UInt32, _ what: String) {
        if number <= highestOnWire[venue] {
            fail("L5", "\(what) \(number) on venue \(venue)'s wire after \(highestOnWire[venue])")
        }
        highestOnWire[venue] = max(number, highestOnWire[venue])
    }

    // MARK: The engine against the shadow

    mutating func compare(_ engine: borrowing Ledger, deep: Bool) {
        if shadow.liveCount != engine.liveCount {
            fail("L11", "\(engine.liveCount) orders live, the records say \(shadow.liveCount)")
        }
        if let broken = engine.checkInvariants() { fail("L2", "\(broken)") }
        guard deep else { return }
        if engine.stateHash() != shadow.stateHash() {
            fail("L11", "the engine's state is not what its records make")
        }
    }

    /// After each turn that recorded anything: what a request holds while it is under way is gone
    /// again a step later.
    mutating func compareSums(_ engine: borrowing Ledger) {
        if let broken = exposure.differs(engine) { fail("L2", broken) }
    }

    mutating func recovered(_ hot: SimHot) {
        if hot.recoveredHash != shadow.stateHash() {
            fail(
                "L11",
                "recovery found another state than the records make (\(hot.recoveredLive) live, \(shadow.liveCount))"
            )
        }
        defer { storesAreNew = false }
        guard !storesAreNew else { return }
        for (client, store) in hot.stores.enumerated() where store.count < store.recorded {
            fail(
                "L11",
                "client \(client): \(store.recorded) answers recorded, its store has \(store.count)"
            )
        }
    }

    /// The region was lost: what the journal does not hold is gone.
    mutating func forget(behind epoch: UInt64, _ slotEnd: UInt64) {
        regionsLost += 1
        storesAreNew = true
        let kept = tape.filter { $0.epoch < epoch || ($0.epoch == epoch && $0.end <= slotEnd) }
        guard kept.count != tape.count else { return }
        let (broken, onWire, lost) = (violation, highestOnWire, regionsLost)
        self = Laws(config)
        highestOnWire = onWire
        regionsLost = lost
        storesAreNew = true
        for entry in kept { take(entry) }
        violation = broken ?? violation
    }
}
