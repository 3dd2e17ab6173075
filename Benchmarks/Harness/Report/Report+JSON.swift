// DESIGN §6's form, one line, ns. `report` and `growth` stand beside it where a scenario has them.
extension Report {
    package var json: String {
        var fields: [(String, JSONText)] = [
            ("scenario", .text(scenario)),
            ("commit", .text(commit)),
            ("environment", .object(environment.facts.map { ($0.name, .text($0.value)) })),
        ]
        fields += main.fields
        if let report { fields.append(("report", .object(report.fields))) }
        if !hops.isEmpty {
            fields.append(("hops", .object(hops.map { ($0.name, $0.summary.object) })))
        }
        if !checks.isEmpty {
            fields.append(("checks", .object(checks.map { ($0.name, $0.summary.object) })))
        }
        if !spans.isEmpty {
            fields.append(("spans", .object(spans.map { ($0.name, $0.series.summary.object) })))
        }
        fields += [
            ("perSecond", .number(perSecond)),
            ("nsPerMessage", .number(nsPerMessage)),
            ("gaps", gaps.object),
        ]
        if let growth { fields.append(("growth", growth.object)) }
        return JSONText.object(fields).line
    }
}

extension Comparisons {
    fileprivate var fields: [(String, JSONText)] {
        let compared = comparisons
        return [
            ("subject", subject.summary.object),
            ("floors", .object(floors.map { ($0.name, $0.summary.object) })),
            ("added", .object(compared.map { ($0.name, $0.1.added) })),
            ("ratios", .object(compared.map { ($0.name, $0.1.ratios) })),
        ]
    }
}

extension Summary {
    var object: JSONText {
        .object(fields.map { ($0.0, .integer(Int64(clamping: $0.1))) })
    }
}

extension Comparison {
    fileprivate var added: JSONText {
        .object([
            ("p50", .number(addedP50)), ("p999", .number(addedP999)),
            ("low", .number(addedLow)), ("high", .number(addedHigh)),
        ])
    }

    fileprivate var ratios: JSONText {
        .object([
            ("p50", .number(ratioP50)), ("p99", .number(ratioP99)), ("p999", .number(ratioP999)),
            ("low", .number(ratioLow)), ("high", .number(ratioHigh)),
        ])
    }
}

extension GapWatch {
    fileprivate var object: JSONText {
        .object([
            ("thresholdNs", .integer(Self.thresholdNs)),
            ("count", .integer(Int64(clamping: count))),
            ("longestNs", .number(longestNs)),
            ("lostNs", .number(lostNs)),
            ("observedNs", .number(observedNs)),
            ("involuntarySwitches", .integer(involuntarySwitches)),
        ])
    }
}

extension Growth {
    var object: JSONText {
        .object([
            ("allocations", .integer(Int64(clamping: allocations))),
            ("frees", .integer(Int64(clamping: frees))),
            ("minorFaults", .integer(minorFaults)),
            ("majorFaults", .integer(majorFaults)),
            ("voluntarySwitches", .integer(voluntarySwitches)),
            ("involuntarySwitches", .integer(involuntarySwitches)),
            ("portCalls", .integer(Int64(clamping: portCalls))),
            ("turns", .integer(Int64(clamping: turns))),
            (
                "unexpectedCalls",
                unexpectedCalls.map { .integer(Int64(clamping: $0)) } ?? .null
            ),
            ("unexpectedLast", .integer(Int64(unexpectedLast))),
        ])
    }
}
