package import Crossing

/// What a trading date begins with beside its limits: carried over by `day roll`, read from the
/// date's files, or as the configuration says. Decided once for a date, kept with its journal.
///
/// By name, not by index: a configuration may order its tables otherwise tomorrow.
package struct DayStart: Equatable, Sendable {
    /// Shares held, signed, and the price they count at (1e-4; 0: the prior close).
    package struct Holding: Equatable, Sendable {
        package var account: String
        package var symbol: String
        package var qty: Int64
        package var px: Int64

        package init(account: String, symbol: String, qty: Int64, px: Int64 = 0) {
            self.account = account
            self.symbol = symbol
            self.qty = qty
            self.px = px
        }
    }

    package struct Reference: Equatable, Sendable {
        package var symbol: String
        package var tick: Int64
        package var lot: Int64
        package var priorClose: Int64
        package var adv: Int64

        package init(symbol: String, tick: Int64, lot: Int64, priorClose: Int64, adv: Int64) {
            self.symbol = symbol
            self.tick = tick
            self.lot = lot
            self.priorClose = priorClose
            self.adv = adv
        }
    }

    package struct Latch: Equatable, Sendable {
        package var scope: KillScope
        /// Of the account, strategy, symbol or venue; empty for the firm.
        package var name: String
        package var code: UInt16
        package var uid: UInt32
        package var since: UInt32
        package var reason: String

        package init(
            scope: KillScope,
            name: String,
            code: UInt16,
            uid: UInt32,
            since: UInt32,
            reason: String
        ) {
            self.scope = scope
            self.name = name
            self.code = code
            self.uid = uid
            self.since = since
            self.reason = reason
        }
    }

    package struct File: Equatable, Sendable {
        package var kind: DayFileKind
        package var source: String
        package var path: String
        package var sha256: String
        package var rows: Int

        package init(
            kind: DayFileKind,
            source: String,
            path: String,
            sha256: String,
            rows: Int
        ) {
            self.kind = kind
            self.source = source
            self.path = path
            self.sha256 = sha256
            self.rows = rows
        }
    }

    package var tradingDate: UInt32
    /// The date it was rolled from; 0: the first of this state directory.
    package var from: UInt32 = 0
    /// What that date ended with.
    package var carried: [Holding] = []
    package var latches: [Latch] = []
    /// In force; `nil`: as the configuration says.
    package var positions: [Holding]?
    package var locates: [Holding]?
    package var restricted: [String]?
    package var reference: [Reference]?
    package var files: [File] = []
    /// Why positions differ from what was carried, in an operator's words.
    package var accepted = ""

    package init(tradingDate: UInt32) { self.tradingDate = tradingDate }

    /// Holdings carried and not, one line each, that a file of positions says otherwise.
    package func differences() -> [String] {
        guard from != 0, let positions else { return [] }
        func table(_ rows: [Holding]) -> [String: Int64] {
            rows.reduce(into: [:]) { $0["\($1.symbol) of \($1.account)", default: 0] += $1.qty }
        }
        let (held, said) = (table(carried), table(positions))
        return Set(held.keys).union(said.keys).sorted().compactMap { key in
            let (was, is_) = (held[key] ?? 0, said[key] ?? 0)
            return was == is_ ? nil : "\(key): \(is_), carried from \(from): \(was)"
        }
    }
}
