import CShims
import Vocabulary

/// One moment on both clocks.
package struct ClockSample: BitwiseCopyable, Sendable {
    package var tsc: UInt64 = 0
    package var utcNs: Int64 = 0

    package init() {}
    package init(tsc: UInt64, utcNs: Int64) {
        self.tsc = tsc
        self.utcNs = utcNs
    }

    /// Now; not from the engine thread.
    package static func now() -> ClockSample {
        var raw = shim_clock_sample()
        unsafe shim_clock_sample_read(&raw)
        return ClockSample(tsc: raw.tsc, utcNs: raw.utc_ns)
    }
}

/// TSC cycles to UTC nanoseconds by one integer multiply and shift.
///
/// The clock never steps and never runs backwards: a recalibration keeps the time it shows and
/// changes its pace by at most 500 ppm until it agrees with the sample (semantics.md §7). Between
/// two recalibrations it is a pure function, so replay needs only the samples.
package struct TSCClock: BitwiseCopyable, Sendable {
    /// ns a cycle, times 2^32.
    package private(set) var multiplier: UInt64
    /// The pace measured against the monotonic clock, which slewing is counted from.
    package private(set) var nominal: UInt64
    package private(set) var baseTsc: UInt64
    package private(set) var baseNs: Int64

    package static var slewMaxPpm: Int64 { 500 }
    /// An error is worked off over this long, if 500 ppm allow it.
    package static var slewOverNs: Int64 { 1_000_000_000 }

    package init(sample: ClockSample, multiplier: UInt64) {
        self.multiplier = multiplier
        self.nominal = multiplier
        baseTsc = sample.tsc
        baseNs = sample.utcNs
    }

    /// Measures the TSC against the raw monotonic clock; takes `measureNs`. At start only.
    package static func calibrated(measureNs: Int64 = 50_000_000) -> TSCClock {
        var first = shim_clock_sample()
        var last = shim_clock_sample()
        unsafe shim_clock_sample_read(&first)
        repeat {
            shim_pause()
            unsafe shim_clock_sample_read(&last)
        } while last.monotonic_ns - first.monotonic_ns < measureNs
        let cycles = last.tsc - first.tsc
        let ns = UInt64(last.monotonic_ns - first.monotonic_ns)
        let multiplier = cycles.dividingFullWidth((ns >> 32, ns << 32)).quotient
        return TSCClock(
            sample: ClockSample(tsc: last.tsc, utcNs: last.utc_ns),
            multiplier: multiplier
        )
    }

    /// UTC ns at `tsc`; a stamp from before the base (another CPU's, a cycle behind) is the base.
    @inline(__always)
    package func utcNs(_ tsc: UInt64) -> Int64 {
        tsc > baseTsc ? baseNs + durationNs(cycles: tsc - baseTsc) : baseNs
    }

    /// How long `cycles` last; exact for as long as a process can run.
    @inline(__always)
    package func durationNs(cycles: UInt64) -> Int64 {
        let product = cycles.multipliedFullWidth(by: multiplier)
        return Int64(truncatingIfNeeded: product.high << 32 | product.low >> 32)
    }

    /// Cycles in `ns`, for deadlines counted in cycles.
    package func cycles(ns: Int64) -> UInt64 {
        let ns = UInt64(max(0, ns))
        guard ns >> 32 < multiplier else { return .max }
        return multiplier.dividingFullWidth((ns >> 32, ns << 32)).quotient
    }

    /// Bends the clock towards `sample`, from `tsc` on: what it has shown up to there stands, however
    /// long the sample has waited. A sample from before the last bend is not asked.
    ///
    /// - Returns: the error found, ns: positive when this clock was behind.
    package mutating func recalibrate(_ sample: ClockSample, at tsc: UInt64) -> Int64 {
        guard sample.tsc > baseTsc else { return 0 }
        let error = sample.utcNs &- utcNs(sample.tsc)
        let bentTsc = max(tsc, sample.tsc)
        let shown = utcNs(bentTsc)
        let wantedPpm = max(-1_000_000, min(1_000_000, error / (Self.slewOverNs / 1_000_000)))
        let ppm = max(-Self.slewMaxPpm, min(Self.slewMaxPpm, wantedPpm))
        baseTsc = bentTsc
        baseNs = shown
        let bend = Int64(nominal) / 1_000_000 * ppm
        multiplier = UInt64(Int64(nominal) + bend)
        return error
    }
}
