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
            let meaning = code.isLatch ? "\(record.code) \(code.meaning)" : "kill"
            watch(
                "\(family) \(Self.latchNumber(code))",
                .critical,
                raised: true,
                nowNs: record.t,
                "\(whose): \(meaning); new orders are refused until `apus arm`"
            )
        case .arm:
            for name in alerts.keys.sorted() where name.hasPrefix("\(family) ") {
                guard code == .ok || name.hasSuffix(" \(Self.latchNumber(code))") else { continue }
                watch(name, .critical, raised: false, nowNs: record.t, "")
            }
        default: break
        }
    }

    private static func latchNumber(_ code: RiskCode) -> UInt16 {
        code.isLatch ? code.rawValue : 0
    }
}
