import Foundation

/// One line a run, and what all of them came to.
struct SoakReport {
    let rateMin: Int
    private var results: [SoakResult] = []

    init(rateMin: Int) { self.rateMin = rateMin }

    static let head =
        "  run     seed  hot cold crash   orders accepted  fills   rate/s  open p50"
        + "    max  cold p50    max  verdict (lost/duplicated/unexplained)"

    /// The longest run so far, for deciding whether another fits.
    var longestNs: Int64 { results.map(\.tookNs).max() ?? 0 }

    mutating func add(_ result: SoakResult) {
        var result = result
        if result.faults.isEmpty, result.rate < Double(rateMin) {
            result.faults.append(
                "\(Int(result.rate)) orders/s accepted, \(rateMin) is the least (--rate-min)"
            )
        }
        results.append(result)
    }

    var isClean: Bool { !results.isEmpty && results.allSatisfy { $0.faults.isEmpty } }

    func line(_ result: SoakResult) -> String {
        let result = results.last { $0.plan.number == result.plan.number } ?? result
        func cell(_ value: Int, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - "\(value)".count)) + "\(value)"
        }
        let refused = result.rejects.sorted { $0.key < $1.key }
            .map { "\($0.key)×\($0.value)" }.joined(separator: " ")
        return cell(result.plan.number, 5) + cell(Int(result.plan.seed), 9)
            + cell(result.hotKills, 5) + cell(result.coldKills, 5) + cell(result.crashes, 6)
            + cell(result.orders, 9) + cell(result.accepted, 9) + cell(result.fills, 7)
            + cell(Int(result.rate), 9)
            + cellMs(result.restartToOpenNs, 0.5, 10) + cellMs(result.restartToOpenNs, 1, 7)
            + cellMs(result.coldBackNs, 0.5, 10) + cellMs(result.coldBackNs, 1, 7)
            + "  \(result.faults.isEmpty ? "clean" : "NOT CLEAN") \(result.verdict)"
            + ", \(result.neverReceived) never received, refused \(refused.isEmpty ? "none" : refused)"
            + String(format: ", %.0f s", Double(result.tookNs) / 1e9)
    }

    private func cellMs(_ values: [Int64], _ share: Double, _ width: Int) -> String {
        let text = Self.quantile(values, share).map { String(format: "%.0f ms", $0) } ?? "-"
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func quantile(_ values: [Int64], _ share: Double) -> Double? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        let index = min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1)
        return Double(sorted[max(0, index)]) / 1e6
    }

    private func distribution(_ values: [Int64]) -> String {
        guard !values.isEmpty else { return "none" }
        let parts = [("min", 0.0), ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1)].map {
            "\($0.0) \(String(format: "%.0f", Self.quantile(values, $0.1) ?? 0)) ms"
        }
        return parts.joined(separator: ", ") + " (\(values.count))"
    }

    var summary: String {
        let opens = results.flatMap(\.restartToOpenNs)
        let colds = results.flatMap(\.coldBackNs)
        let rates = results.map(\.rate).sorted()
        let clean = results.count { $0.faults.isEmpty }
        return """
            runs              \(results.count), \(clean) clean
            kill -9           \(results.reduce(0) { $0 + $1.hotKills }) of hot, \
            \(results.reduce(0) { $0 + $1.coldKills }) of cold
            crash before send \(results.reduce(0) { $0 + $1.crashes })
            orders            \(results.reduce(0) { $0 + $1.orders }) sent, \
            \(results.reduce(0) { $0 + $1.accepted }) accepted, \
            \(results.reduce(0) { $0 + $1.fills }) fills
            accepted/s        least \(Int(rates.first ?? 0)), middle \
            \(Int(rates.isEmpty ? 0 : rates[rates.count / 2])), most \(Int(rates.last ?? 0))
            restart to open   \(distribution(opens))
            cold heard again  \(distribution(colds))
            """
    }
}
