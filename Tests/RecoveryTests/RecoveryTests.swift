import Crossing
import Glibc
import HotPath
import Recovery
import Testing
import Vocabulary
import Wire

/// State from records: what hot knows again after a kill −9.
@Suite("Recovery from the ring")
struct RecoveryTests {
    @Test(
        "finds the very state the live ledger had, whatever the day brought",
        arguments: UInt64(1)...8
    )
    func sameState(seed: UInt64) throws {
        let day = try RecordedDay(seed: seed, steps: 400)
        var recovery = Recovery(image: day.view)
        try recovery.readRing(day.region.audit, from: 0)
        #expect(recovery.report.ringRecords == day.records)
        #expect(recovery.ledger.stateHash() == day.liveHash)
    }

    @Test("a record that says something else than the ledger finds stops the start, and says where")
    func differs() throws {
        let day = try RecordedDay(seed: 3, steps: 50, lieAt: 20)
        var recovery = Recovery(image: day.view)
        #expect(throws: RecoveryError.self) {
            try recovery.readRing(day.region.audit, from: 0)
        }
    }
}

/// A breaker is tripped by its `kill` record, which follows the record that tripped it; what was
/// decided under other limits is not decided again.
@Suite("Breakers, as the records are read again")
struct UntoldTripTests {
    private static func view(executionsMax: Int64) throws -> HotImageView {
        let image = RecordedDay.image(executionsMax: executionsMax)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: image.count, alignment: 64)
        image.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        return try HotImageView(memory, count: image.count)
    }

    /// The day's records up to and with its `fills`-th fill, and `more` behind them.
    private static func ring(
        _ day: [AuditRecord],
        fills: Int,
        more: [AuditRecord] = []
    ) -> AuditRing {
        var left = fills
        var records = day.prefix { record in
            guard left > 0 else { return false }
            if record.kind == .fill { left -= 1 }
            return true
        }
        records += more
        let slots = 4096
        let base = UnsafeMutableRawPointer.allocate(byteCount: slots * 128, alignment: 4096)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: slots * 128)
        let control = UnsafeMutableRawPointer.allocate(
            byteCount: ControlPage.bytes,
            alignment: 4096
        )
        control.initializeMemory(as: UInt8.self, repeating: 0, count: ControlPage.bytes)
        let ring = AuditRing(
            base: base,
            slots: slots,
            epoch: 1,
            control: control
        )
        var writer = AuditWriter(ring: ring, consumer: nil)
        for var record in records {
            let written = withUnsafeMutablePointer(to: &record) { writer.append($0, raw: nil) }
            #expect(written)
        }
        return ring
    }

    private static func records() throws -> [AuditRecord] {
        var records: [AuditRecord] = []
        _ = try RecordedDay(seed: 5, steps: 300, hashes: false) { record, _, _ in
            records.append(record)
        }
        return records
    }

    private static var kill: AuditRecord {
        var record = AuditRecord()
        record.kind = .kill
        record.detail = UInt32(KillScope.strategy.rawValue)
        record.code = RiskCode.repeatedExecution.rawValue
        record.strategy = 0
        return record
    }

    @Test("a lower limit than the day's latches nothing by fills it was not there for")
    func lowerLimit() throws {
        let day = try RecordedDay(seed: 5, steps: 300)
        var recovery = Recovery(image: try Self.view(executionsMax: 3))
        try recovery.readRing(day.region.audit, from: 0)
        recovery.takeBackUntold()
        #expect(recovery.ledger.heldLatches().isEmpty)
    }

    @Test("hot ended between the record and its kill: latched, and to be told by the next start")
    func untold() throws {
        var recovery = Recovery(image: try Self.view(executionsMax: 3))
        try recovery.readRing(Self.ring(try Self.records(), fills: 3), from: 0)
        recovery.noteStart(regionIsNew: false, paper: true, storeMessagesDropped: 0)
        #expect(recovery.sessions.untold.trips == .executions)
        #expect(recovery.sessions.untold.strategy == 0)
        #expect(recovery.ledger.heldLatches().map(\.code) == [115])
    }

    @Test("told it is latched, whatever follows, until somebody arms")
    func told() throws {
        let records = try Self.records()
        var session = AuditRecord()
        session.kind = .session
        session.detail = SessionEvent.engineStarted.rawValue
        var arm = Self.kill
        arm.kind = .arm
        for (more, codes) in [
            ([Self.kill, session], [UInt16(115)]), ([session], []),
            ([Self.kill, session, arm], []),
        ] {
            var recovery = Recovery(image: try Self.view(executionsMax: 3))
            try recovery.readRing(Self.ring(records, fills: 3, more: more), from: 0)
            recovery.noteStart(regionIsNew: false, paper: true, storeMessagesDropped: 0)
            #expect(recovery.ledger.heldLatches().map(\.code) == codes)
            #expect(recovery.sessions.untold.isEmpty)
        }
    }
}

@Suite("A client's store after a crash")
struct StoreRepairTests {
    @Test("an answer whose record was never committed is dropped; the others stay")
    func dropsUnrecorded() throws {
        let day = try RecordedDay(seed: 1, steps: 0)
        let store = day.region.store(0)
        append("A first", to: store)
        append("E second", to: store)
        #expect(StoreRepair.repair(store, recorded: 1) == 1)
        #expect(store.count == 1)
        #expect(StoreRepair.repair(store, recorded: 1) == 0)
    }

    @Test("a refusal at the door has no record and stays: it may have been sent")
    func keepsDoorRefusals() throws {
        let day = try RecordedDay(seed: 1, steps: 0)
        let store = day.region.store(0)
        append("A first", to: store)
        let room = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8)
        defer { room.deallocate() }
        let count = OUCH.Rejected(
            timestampNs: 1,
            userRefNum: 9,
            reason: RiskCode.messageRate.rawValue,
            clOrdID: .blank
        ).write(to: room)
        #expect(store.append(room, count: count) == 2)
        #expect(StoreRepair.repair(store, recorded: 1) == 0)
        #expect(store.count == 2)
    }

    private func append(_ text: String, to store: ClientStore) {
        var bytes = Array(text.utf8)
        bytes += [UInt8](repeating: 0, count: 32 - bytes.count)
        bytes.withUnsafeBytes { _ = store.append($0.baseAddress!, count: $0.count) }
    }
}
