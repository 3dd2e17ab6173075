// The same for a person: one table a comparison, then what a reader must know to believe it.
extension Report {
    package var text: String {
        var lines = ["apus-bench \(scenario), commit \(commit)", ""]
        lines += main.table
        if let report { lines += [""] + report.table }
        if !hops.isEmpty {
            lines += ["", "inside the engine, by its own stamps (ns)"]
            lines += Table.rows(hops.map { ($0.name, $0.summary) })
        }
        if !checks.isEmpty { lines += [""] + checkTable }
        if !spans.isEmpty {
            lines += ["", "times (ns)"]
            lines += Table.rows(spans.map { ($0.name, $0.series.summary) }, head: true)
        }
        lines += ["", rate]
        lines.append(gaps.line)
        if let growth { lines.append(growth.line) }
        lines += notes
        lines += failures.map { "FAILED: \($0)" }
        lines += ["", "environment"]
        lines += environment.facts.map { "  \($0.name): \($0.value)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Medians of block medians: the histogram's whole ns would round a check away.
    private var checkTable: [String] {
        var lines = ["until the refusal by each check, in their order (ns; then what it adds)"]
        var before = 0.0
        for check in checks {
            let ns = Statistics.median(check.blockMedians)
            lines.append("  \(Table.tenths(ns)) \(Table.tenths(ns - before))  \(check.name)")
            before = ns
        }
        return lines
    }

    private var rate: String {
        scenario == Scenario.jitter.rawValue
            ? "\(Int(perSecond)) gaps a second, \(Int(nsPerMessage)) ns each"
            : "\(Int(perSecond)) a second in this closed loop, "
                + "\(Int(nsPerMessage)) ns each with all that is not timed"
    }
}

extension Comparisons {
    fileprivate var table: [String] {
        var lines = Table.rows(
            [(subjectTitle, subject.summary)] + floors.map { ("floor: \($0.name)", $0.summary) },
            head: true
        )
        for (name, found) in comparisons {
            let which = name == "best" ? "best (\(best?.name ?? ""))" : name
            lines.append(
                "  added over \(which): p50 \(Table.ns(found.addedP50)) "
                    + "(95 %: \(Table.ns(found.addedLow)) … \(Table.ns(found.addedHigh))), "
                    + "p99.9 \(Table.ns(found.addedP999)); ratio \(Table.ratio(found.ratioP50)) "
                    + "p99 \(Table.ratio(found.ratioP99)) p99.9 \(Table.ratio(found.ratioP999))"
            )
        }
        let dropped = ([subject] + floors).map(\.cpuChanged).reduce(0, +)
        if dropped > 0 { lines.append("  \(dropped) samples dropped: their CPU changed") }
        return lines
    }
}

extension GapWatch {
    fileprivate var line: String {
        "gaps over \(Self.thresholdNs) ns around the blocks: \(count) in "
            + "\(Table.ms(observedNs)), longest \(Table.ns(longestNs)), "
            + "lost \(Table.ms(lostNs)); inside the blocks the driver was preempted "
            + "\(involuntarySwitches) times"
    }
}

extension Growth {
    package var line: String {
        let unexpected =
            unexpectedCalls.map {
                "\($0)" + (unexpectedLast >= 0 ? " (last \(unexpectedLast))" : "")
            }
            ?? "not watched"
        return "engine thread after warm-up: \(allocations) allocations, \(frees) frees, "
            + "\(minorFaults) minor and \(majorFaults) major faults, "
            + "\(voluntarySwitches) voluntary and \(involuntarySwitches) involuntary switches, "
            + "\(turns) turns, \(portCalls) port system calls, unexpected system calls: \(unexpected)"
            + (hasGrown
                ? "  FAILED: all of these but the port's and the involuntary are to be 0" : "")
    }
}

/// Columns of figures.
enum Table {
    static func rows(_ rows: [(String, Summary)], head: Bool = false) -> [String] {
        let width = max(28, rows.map(\.0.count).max() ?? 0)
        var lines: [String] = []
        if head {
            let names = Summary().fields.map { left($0.0, 11) }
            lines.append(right("ns", width + 2) + names.joined())
        }
        for (name, summary) in rows {
            let figures = summary.fields.map { left(String($0.1), 11) }
            lines.append("  " + right(name, width) + figures.joined())
        }
        return lines
    }

    static func ns(_ value: Double) -> String { "\(Int(value.rounded())) ns" }
    static func ms(_ value: Double) -> String { "\(Int((value / 1e6).rounded())) ms" }
    static func ratio(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    static func tenths(_ value: Double) -> String {
        let whole = Int((value * 10).rounded())
        let text = "\(whole < 0 ? "-" : "")\(abs(whole) / 10).\(abs(whole) % 10)"
        return left(text, 8)
    }

    private static func right(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
    private static func left(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }
}
