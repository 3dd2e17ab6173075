internal import Foundation
internal import Settings

/// Numbers as people read them.
enum Format {
    /// 3 245 000 → "324.50".
    static func price(_ units: Int64) -> String { Decimals.text(units) }

    /// A value in 1e-4 as money with two places; the rest is cut, never rounded up.
    static func money(_ units: Int64) -> String {
        let cents = units / 100
        let sign = units < 0 ? "-" : ""
        let rest = String(cents.magnitude % 100)
        return "\(sign)\(cents.magnitude / 100).\(rest.count == 1 ? "0" + rest : rest)"
    }

    /// 5000 → "5.000".
    static func thousandths(_ value: Int64) -> String {
        let rest = String(value.magnitude % 1_000)
        let zeros = String(repeating: "0", count: 3 - rest.count)
        return "\(value < 0 ? "-" : "")\(value.magnitude / 1_000).\(zeros)\(rest)"
    }

    /// ns → "850 ns", "1.25 µs", "3.40 ms", "12.0 s".
    static func duration(_ ns: Int64) -> String {
        let value = Double(ns)
        switch ns.magnitude {
        case ..<1000: return "\(ns) ns"
        case ..<1_000_000: return "\(places(value / 1000, 2)) µs"
        case ..<1_000_000_000: return "\(places(value / 1_000_000, 2)) ms"
        default: return "\(places(value / 1_000_000_000, 1)) s"
        }
    }

    /// The same where nothing is lost by it, else in the largest unit that loses nothing.
    static func exactDuration(_ ns: Int64) -> String {
        let step: Int64 =
            switch ns.magnitude {
            case ..<1000: 1
            case ..<1_000_000: 10
            case ..<1_000_000_000: 10_000
            default: 100_000_000
            }
        guard ns % step != 0 else { return duration(ns) }
        for (name, unit) in [("ms", Int64(1_000_000)), ("µs", 1000)] where ns % unit == 0 {
            return "\(ns / unit) \(name)"
        }
        return "\(ns) ns"
    }

    static func places(_ value: Double, _ count: Int) -> String {
        String(format: "%.\(count)f", value)
    }

    /// UTC time of day, to the millisecond.
    static func time(_ unixNs: Int64) -> String {
        let ms = unixNs / 1_000_000 % 86_400_000
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let fraction = String(1000 + ms % 1000).dropFirst()
        return "\(two(ms / 3_600_000)):\(two(ms / 60_000 % 60)):\(two(ms / 1000 % 60)).\(fraction)"
    }
}
