internal import Vocabulary

/// What the demo trades, as steps at seconds after the gate opened. Prices come from the quotes of
/// the moment, so the same plan fits a generated market and a recorded one.
struct DemoPlan: Sendable {
    enum Level: Sendable {
        /// What an order of that side would have to pay: taken at once.
        case opposite
        /// The best price of its own side: rests in the queue.
        case own
        /// So many ticks behind its own best.
        case behind(ticks: Int64)
        /// So far through the market that the gate must refuse it.
        case absurd
    }

    enum Action: Sendable {
        case twap(symbol: String, side: Side, qty: Int64, seconds: Int, slices: Int64)
        case order(
            label: String,
            symbol: String,
            side: Side,
            qty: Int64,
            level: Level,
            venue: String?,
            ioc: Bool
        )
        case replace(label: String, level: Level)
        case cancel(label: String)
    }

    struct Step: Sendable {
        let atSeconds: Double
        let what: String
        let action: Action
    }

    let steps: [Step]
    /// Longest time for all of it.
    let seconds: Double

    /// The seeded market: three symbols on three venues.
    static let generated = DemoPlan(
        steps: [
            Step(
                atSeconds: 0.5,
                what: "TWAP parent: buy 2000 AAPL over 30 s in 10 slices, wherever it is cheapest",
                action: .twap(symbol: "AAPL", side: .buy, qty: 2000, seconds: 30, slices: 10)
            ),
            take(2, "a", "MSFT", .buy, 200, "NASDAQ"), take(4, "b", "MSFT", .buy, 200, "BX"),
            take(6, "c", "MSFT", .buy, 200, "PSX"),
            Step(
                atSeconds: 8,
                what: "short 100 SPY at the best bid, routed to it, against a locate",
                action: .order(
                    label: "d",
                    symbol: "SPY",
                    side: .sellShort,
                    qty: 100,
                    level: .opposite,
                    venue: nil,
                    ioc: false
                )
            ),
            rest(10, "e", "SPY", .buy, 100, "NASDAQ", ticks: 3),
            rest(12, "f", "MSFT", .buy, 100, "PSX", ticks: 40),
            Step(
                atSeconds: 14,
                what: "replace the resting SPY order so that it takes the offer",
                action: .replace(label: "e", level: .opposite)
            ),
            refusedByCollar(16, "AAPL"),
            Step(
                atSeconds: 18,
                what: "cancel the MSFT order that nobody came for",
                action: .cancel(label: "f")
            ),
            Step(
                atSeconds: 20,
                what: "sell 200 MSFT at the best bid, routed to it",
                action: .order(
                    label: "g",
                    symbol: "MSFT",
                    side: .sell,
                    qty: 200,
                    level: .opposite,
                    venue: nil,
                    ioc: false
                )
            ),
            rest(23, "h", "MSFT", .sell, 100, "BX", ticks: 0),
        ],
        seconds: 42
    )

    /// A recording of one symbol: five thin hours in most of a minute.
    static let recorded = DemoPlan(
        steps: [
            Step(
                atSeconds: 3,
                what: "TWAP parent: buy 600 AAPL over 36 s in 12 slices, wherever it is cheapest",
                action: .twap(symbol: "AAPL", side: .buy, qty: 600, seconds: 36, slices: 12)
            ),
            take(5, "a", "AAPL", .buy, 50, "NASDAQ"), take(7, "b", "AAPL", .buy, 50, "BX"),
            take(9, "c", "AAPL", .buy, 50, "PSX"),
            rest(11, "d", "AAPL", .buy, 100, "NASDAQ", ticks: 0),
            rest(13, "e", "AAPL", .buy, 100, "BX", ticks: 200),
            refusedByCollar(15, "AAPL"),
            Step(
                atSeconds: 17,
                what: "replace the far one to the best bid: real flow decides whether it fills",
                action: .replace(label: "e", level: .own)
            ),
            rest(20, "f", "AAPL", .buy, 100, "PSX", ticks: 0),
            rest(26, "g", "AAPL", .buy, 100, "NASDAQ", ticks: 0),
            Step(
                atSeconds: 34,
                what: "cancel what is left of the first resting order",
                action: .cancel(label: "d")
            ),
        ],
        seconds: 50
    )

    private static func take(
        _ at: Double,
        _ label: String,
        _ symbol: String,
        _ side: Side,
        _ qty: Int64,
        _ venue: String
    ) -> Step {
        Step(
            atSeconds: at,
            what: "by hand: \(side.isBuy ? "buy" : "sell") \(qty) \(symbol) on \(venue), taking",
            action: .order(
                label: label,
                symbol: symbol,
                side: side,
                qty: qty,
                level: .opposite,
                venue: venue,
                ioc: true
            )
        )
    }

    private static func rest(
        _ at: Double,
        _ label: String,
        _ symbol: String,
        _ side: Side,
        _ qty: Int64,
        _ venue: String,
        ticks: Int64
    ) -> Step {
        let place = ticks == 0 ? "at the best price" : "\(ticks) ticks behind it"
        return Step(
            atSeconds: at,
            what:
                "by hand: \(side.isBuy ? "buy" : "sell") \(qty) \(symbol) on \(venue), resting \(place)",
            action: .order(
                label: label,
                symbol: symbol,
                side: side,
                qty: qty,
                level: ticks == 0 ? .own : .behind(ticks: ticks),
                venue: venue,
                ioc: false
            )
        )
    }

    private static func refusedByCollar(_ at: Double, _ symbol: String) -> Step {
        Step(
            atSeconds: at,
            what: "by hand: buy 100 \(symbol) far above the market, which the gate must refuse",
            action: .order(
                label: "refused",
                symbol: symbol,
                side: .buy,
                qty: 100,
                level: .absurd,
                venue: "NASDAQ",
                ioc: false
            )
        )
    }
}
