internal import Crossing
internal import Settings
internal import Vocabulary

/// The quotes hot publishes, read from its shared memory.
final class DemoMarket {
    private let region: HotRegion
    private let settings: Settings

    init(_ system: System) throws(Failure) {
        settings = system.settings
        region = try SharedRegions(system.directory).hot()
    }

    private func instrument(_ symbol: String) -> Int? {
        settings.instruments.firstIndex { $0.symbol.description == symbol }
    }

    /// Best bid and ask of one venue, or of all; 0 where there is none.
    func quote(_ symbol: String, venue: String?) -> (bid: Int64, ask: Int64)? {
        guard let instrument = instrument(symbol) else { return nil }
        let quotes = region.quotes
        var bid: Int64 = 0
        var ask: Int64 = 0
        for (index, row) in settings.venues.enumerated() {
            if let venue, row.name.description != venue { continue }
            guard let line = quotes.read(instrument: instrument, venue: index) else { continue }
            bid = max(bid, line.bidPx.units)
            if line.askPx.units > 0, ask == 0 || line.askPx.units < ask { ask = line.askPx.units }
        }
        return bid > 0 && ask > 0 ? (bid, ask) : nil
    }

    /// The price of a level, on the tick; `nil` while there is no two-sided market.
    func price(
        _ symbol: String,
        _ side: Side,
        _ level: DemoPlan.Level,
        venue: String?
    ) -> Price? {
        guard let instrument = instrument(symbol), let quote = quote(symbol, venue: venue) else {
            return nil
        }
        let tick = settings.instruments[instrument].tick
        let units =
            switch level {
            case .opposite: side.isBuy ? quote.ask : quote.bid
            case .own: side.isBuy ? quote.bid : quote.ask
            case .behind(let ticks):
                side.isBuy ? quote.bid - ticks * tick : quote.ask + ticks * tick
            case .absurd: quote.ask * 12 / 10
            }
        return Price(units: max(tick, units - units % tick))
    }

    var allocations: UInt64 { region.counters.get(.allocations) }
}
