package import ColdCore
package import Vocabulary

/// What cold counts and watches, and what it would wake somebody for.
package struct Monitoring: Sendable {
    package enum Severity: String, Sendable { case notice, warning, critical }

    /// A state worth telling, while it lasts.
    package struct Alert: Equatable, Sendable {
        package var name: String
        package var severity: Severity
        package var text: String
        package var sinceNs: Int64
    }

    package enum Hop: String, CaseIterable, Sendable {
        case receivedToDecoded, decodedToDecided, decidedToRecorded, receivedToRecorded
        /// From the telemetry ring, which knows the submit too.
        case recordedToSubmitted, receivedToSubmitted
    }

    package private(set) var records: UInt64 = 0
    package private(set) var byKind: [RecordKind: UInt64] = [:]
    package private(set) var implausible: UInt64 = 0
    package private(set) var lastRecordNs: Int64 = 0
    package private(set) var incidents: UInt64 = 0
    package private(set) var gaps: UInt64 = 0
    package private(set) var gapMessages: Int64 = 0
    package private(set) var telemetry: UInt64 = 0
    package private(set) var telemetryLost: UInt64 = 0
    package private(set) var syncs: UInt64 = 0
    package private(set) var syncNsMax: Int64 = 0
    package private(set) var journalBytes: UInt64 = 0
    package private(set) var ringUsedPerMilleMax: Int64 = 0
    package private(set) var alerts: [String: Alert] = [:]
    private var hops: [Hop: HopHistogram] = [:]
    private var logLines: [JSON] = []

    package init() {}

    // MARK: Records

    /// `tscHz` is the rate of the time stamp counter; 0 when unknown: then no hop is counted.
    package mutating func apply(_ record: Record, tscHz: UInt64) {
        records += 1
        byKind[record.kind, default: 0] += 1
        lastRecordNs = max(lastRecordNs, record.t)
        switch record.kind {
        case .incident: incidents += 1
        case .gap:
            gaps += 1
            gapMessages &+= record.value
        case .new: if tscHz > 0 { countHops(record.hops, tscHz) }
        default: break
        }
        if record.flags.contains(.incident), record.kind != .incident { incidents += 1 }
    }

    package mutating func sawImplausible() { implausible += 1 }

    private mutating func countHops(_ stamps: Record.Hops, _ tscHz: UInt64) {
        count(.receivedToDecoded, stamps.received, stamps.decoded, tscHz)
        count(.decodedToDecided, stamps.decoded, stamps.decided, tscHz)
        count(.decidedToRecorded, stamps.decided, stamps.recorded, tscHz)
        count(.receivedToRecorded, stamps.received, stamps.recorded, tscHz)
    }

    /// The hops of one order that only telemetry knows.
    package mutating func submitted(
        received: UInt64,
        recorded: UInt64,
        submitted: UInt64,
        tscHz: UInt64
    ) {
        guard tscHz > 0 else { return }
        count(.recordedToSubmitted, recorded, submitted, tscHz)
        count(.receivedToSubmitted, received, submitted, tscHz)
    }

    private mutating func count(_ hop: Hop, _ from: UInt64, _ to: UInt64, _ tscHz: UInt64) {
        guard from > 0, to >= from, to - from < tscHz * 60 else { return }
        let ns = UInt64(Double(to - from) * 1e9 / Double(tscHz))
        hops[hop, default: HopHistogram()].record(ns)
    }

    // MARK: Desk

    package mutating func synced(bytes: UInt64, tookNs: Int64) {
        syncs += 1
        journalBytes = bytes
        syncNsMax = max(syncNsMax, tookNs)
    }

    package mutating func ring(usedSlots: Int64, slots: Int64) {
        guard slots > 0 else { return }
        ringUsedPerMilleMax = max(ringUsedPerMilleMax, usedSlots * 1_000 / slots)
    }

    package mutating func telemetry(read: UInt64, lost: UInt64) {
        telemetry += read
        telemetryLost += lost
    }

    /// Raises or clears the alert `name`; a line in the log at each change.
    package mutating func watch(
        _ name: String,
        _ severity: Severity,
        raised: Bool,
        nowNs: Int64,
        _ text: @autoclosure () -> String
    ) {
        if raised {
            guard alerts[name] == nil else {
                alerts[name]?.text = text()
                return
            }
            let alert = Alert(name: name, severity: severity, text: text(), sinceNs: nowNs)
            alerts[name] = alert
            log(
                nowNs,
                "alert",
                alert.text,
                ["name": .string(name), "severity": .string(severity.rawValue)]
            )
        } else if alerts.removeValue(forKey: name) != nil {
            log(nowNs, "cleared", name, nil)
        }
    }

    package mutating func log(_ nowNs: Int64, _ event: String, _ text: String, _ more: JSON? = nil)
    {
        guard logLines.count < 10_000 else { return }
        var members = [
            JSON.Member("t", .int(nowNs)), JSON.Member("event", .string(event)),
            JSON.Member("text", .string(text)),
        ]
        if case .object(let added)? = more { members += added }
        logLines.append(.object(members))
    }

    /// The lines since the last call.
    package mutating func takeLog() -> [JSON] {
        defer { logLines.removeAll(keepingCapacity: true) }
        return logLines
    }

    // MARK: Answers

    package func hopsJSON() -> JSON {
        .object(
            Hop.allCases.map { hop in
                let histogram = hops[hop] ?? HopHistogram()
                return JSON.Member(
                    hop.rawValue,
                    [
                        "n": .number(histogram.total),
                        "p50": .number(histogram.percentile(perMille: 500)),
                        "p90": .number(histogram.percentile(perMille: 900)),
                        "p99": .number(histogram.percentile(perMille: 990)),
                        "p999": .number(histogram.percentile(perMille: 999)),
                        "max": .number(histogram.max),
                    ]
                )
            }
        )
    }

    package func alertsJSON() -> JSON {
        .array(
            alerts.values.sorted { ($0.sinceNs, $0.name) < ($1.sinceNs, $1.name) }.map {
                [
                    "name": .string($0.name), "severity": .string($0.severity.rawValue),
                    "text": .string($0.text), "sinceNs": .int($0.sinceNs),
                ]
            }
        )
    }

    package func countersJSON() -> JSON {
        let kinds = RecordKind.allCases.compactMap { kind in
            byKind[kind].map { JSON.Member(kind.name, .number($0)) }
        }
        return [
            "records": .number(records), "byKind": .object(kinds),
            "implausible": .number(implausible), "incidents": .number(incidents),
            "gaps": .number(gaps), "gapMessages": .int(gapMessages),
            "telemetry": .number(telemetry), "telemetryLost": .number(telemetryLost),
            "syncs": .number(syncs), "syncNsMax": .int(syncNsMax),
            "journalBytes": .number(journalBytes),
            "ringUsedPerMilleMax": .int(ringUsedPerMilleMax),
        ]
    }
}
