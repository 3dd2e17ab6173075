import Vocabulary

/// Generic cell rate algorithm: how often, and how many at once.
///
/// Source: risk-controls.md §3. T = 10⁹ / rate, τ = (burst − 1)·T, both integer divisions; allow
/// when now ≥ TAT − τ, and then TAT = max(now, TAT) + T.
package struct RateBucket: BitwiseCopyable, Sendable, Equatable {
    /// ns between messages at the sustained rate; 0 when there is no limit.
    package private(set) var intervalNs: Int64 = 0
    package private(set) var toleranceNs: Int64 = 0
    /// Theoretical arrival time of the next message.
    package var tatNs: Int64 = 0

    package init() {}

    /// `ratePerS` 0 is no limit; `burst` counts the message itself and is at least 1.
    package init(ratePerS: UInt32, burst: UInt32) { set(ratePerS: ratePerS, burst: burst) }

    package mutating func set(ratePerS: UInt32, burst: UInt32) {
        intervalNs = ratePerS == 0 ? 0 : max(1, 1_000_000_000 / Int64(ratePerS))
        toleranceNs = Int64(max(burst, 1) - 1) * intervalNs
    }

    @inline(__always)
    package func allows(_ nowNs: Int64) -> Bool {
        intervalNs == 0 || nowNs >= tatNs &- toleranceNs
    }

    @inline(__always)
    package mutating func consume(_ nowNs: Int64) {
        if intervalNs != 0 { tatNs = max(nowNs, tatNs) &+ intervalNs }
    }

    /// After a lost region the allowance is empty, not full (semantics.md §2.2).
    package mutating func drain(_ nowNs: Int64) {
        tatNs = max(tatNs, nowNs &+ toleranceNs &+ intervalNs)
    }
}
