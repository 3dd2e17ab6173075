import Crossing
import HotPath
import Testing
import Vocabulary

/// Cold's valuation page becomes records before it becomes state (semantics.md §1.3).
@Suite("The engine and cold's valuation page")
struct EnginePageTests {
    /// AAPL may trade 10 % of its average daily volume.
    private func made() throws -> EngineRig {
        try EngineRig { image in
            image.instruments[0].maxDayQty = 5_000
            image.instruments[0].maxAdvBps = 1_000
            image.instruments[0].adv = 20_000
        }
    }

    private func publish(_ rig: EngineRig, _ rows: [(px: Int64, adv: Int64)]) {
        rig.cold.valuation.publish(
            rows.map {
                ValuationRow(valuation: Price(units: $0.px), adv: OrderQty(units: $0.adv))
            }
        )
        rig.turns(4)
    }

    private func said(_ rig: EngineRig, _ kind: RecordKind) -> [AuditRecord] {
        rig.records().filter { $0.kind == kind && $0.uid == .max }
    }

    @Test("one page record with version and hash, then a limit record a changed row, no others")
    func records() throws {
        let rig = try made()
        publish(rig, [(1_010_000, 30_000), (0, 0)])
        let page = try #require(said(rig, .page).first)
        #expect(said(rig, .page).count == 1)
        #expect(page.match == 1 && page.pageVersion == 1 && page.value != 0)
        // LimitField: 10 valuation, 13 adv. MSFT's row says that cold knows nothing.
        let limits = said(rig, .limit)
        #expect(limits.map(\.detail) == [10, 13])
        #expect(limits.map(\.value) == [1_010_000, 30_000])
        #expect(limits.allSatisfy { $0.instrument == 0 && $0.pageVersion == 1 })

        publish(rig, [(1_010_000, 30_000), (990_000, 0)])
        #expect(said(rig, .page).map(\.match) == [1, 2])
        #expect(said(rig, .limit).dropFirst(2).map(\.instrument) == [1])
        #expect(rig.engine.ledger.instrument(1).val == 990_000)
    }

    @Test("a page is looked at once: no turn after it records anything")
    func once() throws {
        let rig = try made()
        publish(rig, [(1_010_000, 30_000), (990_000, 0)])
        let count = rig.records().count
        rig.turns(50)
        #expect(rig.records().count == count)
    }

    @Test("replaying the records gives the ledger's state, exposure sums included")
    func replay() throws {
        let rig = try made()
        _ = rig.openVenue()
        publish(rig, [(1_010_000, 30_000), (990_000, 1_000)])
        publish(rig, [(1_020_000, 40_000), (990_000, 1_000)])
        var again = Ledger(LedgerConfig(rig.engine.image))
        for record in rig.records() {
            var copy = record
            _ = again.apply(&copy)
        }
        #expect(again.stateHash() == rig.engine.ledger.stateHash())
        #expect(again.instrument(0).val == 1_020_000)
        #expect(again.instrument(0).maxDayQty == 4_000)
    }

    @Test("410 follows min(max, pct · ADV) as pages come")
    func dayVolume() throws {
        let rig = try made()
        // 10 % of 20 000 out of the configuration, then 30 000, then more than the plain maximum.
        #expect(rig.engine.ledger.instrument(0).maxDayQty == 2_000)
        publish(rig, [(1_000_000, 30_000), (0, 0)])
        #expect(rig.engine.ledger.instrument(0).maxDayQty == 3_000)
        publish(rig, [(1_000_000, 90_000), (0, 0)])
        #expect(rig.engine.ledger.instrument(0).maxDayQty == 5_000)
    }

    @Test("a client's order one share above the share of volume is 410, at it is sent")
    func refused() throws {
        let rig = try made()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        _ = client.packets()
        client.enter(refNum: 1, qty: 2_001, px: 999_000)
        rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [410])
        client.enter(refNum: 2, qty: 2_000, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
    }
}
