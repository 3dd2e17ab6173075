import ColdCore
import Crossing
import ExecutionAlgos
import Testing
import Vocabulary

@Suite("A TWAP parent")
struct TwapTests {
    static func spec(qty: Int64, slices: Int64, durationMs: Int64 = 12_000) -> TwapSpec {
        TwapSpec(
            instrument: 0,
            side: .buy,
            qty: OrderQty(units: qty),
            limitPx: Price(units: 1_510_000),
            durationMs: durationMs,
            slices: slices,
            account: 0,
            strategy: 1,
            arrivalTwiceMid: 3_000_100
        )
    }

    @Test("the slices sum to the parent exactly, in whole lots, never falling", arguments: 1...60)
    func targets(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        for _ in 0..<50 {
            let lot = [1, 10, 100].randomElement(using: &random) ?? 1
            let qty = Int64.random(in: 1...10_000, using: &random) * Int64(lot)
            let slices = Int64.random(in: 1...min(qty, 500), using: &random)
            let spec = Self.spec(qty: qty, slices: slices)
            var last: Int64 = 0
            for slice in 0..<slices {
                let target = spec.target(slice: slice, lot: Int64(lot))
                #expect(target >= last)
                #expect(target % Int64(lot) == 0)
                last = target
            }
            #expect(last == qty)
        }
    }

    @Test("ten shares in four slices end at 2, 5, 7 and 10")
    func example() {
        let spec = Self.spec(qty: 10, slices: 4)
        #expect((0..<4).map { spec.target(slice: $0, lot: 1) } == [2, 5, 7, 10])
        #expect(spec.slice(atElapsedNs: 0) == 0)
        #expect(spec.slice(atElapsedNs: 2_999_000_000) == 0)
        #expect(spec.slice(atElapsedNs: 3_000_000_000) == 1)
        #expect(spec.slice(atElapsedNs: 60_000_000_000) == 3)
    }

    @Test("its text reads back the same, and fits a record")
    func text() throws {
        let spec = Self.spec(qty: 123_456, slices: 17)
        let text = spec.text(Make.reference)
        #expect(text == "twap start AAPL B 123456 1510000 12000 17 MAIN twap1 * 3000100")
        #expect(TwapSpec(text: text, Make.reference) == spec)
        #expect(text.utf8.count <= 127)
    }

    @Test(
        "text that is not a start is refused",
        arguments: [
            "", "twap start", "twap start AAPL B x 1510000 12000 17 MAIN twap1 * -",
            "twap start NONE B 10 - 12000 2 MAIN twap1 * -",
            "twap start AAPL B 10 - 12000 2 MAIN twap1 NOWHERE -",
            "twap start AAPL Q 10 - 12000 2 MAIN twap1 * -",
            "twap start AAPL B 10 - 12000 2 MAIN hand * -",
            "twap start AAPL B 10 - 12000 11 MAIN twap1 * -",
        ]
    )
    func wrongText(text: String) {
        #expect(TwapSpec(text: text, Make.reference) == nil)
    }

    @Test("what cannot be traded is refused with the field's name")
    func problems() {
        var spec = Self.spec(qty: 100, slices: 10)
        #expect(spec.problem(Make.reference) == nil)
        spec.limitPx = Price(units: 1_510_050)
        #expect(
            spec.problem(Make.reference)
                == "--limit: 151.005 is not a multiple of the tick 0.01"
        )
        spec = Self.spec(qty: 0, slices: 1)
        #expect(spec.problem(Make.reference)?.hasPrefix("qty: 0") == true)
        spec = Self.spec(qty: 100, slices: 1)
        spec.account = 1
        #expect(
            spec.problem(Make.reference)
                == "account: OTHER is not that of strategy twap1, MAIN is"
        )
        spec = Self.spec(qty: 105, slices: 1)
        spec.instrument = 1
        #expect(spec.problem(Make.reference) == "qty: 105 is not a multiple of the lot 10")
    }

    @Test("nothing goes wrong: all of it is done, one child a slice")
    func calm() throws {
        var market = TwapMarket(seed: 1, spec: Self.spec(qty: 1_000, slices: 4), calm: true)
        market.run()
        let twap = try #require(market.twap)
        #expect(twap.state == .filled)
        #expect(twap.cumQty == 1_000)
        #expect(market.sent.map(\.qty.units) == [250, 250, 250, 250])
        #expect(twap.average.value == 1_500_100)
    }

    @Test(
        "whatever the venue, the gate and the reaper do, it never overshoots and always ends",
        arguments: 1...120
    )
    func storms(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let slices = Int64.random(in: 1...20, using: &random)
        let qty = Int64.random(in: slices...5_000, using: &random)
        var market = TwapMarket(
            seed: UInt64(seed) &* 7_919,
            spec: Self.spec(qty: qty, slices: slices),
            calm: false
        )
        market.run()
        let twap = try #require(market.twap)
        #expect(market.overshoots == 0)
        #expect(twap.state.isOver)
        #expect(twap.cumQty == market.executed, "what the algo believes is what was executed")
        #expect(twap.cumQty <= qty)
        #expect(twap.liveQty == 0)
    }

    @Test("paused it cancels and waits, resumed it goes on as long as it was stopped")
    func pause() throws {
        var market = TwapMarket(seed: 3, spec: Self.spec(qty: 100, slices: 2), calm: true)
        market.fills = false
        market.run(untilMs: 1_000)
        #expect(try #require(market.twap).liveQty == 50)
        market.ask(.pause)
        market.run(untilMs: 3_000)
        #expect(try #require(market.twap).liveQty == 0)
        #expect(try #require(market.twap).state == .paused)
        market.resume()
        market.fills = true
        market.run()
        let twap = try #require(market.twap)
        #expect(twap.cumQty == 100)
        let ended = try #require(twap.endedNs)
        #expect(ended - twap.startedNs >= 6_000_000_000 + 1_900_000_000)
    }

    @Test(
        "a kill of its scope pauses it, and the arm does not let it go on; another's leaves it alone",
        arguments: [
            (KillScope.firm, true, true), (.account, true, true), (.strategy, true, true),
            (.symbol, true, true), (.symbol, false, false), (.strategy, false, false),
            (.account, false, false), (.venue, true, false),
        ]
    )
    func killed(scope: KillScope, own: Bool, pauses: Bool) throws {
        var market = TwapMarket(seed: 5, spec: Self.spec(qty: 100, slices: 2), calm: true)
        market.fills = false
        market.run(untilMs: 1_000)
        let spec = try #require(market.twap).spec
        for kind in [RecordKind.kill, .arm] {
            var record = Make.record(kind, t: market.nowNs)
            record.detail = UInt32(scope.rawValue)
            record.account = own ? spec.account : 77
            record.strategy = own ? spec.strategy : 77
            record.instrument = own ? spec.instrument : 77
            market.tell(record)
        }
        #expect(try #require(market.twap).state == (pauses ? .paused : .working))
        guard pauses else { return }
        market.run(untilMs: 8_000)
        #expect(try #require(market.twap).liveQty == 0)
        #expect(try #require(market.twap).state == .paused)
        market.resume()
        market.fills = true
        market.run()
        #expect(try #require(market.twap).state == .filled)
    }

    @Test(
        "what stops it stops it at once, while hot stands still: nothing more is asked for behind it",
        arguments: [ExecutionAlgos.Stopping.Verb.pause, .cancel]
    )
    func stopsAtOnce(verb: ExecutionAlgos.Stopping.Verb) throws {
        var market = TwapMarket(seed: 3, spec: Self.spec(qty: 100, slices: 2), calm: true)
        market.fills = false
        market.run(untilMs: 5_900)
        market.stands = true
        market.ask(verb)
        // The second slice begins at 6 s; what is asked for now is still good when hot runs again.
        market.run(untilMs: 6_100)
        market.stands = false
        market.run(untilMs: 7_500)
        #expect(market.sent.count == 1)
        let twap = try #require(market.twap)
        #expect(twap.state == (verb == .pause ? .paused : .canceled))
        #expect(twap.liveQty == 0)
        #expect(market.stopping == nil, "the record came")
        guard verb == .pause else { return }
        market.resume()
        market.fills = true
        market.run()
        #expect(try #require(market.twap).state == .filled)
    }

    @Test("a stop hot never recorded is asked again each second, of a start not recorded yet too")
    func stopsUntilRecorded() throws {
        var algos = ExecutionAlgos(reference: Make.reference)
        var outbox = CommandOutbox(epoch: 1)
        let started = algos.start(Self.spec(qty: 100, slices: 2), uid: 7, nowNs: 0, &outbox)
        let parent = try started.get()
        let start = try #require(outbox.take().first)
        #expect(start.isForNowOnly)
        #expect(throws: ExecutionAlgos.Refusal.self) {
            try algos.resume(parent: parent, uid: 7, &outbox).get()
        }
        _ = try algos.stop(.pause, parent: parent, uid: 7, nowNs: 0, &outbox).get()
        #expect(outbox.take().map(\.isForNowOnly) == [false])

        var record = Make.record(.algo, t: 10)
        record.parent = parent
        record.raw = Array(Self.spec(qty: 100, slices: 2).text(Make.reference).utf8)
        algos.apply(record)
        var asked: [[String]] = []
        for ms in [Int64(5), 500, 1_000, 1_500, 2_000] {
            let world = AlgoWorld(
                nowNs: ms * 1_000_000,
                drainedNs: ms * 1_000_000,
                quotes: TwapMarket.quotes,
                reference: Make.reference
            )
            algos.step(world, &outbox)
            asked.append(
                outbox.take().map {
                    if case .algo(let words) = $0.wish { words.text } else { "\($0.wish)" }
                }
            )
        }
        #expect(asked == [[], [], ["twap pause"], [], ["twap pause"]])
    }

    @Test("a start hot refused, or that never reached its ring, is no parent and says why")
    func refusedStart() throws {
        var algos = ExecutionAlgos(reference: Make.reference)
        var outbox = CommandOutbox(epoch: 1)
        let spec = Self.spec(qty: 100, slices: 2)
        let refused = try algos.start(spec, uid: 7, nowNs: 0, &outbox).get()
        let dropped = try algos.start(spec, uid: 7, nowNs: 0, &outbox).get()
        let asked = outbox.take()
        var record = Make.record(.operator, t: 10)
        record.parent = refused
        record.commandID = asked[0].id
        record.code = RiskCode.killFirm.rawValue
        algos.apply(record)
        algos.notSent(commandID: asked[1].id)
        #expect(algos.parents.isEmpty)
        #expect(algos.starting[refused]?.code == 101)
        #expect(algos.starting[dropped]?.code == 507)
        #expect(throws: ExecutionAlgos.Refusal.self) {
            try algos.stop(.cancel, parent: refused, uid: 7, nowNs: 0, &outbox).get()
        }
    }

    @Test("canceled it ends once nothing of it is open")
    func cancel() throws {
        var market = TwapMarket(seed: 4, spec: Self.spec(qty: 100, slices: 2), calm: true)
        market.fills = false
        market.run(untilMs: 1_000)
        market.ask(.cancel)
        market.run(untilMs: 2_000)
        let twap = try #require(market.twap)
        #expect(twap.state == .canceled)
        #expect(twap.liveQty == 0)
        #expect(twap.cumQty == 0)
    }

    @Test("refusals back off and are counted by code")
    func refusals() throws {
        var market = TwapMarket(seed: 5, spec: Self.spec(qty: 100, slices: 1), calm: true)
        market.refuseAll = .referenceStale
        market.run(untilMs: 10_000)
        let twap = try #require(market.twap)
        // 100, 200, 400, 800, 1 600, 3 200 ms apart: seven tries in 6.3 s, the eighth at 11.3 s.
        #expect(twap.rejects == [303: 7])
        #expect(twap.inFlightQty == 0)
    }

    @Test("no opposite side, no order: it waits and says so")
    func noQuote() throws {
        var market = TwapMarket(seed: 6, spec: Self.spec(qty: 100, slices: 1), calm: true)
        market.quoted = false
        market.run(untilMs: 1_000)
        #expect(market.sent.isEmpty)
        #expect(try #require(market.twap).waitsForQuote)
    }

    @Test("the price is the opposite best, never beyond the limit")
    func limit() throws {
        var spec = Self.spec(qty: 100, slices: 1)
        spec.limitPx = Price(units: 1_499_000)
        var market = TwapMarket(seed: 7, spec: spec, calm: true)
        market.run(untilMs: 500)
        #expect(market.sent.map(\.px.units) == [1_499_000])
    }
}
