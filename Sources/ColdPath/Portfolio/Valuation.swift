package import ColdCore
package import Vocabulary

/// One line of `positions` and `pnl`.
package struct Valuation: Equatable, Sendable {
    package var account: UInt16
    package var instrument: UInt16
    package var position: Int64
    package var boughtQty: Int64
    package var soldQty: Int64
    package var fills: Int
    package var lots: Int
    /// `nil` when the day has no price for the instrument.
    package var mark: Price?
    package var realized: Money
    package var fees: Money
    package var feesInOpenLots: Money
    package var openCost: Money
    package var unrealized: Money?
    package var total: Money?

    /// What closed lots made before fees: total = gross + unrealized - fees.
    package var gross: Money { realized + fees - feesInOpenLots }
}

extension Portfolio {
    /// Everything held or traded today, by account, then instrument.
    package func valuations(_ quotes: Quotes, _ reference: Reference) -> [Valuation] {
        holdings.keys.sorted().compactMap { key in
            guard let holding = holdings[key] else { return nil }
            let index = Int(key.instrument)
            let close =
                index < reference.instruments.count
                ? reference.instruments[index].priorClose : Price.zero
            let mark = quotes.mark(key.instrument, priorClose: close)
            let queue = holding.queue
            return Valuation(
                account: key.account,
                instrument: key.instrument,
                position: queue.position,
                boughtQty: holding.boughtQty,
                soldQty: holding.soldQty,
                fills: holding.fills,
                lots: queue.lots.count,
                mark: mark,
                realized: queue.realized,
                fees: queue.fees,
                feesInOpenLots: queue.feesInOpenLots,
                openCost: queue.openCost,
                unrealized: mark.map { queue.unrealized(mark: $0) },
                total: mark.map { queue.total(mark: $0) }
            )
        }
    }

    package func position(account: UInt16, instrument: UInt16) -> Int64 {
        holdings[Key(account: account, instrument: instrument)]?.queue.position ?? 0
    }
}
