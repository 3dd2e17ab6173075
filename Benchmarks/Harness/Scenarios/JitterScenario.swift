import CFloors

/// What does the machine take away from a thread that only spins?
///
/// The pinned thread reads the TSC without pause; a step above 200 ns is a gap, and the gaps are
/// the subject. `samples` is the length of a block in µs. Everything else measured here has these
/// gaps in its tail.
enum JitterScenario {
    private static var gapsKept: Int { 100_000 }

    static func run(_ options: BenchOptions) throws(BenchError) -> Report {
        var clock = try BenchClock(calibrateNs: options.calibrateNs)
        let kept = SampleBlock(capacity: gapsKept)
        let pairs = SampleBlock(capacity: options.samples)
        var subject = Series("gaps")
        var timer = Series(TimerFloor.title)
        var watch = GapWatch()
        for _ in 0..<options.blocks {
            kept.clear()
            let seen = floors_gaps(
                clock.cycles(ns: Int64(options.samples) * 1_000),
                clock.cycles(ns: GapWatch.thresholdNs),
                kept.cycles,
                kept.capacity
            )
            kept.filled(min(Int(seen.gaps), kept.capacity))
            watch.add(seen, clock)
            subject.absorb(kept, clock)
            floors_timer_pairs(pairs.cycles, options.samples)
            pairs.filled(options.samples)
            timer.absorb(pairs, clock)
        }
        clock.measureDrift()
        let main = Comparisons("gaps over 200 ns", subject, floors: [timer], compared: [])
        let rounds = Rounds([], legs: 1, hops: nil, options)
        var report = rounds.report(.jitter, options, clock, main: main)
        report.gaps = watch
        let seconds = watch.observedNs / 1e9
        report.perSecond = seconds > 0 ? Double(watch.count) / seconds : 0
        report.nsPerMessage = watch.count > 0 ? watch.lostNs / Double(watch.count) : 0
        return report
    }
}
