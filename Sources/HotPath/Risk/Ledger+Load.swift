import Crossing
import Vocabulary

// The image's rows become state. Runs once, inside `init`.

extension Ledger {
    mutating func load(_ config: LedgerConfig) {
        // First of all, for positions and locates are the units'.
        for (row, image) in config.accounts.enumerated() {
            // There are no more units than accounts.
            accounts[row].unit = min(image.unit, UInt16(clamping: config.accounts.count))
        }
        for (row, image) in config.instruments.enumerated() { load(image, row) }
        for (row, image) in config.accounts.enumerated() { load(image, row) }
        for (row, image) in config.strategies.enumerated() { load(image, row) }
        for (row, image) in config.venues.enumerated() {
            set(.venueRate, row, Int64(image.ratePerS))
            set(.venueBurst, row, Int64(image.burst))
        }
        for (row, image) in config.clients.enumerated() {
            clients[row].ownerGroup = image.ownerGroup
        }
        set(.firmMaxGross, 0, config.header.firmMaxGross)
        set(.firmMaxOpenOrders, 0, config.header.firmMaxOpenOrders)
        set(.dupWindowNs, 0, config.header.dupWindowNs)
        set(.dupMax, 0, config.header.dupMax)
        let rejectsMax = Int64(config.header.rejectsMax)
        set(.rejectsMax, 0, rejectsMax > 0 ? rejectsMax : noLimit)
        set(.rejectsWindowNs, 0, config.header.rejectsWindowNs)
        let executionsMax = Int64(config.executionsMax)
        set(.executionsMax, 0, executionsMax > 0 ? executionsMax : noLimit)
        set(.executionsWindowNs, 0, config.header.executionsWindowNs)
        loadWatch(config.header)
        firm.limitsVersion = config.header.limitsVersion
        for image in config.holdings { load(image) }
        for image in config.latches {
            // By the same hand as a kill that is recorded now.
            _ = latch(image.record, on: true)
        }
    }

    /// What cold watches: kept, shown and changed here as every limit, judged there.
    private mutating func loadWatch(_ header: ImageHeader) {
        let watch: [(LimitField, Int64)] = [
            (.orderToTradeMax, Int64(header.orderToTradeMax)),
            (.drawdownDailyBps, Int64(header.drawdownDailyBps)),
            (.drawdownRapidBps, Int64(header.drawdownRapidBps)),
            (.markAgeNs, Int64(header.markAgeMs) * 1_000_000),
            (.concentrationMax, Int64(header.concentrationMax)),
            (.leverageMaxMilli, Int64(header.leverageMaxMilli)),
        ]
        for (field, value) in watch { set(field, 0, value > 0 ? value : noLimit) }
        set(.orderToTradeFrom, 0, Int64(header.orderToTradeFrom))
        set(.concentrationFrom, 0, header.concentrationFrom)
    }

    private mutating func load(_ image: ImageInstrument, _ row: Int) {
        instruments[row].tick = image.tick
        instruments[row].lot = image.lot
        set(.maxOrderQty, row, image.maxOrderQty)
        set(.maxOrderNotional, row, image.maxOrderNotional)
        set(.maxRefAgeNs, row, image.maxRefAgeNs)
        set(.maxSpread, row, image.maxSpread)
        set(.maxLong, row, image.maxLong)
        set(.maxShort, row, image.maxShort)
        set(.maxDayQty, row, image.maxDayQty)
        set(.adv, row, image.adv)
        set(.maxAdvBps, row, image.maxAdvBps == 0 ? noLimit : Int64(image.maxAdvBps))
        set(.collarBps, row, Int64(image.collarBps))
        set(.marketCollarBps, row, Int64(image.marketCollarBps))
        set(.passiveBps, row, Int64(image.passiveBps))
        set(.valuation, row, image.priorClose)
        set(.restricted, row, Int64(image.restricted))
        set(.locate, row, image.startLocate)
        // The image knows one starting position an instrument: the first account's.
        if image.startPosition != 0, accountCount > 0 {
            let price = image.priorClose == noLimit ? 0 : image.priorClose
            movePosition(account: 0, instrument: UInt16(row), by: image.startPosition, px: price)
        }
    }

    private mutating func load(_ image: ImageAccount, _ row: Int) {
        set(.maxOpenNotional, row, image.maxOpenNotional)
        set(.maxGross, row, image.maxGross)
        set(.maxNet, row, image.maxNet)
        set(.maxDayBuy, row, image.maxDayBuy)
        set(.maxDaySell, row, image.maxDaySell)
        set(.maxOpenOrders, row, image.maxOpenOrders)
        set(.accountLossLimit, row, image.lossLimit)
    }

    private mutating func load(_ image: ImageStrategy, _ row: Int) {
        set(.strategyLossLimit, row, image.lossLimit)
        set(.strategyRate, row, Int64(image.ratePerS))
        set(.strategyBurst, row, Int64(image.burst))
    }

    private mutating func load(_ image: ImageHolding) {
        guard Int(image.instrument) < instruments.count, Int(image.account) < accountCount else {
            return
        }
        if image.isLocate {
            _ = setLocate(
                account: Int(image.account),
                instrument: Int(image.instrument),
                to: image.qty
            )
            return
        }
        movePosition(
            account: Int(image.account),
            instrument: image.instrument,
            by: image.qty,
            px: image.px
        )
    }

    private mutating func set(_ field: LimitField, _ row: Int, _ value: Int64) {
        _ = setLimit(field, row: row, to: value, byCold: false)
    }
}
