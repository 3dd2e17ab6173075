import RiskWatch
import Testing

/// Expected values: analytics-formulas.md §9 (worked example A-CB) and §4 (A-HHI).
@Suite("The drawdown breaker")
struct DrawdownTests {
    private static let second: Int64 = 1_000_000_000

    private func make(markAgeNs: Int64 = 0) -> DrawdownBreaker {
        DrawdownBreaker(
            start: 1_000_000,
            at: 0,
            dailyBps: 500,
            rapidBps: 200,
            windowNs: 900 * Self.second,
            markAgeNs: markAgeNs
        )
    }

    @Test("A-CB: RAPID at 1500 s, by the mark exactly 900 s old, and latched from then on")
    func worked() {
        var breaker = make()
        let table: [(s: Int64, equity: Int128, isTripped: Bool)] = [
            (0, 1_000_000, false), (300, 1_004_000, false), (600, 995_000, false),
            (900, 990_000, false), (1_200, 986_000, false), (1_201, 984_500, false),
            (1_500, 975_100, true), (1_800, 969_000, true), (2_000, 966_000, true),
            (2_100, 960_000, true), (2_400, 950_000, true), (2_700, 1_000_000, true),
        ]
        for row in table {
            breaker.mark(row.equity, at: row.s * Self.second)
            #expect((breaker.trip != nil) == row.isTripped, "at \(row.s) s")
        }
        #expect(breaker.trip == .init(reason: .rapid, t: 1_500 * Self.second))
    }

    @Test("exactly 5.00 % trips, one unit less does not; daily is judged before rapid")
    func daily() {
        var breaker = make()
        breaker.mark(950_001, at: 1)
        #expect(breaker.trip == nil)
        breaker.mark(950_000, at: 2)
        #expect(breaker.trip?.reason == .daily)
    }

    @Test("exactly 2.00 % of the window's peak trips, one unit less does not")
    func rapid() {
        var breaker = make()
        breaker.mark(1_100_000, at: 1)
        breaker.mark(1_078_001, at: 2)
        #expect(breaker.trip == nil)
        breaker.mark(1_078_000, at: 3)
        #expect(breaker.trip?.reason == .rapid)
    }

    @Test("a mark older than the window no longer counts")
    func window() {
        var breaker = make()
        breaker.mark(1_100_000, at: 0)
        breaker.mark(1_000_000, at: 900 * Self.second + 1)
        #expect(breaker.trip == nil)
    }

    @Test("a deposit or withdrawal neither trips nor hides a loss")
    func flows() {
        var breaker = make()
        breaker.mark(500_000, flows: -500_000, at: 1)
        #expect(breaker.trip == nil)
        breaker.mark(1_450_000, flows: 500_000, at: 2)
        #expect(breaker.trip?.reason == .daily)
    }

    @Test("marks older than the configured age trip, once they are older and not before")
    func stale() {
        var breaker = make(markAgeNs: 10)
        breaker.mark(1_000_000, at: 5)
        breaker.look(at: 15)
        #expect(breaker.trip == nil)
        breaker.look(at: 16)
        #expect(breaker.trip == .init(reason: .marksStale, t: 16))
    }

    @Test("an arm begins again at the equity of that moment")
    func armed() {
        var breaker = make()
        breaker.mark(940_000, at: 1)
        breaker.arm(at: 2, equity: 940_000)
        breaker.mark(939_000, at: 3)
        #expect(breaker.trip == nil)
        breaker.mark(893_000, at: 4)
        #expect(breaker.trip == .init(reason: .daily, t: 4))
    }

    @Test("A-HHI: 3278 points; shorts concentrate too, an empty book has none")
    func concentration() {
        #expect(Concentration.points([350_000, -150_000, 420_000, -80_000]) == 3_278)
        #expect(Concentration.points([0, -7, 0]) == 10_000)
        #expect(Concentration.points([0, 0]) == nil)
        #expect(Concentration.points([Int128(1) << 100, Int128(1) << 100]) == 5_000)
    }
}
