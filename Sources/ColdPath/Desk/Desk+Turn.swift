import ColdCore
import Crossing
import ExecutionAlgos
import Monitoring
import OrderManagement
import Vocabulary

extension Desk {
    /// One turn of the loop. Bounded: at most ``recordsPerTurn`` records and one sync.
    ///
    /// - Returns: Whether anything came; the caller may rest when nothing did.
    @discardableResult
    package func turn(_ time: DeskTime) -> Bool {
        cold.beat(time)
        attachIfNeeded(time)
        hot?.watchBeat(time)
        let records = drainAudit(time)
        let telemetry = drainTelemetry()
        readCopies(time)
        syncIfDue(time)
        tellOfDisk(time)
        timers(time)
        flush(time)
        return records > 0 || telemetry > 0
    }

    /// Reads what is left, makes it durable, writes the log: before an orderly end. Reading that
    /// stopped because the journal's memory was full goes on once the disk has taken it.
    package func finish(_ time: DeskTime) {
        var turns = 0
        var idle = 0
        while idle < 2, turns < 100_000 {
            turns += 1
            idle = drainAudit(time) > 0 ? 0 : idle + 1
            cold.beat(time)
            heard(journal.drain(time), time)
        }
        tellCases(time, atEnd: true)
        let isWhole = hot.map { cursor == $0.region.audit.position } ?? true
        rooms.monitoring.log(
            time.nowNs,
            "stop",
            "drained and synced up to slot \(cursor)"
                + (isWhole ? "" : " of \(hot?.region.audit.position ?? 0)")
        )
        log.write(rooms.monitoring.takeLog())
    }

    // MARK: Records in

    /// - Returns: How many records were read.
    private func drainAudit(_ time: DeskTime) -> Int {
        guard let hot, ringFailure == nil else { return 0 }
        // Read before the ring: what a turn decided was committed before it showed its time.
        let shownNs = hot.engineNs
        var count = 0
        ringIsRead = false
        if let waiting = held {
            held = nil
            guard take(waiting, hot, time) else { return 0 }
        }
        while count < Self.recordsPerTurn {
            switch hot.audit.next(into: recordBuffer) {
            case .record(let bytes):
                count += 1
                let slot = hot.audit.slot(ofRecord: bytes)
                guard take(Held(bytes: bytes, slot: slot), hot, time) else { return count }
            case .empty:
                if let shownNs { drainedNs = shownNs }
                ringIsRead = true
                return count
            case .overrun:
                ringLost(hot, time)
                return count
            case .corrupt:
                ringFailure = "audit ring: damaged at slot \(hot.audit.position)"
                return count
            }
        }
        return count
    }

    /// Journals one record and shows it to the rooms.
    ///
    /// - Returns: `false` when the journal's memory is full: the record is held, reading stops.
    private func take(_ next: Held, _ hot: HotLink, _ time: DeskTime) -> Bool {
        var sequence = journal.entries + 1
        if journalFailure == nil {
            let appended = journal.append(
                recordBuffer,
                count: next.bytes,
                epoch: hot.epoch,
                slot: next.slot,
                time
            )
            switch appended {
            case .sequence(let number): sequence = number
            case .known: return true
            case .full:
                held = next
                return false
            case .failed: journalFailed(journal.appendError ?? "journal: refused", time)
            }
        }
        let audit = recordBuffer.load(as: AuditRecord.self)
        let behind = UnsafeRawBufferPointer(start: recordBuffer, count: next.bytes)
        let raw = Array(behind[AuditRecord.fixedBytes...].prefix(Int(audit.rawLength)))
        rooms.apply(Record(seq: sequence, audit, raw: raw), tscHz: tscHz)
        return true
    }

    /// The owning reader was overtaken: its cursor was not respected, or it is another ring's.
    private func ringLost(_ hot: HotLink, _ time: DeskTime) {
        let lost = hot.audit.resync()
        rooms.monitoring.watch(
            "records-lost",
            .critical,
            raised: true,
            nowNs: time.nowNs,
            "audit ring: \(lost) slots were overwritten before cold read them; "
                + "the venue's replay and `apus journal check` tell what they held"
        )
    }

    private func drainTelemetry() -> Int {
        guard let hot else { return 0 }
        var record = TelemetryRecord()
        var count = 0
        var lost: UInt64 = 0
        reading: while count < Self.telemetryPerTurn {
            switch hot.telemetry.next(into: &record) {
            case .record:
                count += 1
                lost += show(record)
            case .overrun, .corrupt: lost += 1
            case .empty: break reading
            }
        }
        if count > 0 || lost > 0 {
            rooms.monitoring.telemetry(read: UInt64(count), lost: lost)
            cold.region.control[ColdWord.telemetryCursor] = hot.telemetry.position
        }
        return count
    }

    /// - Returns: How many records a gap record says were dropped.
    private func show(_ record: TelemetryRecord) -> UInt64 {
        switch record.kind {
        case .trade: rooms.algos.traded(record.instrument, px: record.px, qty: record.qty)
        case .hops:
            rooms.monitoring.submitted(
                received: record.tscReceived,
                recorded: record.tscRecorded,
                submitted: record.tscSubmitted,
                tscHz: tscHz
            )
        case .gap: return record.value
        case .none: break
        }
        return 0
    }

    // MARK: Durable

    private func syncIfDue(_ time: DeskTime) {
        guard journalFailure == nil else { return }
        heard(journal.poll(time), time)
        guard journal.isDue(time) else { return }
        if journalFull != nil {
            guard time.monotonicNs - Self.watchEveryNs >= lastSpaceTryNs else { return }
            lastSpaceTryNs = time.monotonicNs
        }
        heard(journal.begin(time), time)
    }

    /// Moves the cursor over what is durable. A failed sync is for good: the kernel may have
    /// dropped the pages, and a second one would lie.
    func heard(_ synced: DeskJournal.Synced, _ time: DeskTime) {
        switch synced {
        case .nothing, .running: return
        case .done(let tookNs):
            spaceIsBack(time)
            rooms.monitoring.synced(bytes: journal.bytesTotal, tookNs: tookNs)
            publishCursor()
        case .noSpace(let text):
            lastSpaceTryNs = time.monotonicNs
            journalFull = text
            rooms.monitoring.watch(
                "journal-full",
                .critical,
                raised: true,
                nowNs: time.nowNs,
                text
            )
        case .failed(let text): journalFailed(text, time)
        }
    }

    private func publishCursor() {
        let durable = journal.durable
        guard let hot, durable.epoch == hot.epoch, durable.slot > cursor else { return }
        cursor = durable.slot
        cold.region.control[ColdWord.auditCursor] = cursor
    }

    private func spaceIsBack(_ time: DeskTime) {
        guard journalFull != nil else { return }
        journalFull = nil
        rooms.monitoring.watch("journal-full", .critical, raised: false, nowNs: time.nowNs, "")
    }

    private func journalFailed(_ text: String, _ time: DeskTime) {
        journalFailure = text
        tellOfDisk(time)
        rooms.algos.beQuiet(untilNs: .max)
        rooms.monitoring.watch(
            "journal-failed",
            .critical,
            raised: true,
            nowNs: time.nowNs,
            text
        )
    }

    /// Hot gives out no new orders while their records wait for a disk that is full, broken or
    /// asleep; it must hear so as soon as we know.
    private func tellOfDisk(_ time: DeskTime) {
        let waitedNs = journal.oldestNs.map { time.monotonicNs - $0 } ?? 0
        let isStalled = waitedNs > journalStallNs
        let state: JournalState =
            if journalFailure != nil { .failed } else if journalFull != nil {
                .full
            } else if isStalled { .stalled } else { .ok }
        guard state != journalState else { return }
        journalState = state
        cold.region.control[ColdWord.journalState] = state.rawValue
        rooms.monitoring.watch(
            "journal-stalled",
            .critical,
            raised: state == .stalled,
            nowNs: time.nowNs,
            "journal: the oldest record waits for the disk since \(waitedNs / 1_000_000) ms; "
                + "no new orders until it is written"
        )
    }

    // MARK: Time

    private func timers(_ time: DeskTime) {
        if time.monotonicNs - Self.stepEveryNs >= lastStepNs {
            lastStepNs = time.monotonicNs
            step(time)
            compareCopies(time)
        }
        if time.monotonicNs - Self.watchEveryNs >= lastWatchNs {
            lastWatchNs = time.monotonicNs
            watch(time)
            watchCopies(time)
            watchRisk(time)
            log.write(rooms.monitoring.takeLog())
        }
        if time.monotonicNs - Self.pagesEveryNs >= lastPagesNs {
            lastPagesNs = time.monotonicNs
            refreshQuotes(all: true)
            publishPages(time)
        }
    }

    private func step(_ time: DeskTime) {
        guard isHotAlive(time), ringFailure == nil else { return }
        refreshQuotes(all: false)
        let world = AlgoWorld(
            nowNs: engineNow(time),
            drainedNs: drainedNs,
            quotes: quotes,
            reference: reference
        )
        rooms.algos.step(world, &outbox)
    }

    /// The time everything is in that hot recorded or will judge: its own as it last showed it.
    /// Without a hot it is ours.
    func engineNow(_ time: DeskTime) -> Int64 { hot?.engineNs ?? time.nowNs }

    func isHotAlive(_ time: DeskTime) -> Bool {
        guard let age = hot?.heartbeatAgeNs(time) else { return false }
        return age < Self.hotAliveNs
    }

    // MARK: Commands out

    func flush(_ time: DeskTime) {
        let waiting = backlog + outbox.take()
        backlog.removeAll(keepingCapacity: true)
        var isFull = false
        for entry in waiting {
            // In order: hot takes a number below one it has seen for a repeat.
            if !isFull, cold.push(entry, engineNs: engineNow(time)) { continue }
            isFull = true
            if entry.isForNowOnly {
                rooms.algos.notSent(commandID: entry.id)
            } else if backlog.count < 1_024 {
                backlog.append(entry)
            }
        }
    }
}
