import CFloors
import Glibc

/// TSC cycles to ns, calibrated against CLOCK_MONOTONIC_RAW before the first block and again after
/// the last.
package struct BenchClock {
    private let first: floors_clock_pair
    private let calibrated: floors_clock_pair
    package let nsPerCycle: Double
    /// What the pace measured over the whole run differs by from the pace used, parts per million.
    package private(set) var driftPpm: Double = 0

    /// Calibrates for `calibrateNs`: a second in earnest; tests that time nothing take less.
    package init(calibrateNs: Int64) throws(BenchError) {
        guard floors_tsc_is_invariant() else {
            throw .clock("the TSC of this CPU is not invariant")
        }
        let source = Environment.firstLine(
            "/sys/devices/system/clocksource/clocksource0/current_clocksource"
        )
        guard source == "tsc" else { throw .clock("clocksource is \"\(source)\"") }
        first = floors_clock_read()
        var last = floors_clock_read()
        while last.raw_ns - first.raw_ns < calibrateNs { last = floors_clock_read() }
        calibrated = last
        nsPerCycle = Double(last.raw_ns - first.raw_ns) / Double(last.tsc - first.tsc)
    }

    package var tscHz: Double { 1e9 / nsPerCycle }

    package func ns(_ cycles: UInt64) -> Double { Double(cycles) * nsPerCycle }
    package func cycles(ns: Int64) -> UInt64 { UInt64(Double(ns) / nsPerCycle) }

    /// Measures again, over everything since the calibration.
    package mutating func measureDrift() {
        let last = floors_clock_read()
        guard last.tsc > calibrated.tsc else { return }
        let pace =
            Double(last.raw_ns - calibrated.raw_ns) / Double(last.tsc - calibrated.tsc)
        driftPpm = (pace / nsPerCycle - 1) * 1e6
    }

    /// The TSC now, cycles.
    static func now() -> UInt64 { floors_clock_now() }

    /// Spins for `cycles`.
    static func spin(cycles: UInt64) {
        let begin = now()
        while now() &- begin < cycles {}
    }
}
