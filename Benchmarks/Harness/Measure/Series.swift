package import Histogram

/// Everything measured of one contender: all samples as a histogram, each block as its median.
package struct Series {
    package let name: String
    /// ns, three significant digits, up to 10 s.
    package private(set) var histogram = Histogram<UInt64>(
        highestTrackableValue: 10_000_000_000,
        numberOfSignificantValueDigits: .three
    )
    /// ns, one a block in the order they ran.
    package private(set) var blockMedians: [Double] = []
    package private(set) var cpuChanged = 0
    /// Samples above what the histogram holds.
    package private(set) var outOfRange = 0
    private var least = UInt64.max
    private var greatest: UInt64 = 0

    package init(_ name: String) { self.name = name }

    /// Takes one block's samples, ns.
    package mutating func absorb(ns samples: [Double]) {
        guard !samples.isEmpty else { return }
        for sample in samples {
            let whole = UInt64(max(0, sample.rounded()))
            if !histogram.record(whole) { outOfRange += 1 }
            least = min(least, whole)
            greatest = max(greatest, whole)
        }
        blockMedians.append(Statistics.median(samples))
    }

    /// Samples before `first` are warm-up.
    mutating func absorb(_ block: SampleBlock, _ clock: BenchClock, from first: Int = 0) {
        cpuChanged += block.cpuChanged
        absorb(ns: (min(first, block.count)..<block.count).map { clock.ns(block.cycles[$0]) })
    }

    package var summary: Summary {
        guard histogram.totalCount > 0 else { return Summary() }
        return Summary(
            n: histogram.totalCount,
            min: least,
            p50: histogram.valueAtPercentile(50),
            p90: histogram.valueAtPercentile(90),
            p99: histogram.valueAtPercentile(99),
            p999: histogram.valueAtPercentile(99.9),
            p9999: histogram.valueAtPercentile(99.99),
            max: greatest
        )
    }
}

/// DESIGN §6: what is told of every contender, ns.
package struct Summary: Equatable {
    package var n: UInt64 = 0
    package var min: UInt64 = 0
    package var p50: UInt64 = 0
    package var p90: UInt64 = 0
    package var p99: UInt64 = 0
    package var p999: UInt64 = 0
    package var p9999: UInt64 = 0
    package var max: UInt64 = 0

    package init() {}

    init(
        n: UInt64,
        min: UInt64,
        p50: UInt64,
        p90: UInt64,
        p99: UInt64,
        p999: UInt64,
        p9999: UInt64,
        max: UInt64
    ) {
        (self.n, self.min, self.p50, self.p90) = (n, min, p50, p90)
        (self.p99, self.p999, self.p9999, self.max) = (p99, p999, p9999, max)
    }

    var fields: [(String, UInt64)] {
        [
            ("n", n), ("min", min), ("p50", p50), ("p90", p90), ("p99", p99), ("p999", p999),
            ("p9999", p9999), ("max", max),
        ]
    }
}
