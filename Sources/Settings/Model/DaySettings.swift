/// Where a trading date's start files are (semantics.md §6.7). A file named with `{date}` is another
/// one every day; each says itself which date it is for.
package struct DaySettings: Sendable {
    package struct Source: Sendable {
        package var kind: DayFileKind
        /// May hold `{date}`, replaced by yyyymmdd.
        package var file: String
        /// Whose word it is: a clearing firm, a vendor.
        package var source: String
        /// When the sender says what it must be: 64 hexadecimal digits.
        package var sha256: String?
        /// Where the configuration names it.
        var origin: Origin
    }

    package var sources: [Source] = []

    static let keys = DayFileKind.allCases.map { "\($0)" }

    init(_ top: Section) throws(SettingsError) {
        guard let day = try top.optionalSection("day", keys: Self.keys) else { return }
        for kind in DayFileKind.allCases {
            guard
                let entry = try day.optionalSection("\(kind)", keys: ["file", "source", "sha256"])
            else { continue }
            let sum = try entry.optional("sha256", .sha256, default: "")
            sources.append(
                Source(
                    kind: kind,
                    file: try entry.required("file", .text),
                    source: try entry.required("source", .ascii(16)),
                    sha256: sum.isEmpty ? nil : sum,
                    origin: try entry.child("file").origin
                )
            )
        }
    }

    /// Kinds no file is named for.
    var missing: [DayFileKind] {
        DayFileKind.allCases.filter { kind in !sources.contains { $0.kind == kind } }
    }
}

package enum DayFileKind: UInt8, CaseIterable, Sendable, CustomStringConvertible {
    case positions = 1
    case reference = 2
    case restricted = 3
    case locates = 4

    package var description: String {
        switch self {
        case .positions: "positions"
        case .reference: "reference"
        case .restricted: "restricted"
        case .locates: "locates"
        }
    }

    /// The second line of such a file.
    package var columns: [String] {
        switch self {
        case .positions: ["account", "symbol", "shares", "price"]
        case .reference: ["symbol", "tick", "lot", "prior_close", "adv"]
        case .restricted: ["symbol", "reason"]
        case .locates: ["account", "symbol", "shares"]
        }
    }
}

extension Reader where Value == String {
    fileprivate static var sha256: Reader {
        text.checked("is not 64 hexadecimal digits") { text in
            text.utf8.count == 64
                && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        }
    }
}
