import Settings
import Testing

@Suite("Decimal text")
struct DecimalTests {
    @Test(
        "becomes units of 1e-4 exactly, and back",
        arguments: [
            ("0.00", 0), ("0.0001", 1), ("100.0001", 1_000_001), ("100.50", 1_005_000),
            ("199999.99", 1_999_999_900), ("-1.25", -12_500), ("922337203685477.5807", Int64.max),
        ]
    )
    func exact(text: String, units: Int64) {
        #expect(Decimals.units(text, places: 4) == units)
        #expect(Decimals.text(units) == text)
    }

    @Test(
        "with anything else in it is none",
        arguments: [
            "", "-", ".5", "5.", "1e3", "0x10", "1,000", " 1", "1 ", "1.00001", "--1", "+1", "1.-5",
            "922337203685477.5808", "99999999999999999999", "٣",
        ]
    )
    func refused(text: String) {
        #expect(Decimals.units(text, places: 4) == nil)
    }
}
