import Crossing
import Glibc
import HotPath
import Vocabulary

/// One gate with every check on and an order that passes all of them, or fails exactly one.
///
/// The market is at 50.00; instruments, accounts and strategies are all alike.
final class GateBench {
    var ledger: Ledger
    var market = GateBench.market
    var world = GateWorld.open
    var intent = GateBench.intent
    var nowNs: Int64 = 1_000_000_000
    private let instruments: UInt16
    /// The last of the resting orders.
    private var slot = OrderSlot.none

    /// `change` takes the order's only fault to the ledger it is built on.
    init(instruments: Int = 1, _ change: (inout LedgerConfig) -> Void = { _ in }) {
        var config = GateBench.config(instruments)
        change(&config)
        ledger = Ledger(config)
        self.instruments = UInt16(config.instruments.count)
        // What a desk has: an own order on the other side that the self-trade search meets.
        for row in 0..<min(config.instruments.count, 32) {
            var resting = GateBench.intent
            resting.instrument = UInt16(row)
            resting.client = noIndex16
            resting.clientRefNum = 0
            resting.side = Side.sellShort.rawValue
            resting.px = Price(units: 520_000)
            slot = enter(resting)
        }
    }

    @inline(__always)
    func decide() -> RiskCode { ledger.decide(intent, market, world, nowNs: nowNs).code }

    @inline(__always)
    func decide(instrument: UInt16) -> RiskCode {
        intent.instrument = instrument
        return decide()
    }

    /// A row far from the last one.
    func nextRow(_ state: inout UInt64) -> UInt16 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt16(truncatingIfNeeded: (state >> 33) % UInt64(instruments))
    }

    /// Through the gate, and its record applied.
    @discardableResult
    func enter(_ wanted: OrderIntent) -> OrderSlot {
        let verdict = ledger.decide(wanted, market, world, nowNs: nowNs)
        guard let approved = verdict.approved else { return .none }
        var record = ledger.makeNew(
            approved,
            orderID: ledger.nextOrderID(epoch: 1, owner: wanted.owner),
            userRefNum: ledger.nextUserRefNum(wanted.venue),
            nowNs: nowNs
        )
        return ledger.apply(&record).slot
    }

    func apply(_ record: AuditRecord) {
        var copy = record
        copy.t = nowNs
        _ = ledger.apply(&copy)
    }

    func latch(_ scope: KillScope, _ code: RiskCode = .ok) {
        var record = AuditRecord()
        record.kind = .kill
        record.detail = UInt32(scope.rawValue)
        record.account = 0
        record.strategy = 0
        record.instrument = 0
        record.venue = 0
        record.code = code.rawValue
        apply(record)
    }

    /// The resting order has not been answered.
    func silence() {
        var record = ledger.about(slot, kind: .timer, nowNs: nowNs)
        record.detail = OrderTimer.wentSilent.rawValue
        apply(record)
    }

    func limit(_ field: LimitField, _ value: Int64) {
        var record = AuditRecord()
        record.kind = .limit
        record.detail = field.rawValue
        record.value = value
        record.instrument = 0
        record.account = 0
        record.strategy = 0
        record.venue = 0
        apply(record)
    }

    func adjust(_ qty: Int64) {
        var record = AuditRecord()
        record.kind = .adjust
        record.instrument = 0
        record.account = 0
        record.qty = OrderQty(units: qty)
        record.px = Price(units: 500_000)
        apply(record)
    }

    // MARK: What all are built from

    static var market: MarketView {
        var market = MarketView()
        market.refPx = Price(units: 500_000)
        market.refTNs = 999_999_999
        market.bidPx = Price(units: 499_900)
        market.askPx = Price(units: 500_100)
        return market
    }

    /// Buy 100 at 50.00, of a client.
    static var intent: OrderIntent {
        var intent = OrderIntent()
        intent.venue = 0
        intent.instrument = 0
        intent.account = 0
        intent.strategy = 0
        intent.client = 0
        intent.clientRefNum = 1
        intent.side = Side.buy.rawValue
        intent.qty = OrderQty(units: 100)
        intent.px = Price(units: 500_000)
        return intent
    }

    static func config(_ instruments: Int) -> LedgerConfig {
        var header = ImageHeader()
        header.ordersMax = 4_096
        header.dupWindowNs = 50_000_000
        header.dupMax = 1_000
        header.firmMaxGross = 1_000_000_000_000
        header.firmMaxOpenOrders = 4_096
        var config = LedgerConfig(header: header)
        var instrument = ImageInstrument()
        instrument.tick = 100
        instrument.lot = 1
        instrument.maxOrderQty = 10_000
        instrument.maxOrderNotional = 5_000_000_000
        instrument.maxRefAgeNs = 1_000_000_000
        instrument.priorClose = 500_000
        instrument.maxLong = 20_000
        instrument.maxShort = 20_000
        instrument.maxDayQty = 1_000_000
        instrument.startLocate = 5_000
        instrument.collarBps = 500
        instrument.passiveBps = 2_000
        config.instruments = Array(repeating: instrument, count: instruments)
        var account = ImageAccount()
        account.maxOpenNotional = 200_000_000_000
        account.maxGross = 200_000_000_000
        account.maxNet = 200_000_000_000
        account.maxDayBuy = 500_000_000_000
        account.maxDaySell = 500_000_000_000
        account.maxOpenOrders = 4_096
        account.lossLimit = 1_000_000_000
        config.accounts = [account]
        var strategy = ImageStrategy()
        strategy.lossLimit = 1_000_000_000
        strategy.ratePerS = 1_000_000
        strategy.burst = 1_000_000
        config.strategies = [strategy]
        var venue = ImageVenue()
        venue.ratePerS = 1_000_000
        venue.burst = 1_000_000
        config.venues = [venue]
        config.clients = [ImageClient()]
        config.parentsMax = 4
        return config
    }
}
