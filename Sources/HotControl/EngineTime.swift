package import HotPath

/// The engine's clock read from beside it: what a command is valid until is counted on the clock
/// that will judge it, so that a machine's clock set by hand or by NTP moves no deadline.
package struct EngineTime {
    private let mailbox: Mailbox
    /// The pace of the TSC; its time is not asked.
    private let pace: TSCClock

    package init(mailbox: Mailbox, pace: TSCClock) {
        self.mailbox = mailbox
        self.pace = pace
    }

    /// ns UTC as the engine shows or would show them at `sample`; the sample's own before the
    /// engine's first turn. An engine that stands still is counted on; one that turned since the
    /// sample was taken is counted back.
    package func nowNs(at sample: ClockSample) -> Int64 {
        guard let shown = mailbox.engineClock else { return sample.utcNs }
        return sample.tsc > shown.tsc
            ? shown.utcNs + pace.durationNs(cycles: sample.tsc - shown.tsc)
            : shown.utcNs - pace.durationNs(cycles: shown.tsc - sample.tsc)
    }

    /// How far the machine's clock is ahead of the engine's, ns; negative when it is behind.
    package func offsetNs(at sample: ClockSample) -> Int64 { sample.utcNs - nowNs(at: sample) }
}
