/// The drawdown circuit breaker of analytics-formulas.md §9: integers, no epsilon, latched.
///
/// Money is in any one unit; times are ns. A function of the marks it is given: the same marks give
/// the same state, so a journal rebuilds it.
package struct DrawdownBreaker: Equatable, Sendable {
    package enum Reason: String, Equatable, Sendable { case daily, rapid, marksStale }

    package struct Trip: Equatable, Sendable {
        package var reason: Reason
        package var t: Int64

        package init(reason: Reason, t: Int64) {
            self.reason = reason
            self.t = t
        }
    }

    /// Equity at the start of the day, external flows excluded.
    package private(set) var start: Int128
    package private(set) var trip: Trip?
    private var dailyBps: Int128
    private var rapidBps: Int128
    private let windowNs: Int64
    private var markAgeNs: Int64
    /// Marks inside the window that can still be its maximum: times rise, values fall.
    private var peaks: [(t: Int64, x: Int128)] = []
    private var lastMarkNs: Int64

    /// A limit of 0 is off; so is an age of 0.
    package init(
        start: Int128,
        at t: Int64,
        dailyBps: Int64,
        rapidBps: Int64,
        windowNs: Int64,
        markAgeNs: Int64
    ) {
        self.start = start
        self.dailyBps = Int128(dailyBps)
        self.rapidBps = Int128(rapidBps)
        self.windowNs = windowNs
        self.markAgeNs = markAgeNs
        lastMarkNs = t
    }

    /// Other limits from now on; what has tripped stays.
    package mutating func set(dailyBps: Int64, rapidBps: Int64, markAgeNs: Int64) {
        self.dailyBps = Int128(dailyBps)
        self.rapidBps = Int128(rapidBps)
        self.markAgeNs = markAgeNs
    }

    /// Equity `equity` at `t`, of which `flows` came from outside since the start of the day.
    package mutating func mark(_ equity: Int128, flows: Int128 = 0, at t: Int64) {
        let x = equity - flows
        lastMarkNs = max(lastMarkNs, t)
        peaks.removeAll { $0.t < t - windowNs }
        while let last = peaks.last, last.x <= x { peaks.removeLast() }
        peaks.append((t, x))
        guard trip == nil else { return }
        if dailyBps > 0, (start - x) * 10_000 >= dailyBps * start {
            trip = Trip(reason: .daily, t: t)
        } else if rapidBps > 0, let peak = peaks.first?.x, (peak - x) * 10_000 >= rapidBps * peak {
            trip = Trip(reason: .rapid, t: t)
        }
    }

    /// Time passes without a mark: fail closed once the last is too old.
    package mutating func look(at t: Int64) {
        guard trip == nil, markAgeNs > 0, t - lastMarkNs > markAgeNs else { return }
        trip = Trip(reason: .marksStale, t: t)
    }

    /// An operator armed it at equity `x`: the day's loss counts from there, or it would trip again
    /// at the next mark and an arm would mean nothing.
    package mutating func arm(at t: Int64, equity x: Int128) {
        guard trip != nil else { return }
        trip = nil
        start = x
        lastMarkNs = t
        peaks = [(t, x)]
    }

    /// Largest value inside the window, and losses against it and the day's start, for display.
    package var peak: Int128? { peaks.first?.x }

    package static func == (left: Self, right: Self) -> Bool {
        left.start == right.start && left.trip == right.trip && left.lastMarkNs == right.lastMarkNs
            && left.peaks.elementsEqual(right.peaks) { $0.t == $1.t && $0.x == $1.x }
    }
}
