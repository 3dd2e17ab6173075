/// Session names: ten characters, other ones each time a venue starts, so that a client's memory of
/// an earlier run is refused and not taken for this one's.
enum SessionName {
    /// Up to three letters of the venue and five digits of the second; `nil` for a name
    /// with none of either, or with what a ports file could not quote.
    static func stem(venue: String, unixNs: Int64) -> String? {
        let letters = venue.uppercased().utf8.filter { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        }
        let isPlain = venue.utf8.allSatisfy {
            (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C
        }
        guard isPlain, !letters.isEmpty else { return nil }
        let prefix = String(decoding: letters.prefix(3), as: UTF8.self)
        return prefix + base36(unixNs / 1_000_000_000 % 60_466_176, count: 5)
    }

    static func suffix(_ index: Int) -> String { base36(Int64(index + 1), count: 2) }

    private static func base36(_ value: Int64, count: Int) -> String {
        let digits = String(value, radix: 36, uppercase: true)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}
