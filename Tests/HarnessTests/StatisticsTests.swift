import Harness
import Testing

/// Figures that can be worked out by hand.
@Suite("Medians, intervals and comparisons")
struct StatisticsTests {
    @Test("the median of an odd, an even and an empty set")
    func median() {
        #expect(Statistics.median([3, 1, 2]) == 2)
        #expect(Statistics.median([4, 1, 3, 2]) == 2.5)
        #expect(Statistics.median([]) == 0)
    }

    @Test("blocks that agree leave no doubt; the interval lies inside what was seen")
    func bootstrap() {
        let certain = Statistics.bootstrap([Double](repeating: 7, count: 30))
        #expect(certain.low == 7 && certain.high == 7)
        let blocks = (1...31).map(Double.init)
        let found = Statistics.bootstrap(blocks)
        #expect(1 <= found.low && found.low < 16 && 16 < found.high && found.high <= 31)
        let again = Statistics.bootstrap(blocks)
        #expect(found.low == again.low && found.high == again.high)
    }

    @Test("a subject that costs 100 ns more in every round is told so, whatever the rounds cost")
    func paired() {
        var (subject, floor) = (Series("subject"), Series("floor"))
        for base in [1_000.0, 5_000, 2_000] {
            floor.absorb(ns: [base, base, base])
            subject.absorb(ns: [base + 100, base + 100, base + 100])
        }
        let found = Comparison(subject, beside: floor)
        #expect(found.addedP50 == 100)
        #expect(found.addedLow == 100 && found.addedHigh == 100)
        #expect(found.ratioP50 == 1.05)
    }

    @Test("a summary tells count and ends exactly, percentiles to three digits")
    func summary() {
        var series = Series("s")
        series.absorb(ns: (1...1_000).map(Double.init))
        let found = series.summary
        #expect(found.n == 1_000)
        #expect(found.min == 1)
        #expect(found.max == 1_000)
        #expect(found.p50 == 500)
        #expect(found.p90 == 900)
        #expect(found.p99 == 990)
        #expect(found.p999 == 999)
    }

    @Test("a sample beyond ten seconds is counted, not lost in silence")
    func outOfRange() {
        var series = Series("s")
        series.absorb(ns: [1, 2e10])
        #expect(series.outOfRange == 1)
        #expect(series.summary.max == 20_000_000_000)
    }
}
