package import ColdCore
import Vocabulary

extension Monitoring {
    /// A latch set or let go: an alert while it holds, a line in the log at each change. `whose`
    /// names the scope of a `kill` or `arm` record; other records change nothing.
    package mutating func latched(_ record: Record, of whose: String) {
        let code = RiskCode(rawValue: record.code) ?? .ok
        let family = "latch \(whose)"
        switch record.kind {
        case .kill:
            let meaning = code.isLatch ? "\(record.code) \(code.meaning)" : "killed"
            watch(
                "\(family) \(Self.latchWord(code))",
                .critical,
                raised: true,
                nowNs: record.t,
                "\(whose): \(meaning)\(Self.hand(record)); new orders are refused until `apus arm`"
            )
        case .arm:
            for name in alerts.keys.sorted() where name.hasPrefix("\(family) ") {
                guard code == .ok || name.hasSuffix(" \(Self.latchWord(code))") else { continue }
                watch(name, .critical, raised: false, nowNs: record.t, "")
            }
        default: break
        }
    }

    private static func latchWord(_ code: RiskCode) -> String {
        code.isLatch ? "\(code.rawValue)" : "kill"
    }

    /// " by uid 1000, \"fat finger\"": of a person's, and of cold's why; a breaker that tripped in
    /// the engine says neither.
    private static func hand(_ record: Record) -> String {
        let who = record.flags.contains(.fromCold) ? "cold" : "uid \(record.uid)"
        guard record.uid != .max || record.flags.contains(.fromCold) else { return "" }
        return " by \(who)\(record.text.isEmpty ? "" : ", \"\(record.text)\"")"
    }
}
