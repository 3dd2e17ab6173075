import Crossing
import Glibc
import HotPath
import Testing
import Vocabulary

/// risk-controls.md §5, property tests: random days, no violation in any of them.
@Suite("Whatever happens")
struct LedgerPropertyTests {
    @Test(
        "sums are the live orders', worst cases stay inside limits, cancels pass, kills hold",
        arguments: UInt64(1)...20
    )
    func laws(seed: UInt64) {
        var day = RandomDay(seed: seed)
        // A million events a seed by APUS_LONG_TESTS; then the records are not kept.
        let isLong = getenv("APUS_LONG_TESTS") != nil
        day.bench.keepsRecords = !isLong
        for step in 0..<(isLong ? 1_000_000 : 20_000) {
            day.step()
            if let violation = day.violations.first {
                Issue.record("seed \(seed) step \(step): \(violation)")
                return
            }
        }
        #expect(day.accepted > 1_000, "seed \(seed): \(day.accepted) accepted")
        #expect(day.refused > 300, "seed \(seed): \(day.refused) refused")
        #expect(day.cancels > 500 && day.lateFills > 50, "seed \(seed)")
        #expect(day.busts > 100 && day.adopted > 50 && day.proofs > 50, "seed \(seed)")
        #expect(day.forgotten > 50, "seed \(seed): \(day.forgotten) fills of orders long gone")
    }

    @Test(
        "replaying the records gives the same state, decisions and after-fields",
        arguments: UInt64(21)...26
    )
    func replay(seed: UInt64) {
        var day = RandomDay(seed: seed)
        for _ in 0..<5_000 { day.step() }
        var again = RiskBench { $0 = RandomDay.config() }
        for (index, record) in day.bench.records.enumerated() {
            var copy = before(record)
            _ = again.ledger.apply(&copy)
            let same =
                copy.status == record.status && copy.leavesQty == record.leavesQty
                && copy.cumQty == record.cumQty && copy.flags == record.flags
            #expect(same, "seed \(seed) record \(index) \(record.kind.name)")
        }
        #expect(again.ledger.stateHash() == day.bench.ledger.stateHash())
        #expect(again.ledger.counters == day.bench.ledger.counters)
    }

    @Test(
        "killing the process and replaying at any prefix gives the day that was never killed",
        arguments: UInt64(31)...34
    )
    func killAndReplay(seed: UInt64) {
        var whole = RandomDay(seed: seed)
        for _ in 0..<4_000 { whole.step() }

        var broken = RandomDay(seed: seed)
        var killer = SplitMix64(seed: seed &+ 1_000)
        for _ in 0..<4_000 {
            broken.step()
            guard Int.random(in: 0..<200, using: &killer) == 0 else { continue }
            let records = broken.bench.records
            var reborn = Ledger(RandomDay.config())
            for record in records {
                var copy = before(record)
                _ = reborn.apply(&copy)
            }
            #expect(reborn.stateHash() == broken.bench.ledger.stateHash(), "seed \(seed)")
            broken.bench.ledger = reborn
        }
        #expect(broken.violations == whole.violations)
        #expect(broken.bench.records.count == whole.bench.records.count)
        #expect(broken.bench.ledger.stateHash() == whole.bench.ledger.stateHash())
    }

    @Test("venue events of different orders commute", arguments: UInt64(41)...60)
    func commute(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var hashes: Set<[Int64]> = []
        var order: [Int] = [0, 1, 2, 3]
        for _ in 0..<6 {
            var bench = RiskBench()
            var slots: [OrderSlot] = []
            for qty in 1...4 { slots.append(bench.enter(RiskBench.intent(.buy, Int64(qty) * 100))) }
            for index in order {
                switch index {
                case 0: bench.fill(slots[0], 50)
                case 1: bench.rejected(slots[1])
                case 2: bench.ack(slots[2])
                default: bench.canceled(slots[3], 100)
                }
            }
            let (cell, account) = (
                bench.ledger.position(account: 0, instrument: 0), bench.ledger.account(0)
            )
            hashes.insert([
                cell.pos, cell.openBuy, account.openNotional, account.gross, account.dayBuy,
                account.reservedDayBuy, account.openOrders,
            ])
            order.shuffle(using: &random)
        }
        #expect(hashes.count == 1, "seed \(seed)")
    }

    /// A record as it was before `apply` wrote into it. `leavesQty` of a Replaced is the venue's.
    private func before(_ record: AuditRecord) -> AuditRecord {
        var copy = record
        copy.status = .vacant
        if record.kind != .replaced, record.kind != .restated { copy.leavesQty = .zero }
        copy.cumQty = .zero
        return copy
    }
}
