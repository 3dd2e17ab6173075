import CShims

/// How fast the time stamp counter runs, against the monotonic clock.
enum TscRate {
    static let measureNs: Int64 = 10_000_000

    /// Ticks a second, within about 0.1 %. Takes ``measureNs``; at start only.
    static func measure() -> UInt64 {
        let beganNs = DeskTime.read().monotonicNs
        let beganTsc = shim_rdtsc()
        var nowNs = beganNs
        while nowNs - beganNs < measureNs { nowNs = DeskTime.read().monotonicNs }
        return (shim_rdtsc() - beganTsc) * 1_000_000_000 / UInt64(nowNs - beganNs)
    }
}
