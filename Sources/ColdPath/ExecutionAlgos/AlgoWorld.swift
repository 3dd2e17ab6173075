package import ColdCore

/// What an algo is shown at each turn: time, market, names. It never reads a clock.
package struct AlgoWorld: Sendable {
    /// The engine's time, ns UTC: the one its records carry.
    package var nowNs: Int64
    /// Every audit record committed before this instant has been applied.
    package var drainedNs: Int64
    package var quotes: Quotes
    package var reference: Reference

    /// How long the engine accepts a New of ours (semantics.md §2.8).
    package static let commandValidNs: Int64 = 250_000_000
    /// Beyond expiry, before an unanswered New counts as never to come: far above any turn of the
    /// engine that its stall guard lets pass.
    package static let marginNs: Int64 = 1_000_000_000

    package init(nowNs: Int64, drainedNs: Int64, quotes: Quotes, reference: Reference) {
        self.nowNs = nowNs
        self.drainedNs = drainedNs
        self.quotes = quotes
        self.reference = reference
    }
}
