import Settings
import Testing

/// Expected instants by hand: Eastern standard time is UTC−5, daylight time UTC−4.
@Suite("A trading date")
struct TradingDateTests {
    @Test(
        "begins at Eastern midnight, whichever time is in force then",
        arguments: [
            // (date, seconds since the epoch of 04:00 or 05:00 UTC that day)
            ("2020-01-30", 1_580_360_400),  // winter: 05:00 UTC
            ("2020-03-07", 1_583_557_200),  // the day before the change
            ("2020-03-08", 1_583_643_600),  // clocks go forward at 2:00, the day still begins at −5
            ("2020-03-09", 1_583_726_400),  // 04:00 UTC, 23 hours later
            ("2020-07-01", 1_593_576_000),
            ("2020-11-01", 1_604_203_200),  // clocks go back at 2:00, the day still begins at −4
            ("2020-11-02", 1_604_293_200),  // 25 hours later
            ("2026-11-20", 1_795_150_800),
            ("2024-02-29", 1_709_182_800),
        ]
    )
    func midnight(text: String, seconds: Int64) throws {
        let date = try #require(TradingDate(text))
        #expect(date.midnightNs == seconds * 1_000_000_000)
        #expect(date.description == text)
    }

    @Test(
        "at an instant is the Eastern one, not UTC's",
        arguments: [
            (1_580_360_399, "2020-01-29"),  // one second before Eastern midnight
            (1_580_360_400, "2020-01-30"),
            (1_583_650_799, "2020-03-08"),  // 06:59:59 UTC, 01:59:59 EST
            (1_583_650_800, "2020-03-08"),  // 03:00 EDT
            (1_583_726_399, "2020-03-08"),
            (1_604_293_199, "2020-11-01"),
            (1_604_293_200, "2020-11-02"),
            (1_609_477_199, "2020-12-31"),  // 04:59:59 UTC on 1 January
            (1_609_477_200, "2021-01-01"),
        ]
    )
    func eastern(seconds: Int64, text: String) {
        #expect(TradingDate.eastern(utcSeconds: seconds)?.description == text)
    }

    @Test(
        "no calendar has is none",
        arguments: [
            "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-04-30", "2026-4-3",
            "2026/04/03", "1999-01-01", "", "today",
        ]
    )
    func refused(text: String) {
        #expect(TradingDate(text) == nil)
    }

    @Test("is written into the image as yyyymmdd")
    func number() {
        #expect(TradingDate("2026-11-20")?.number == 20_261_120)
    }
}
