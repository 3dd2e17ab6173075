package import Crossing
package import HotPath
package import Journal
package import Vocabulary
import Wire

/// State rebuilt from what was written down: the journal, then what is still in the ring.
///
/// Every record goes to the same ``Ledger/apply(_:)`` that made the state in the first place, and
/// what `apply` says is true after must be what the record says. Start-up of hot, `apus journal
/// replay` and tests all come through here. Not the hot path: it may allocate and takes as long as
/// the day is long.
@safe
package struct Recovery: ~Copyable {
    package var ledger: Ledger
    package var names: OrderNames
    package internal(set) var report = RecoveryReport()
    private var memory = RecoveryMemory()
    private var untold = UntoldTrips()

    /// What the engine begins its sessions with.
    package var sessions: RestoredSessions {
        get { memory.sessions }
        set { memory.sessions = newValue }
    }
    /// One record with its raw bytes; 512 bytes.
    private var room: UnsafeMutableRawPointer { unsafe memory.room }

    /// `change` says what differs from the image's sizes.
    package init(image: HotImageView, change: (inout LedgerConfig) -> Void = { _ in }) {
        var config = LedgerConfig(image)
        change(&config)
        ledger = Ledger(config)
        names = OrderNames(capacity: ledger.pool.capacity)
    }

    /// The engine's parts with the state that was found; this value is used up.
    package consuming func parts(
        config: EngineConfig,
        image: HotImageView,
        books: consuming Books,
        port: consuming Port,
        mailbox: Mailbox,
        coldBoard: ColdBoard,
        feedConfig: FeedConfig = FeedConfig()
    ) -> EngineParts {
        let sessions = memory.take()
        return EngineParts(
            config: config,
            image: image,
            ledger: ledger,
            names: names,
            books: books,
            port: port,
            mailbox: mailbox,
            coldBoard: coldBoard,
            restored: sessions,
            feedConfig: feedConfig
        )
    }

    /// The state was looked at and no engine begins with it.
    package consuming func discard() {}

    /// Applies every entry of one date's journal.
    ///
    /// - Throws: a damaged journal, or a record whose "after" fields are not what `apply` finds.
    package mutating func readJournal(
        _ reader: inout JournalReader,
        upTo last: UInt64 = .max
    ) throws(RecoveryError) {
        while true {
            let entry: JournalEntry?
            do throws(JournalError) {
                entry = try reader.next()
            } catch {
                throw .journal(error)
            }
            guard let entry, entry.sequence <= last else { return }
            try take(entry)
        }
    }

    private mutating func take(_ entry: JournalEntry) throws(RecoveryError) {
        unsafe room.copyMemory(from: entry.bytes, byteCount: entry.head.recordBytes)
        report.journalRecords += 1
        report.lastEpoch = max(report.lastEpoch, entry.epoch)
        try apply(place: .journal(sequence: entry.sequence))
    }

    /// Applies the next segment, or the rest of the one the reader is in.
    ///
    /// - Returns: `false` when there was none.
    package mutating func readSegment(
        _ reader: inout JournalReader
    ) throws(RecoveryError) -> Bool {
        do throws(JournalError) {
            guard try reader.openNext() else { return false }
        } catch {
            throw .journal(error)
        }
        while true {
            let entry: JournalEntry?
            do throws(JournalError) {
                entry = try reader.nextHere()
            } catch {
                throw .journal(error)
            }
            guard let entry else { return true }
            try take(entry)
        }
    }

    /// Every byte of what was rebuilt: see ``StateVisit``.
    mutating func visitState(_ body: StateVisit) {
        unsafe ledger.visitState(body)
        unsafe names.visitState(body)
        unsafe body(
            sessions.venueSessions,
            SlotMap.venuesMax * MemoryLayout<Alpha10>.stride
        )
        unsafe sessions.visitTables(body)
    }

    /// Applies what the ring still holds behind the journal's last record of this epoch.
    package mutating func readRing(
        _ ring: AuditRing,
        from position: UInt64
    ) throws(RecoveryError) {
        var reader = AuditReader(ring: ring, from: position, owns: true)
        while true {
            switch unsafe reader.next(into: room) {
            case .record:
                report.ringRecords += 1
                try apply(place: .ring(slot: reader.position))
            case .empty: return
            case .overrun, .corrupt: throw .ringDamaged(slot: reader.position)
            }
        }
    }

    /// What start-up found out after reading: whether the region was lost, what was cut.
    ///
    /// `epochsLost`: regions that went since the journal's last record, of which it knows at most
    /// the beginning.
    package mutating func noteStart(
        regionIsNew: Bool,
        epochsLost: UInt64 = 0,
        paper: Bool,
        storeMessagesDropped: Int
    ) {
        report.storeMessagesDropped = storeMessagesDropped
        sessions.untold = untold
        sessions.regionIsNew = regionIsNew
        sessions.isRestart =
            report.journalRecords + report.ringRecords > 0 || report.snapshotSequence > 0
            || epochsLost > 0
        sessions.epochsLost = UInt32(clamping: max(1, epochsLost))
        // Region missing after a run: the firm stays shut until a person arms it; paper trading
        // arms by itself once reconciled (semantics.md §2.2).
        if report.snapshotSequence > 0 { sessions.hasStarted = true }
        sessions.needsArming = regionIsNew && sessions.isRestart && !paper
    }

    private mutating func apply(place: RecoveryError.Place) throws(RecoveryError) {
        let written = unsafe room.load(as: AuditRecord.self)
        var record = written
        settleTrips(before: written)
        let applied = ledger.apply(&record)
        if applied.latched { untold = UntoldTrips(applied.trips, record) }
        let raw = unsafe UnsafeRawPointer(room + AuditRecord.fixedBytes)
        if applied.outcome != .illegal {
            unsafe names.note(record.kind, applied.slot, raw: raw, count: Int(written.rawLength))
        }
        unsafe noteSession(written, unsafe raw)
        sessions.note(written)
        report.lastT = max(report.lastT, written.t)
        guard record.status == written.status, record.leavesQty == written.leavesQty,
            record.cumQty == written.cumQty
        else {
            throw .differs(
                place: place,
                kind: written.kind,
                orderID: written.orderID,
                wrote: RecoveryError.After(written),
                found: RecoveryError.After(record)
            )
        }
    }

    /// A breaker is tripped where a `kill` record says so, which the engine writes right behind: by
    /// limits of another configuration than that day's, one `apply` trips by itself is none.
    private mutating func settleTrips(before record: AuditRecord) {
        guard !untold.isEmpty, record.kind != .cancelReq else { return }
        guard record.kind == .kill else { return takeBackUntold() }
        untold.trips.subtract(untold.told(by: record))
    }

    /// Of a state that a further record follows, or may follow.
    package mutating func takeBackUntold() {
        ledger.takeBack(untold.trips, account: untold.account, strategy: untold.strategy)
        untold = UntoldTrips()
    }

    private mutating func noteSession(_ record: AuditRecord, _ raw: UnsafeRawPointer) {
        if record.kind == .session, record.detail == SessionEvent.engineStarted.rawValue {
            sessions.hasStarted = true
        }
        guard record.kind == .session, Int(record.venue) < SlotMap.venuesMax else { return }
        if record.detail == SessionEvent.rolled.rawValue {
            sessions.forgetVenueSession(Int(record.venue))
        }
        guard record.detail == SessionEvent.loggedIn.rawValue, record.rawLength == 10 else {
            return
        }
        unsafe sessions.setVenueSession(Int(record.venue), name: raw)
    }
}

/// What recovery read, for the log and for choosing the next epoch.
package struct RecoveryReport: Equatable, Sendable {
    package var journalRecords = 0
    package var ringRecords = 0
    /// Journal sequence the snapshot stood at that reading began behind; 0 without one.
    package var snapshotSequence: UInt64 = 0
    /// Highest region epoch the journal has seen.
    package var lastEpoch: UInt64 = 0
    /// Latest record time, ns UTC: the clock may not stand before it.
    package var lastT: Int64 = 0
    /// Client store messages dropped because their record was never committed.
    package var storeMessagesDropped = 0

    package init() {}
}

/// Why state could not be rebuilt; hot does not start.
package enum RecoveryError: Error, Equatable {
    package enum Place: Equatable {
        case journal(sequence: UInt64)
        case ring(slot: UInt64)
    }

    package struct After: Equatable {
        package var status: OrdStatus
        package var leavesQty: OrderQty
        package var cumQty: OrderQty

        init(_ record: AuditRecord) {
            status = record.status
            leavesQty = record.leavesQty
            cumQty = record.cumQty
        }
    }

    case journal(JournalError)
    case ringDamaged(slot: UInt64)
    case differs(place: Place, kind: RecordKind, orderID: ClOrdID, wrote: After, found: After)
}

/// What ``Recovery`` allocates itself, given back however it ends: also where a start is refused.
@safe
private struct RecoveryMemory: ~Copyable {
    let room: UnsafeMutableRawPointer
    var sessions = RestoredSessions()
    private var isTaken = false

    init() {
        unsafe room = .allocate(
            byteCount: AuditRecord.slotBytes * AuditRecord.slotsMax,
            alignment: 64
        )
    }

    /// The engine reads the sessions and gives them back.
    mutating func take() -> RestoredSessions {
        isTaken = true
        return sessions
    }

    deinit {
        unsafe room.deallocate()
        if !isTaken { sessions.deallocate() }
    }
}
