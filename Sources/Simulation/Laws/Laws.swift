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

    var exposure: Exposure
    private(set) var lastSeq: [UInt64] = []
    private var isOpen: [Bool] = []
    /// Sessions given up by the venue and not yet by a person.
    private(set) var isLost: [Bool] = []
    /// The session each venue is in, and how much of each former one was recorded.
    private var sessions: [String] = []
    private var heardOf: [[String: UInt64]] = []
    /// Shares bought less sold that a person told of, by instrument.
    private(set) var byWord: [Int: Int64] = [:]
    private var fillsByWord = 0
    private var lastT: Int64 = 0
    private var epoch: UInt64 = 0
    private var lastEnd: UInt64 = 0
    private var statuses: [UInt64: OrdStatus] = [:]
    private var fills: Set<Execution> = []
    private var coldCommands: Set<UInt64> = []
    /// Requests of this epoch that may appear on the wire, by venue and number.
    var requests: [UInt64: Int] = [:]
    var highestOnWire: [UInt32] = []
    /// Mass cancels with a record, by venue and number.
    var massCancels: Set<UInt64> = []
    var lastCanceled: [UInt32] = []
    var routed = RoutedOrders()
    var kills = Kills()
    private var reflexes = Reflexes()
    private var leave: Leave
    /// Marks and sizes Modifies of this epoch asked for last, by venue and number.
    var marks: [UInt64: (side: UInt8, qty: Int64)] = [:]
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
        leave = Leave(config)
        lastSeq = Array(repeating: 0, count: config.venues.count)
        isOpen = Array(repeating: false, count: config.venues.count)
        isLost = isOpen
        sessions = Array(repeating: "", count: config.venues.count)
        heardOf = Array(repeating: [:], count: config.venues.count)
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
            marks.removeAll(keepingCapacity: true)
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
        if let broken = kills.take(written, killed: exposure.killed) {
            fail("L6", "\(place): \(broken)")
        }
        checkOrder(written, place)
        checkSession(entry, place)
        checkStream(written, place)
        note(entry, place)
        if let broken = reflexes.take(written) { fail("L21", "\(place): \(broken)") }
        if let broken = leave.take(written) { fail("L22", "\(place): \(broken)") }
        if let broken = routed.take(entry) { fail("L20", "\(place): \(broken)") }
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

    /// Messages recorded of a session of a venue.
    func heard(_ venue: Int, session: String) -> UInt64 {
        session == sessions[venue] ? lastSeq[venue] : heardOf[venue][session] ?? 0
    }

    private mutating func checkSession(_ entry: TapeRecord, _ place: String) {
        let record = entry.record
        let venue = Int(record.venue)
        if record.kind == .session, venue < isOpen.count, record.client == noIndex16 {
            switch SessionEvent(rawValue: record.detail) {
            case .loggedIn:
                isOpen[venue] = false
                let name = String(decoding: entry.raw, as: UTF8.self)
                sessions[venue] = String(name.split(separator: " ").first ?? "")
            case .down: isOpen[venue] = false
            case .lost:
                isOpen[venue] = false
                isLost[venue] = true
            case .endOfSession: isOpen[venue] = false
            case .reconciled: isOpen[venue] = true
            case .rolled:
                heardOf[venue][sessions[venue]] = lastSeq[venue]
                sessions[venue] = ""
                lastSeq[venue] = 0
                isLost[venue] = false
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

    private mutating func note(_ entry: TapeRecord, _ place: String) {
        let record = entry.record
        switch record.kind {
        case .modifyReq:
            let key = UInt64(record.venue) << 32 | UInt64(record.userRefNum)
            marks[key] = (record.side, record.qty.units)
        case .parent where record.detail == ParentEvent.opened.rawValue: noteClient(record, place)
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
        // A Modify is refused under the number of its order, which was used up before.
        case .reject where record.flags.contains(.gate) && entry.raw.first != UInt8(ascii: "M"):
            noteClient(record, place)
        case .adjust: adjusted[Int(record.instrument), default: 0] += record.qty.units
        case .fill where !record.flags.contains(.duplicate) && record.orderID != .none:
            if record.flags.contains(.byProof) {
                fillsByWord += 1
                let isBuy = record.side == Side.buy.rawValue
                byWord[Int(record.instrument), default: 0] +=
                    isBuy ? record.lastQty.units : -record.lastQty.units
                return
            }
            // Nonsense of 0 shares moves nothing, however often it is told.
            guard record.lastQty > .zero else { return }
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

    /// Executions that moved a position.
    var fillCount: Int { fills.count + fillsByWord }

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

    // MARK: Kills

    /// A turn of hot's begins; `wordIsUp`: a kill is wanted that it has not obeyed.
    mutating func beginTurn(wordIsUp: Bool) { kills.beginTurn(wordIsUp: wordIsUp) }

    /// What a kill's answer says of new orders that had not left yet.
    mutating func killAnswered(unsentBytes: UInt32) { kills.answered(unsentBytes) }

    /// Hot is another one, its sockets are new.
    mutating func hotBegins() { kills.begin() }

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
