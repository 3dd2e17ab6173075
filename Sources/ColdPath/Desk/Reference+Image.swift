package import ColdCore
package import Crossing
import Vocabulary

extension Reference {
    /// The cold side's reference data, out of the compiled configuration.
    package init(image: HotImageView) {
        self.init()
        let header = image.header
        tradingDate = header.tradingDate
        midnightNs = header.midnightNs
        instance = header.instance
        paper = header.paper != 0
        imageHash = image.hash
        buildID = header.buildID
        venues = (0..<image.venueCount).map { index in
            let row = image.venue(index)
            var venue = Venue(
                name: row.name.description,
                mic: row.mic.description,
                removeFee: Int64(row.removeFee),
                addRebate: Int64(row.addRebate)
            )
            venue.dropCopy = Self.dropCopy(row)
            venue.ackAlertNs = row.ackAlertNs
            return venue
        }
        instruments = (0..<image.instrumentCount).map { Self.instrument(image.instrument($0)) }
        accounts = (0..<image.accountCount).map { image.account($0).name.description }
        strategies = (0..<image.strategyCount).map { index in
            let row = image.strategy(index)
            return Strategy(
                name: row.name.description,
                account: row.account,
                coldMay: row.coldMay != 0
            )
        }
        risk = Self.policy(header)
        holdings = (0..<image.holdingCount).compactMap { index in
            let row = image.holding(index)
            guard !row.isLocate else { return nil }
            return StartHolding(
                account: row.account,
                instrument: row.instrument,
                qty: row.qty,
                px: Price(units: row.px)
            )
        }
        clients = (0..<image.clientCount).map { image.client($0).user.description }
    }

    private static func policy(_ header: ImageHeader) -> RiskPolicy {
        var policy = RiskPolicy()
        policy.orderToTradeMax = Int64(header.orderToTradeMax)
        policy.orderToTradeFrom = Int64(header.orderToTradeFrom)
        policy.equity = header.dayEquity
        policy.dailyBps = Int64(header.drawdownDailyBps)
        policy.rapidBps = Int64(header.drawdownRapidBps)
        policy.windowNs = Int64(header.drawdownWindowMs) * 1_000_000
        policy.markAgeNs = Int64(header.markAgeMs) * 1_000_000
        policy.concentrationMax = Int64(header.concentrationMax)
        policy.concentrationFrom = header.concentrationFrom
        policy.leverageMaxMilli = Int64(header.leverageMaxMilli)
        policy.executionsMax = max(0, header.executionsMax)
        policy.executionsWindowNs = max(0, header.executionsWindowNs)
        policy.executionsKept = min(policy.executionsMax, 4_096)
        return policy
    }

    private static func dropCopy(_ row: ImageVenue) -> DropCopy? {
        guard row.dropCopyPort != 0 else { return nil }
        return DropCopy(
            host: row.dropCopyHost,
            port: row.dropCopyPort,
            user: row.dropCopyUser,
            password: row.dropCopyPassword
        )
    }

    private static func instrument(_ row: ImageInstrument) -> Instrument {
        var instrument = Instrument(
            symbol: row.symbol.description,
            tick: row.tick,
            lot: max(1, row.lot),
            maxOrderQty: row.maxOrderQty == noLimit ? 0 : row.maxOrderQty,
            priorClose: row.priorClose == noLimit ? .zero : Price(units: row.priorClose),
            startPosition: row.startPosition
        )
        instrument.adv = row.adv
        return instrument
    }
}
