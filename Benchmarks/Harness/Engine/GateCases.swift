import Crossing
import HotPath
import Vocabulary

/// One order a check refuses, and only that check: the time until its refusal is the time of the
/// checks up to it.
struct GateCase {
    let code: RiskCode
    let bench: GateBench

    /// `config` is the fault where it is one of the limits; `fault` where it is one of the order,
    /// the market, the world or the state.
    ///
    /// - Throws: ``BenchError/engine(_:)`` when the gate answers anything but `code`.
    init(
        _ code: RiskCode,
        config: (inout LedgerConfig) -> Void,
        _ fault: (GateBench) -> Void = { _ in }
    ) throws(BenchError) {
        self.code = code
        bench = GateBench(config)
        fault(bench)
        let found = bench.decide()
        guard found == code else {
            throw .engine("gate case \(code.rawValue) was answered \(found.rawValue)")
        }
    }

    init(_ code: RiskCode, _ fault: (GateBench) -> Void = { _ in }) throws(BenchError) {
        try self.init(code, config: { _ in }, fault)
    }

    /// In the order of risk-controls §4; the last is an order that passes.
    static func all() throws(BenchError) -> [GateCase] {
        try state() + form() + exposure() + patterns() + [GateCase(.ok)]
    }

    private static func state() throws(BenchError) -> [GateCase] {
        [
            try GateCase(.duplicateID) { $0.world.duplicateID = true },
            try GateCase(.killFirm) { $0.latch(.firm) },
            try GateCase(.killAccount) { $0.latch(.account) },
            try GateCase(.killStrategy) { $0.latch(.strategy) },
            try GateCase(.lossLimit) { $0.latch(.strategy, .lossLimit) },
            try GateCase(.rapidDrawdown) { $0.latch(.strategy, .rapidDrawdown) },
            try GateCase(.repeatedExecution) { $0.latch(.strategy, .repeatedExecution) },
            try GateCase(.consecutiveRejects) { $0.latch(.strategy, .consecutiveRejects) },
            try GateCase(.recovering) { $0.world.reconciled = false },
            try GateCase(.noLimits, config: { $0.instruments[0].maxLong = noLimit }),
            try GateCase(.venueSessionDown) { $0.world.venueUp = false },
            try GateCase(.clockNotTrustworthy) { $0.world.clockBad = true },
            try GateCase(.outsideSessionHours) { $0.world.outsideHours = true },
            try GateCase(.coldLost) { $0.world.coldLost = true },
            try GateCase(.sendQueueOrEventRoom) { $0.world.sendRoom = false },
            try GateCase(.poolOrIDSpace, config: { $0.ordersMax = 1 }),
            try GateCase(.staleCommand) { $0.world.staleCommand = true },
            try GateCase(.stallGuard) { $0.world.stalled = true },
            try GateCase(.unknownSymbol) { $0.intent.instrument = 9 },
            try GateCase(.symbolBlocked) { $0.latch(.symbol) },
            try GateCase(.restrictedList) { $0.limit(.restricted, 1) },
            try GateCase(.haltedByVenue) { $0.market.halted = true },
            try GateCase(.notPermitted) { $0.intent.permitted = false },
            try GateCase(.unknownOrderOnSymbol) { $0.silence() },
        ]
    }

    private static func form() throws(BenchError) -> [GateCase] {
        [
            try GateCase(.badSide) { $0.intent.side = 0 },
            try GateCase(.unsupported) { $0.intent.supported = false },
            try GateCase(.quantityNotPositive) { $0.intent.qty = .zero },
            try GateCase(.maxOrderQty) { $0.intent.qty = OrderQty(units: 10_001) },
            try GateCase(.lotOrNoFinitePrice, config: { $0.instruments[0].lot = 1_000 }),
            try GateCase(.priceNotPositive) { $0.intent.px = .zero },
            try GateCase(.priceAboveVenueMax) { $0.intent.px = Price(units: 2_000_000_000) },
            try GateCase(.tick) { $0.intent.px = Price(units: 500_050) },
            try GateCase(
                .maxOrderValue,
                config: { $0.instruments[0].maxOrderNotional = 49_999_999 }
            ),
            try GateCase(.referenceMissing) { $0.market.refTNs = 0 },
            try GateCase(.feedGappedOrCrossed) { $0.market.gappedOrCrossed = true },
            try GateCase(.referenceStale) { $0.nowNs = 3_000_000_000 },
            try GateCase(.collarBuy) { $0.intent.px = Price(units: 525_100) },
            try GateCase(.farPassive) { $0.intent.px = Price(units: 399_900) },
            try GateCase(.reduceOnly) { $0.latch(.account, .reduceOnly) },
        ]
    }

    private static func exposure() throws(BenchError) -> [GateCase] {
        [
            try GateCase(.parentRule) {
                $0.intent.parent = 7
                $0.intent.parentQty = OrderQty(units: 99)
            },
            try GateCase(.positionLong) { $0.adjust(19_901) },
            try GateCase(.openNotional) { $0.limit(.maxOpenNotional, 1) },
            // Beyond what the resting sell may take: only what adds to gross is refused.
            try GateCase(.grossExposure) {
                $0.limit(.maxGross, 1)
                $0.intent.qty = OrderQty(units: 10_000)
            },
            try GateCase(.netExposure) { $0.limit(.maxNet, 1) },
            try GateCase(.dailyCreditBuy) { $0.limit(.maxDayBuy, 1) },
            try GateCase(.dayVolume) { $0.limit(.maxDayQty, 1) },
            try GateCase(.openOrders) { $0.limit(.maxOpenOrders, 0) },
            try GateCase(.markedLongNotCovered) { $0.intent.side = Side.sell.rawValue },
            try GateCase(.locate) {
                $0.intent.side = Side.sellShort.rawValue
                $0.limit(.locate, 0)
            },
            try GateCase(.shortSalePriceTest) {
                $0.intent.side = Side.sellShort.rawValue
                $0.market.shortRestricted = true
                $0.intent.px = Price(units: 499_900)
            },
        ]
    }

    private static func patterns() throws(BenchError) -> [GateCase] {
        [
            try GateCase(.portfolioLimit) { $0.latch(.strategy, .portfolioLimit) },
            try GateCase(.selfTrade) { $0.intent.px = Price(units: 520_000) },
            try GateCase(.duplicatePattern, config: { $0.header.dupMax = 1 }) {
                $0.enter(GateBench.intent)
                $0.intent.clientRefNum = 2
            },
            try GateCase(.orderToTradeRatio) { $0.latch(.strategy, .orderToTradeRatio) },
            try GateCase(
                .messageRate,
                config: {
                    $0.venues[0].ratePerS = 5
                    $0.venues[0].burst = 5
                },
                exhausted
            ),
            try GateCase(
                .strategyRate,
                config: {
                    $0.strategies[0].ratePerS = 1
                    $0.strategies[0].burst = 2
                },
                exhausted
            ),
        ]
    }

    /// Sends until a bucket is empty.
    private static func exhausted(_ bench: GateBench) {
        for number in 1...8 {
            bench.intent.clientRefNum = UInt32(number)
            guard !bench.enter(bench.intent).isNone else { return }
        }
    }
}
