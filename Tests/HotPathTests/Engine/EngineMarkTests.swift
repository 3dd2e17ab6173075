import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// 113 as the market falls: nobody has to send an order or be filled for it.
@Suite("The engine and losses by the market alone")
struct EngineMarkTests {
    @Test("a falling market stops account and strategy, and cancels what they have there")
    func falling() throws {
        let (rig, venue) = try holding { $0.accounts[0].lossLimit = 1_500_000 }
        publish(rig, bid: 985_000)
        // 100 bought at 99.90, at 98.51: 139 lost, 150 allowed.
        #expect(kills(rig).isEmpty && venue.messages().isEmpty)
        publish(rig, bid: 984_000)
        #expect(kills(rig).isEmpty)
        publish(rig, bid: 983_000)
        let kill = try #require(kills(rig).first)
        #expect(kills(rig).count == 1)
        #expect(kill.code == 113 && kill.detail == UInt32(KillScope.account.rawValue))
        #expect(kill.account == 0 && kill.strategy == 0xFFFF)
        #expect(kill.flags.contains(.incident))
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "X")])
        publish(rig, bid: 970_000)
        #expect(kills(rig).count == 1, "once")
        expectReplays(rig)
    }

    @Test("a strategy is stopped by its own limit, and alone")
    func strategy() throws {
        let (rig, _) = try holding { $0.strategies[1].lossLimit = 1_500_000 }
        publish(rig, bid: 983_000)
        #expect(kills(rig).map(\.detail) == [UInt32(KillScope.strategy.rawValue)])
        #expect(kills(rig).map(\.strategy) == [1])
        #expect(kills(rig).map(\.account) == [0xFFFF])
    }

    @Test("a price of cold's that is not hot's own market stops nobody")
    func notTheMarket() throws {
        let (rig, _) = try holding { $0.accounts[0].lossLimit = 1_500_000 }
        rig.cold.valuation.publish([row(900_000), row(0)])
        rig.turns(4)
        #expect(rig.engine.ledger.instrument(0).val == 900_000)
        // Marked at hot's own market, which has not moved.
        #expect(kills(rig).isEmpty)
        #expect(rig.records().last { $0.kind == .limit }?.refPx.units == 1_000_000)
    }

    @Test("a loss in a market too wide to believe is judged once it narrows about the same middle")
    func wideThenNarrow() throws {
        let (rig, _) = try holding {
            $0.accounts[0].lossLimit = 1_500_000
            $0.instruments[0].maxSpread = 10_000
        }
        // 4 dollars wide about 98.31: cold publishes the middle, hot marks by none.
        market(rig, 963_100, 1_003_100)
        rig.cold.valuation.publish([row(983_100), row(0)])
        rig.turns(10)
        #expect(rig.engine.ledger.instrument(0).val == 983_100 && kills(rig).isEmpty)
        // To cold the price is what it was: no page follows. 159 lost, 150 allowed.
        market(rig, 983_000, 983_200)
        rig.turns(10)
        #expect(kills(rig).map(\.code) == [113])
        let marks = rig.records().filter { $0.kind == .limit }
        rig.turns(50)
        #expect(rig.records().filter { $0.kind == .limit }.count == marks.count, "once")
        expectReplays(rig)
    }

    @Test("armed while still beyond it is stopped again at once; a higher limit lets it go")
    func armed() throws {
        let (rig, venue) = try holding { $0.accounts[0].lossLimit = 1_500_000 }
        publish(rig, bid: 983_000)
        let request = try #require(venue.messages().first)
        #expect(request.payload[0] == UInt8(ascii: "X"))
        venue.canceled(refNum: 3, decrement: 100)
        rig.turns(3)
        #expect(arm(rig) == 0)
        #expect(kills(rig).count == 2)
        _ = rig.ask(.limit) {
            $0.value = 5_000_000
            $0.detail = LimitField.accountLossLimit.rawValue
            $0.account = 0
        }
        #expect(arm(rig) == 0)
        rig.turns(10)
        #expect(kills(rig).count == 2)
        #expect(rig.engine.ledger.account(0).latches == .clear)
    }

    private func arm(_ rig: EngineRig) -> UInt16 {
        rig.ask(.arm) {
            $0.scope = KillScope.account.rawValue
            $0.account = 0
            $0.detail = UInt32(RiskCode.lossLimit.rawValue)
        }.code
    }

    /// 100 bought at 99.90 in a market of 99.99 by 100.01, and 100 more bid for.
    private func holding(
        _ change: (inout HotImageWriter) -> Void
    ) throws -> (EngineRig, PeerSocket) {
        let rig = try EngineRig(change: change)
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        for (number, px) in [(1, 999_000), (2, 998_000)] {
            client.enter(refNum: UInt32(number), qty: 100, px: Int64(px), clOrdID: "A\(number)")
            rig.turns(3)
            venue.accept(try #require(venue.messages().first), reference: UInt64(number))
            rig.turns(3)
        }
        venue.execute(refNum: 2, qty: 100, px: 999_000, match: 1)
        rig.turns(3)
        #expect(kills(rig).isEmpty)
        return (rig, venue)
    }

    /// The market at `bid` by two cents more, and cold's valuation of its middle.
    private func publish(_ rig: EngineRig, bid: Int64) {
        market(rig, bid, bid + 200)
        rig.cold.valuation.publish([row(bid + 100), row(0)])
        rig.turns(4)
    }

    /// Other best prices than before.
    private func market(_ rig: EngineRig, _ bid: Int64, _ ask: Int64) {
        for reference in [rig.nextReference - 1, rig.nextReference] {
            rig.feed { target in
                ITCH.OrderDelete(
                    stockLocate: 1,
                    trackingNumber: 0,
                    timestampNs: 1,
                    orderReferenceNumber: reference
                ).write(to: target)
            }
        }
        rig.quote(bid: bid, ask: ask)
    }

    private func row(_ px: Int64) -> ValuationRow {
        ValuationRow(valuation: Price(units: px), adv: .zero)
    }

    private func kills(_ rig: EngineRig) -> [AuditRecord] {
        rig.records().filter { $0.kind == .kill }
    }

    private func expectReplays(_ rig: EngineRig) {
        var again = Ledger(LedgerConfig(rig.engine.image))
        for record in rig.records() {
            var copy = record
            _ = again.apply(&copy)
        }
        #expect(again.stateHash() == rig.engine.ledger.stateHash())
    }
}
