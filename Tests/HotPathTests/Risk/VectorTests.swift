import HotPath
import Testing
import Vocabulary

/// risk-controls.md §5, whole: every decision, and the state at the end.
@Suite("The gate over the published vectors")
struct VectorTests {
    @Test("GATE-1: each decision and the final state")
    func gate1() throws {
        var final = VectorFinal()
        final.symbols = [
            VectorFinal.Symbol(pos: 2500, openBuy: 100, openSell: 1000, locate: 3500),
            VectorFinal.Symbol(pos: 3000, openBuy: 200, openSell: 0, locate: 1500),
        ]
        final.openNotional = 817_600_000
        final.dayBuy = 1_500_000_000
        final.daySell = 262_600_000
        final.openOrders = 4
        try run("gate-1", final)
    }

    @Test("GATE-2: each decision and the final state")
    func gate2() throws {
        var final = VectorFinal()
        final.symbols = [
            VectorFinal.Symbol(pos: -900, openBuy: 1000, openSell: 2000, locate: 1100),
            VectorFinal.Symbol(pos: 3100, openBuy: 700, openSell: 2100, locate: 1200),
        ]
        final.openNotional = 4_852_470_000
        final.dayBuy = 959_840_000
        final.daySell = 1_290_030_000
        final.openOrders = 5
        try run("gate-2", final)
    }

    private func run(_ name: String, _ final: VectorFinal) throws {
        let file = try VectorFile.named(name)
        #expect(!file.events.isEmpty)
        var runner = VectorRunner(file.vectorLimits, eventCount: file.events.count)
        for (event, told) in zip(file.vectorEvents, file.events) {
            let code = runner.step(event)
            #expect(code?.rawValue == told.expect, "t \(told.t) \(told.k) id \(told.id ?? 0)")
            let broken = runner.ledger.checkInvariants()
            #expect(broken == nil, "t \(told.t): \(broken.map(\.description) ?? "")")
        }
        #expect(runner.final() == final)
    }

    @Test("GCRA-1: rate 1000 a second, burst 5")
    func gcra1() {
        let times: [Int64] = [
            0, 0, 0, 0, 0, 0, 500_000, 999_999, 1_000_000, 1_000_001, 3_000_000, 3_000_000,
            3_000_000, 20_000_000,
        ]
        var bucket = RateBucket(ratePerS: 1000, burst: 5)
        var allow: [Int] = []
        for time in times {
            allow.append(bucket.allows(time) ? 1 : 0)
            if bucket.allows(time) { bucket.consume(time) }
        }
        #expect(allow == [1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1])
    }
}
