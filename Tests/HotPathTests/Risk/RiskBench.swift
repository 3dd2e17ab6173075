import Crossing
import HotPath
import Vocabulary

/// A ledger with every limit set, a market at 50.00, and short ways to say what a test says.
///
/// Two venues, two instruments (tick 0.01, lot 1), two accounts, two strategies, two clients.
struct RiskBench: ~Copyable {
    let config: LedgerConfig
    var ledger: Ledger
    var market = RiskBench.market
    var world = GateWorld.open
    var nowNs: Int64 = 1_000_000_000
    var match: UInt64 = 0
    var records: [AuditRecord] = []
    var keepsRecords = true

    init(_ change: (inout LedgerConfig) -> Void = { _ in }) {
        var config = RiskBench.config
        change(&config)
        self.config = config
        ledger = Ledger(config)
    }

    static var market: MarketView {
        var market = MarketView()
        market.refPx = Price(units: 500_000)
        market.refTNs = 999_999_999
        market.bidPx = Price(units: 499_900)
        market.askPx = Price(units: 500_100)
        return market
    }

    static var config: LedgerConfig {
        var header = ImageHeader()
        header.ordersMax = 64
        header.dupWindowNs = 50_000_000
        header.dupMax = 2
        header.firmMaxGross = 1_000_000_000_000
        header.firmMaxOpenOrders = 64
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
        instrument.startLocate = 5_000
        instrument.collarBps = 500
        config.instruments = [instrument, instrument]
        var account = ImageAccount()
        account.maxOpenNotional = 20_000_000_000
        account.maxGross = 20_000_000_000
        account.maxNet = 20_000_000_000
        account.maxDayBuy = 50_000_000_000
        account.maxDaySell = 50_000_000_000
        account.maxOpenOrders = 50
        config.accounts = [account, account]
        config.strategies = [ImageStrategy(), ImageStrategy()]
        config.venues = [ImageVenue(), ImageVenue()]
        config.clients = [ImageClient(), ImageClient()]
        config.parentsMax = 4
        config.duplicatesMax = 1_024
        return config
    }

    /// Buy 100 of the first instrument at 50.00 for everything's first row.
    static func intent(
        _ side: Side = .buy,
        _ qty: Int64 = 100,
        _ px: Int64 = 500_000
    ) -> OrderIntent {
        var intent = OrderIntent()
        intent.venue = 0
        intent.instrument = 0
        intent.account = 0
        intent.strategy = 0
        intent.side = side.rawValue
        intent.qty = OrderQty(units: qty)
        intent.px = Price(units: px)
        return intent
    }

    func code(_ intent: OrderIntent) -> RiskCode {
        ledger.decide(intent, market, world, nowNs: nowNs).code
    }

    /// Through the gate and into the ledger; `.none` when refused.
    mutating func enter(_ intent: OrderIntent) -> OrderSlot {
        let verdict = ledger.decide(intent, market, world, nowNs: nowNs)
        guard let approved = verdict.approved else {
            apply(ledger.makeRefusal(verdict, nowNs: nowNs))
            return .none
        }
        if !intent.replacing.isNone {
            let number = ledger.nextUserRefNum(approved.intent.venue)
            apply(ledger.makeReplaceReq(approved, userRefNum: number, nowNs: nowNs))
            return intent.replacing
        }
        let record = ledger.makeNew(
            approved,
            orderID: ledger.nextOrderID(epoch: 1, owner: intent.owner),
            userRefNum: ledger.nextUserRefNum(intent.venue),
            nowNs: nowNs
        )
        return apply(record).slot
    }

    @discardableResult
    mutating func apply(_ record: AuditRecord) -> Applied {
        var copy = record
        let applied = ledger.apply(&copy)
        if keepsRecords { records.append(copy) }
        return applied
    }

    @discardableResult
    mutating func ack(_ slot: OrderSlot) -> Applied {
        apply(ledger.about(slot, kind: .ack, nowNs: nowNs))
    }

    @discardableResult
    mutating func fill(_ slot: OrderSlot, _ qty: Int64, _ px: Int64 = 500_000) -> Applied {
        match += 1
        var record = ledger.about(slot, kind: .fill, nowNs: nowNs)
        record.lastQty = OrderQty(units: qty)
        record.lastPx = Price(units: px)
        record.match = match
        return apply(record)
    }

    @discardableResult
    mutating func cancelRequest(_ slot: OrderSlot) -> Applied {
        apply(ledger.makeCancelReq(slot, ceiling: .zero, nowNs: nowNs))
    }

    @discardableResult
    mutating func canceled(_ slot: OrderSlot, _ decrement: Int64? = nil) -> Applied {
        var record = ledger.about(slot, kind: .canceled, nowNs: nowNs)
        record.lastQty = decrement.map { OrderQty(units: $0) } ?? ledger.order(slot).leavesQty
        return apply(record)
    }

    @discardableResult
    mutating func rejected(_ slot: OrderSlot, replace: Bool = false) -> Applied {
        var record = ledger.about(slot, kind: .reject, nowNs: nowNs)
        if replace {
            record.flags.insert(.replace)
            record.userRefNum = ledger.order(slot).pendingRefNum
        }
        return apply(record)
    }

    @discardableResult
    mutating func replaced(_ slot: OrderSlot) -> Applied {
        let order = ledger.order(slot)
        var record = ledger.about(slot, kind: .replaced, nowNs: nowNs)
        record.origUserRefNum = order.venueRefNum
        record.userRefNum = order.pendingRefNum
        record.px = order.pendingPx
        record.leavesQty = order.pendingLeaves
        return apply(record)
    }

    mutating func latch(
        _ kind: RecordKind,
        _ scope: KillScope,
        row: UInt16 = 0,
        code: RiskCode = .ok
    ) {
        var record = AuditRecord()
        record.kind = kind
        record.t = nowNs
        record.detail = UInt32(scope.rawValue)
        record.account = row
        record.strategy = row
        record.instrument = row
        record.venue = UInt8(truncatingIfNeeded: row)
        record.code = code.rawValue
        apply(record)
    }

    @discardableResult
    mutating func limit(
        _ field: LimitField,
        _ value: Int64,
        row: UInt16 = 0,
        fromCold: Bool = false
    ) -> Applied {
        var record = AuditRecord()
        record.kind = .limit
        record.t = nowNs
        record.detail = field.rawValue
        record.value = value
        record.instrument = row
        record.account = row
        record.strategy = row
        record.venue = UInt8(truncatingIfNeeded: row)
        if fromCold { record.flags.insert(.fromCold) }
        return apply(record)
    }

    mutating func locate(_ value: Int64, account: UInt16) {
        var record = AuditRecord()
        record.kind = .limit
        record.t = nowNs
        record.detail = LimitField.locate.rawValue
        record.value = value
        record.instrument = 0
        record.account = account
        apply(record)
    }

    mutating func adjust(_ qty: Int64, account: UInt16 = 0, px: Int64 = 500_000) {
        var record = AuditRecord()
        record.kind = .adjust
        record.t = nowNs
        record.instrument = 0
        record.account = account
        record.qty = OrderQty(units: qty)
        record.px = Price(units: px)
        apply(record)
    }
}
