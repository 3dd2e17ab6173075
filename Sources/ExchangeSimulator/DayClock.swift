/// Unix time and the protocols' time of day. All time is handed in; nothing here reads a clock.
package struct DayClock: Sendable {
    /// Unix ns of a midnight, US Eastern: the trading date's.
    package let midnightNs: Int64

    package init(midnightNs: Int64) { self.midnightNs = midnightNs }

    private static var dayNs: Int64 { 86_400_000_000_000 }

    /// What OUCH and ITCH carry. A time outside the trading date keeps its time of day, because the
    /// field ends at 48 bits.
    package func nsOfDay(_ unixNs: Int64) -> UInt64 {
        let into = (unixNs - midnightNs) % Self.dayNs
        return UInt64(into < 0 ? into + Self.dayNs : into)
    }

    /// When the day of `now` reaches so many seconds.
    package func unixNs(secondsOfDay: UInt32, on now: Int64) -> Int64 {
        now - Int64(nsOfDay(now)) + Int64(secondsOfDay) * 1_000_000_000
    }
}
