import HotPath
import Testing
import Vocabulary

@Suite("The clock made of TSC cycles")
struct TSCClockTests {
    /// 2.5 GHz: 0.4 ns a cycle.
    private let clock = TSCClock(
        sample: ClockSample(tsc: 1_000_000, utcNs: 1_700_000_000_000_000_000),
        multiplier: UInt64(0.4 * 4_294_967_296)
    )

    @Test("shows the sample's time at the sample's cycle, and 0.4 ns a cycle after it")
    func reads() {
        #expect(clock.utcNs(1_000_000) == 1_700_000_000_000_000_000)
        #expect(clock.utcNs(1_000_000 + 2_500) == 1_700_000_000_000_000_999)
        #expect(abs(clock.durationNs(cycles: 2_500_000_000) - 1_000_000_000) <= 1)
        #expect(clock.utcNs(999_999) == 1_700_000_000_000_000_000, "never before its base")
    }

    @Test("a year of cycles does not overflow")
    func year() {
        let cycles: UInt64 = 2_500_000_000 * 86_400 * 366
        #expect(abs(clock.durationNs(cycles: cycles) - 86_400 * 366 * 1_000_000_000) < 10_000_000)
    }

    @Test("cycles and duration undo each other")
    func inverse() {
        #expect(clock.durationNs(cycles: clock.cycles(ns: 1_000_000)) >= 999_998)
        #expect(clock.cycles(ns: 0) == 0)
        #expect(clock.cycles(ns: -5) == 0)
    }

    @Test("a recalibration keeps the time shown and changes the pace by at most 500 ppm")
    func slew() {
        var bent = clock
        let at: UInt64 = 1_000_000 + 2_500_000_000
        let shown = clock.utcNs(at)
        let sample = ClockSample(tsc: at, utcNs: shown + 1_000_000_000)
        let error = bent.recalibrate(sample, at: at)
        #expect(error == 1_000_000_000)
        #expect(bent.utcNs(at) == shown)
        let pace = bent.utcNs(at + 2_500_000_000) - shown
        #expect(abs(pace - 1_000_500_000) < 2_000)
    }

    @Test("an error of 100 µs is gone after a second of the slew")
    func converges() {
        var bent = clock
        let at: UInt64 = 1_000_000 + 2_500_000_000
        let sample = ClockSample(tsc: at, utcNs: bent.utcNs(at) - 100_000)
        _ = bent.recalibrate(sample, at: at)
        let later = at + 2_500_000_000
        #expect(abs(bent.utcNs(later) - (clock.utcNs(later) - 100_000)) < 2_000)
    }

    @Test("a sample from before the last bend changes nothing: that time has been shown")
    func late() {
        var bent = clock
        let at: UInt64 = 1_000_000 + 2_500_000_000
        let sample = ClockSample(tsc: at - 5, utcNs: clock.utcNs(at) + 1_000_000)
        #expect(bent.recalibrate(sample, at: at) > 0)
        let before = bent
        #expect(bent.recalibrate(sample, at: at + 50) == 0)
        #expect(bent.utcNs(at + 99) == before.utcNs(at + 99))
    }

    @Test(
        "never runs backwards, whatever the samples say and however long they waited",
        arguments: UInt64(1)...16
    )
    func monotonic(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var bent = clock
        var tsc = bent.baseTsc
        var last = bent.utcNs(tsc)
        for _ in 0..<1_000 {
            tsc += .random(in: 0...5_000_000_000, using: &random)
            if Bool.random(using: &random) {
                let lie = Int64.random(in: -10_000_000_000...10_000_000_000, using: &random)
                let waited = UInt64.random(in: 0...5_000_000_000, using: &random)
                let taken = ClockSample(tsc: tsc - min(waited, tsc), utcNs: last &+ lie)
                _ = bent.recalibrate(taken, at: tsc)
            }
            let now = bent.utcNs(tsc)
            #expect(now >= last, "seed \(seed)")
            last = now
        }
    }

    @Test("calibrated on this machine it agrees with the system clock within a millisecond")
    func calibrated() {
        let clock = TSCClock.calibrated(measureNs: 20_000_000)
        let sample = ClockSample.now()
        #expect(abs(clock.utcNs(sample.tsc) - sample.utcNs) < 1_000_000)
    }
}
