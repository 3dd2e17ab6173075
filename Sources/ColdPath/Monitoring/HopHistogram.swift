/// Counts of latencies in ns, 32 steps an octave: every answer is within about 3 % and memory is
/// fixed. Source of the form: Tene, HdrHistogram.
package struct HopHistogram: Sendable {
    private var counts = [UInt32](repeating: 0, count: 64 * 32)
    package private(set) var total: UInt64 = 0
    package private(set) var max: UInt64 = 0

    package init() {}

    package mutating func record(_ ns: UInt64) {
        total += 1
        max = Swift.max(max, ns)
        let index = Self.index(ns)
        if counts[index] < .max { counts[index] += 1 }
    }

    /// The smallest value that at least `perMille` of 1 000 are not above; 0 when there is none.
    package func percentile(perMille: UInt64) -> UInt64 {
        guard total > 0 else { return 0 }
        let wanted = Swift.max(1, (total * perMille + 999) / 1_000)
        var seen: UInt64 = 0
        for (index, count) in counts.enumerated() {
            seen += UInt64(count)
            if seen >= wanted { return Swift.min(max, Self.highest(index)) }
        }
        return max
    }

    // Values below 32 have a bucket each; above, the octave and its five next bits.
    private static func index(_ ns: UInt64) -> Int {
        guard ns >= 32 else { return Int(ns) }
        let octave = 63 - ns.leadingZeroBitCount
        let step = Int(ns >> UInt64(octave - 5)) & 31
        return (octave - 4) * 32 + step
    }

    private static func highest(_ index: Int) -> UInt64 {
        guard index >= 32 else { return UInt64(index) }
        let octave = UInt64(index / 32 + 4)
        let step = UInt64(index % 32)
        return ((32 + step) << (octave - 5)) + ((1 << (octave - 5)) - 1)
    }
}
