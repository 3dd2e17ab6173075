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
