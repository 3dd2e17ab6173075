internal import Glibc

/// A trading date, and the instant its day begins in US Eastern time. OUCH and ITCH count
/// nanoseconds from there (semantics.md §7).
///
/// The daylight rule stands here instead of a time-zone database, because a colocated machine may
/// have none: since 2007 clocks go forward at 2:00 on the second Sunday of March and back at 2:00
/// on the first Sunday of November (Energy Policy Act of 2005, §110).
package struct TradingDate: Equatable, Sendable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    /// `nil` for a day no calendar has, or a year before the daylight rule above.
    package init?(year: Int, month: Int, day: Int) {
        guard (2007...2999).contains(year), (1...12).contains(month),
            (1...Self.days(in: month, of: year)).contains(day)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// "2026-11-20".
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package var description: String {
        "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }

    /// 20261120.
    package var number: UInt32 { UInt32(year * 10_000 + month * 100 + day) }

    /// UTC ns since the Unix epoch of this day's midnight in US Eastern time.
    package var midnightNs: Int64 {
        let offsetHours: Int64 = isDaylightAtMidnight ? 4 : 5
        return (Int64(daysSinceEpoch) * 24 + offsetHours) * 3_600_000_000_000
    }

    /// The clock changes at 2:00, so the day of the change still begins under the old rule.
    private var isDaylightAtMidnight: Bool {
        let today = daysSinceEpoch
        let starts = Self.sunday(2, of: 3, in: year)
        let ends = Self.sunday(1, of: 11, in: year)
        return today > starts && today <= ends
    }

    /// The Eastern date at an instant.
    package static func eastern(utcSeconds: Int64) -> TradingDate? {
        // Local standard time decides the year; the switch hours themselves are 7:00 and 6:00 UTC.
        let standard = utcSeconds - 5 * 3600
        let year = civil(days: Int((Double(standard) / 86400).rounded(.down))).year
        let starts = Int64(sunday(2, of: 3, in: year)) * 86400 + 7 * 3600
        let ends = Int64(sunday(1, of: 11, in: year)) * 86400 + 6 * 3600
        let local = utcSeconds - (utcSeconds >= starts && utcSeconds < ends ? 4 : 5) * 3600
        let date = civil(days: Int((Double(local) / 86400).rounded(.down)))
        return TradingDate(year: date.year, month: date.month, day: date.day)
    }

    /// Today in US Eastern time. A clock outside the calendar above reads as its first day, and the
    /// clock check of the pre-flight list says so.
    package static func todayEastern() -> TradingDate {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return eastern(utcSeconds: Int64(now.tv_sec)) ?? first
    }

    private static let first = TradingDate(year: 2007, month: 1, day: 1) ?? TradingDate()
    private init() { (year, month, day) = (2007, 1, 1) }

    // MARK: Calendar arithmetic, proleptic Gregorian, era of 400 years from 1 March

    package var daysSinceEpoch: Int { Self.days(year: year, month: month, day: day) }

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let next =
            month == 12
            ? days(year: year + 1, month: 1, day: 1) : days(year: year, month: month + 1, day: 1)
        return next - days(year: year, month: month, day: 1)
    }

    /// The `count`th Sunday of a month, in days since the epoch (1970-01-01 was a Thursday).
    private static func sunday(_ count: Int, of month: Int, in year: Int) -> Int {
        let first = days(year: year, month: month, day: 1)
        let weekday = (first + 4) % 7
        return first + (7 - weekday) % 7 + (count - 1) * 7
    }
}

extension Reader where Value == TradingDate {
    package static func tradingDate(today: TradingDate) -> Reader {
        Reader { text, _ in
            if text == "today" { return .success(today) }
            guard let date = TradingDate(text) else {
                return .failure(Complaint("is not a date; write today, or 2026-11-20"))
            }
            return .success(date)
        }
    }
}

extension TradingDate {
    /// From 20261120, as the image carries it.
    package init?(number: UInt32) {
        self.init(
            year: Int(number / 10_000),
            month: Int(number / 100 % 100),
            day: Int(number % 100)
        )
    }

    /// The next day that is no Saturday or Sunday. Holidays are the operator's to know.
    package var nextWeekday: TradingDate {
        var days = daysSinceEpoch + 1
        // 1970-01-01 was a Thursday: (days + 4) % 7 is 0 on Sundays and 6 on Saturdays.
        while [0, 6].contains((days + 4) % 7) { days += 1 }
        let date = Self.civil(days: days)
        return TradingDate(year: date.year, month: date.month, day: date.day) ?? self
    }
}
