package import Vocabulary

extension Ledger {
    /// The one gate. Pure: reads, never changes. The first failing check of risk-controls.md §4
    /// wins; every approved order has a price.
    @_noAllocation @_noLocks
    package borrowing func decide(
        _ intent: OrderIntent,
        _ market: MarketView,
        _ world: GateWorld,
        nowNs: Int64
    ) -> Verdict {
        var candidate = Candidate(intent)
        var code = RiskCode.ok
        if !intent.replacing.isNone { code = prepareReplace(&candidate) }
        let isChecked = code == .ok && !candidate.amountsToCancel
        if isChecked { code = check(&candidate, market, world, nowNs) }

        // Written once, at the end: of a decision most is copying.
        var verdict = Verdict()
        verdict.code = code
        verdict.amountsToCancel = candidate.amountsToCancel
        verdict.intent = candidate.intent
        verdict.market = market
        verdict.nowNs = nowNs
        if isChecked {
            verdict.exposureQty = OrderQty(units: candidate.exposureQty)
            verdict.notional = candidate.orderNotional
            verdict.token = candidate.token
        }
        return verdict
    }

    /// A re-mark between S, T and E (OUCH Modify). Price and size of it were approved before and do
    /// not grow; asked again is what hangs on the mark, and whether anything may be said at all:
    /// 213 214 202 212, 101…112, 411–413, 501 502.
    @_noAllocation @_noLocks
    package borrowing func decideModify(
        _ intent: OrderIntent,
        _ market: MarketView,
        _ world: GateWorld,
        nowNs: Int64
    ) -> Verdict {
        var verdict = Verdict()
        verdict.market = market
        verdict.nowNs = nowNs
        verdict.intent = intent
        var candidate = Candidate(intent)
        var code = prepareModify(&candidate)
        verdict.amountsToCancel = code == .ok && candidate.amountsToCancel
        if !verdict.amountsToCancel {
            if code == .ok { code = checkLatches(candidate.intent, market, nowNs) }
            if code == .ok { code = checkWorld(&candidate, world, nowNs) }
            if code == .ok { code = checkInstrument(candidate.intent, market) }
            if code == .ok { code = checkShortSale(&candidate, market) }
            if code == .ok { code = checkRates(candidate.intent, nowNs) }
        }
        verdict.code = code
        verdict.intent = candidate.intent
        verdict.exposureQty = OrderQty(units: candidate.exposureQty)
        return verdict
    }

    @inline(__always)
    private func prepareModify(_ candidate: inout Candidate) -> RiskCode {
        let slot = candidate.intent.replacing
        guard pool.holds(slot), pool[slot.index].isLive else { return .orderNotFound }
        let order = pool[slot.index]
        let mark = candidate.intent.side
        candidate.take(order, at: slot.index)
        if order.isChanging { return .replaceAlreadyPending }
        guard let side = Side(rawValue: mark), !side.isBuy, !order.isBuy else { return .badSide }
        candidate.intent.side = mark
        candidate.intent.px = order.px
        candidate.intent.discretionPx = order.discretionPx
        candidate.newLeaves = difference(candidate.intent.qty.units, order.cumQty.units)
        candidate.amountsToCancel = candidate.newLeaves <= 0
        // A Modify never grows an order; a tag it cannot carry is no Modify either.
        if candidate.newLeaves > order.leavesQty.units || !candidate.intent.supported {
            return .unsupported
        }
        // Held in full under both marks until the venue answers.
        candidate.exposureQty = order.resvQty.units
        return .ok
    }

    /// Cancels pass every control but one: the order must be there (213).
    @_noAllocation @_noLocks
    package borrowing func decideCancel(_ slot: OrderSlot) -> RiskCode {
        pool.holds(slot) && pool[slot.index].isLive ? .ok : .orderNotFound
    }

    /// The order of risk-controls.md §4, one line a group.
    @inline(__always)
    private func check(
        _ candidate: inout Candidate,
        _ market: MarketView,
        _ world: GateWorld,
        _ nowNs: Int64
    ) -> RiskCode {
        var code = checkNumbers(candidate.intent, world)
        if code == .ok { code = checkLatches(candidate.intent, market, nowNs) }
        if code == .ok { code = checkWorld(&candidate, world, nowNs) }
        if code == .ok { code = checkInstrument(candidate.intent, market) }
        if code == .ok { code = checkForm(&candidate, market, nowNs) }
        if code == .ok { code = measure(&candidate, nowNs) }
        if code == .ok { code = checkReference(&candidate, market, nowNs) }
        if code == .ok { code = checkReduceOnly(&candidate, market) }
        if code == .ok { code = checkParent(&candidate) }
        if code == .ok { code = checkExposure(&candidate) }
        if code == .ok { code = checkShortSale(&candidate, market) }
        if code == .ok { code = checkPatterns(&candidate, nowNs) }
        if code == .ok { code = checkRates(candidate.intent, nowNs) }
        if candidate.lifted != .ok {
            // It must cover the order as it would leave, or the first block stands.
            candidate.token = override(for: &candidate, nowNs)
            if candidate.token == 0 { return candidate.lifted }
        }
        return code
    }

    /// 213, 214, 203 and the replace that amounts to a cancel, in this order; then the order's own
    /// names, and what it holds already.
    @inline(__always)
    private func prepareReplace(_ candidate: inout Candidate) -> RiskCode {
        let slot = candidate.intent.replacing
        guard pool.holds(slot), pool[slot.index].isLive else { return .orderNotFound }
        let order = pool[slot.index]
        candidate.take(order, at: slot.index)
        if order.isChanging { return .replaceAlreadyPending }
        if candidate.intent.qty.units <= 0 { return .quantityNotPositive }
        candidate.newLeaves = difference(candidate.intent.qty.units, order.cumQty.units)
        candidate.amountsToCancel = candidate.newLeaves <= 0
        candidate.exposureQty = max(candidate.newLeaves, order.resvQty.units)
        return .ok
    }
}

/// An intent on its way through the gate, with the sums it would make. `inout` wherever it goes,
/// also where it is only read: by value each group of checks copied it whole, 20 ns of 100.
struct Candidate: BitwiseCopyable {
    var intent: OrderIntent
    /// The order being replaced, whose holds do not count against it; `noSlot` for a New.
    var replaced = noSlot
    var amountsToCancel = false
    /// Open quantity if the venue accepts.
    var newLeaves: Int64
    /// q of the control table: the larger leg of a replace.
    var exposureQty: Int64
    // What the replaced order holds now.
    var heldQty: Int64 = 0
    var heldLocate: Int64 = 0
    var heldNotional: Int64 = 0
    var heldDay: Int64 = 0
    var oldLeaves: Int64 = 0
    var oldPx: Int64 = 0
    // What it would make, computed by `measure`.
    var orderNotional: Int64 = 0
    var openNotional: Int64 = 0
    var dayNotional: Int64 = 0
    /// Same-side open quantity in the account's cell, this order's included.
    var openSameSide: Int64 = 0
    var positionAfter: Int64 = 0
    var gross: Int64 = 0
    var grossChange: Int64 = 0
    var netAfter: Int64 = 0
    var dayQty: Int64 = 0
    /// First hard block an override was found for, and the override.
    var lifted = RiskCode.ok
    var token: UInt64 = 0

    init(_ intent: OrderIntent) {
        self.intent = intent
        newLeaves = intent.qty.units
        exposureQty = intent.qty.units
    }

    var isReplace: Bool { replaced != noSlot }
    var isBuy: Bool { intent.side == Side.buy.rawValue }
    var isShort: Bool {
        intent.side == Side.sellShort.rawValue || intent.side == Side.sellShortExempt.rawValue
    }
    var px: Int64 { intent.px.units }
    /// Most aggressive price at which it can trade.
    var worstPx: Int64 { intent.px.worst(with: intent.discretionPx, isBuy: isBuy).units }

    mutating func take(_ order: Order, at index: UInt32) {
        replaced = index
        intent.instrument = order.instrument
        intent.account = order.account
        intent.strategy = order.strategy
        intent.owner = order.owner
        intent.client = order.client
        intent.ownerGroup = order.ownerGroup
        intent.venue = order.venue
        intent.side = order.side
        intent.parent = order.parent
        heldQty = order.resvQty.units
        heldLocate = order.holdsLocate ? heldQty : 0
        heldNotional = order.resvNotional
        heldDay = order.resvDay
        oldLeaves = order.leavesQty.units
        oldPx = order.worstPx.units
    }
}
