/// One line of the tuning list (docs: latency notes): what was found beside what is wanted.
struct HostLine: Sendable {
    enum Verdict: String, Sendable {
        case pass
        case fail
        case notApplicable = "n/a"
    }

    let item: String
    let verdict: Verdict
    let found: String
    let wanted: String
    /// Why it is so, or what to do about it.
    let reason: String

    static func notApplicable(_ item: String, wanted: String, _ reason: String) -> HostLine {
        HostLine(item: item, verdict: .notApplicable, found: "-", wanted: wanted, reason: reason)
    }

    static func judge(
        _ item: String,
        _ passes: Bool,
        found: String,
        wanted: String,
        _ reason: String
    ) -> HostLine {
        HostLine(
            item: item,
            verdict: passes ? .pass : .fail,
            found: found,
            wanted: wanted,
            reason: passes ? "" : reason
        )
    }

    var json: JSON {
        [
            "item": .string(item),
            "verdict": .string(verdict == .notApplicable ? "notApplicable" : verdict.rawValue),
            "found": .string(found), "wanted": .string(wanted), "reason": .string(reason),
        ]
    }
}
