package import ColdCore
package import Vocabulary

/// What a TWAP parent is: so much of one instrument, in equal slices, over a time.
///
/// The spec travels as text inside an `algo` record, so that the journal holds all a restart needs:
///
///     twap start SYMBOL SIDE QTY PX|- DURATION_MS SLICES ACCOUNT STRATEGY VENUE|* ARRIVAL2|-
///
/// `ARRIVAL2` is twice the mid when the parent started, an integer. At most 127 bytes.
package struct TwapSpec: Equatable, Sendable {
    package var instrument: UInt16
    package var side: Side
    package var qty: OrderQty
    package var limitPx: Price?
    package var durationMs: Int64
    package var slices: Int64
    package var account: UInt16
    package var strategy: UInt16
    package var venue: UInt8
    package var arrivalTwiceMid: Int64?

    package static let textMax = 127
    package static let qtyMax: Int64 = 1_000_000_000
    package static let durationMsMax: Int64 = 86_400_000
    package static let slicesMax: Int64 = 10_000

    package init(
        instrument: UInt16,
        side: Side,
        qty: OrderQty,
        limitPx: Price?,
        durationMs: Int64,
        slices: Int64,
        account: UInt16,
        strategy: UInt16,
        venue: UInt8 = noIndex8,
        arrivalTwiceMid: Int64? = nil
    ) {
        self.instrument = instrument
        self.side = side
        self.qty = qty
        self.limitPx = limitPx
        self.durationMs = durationMs
        self.slices = slices
        self.account = account
        self.strategy = strategy
        self.venue = venue
        self.arrivalTwiceMid = arrivalTwiceMid
    }

    /// What is to be recorded of the parent of that id.
    func words(of parent: UInt64, _ text: String, letsTrade: Bool = false) -> AlgoWords {
        AlgoWords(
            parent: parent,
            instrument: instrument,
            account: account,
            strategy: strategy,
            text: text,
            letsTrade: letsTrade
        )
    }

    package var durationNs: Int64 { durationMs * 1_000_000 }

    /// Shares that should be done when slice `index` (0-based) ends: whole lots, and all of `qty`
    /// with the last slice, so the slices sum exactly.
    package func target(slice index: Int64, lot: Int64) -> Int64 {
        guard index < slices - 1 else { return qty.units }
        let even = qty.units * (index + 1) / slices
        return even - even % max(1, lot)
    }

    /// The slice running `elapsedNs` after the start; `slices - 1` from then on.
    package func slice(atElapsedNs elapsedNs: Int64) -> Int64 {
        min(slices - 1, max(0, elapsedNs) / 1_000_000 * slices / max(1, durationMs))
    }

    /// What is wrong with it, in one line; `nil` when nothing is.
    package func problem(_ reference: Reference) -> String? {
        guard Int(instrument) < reference.instruments.count else { return "symbol: unknown" }
        let row = reference.instruments[Int(instrument)]
        if !(1...Self.qtyMax).contains(qty.units) {
            return "qty: \(qty.units) is not within 1...\(Self.qtyMax)"
        }
        if row.lot > 1, qty.units % row.lot != 0 {
            return "qty: \(qty.units) is not a multiple of the lot \(row.lot)"
        }
        if let limitPx, limitPx.units <= 0 || limitPx >= .ouchMarket {
            return "--limit: \(limitPx) is not above 0 and at most \(Price.ouchLimitMax)"
        }
        if let limitPx, row.tick > 0, limitPx.units % row.tick != 0 {
            return "--limit: \(limitPx) is not a multiple of the tick \(Price(units: row.tick))"
        }
        if !(1...Self.durationMsMax).contains(durationMs) {
            return "duration_ms: \(durationMs) is not within 1...\(Self.durationMsMax)"
        }
        if !(1...Self.slicesMax).contains(slices) || slices > qty.units || slices > durationMs {
            return "slices: \(slices) is not within 1...\(Self.slicesMax), qty and milliseconds"
        }
        if Int(strategy) >= reference.strategies.count { return "strategy: unknown" }
        if !reference.strategies[Int(strategy)].coldMay {
            return "strategy: \(reference.strategyName(strategy)) may not be used by algos"
        }
        if Int(account) >= reference.accounts.count { return "account: unknown" }
        let owner = reference.strategies[Int(strategy)].account
        if account != owner {
            return "account: \(reference.accountName(account)) is not that of strategy "
                + "\(reference.strategyName(strategy)), \(reference.accountName(owner)) is"
        }
        if venue != noIndex8, Int(venue) >= reference.venues.count { return "venue: unknown" }
        if text(reference).utf8.count > Self.textMax { return "names too long to be recorded" }
        return nil
    }
}

// MARK: Text

extension TwapSpec {
    package func text(_ reference: Reference) -> String {
        [
            "twap", "start", reference.symbol(instrument), side.description, "\(qty.units)",
            limitPx.map { "\($0.units)" } ?? "-", "\(durationMs)", "\(slices)",
            reference.accountName(account), reference.strategyName(strategy),
            venue == noIndex8 ? "*" : reference.venueName(venue),
            arrivalTwiceMid.map { "\($0)" } ?? "-",
        ].joined(separator: " ")
    }

    /// Reads what ``text(_:)`` wrote; `nil` for anything else, names the reference does not know
    /// included.
    package init?(text: String, _ reference: Reference) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 12, words[0] == "twap", words[1] == "start",
            let instrument = reference.instrument(named: words[2]),
            let letter = words[3].utf8.first, words[3].utf8.count == 1,
            let side = Side(rawValue: letter), let qty = Int64(words[4]),
            let durationMs = Int64(words[6]), let slices = Int64(words[7]),
            let account = reference.account(named: words[8]),
            let strategy = reference.strategy(named: words[9])
        else { return nil }

        let px = Int64(words[5])
        guard px != nil || words[5] == "-" else { return nil }
        let venue = words[10] == "*" ? noIndex8 : reference.venue(named: words[10])
        guard let venue else { return nil }
        self.init(
            instrument: instrument,
            side: side,
            qty: OrderQty(units: qty),
            limitPx: px.map { Price(units: $0) },
            durationMs: durationMs,
            slices: slices,
            account: account,
            strategy: strategy,
            venue: venue,
            arrivalTwiceMid: Int64(words[11])
        )
        guard problem(reference) == nil else { return nil }
    }
}
