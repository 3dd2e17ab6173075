package import ColdCore
package import Vocabulary

/// Implementation shortfall of one parent, exact (analytics-formulas §11, Perold, expanded).
///
/// Prices are handed in doubled, so that a mid stays an integer.
package struct Shortfall: Equatable, Sendable {
    package let delay: Money
    package let trading: Money
    package let opportunity: Money
    package let fees: Money
    /// Q × the decision price: what basis points are of.
    package let basis: Money

    /// `decision`, `arrival` and `close` are twice a price; `filled` all fills together.
    package init(
        side: Side,
        qty: OrderQty,
        decision: Int64,
        arrival: Int64,
        filled: AveragePrice,
        close: Int64,
        fees: Money
    ) {
        let sign = Int128(side.sign)
        let done = Int128(filled.qty)
        delay = Money(hundredths: sign * 50 * (Int128(arrival) - Int128(decision)) * done)
        trading = Money(hundredths: sign * (100 * filled.notional - 50 * Int128(arrival) * done))
        let left = Int128(qty.units) - done
        opportunity = Money(hundredths: sign * 50 * (Int128(close) - Int128(decision)) * left)
        self.fees = fees
        basis = Money(hundredths: 50 * Int128(decision) * Int128(qty.units))
    }

    package var total: Money { delay + trading + opportunity + fees }

    /// Basis points of Q × decision price; `nil` when that is 0.
    package func bps(_ part: Money) -> Double? {
        // Multiplied as an integer, so that a whole number of basis points comes out whole.
        basis == .zero
            ? nil : Double(part.hundredths * 10_000) / Double(basis.hundredths)
    }
}

/// Own average against the market's volume-weighted average price (analytics-formulas §12).
package struct VWAPSlippage: Equatable, Sendable {
    package let marketVWAP: Double?
    package let marketVWAPExOwn: Double?
    /// Positive is worse.
    package let slippageBps: Double?
    package let slippageExOwnBps: Double?
    package let participation: Double?

    /// `market` counts our own fills too.
    package init(side: Side, market: AveragePrice, own: AveragePrice) {
        let sign = Double(side.sign)
        func slippage(_ vwap: Double?) -> Double? {
            guard let vwap, vwap != 0, let average = own.value else { return nil }
            return sign * (average - vwap) / vwap * 10_000
        }
        let otherQty = market.qty - own.qty
        let otherNotional = market.notional - own.notional
        marketVWAP = market.value
        marketVWAPExOwn = otherQty > 0 ? Double(otherNotional) / Double(otherQty) : nil
        slippageBps = slippage(marketVWAP)
        slippageExOwnBps = slippage(marketVWAPExOwn)
        participation = market.qty > 0 ? Double(own.qty) / Double(market.qty) : nil
    }
}
