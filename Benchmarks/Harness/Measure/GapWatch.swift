import CFloors

/// What the machine took away while we watched: spinning on the TSC around every block.
package struct GapWatch {
    package static var thresholdNs: Int64 { 200 }

    package private(set) var count: UInt64 = 0
    package private(set) var longestNs = 0.0
    package private(set) var lostNs = 0.0
    package private(set) var observedNs = 0.0
    /// Context switches forced on the measuring and on the measured threads inside the blocks.
    package var involuntarySwitches: Int64 = 0

    package init() {}

    /// Watches the calling thread's CPU for `ns`.
    mutating func watch(ns: Int64, _ clock: BenchClock) {
        let seen = floors_gaps(clock.cycles(ns: ns), clock.cycles(ns: Self.thresholdNs), nil, 0)
        add(seen, clock)
    }

    mutating func add(_ seen: floors_gap_count, _ clock: BenchClock) {
        count += seen.gaps
        longestNs = max(longestNs, clock.ns(seen.longest))
        lostNs += clock.ns(seen.lost)
        observedNs += clock.ns(seen.observed)
    }
}
