import Vocabulary

/// Medians of blocks, and how sure one may be of them.
package enum Statistics {
    /// 0 of nothing; the mean of the middle two of an even number.
    package static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard let last = sorted.indices.last else { return 0 }
        return (sorted[last / 2] + sorted[(last + 1) / 2]) / 2
    }

    /// The middle 95 % of the medians of `draws` resamplings of `values` with replacement.
    ///
    /// Blocks, not samples, are drawn: samples of one block share its weather. A fixed seed, so
    /// that the same blocks always give the same interval.
    package static func bootstrap(
        _ values: [Double],
        draws: Int = 2_000,
        seed: UInt64 = 1
    ) -> (low: Double, high: Double) {
        guard !values.isEmpty else { return (0, 0) }
        var random = SplitMix64(seed: seed)
        var medians: [Double] = []
        medians.reserveCapacity(draws)
        var drawn = values
        for _ in 0..<draws {
            for index in drawn.indices {
                drawn[index] = values[Int.random(in: values.indices, using: &random)]
            }
            medians.append(median(drawn))
        }
        medians.sort()
        return (medians[draws * 25 / 1_000], medians[draws * 975 / 1_000 - 1])
    }
}

/// What the subject costs beyond one floor.
package struct Comparison: Equatable {
    /// Median over the rounds of subject's block median − floor's block median, ns.
    package var addedP50 = 0.0
    /// 95 % interval of ``addedP50``.
    package var addedLow = 0.0
    package var addedHigh = 0.0
    /// Difference of the two p99.9 over all samples, ns.
    package var addedP999 = 0.0
    /// Median over the rounds of the ratio of block medians, with its interval.
    package var ratioP50 = 0.0
    package var ratioLow = 0.0
    package var ratioHigh = 0.0
    package var ratioP99 = 0.0
    package var ratioP999 = 0.0

    /// Blocks are paired by round: what the machine did to one of a pair it likely did to both.
    package init(_ subject: Series, beside floor: Series) {
        let pairs = Array(zip(subject.blockMedians, floor.blockMedians))
        let differences = pairs.map { $0.0 - $0.1 }
        let ratios = pairs.map { $0.1 > 0 ? $0.0 / $0.1 : 0 }
        addedP50 = Statistics.median(differences)
        (addedLow, addedHigh) = Statistics.bootstrap(differences)
        ratioP50 = Statistics.median(ratios)
        (ratioLow, ratioHigh) = Statistics.bootstrap(ratios)
        let (mine, its) = (subject.summary, floor.summary)
        addedP999 = Double(mine.p999) - Double(its.p999)
        if its.p99 > 0 { ratioP99 = Double(mine.p99) / Double(its.p99) }
        if its.p999 > 0 { ratioP999 = Double(mine.p999) / Double(its.p999) }
    }
}
