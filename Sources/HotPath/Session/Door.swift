/// The message bucket at a client's door (semantics.md §3.2): GCRA over everything it sends.
///
/// T = 10⁹ / rate, τ = (burst − 1) · T; allow iff now ≥ TAT − τ; then TAT = max(now, TAT) + T.
package enum Door {
    @inline(__always)
    package static func allows(
        _ tatNs: inout Int64,
        nowNs: Int64,
        ratePerS: UInt32,
        burst: UInt32
    ) -> Bool {
        guard ratePerS > 0 else { return true }
        let interval = 1_000_000_000 / Int64(ratePerS)
        let tolerance = Int64(max(burst, 1) - 1) * interval
        guard nowNs >= tatNs - tolerance else { return false }
        tatNs = max(nowNs, tatNs) + interval
        return true
    }
}
