/// Midnights of US Eastern time by the rule in force since 2007: daylight time from the second
/// Sunday of March to the first Sunday of November, changing at 2:00.
///
/// Computed, not looked up: a container may have no time zone files.
package enum EasternTime {
    private static var dayNs: Int64 { 86_400_000_000_000 }
    private static var hourNs: Int64 { 3_600_000_000_000 }

    /// Unix ns at which `YYYYMMDD` begins in New York; `nil` for no date, or one before 2007.
    package static func midnightNs(tradingDate: Int) -> Int64? {
        let (year, month, day) = (tradingDate / 10_000, tradingDate / 100 % 100, tradingDate % 100)
        guard (2007...2200).contains(year), (1...12).contains(month), (1...31).contains(day) else {
            return nil
        }
        let days = daysFromEpoch(year, month, day)
        guard
            month == 12 || day <= daysFromEpoch(year, month + 1, 1) - daysFromEpoch(year, month, 1)
        else { return nil }
        return Int64(days) * dayNs + (isDaylightMidnight(days, year) ? 4 : 5) * hourNs
    }

    /// The date in New York at `unixNs`, as `YYYYMMDD`.
    package static func tradingDate(at unixNs: Int64) -> Int {
        // Standard time first; at most an hour off, so at most the next day is the answer.
        var date = civil(Int((unixNs - 5 * hourNs) / dayNs))
        let next = civil(Int((unixNs - 5 * hourNs) / dayNs) + 1)
        if let midnight = midnightNs(tradingDate: next), midnight <= unixNs { date = next }
        return date
    }

    private static func isDaylightMidnight(_ days: Int, _ year: Int) -> Bool {
        // Both changes come at 2:00, so the Sunday's own midnight is still on the old time.
        days > sunday(2, 3, year) && days <= sunday(1, 11, year)
    }

    /// The n-th Sunday of a month, in days since 1970-01-01, a Thursday.
    private static func sunday(_ n: Int, _ month: Int, _ year: Int) -> Int {
        let first = daysFromEpoch(year, month, 1)
        return first + (7 - (first + 4) % 7) % 7 + 7 * (n - 1)
    }

    /// Gregorian calendar, years counted from March so that leap days come last.
    private static func daysFromEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let m = (month + 9) % 12
        return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
    }

    private static func civil(_ days: Int) -> Int {
        var year = 1970 + days / 366
        while daysFromEpoch(year + 1, 1, 1) <= days { year += 1 }
        var month = 1
        while month < 12, daysFromEpoch(year, month + 1, 1) <= days { month += 1 }
        return year * 10_000 + month * 100 + days - daysFromEpoch(year, month, 1) + 1
    }
}
