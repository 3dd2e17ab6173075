import Crossing
import Vocabulary

/// Limits of a vector file. A control whose limit has no key is off here; in production a missing
/// limit is 109 (risk-controls.md §5).
package struct VectorLimits: Sendable {
    package struct Symbol: Sendable {
        package var name: String
        package var pos: Int64 = 0
        package var maxLong: Int64?
        package var maxShort: Int64?
        package var val: Int64?
        package var locate: Int64 = 0

        package init(name: String) { self.name = name }
    }

    package var tick: Int64?
    package var lot: Int64?
    package var maxOrderQty: Int64?
    package var maxOrderNotional: Int64?
    package var maxRefAgeNs: Int64?
    package var maxDayQty: Int64?
    package var collarBps: Int64?
    package var passiveBps: Int64?
    package var maxOpenNotional: Int64?
    package var maxGross: Int64?
    package var maxNet: Int64?
    package var maxDayBuy: Int64?
    package var maxDaySell: Int64?
    package var maxOpenOrders: Int64?
    package var dupWindowNs: Int64?
    package var dupMax: Int64?
    package var rate: UInt32?
    package var burst: UInt32?
    package var symbols: [Symbol] = []

    package init() {}

    /// One venue, account, strategy and client; sizes for a file of `eventCount` events.
    package func config(eventCount: Int) -> LedgerConfig {
        var header = ImageHeader()
        header.ordersMax = UInt32(clamping: max(64, eventCount))
        header.dupWindowNs = dupWindowNs ?? noLimit
        header.dupMax = dupMax ?? noLimit
        var config = LedgerConfig(header: header)
        config.missingLimitRefuses = false
        config.venues = [ImageVenue()]
        config.strategies = [ImageStrategy()]
        config.clients = [ImageClient()]
        config.accounts = [account]
        config.instruments = symbols.map(instrument)
        config.parentsMax = 16
        config.duplicatesMax = max(64, eventCount)
        return config
    }

    private var account: ImageAccount {
        var account = ImageAccount()
        account.maxOpenNotional = maxOpenNotional ?? noLimit
        account.maxGross = maxGross ?? noLimit
        account.maxNet = maxNet ?? noLimit
        account.maxDayBuy = maxDayBuy ?? noLimit
        account.maxDaySell = maxDaySell ?? noLimit
        account.maxOpenOrders = maxOpenOrders ?? noLimit
        return account
    }

    private func instrument(_ symbol: Symbol) -> ImageInstrument {
        var instrument = ImageInstrument()
        instrument.tick = tick ?? 1
        instrument.lot = lot ?? 1
        instrument.maxOrderQty = maxOrderQty ?? noLimit
        instrument.maxOrderNotional = maxOrderNotional ?? noLimit
        instrument.maxRefAgeNs = maxRefAgeNs ?? noLimit
        instrument.maxDayQty = maxDayQty ?? noLimit
        instrument.collarBps = Int32(clamping: collarBps ?? -1)
        instrument.passiveBps = Int32(clamping: passiveBps ?? -1)
        instrument.maxLong = symbol.maxLong ?? noLimit
        instrument.maxShort = symbol.maxShort ?? noLimit
        instrument.priorClose = symbol.val ?? noLimit
        instrument.startPosition = symbol.pos
        instrument.startLocate = symbol.locate
        return instrument
    }
}
