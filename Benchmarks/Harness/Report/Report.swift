/// What one scenario found, ready to be printed.
package struct Report {
    package var scenario: String
    package var commit: String
    package var environment: Environment
    package var main: Comparisons
    /// The way back, where a scenario has one: venue report → client.
    package var report: Comparisons?
    package var perSecond: Double
    package var nsPerMessage: Double
    package var gaps: GapWatch
    package var growth: Growth?
    package var hops: [Series] = []
    /// Until each of the gate's checks refuses, in the order of the checks.
    package var checks: [Series] = []
    /// Other times of the same run.
    package var spans: [(name: String, series: Series)] = []
    /// What must never happen and did.
    package var failures: [String] = []
    /// Lines a reader needs beside the numbers.
    package var notes: [String] = []

    /// Heap growth, faults or unexpected system calls while measuring, or a failure.
    package var hasFailed: Bool { growth?.hasGrown ?? false || !failures.isEmpty }
}

/// A subject and its floors, measured in interleaved blocks.
package struct Comparisons {
    package var subjectTitle: String
    package var subject: Series
    package var floors: [Series]
    /// Floors that do the subject's work, and so are compared with it; the others are scales.
    package var compared: Set<String>

    package init(
        _ title: String,
        _ subject: Series,
        floors: [Series],
        compared: Set<String>
    ) {
        subjectTitle = title
        self.subject = subject
        self.floors = floors
        self.compared = compared
    }

    /// Every floor compared, and "best": the one with the lowest p50.
    package var comparisons: [(name: String, Comparison)] {
        let candidates = floors.filter { compared.contains($0.name) && $0.summary.n > 0 }
        var found = candidates.map { (name: $0.name, Comparison(subject, beside: $0)) }
        if let best { found.append((name: "best", Comparison(subject, beside: best))) }
        return found
    }

    package var best: Series? {
        floors.filter { compared.contains($0.name) && $0.summary.n > 0 }
            .min { Statistics.median($0.blockMedians) < Statistics.median($1.blockMedians) }
    }
}

/// What the engine thread did besides its work, from the end of the warm-up to the end: counted on
/// that thread, outside it only the park between blocks.
package struct Growth: Equatable {
    /// Calls into the allocator.
    package var allocations: UInt64 = 0
    package var frees: UInt64 = 0
    package var minorFaults: Int64 = 0
    package var majorFaults: Int64 = 0
    package var voluntarySwitches: Int64 = 0
    package var involuntarySwitches: Int64 = 0
    /// Made by the port: receives, sends, ring enters.
    package var portCalls: UInt64 = 0
    package var turns: UInt64 = 0
    /// System calls that were not the port's, by a seccomp filter; nil when nobody watched,
    /// because the watch slows every call.
    package var unexpectedCalls: UInt64?
    /// Number of the last of them.
    package var unexpectedLast: Int32 = -1

    package init() {}

    /// A spinning thread that was preempted is no fault of its own; everything else is.
    package var hasGrown: Bool {
        allocations != 0 || minorFaults != 0 || majorFaults != 0 || voluntarySwitches != 0
            || (unexpectedCalls ?? 0) != 0
    }
}
