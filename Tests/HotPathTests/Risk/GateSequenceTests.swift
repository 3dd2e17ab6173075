import Crossing
import HotPath
import Testing
import Vocabulary

/// risk-controls.md §4: the first failing check wins. One order that breaks every control at once;
/// the breaks are mended one by one, in the order of that list, and each time the gate names the
/// next. 301/302, 401/402 and 407/408 go by side; 413 needs a short mark, which 411 excludes, so the
/// mark is what mends 411; where two cannot be broken by one number (203 and 204, 301 and 305), what
/// mends the first breaks the second.
@Suite("The gate's order, every control broken at once")
struct GateSequenceTests {
    /// The list of risk-controls.md §4, as it stands there.
    static let list = """
        211 → 101 102 103 113 114 115 505 → 107 109 105 117 118 111 507 506 508 509 → 201 →
        104 116 110 106 112 → 202 212 → 203 204 205 207 208 206 → 209/210 → 304 306 303 →
        301/302 305 → 108 414 → 119 → 401/402 404 405 406 407/408 410 409 → 411 412 413 →
        415 → 601 503 504 → 501 502
        """

    /// The list for one side; of 209/210 both, in this order.
    private func order(_ side: Side) -> [Int] {
        Self.list.split { $0.isWhitespace || $0 == "→" }.flatMap { word -> [Int] in
            let codes = word.split(separator: "/").compactMap { Int($0) }
            if codes.count == 1 || codes == [209, 210] { return codes }
            return [codes[side.isBuy ? 0 : 1]]
        }
        .filter { !side.isBuy || !(411...413).contains($0) }
    }

    @Test("mended one by one, each code comes in its turn", arguments: [Side.buy, .sellShort])
    func sequence(side: Side) {
        var scene = BrokenScene(side)
        var seen: [Int] = []
        for mend in BrokenScene.mends(side) {
            seen.append(Int(scene.code.rawValue))
            mend(&scene)
        }
        #expect(seen == order(side))
        #expect(scene.code == .ok, "nothing is broken any more")
        #expect(scene.bench.ledger.checkInvariants() == nil)
    }

    @Test("213 and 214 come before the list, and a replace meets it in the same order")
    func replace() {
        var scene = BrokenScene(.buy)
        scene.intent.replacing = OrderSlot.none
        scene.intent.replacing = scene.replaced
        #expect(scene.code == .replaceAlreadyPending)
        scene.bench.rejected(scene.replaced, replace: true)
        #expect(scene.code == .quantityNotPositive, "203 of a replace comes before the list")
        scene.intent.qty = OrderQty(units: 20_005)
        #expect(scene.code == .duplicateID)
        scene.bench.canceled(scene.replaced)
        #expect(scene.code == .orderNotFound)
    }
}

/// A ledger, a world, a market and an order wrong in every way there is.
private struct BrokenScene: ~Copyable {
    typealias Mend = (inout BrokenScene) -> Void

    var bench: RiskBench
    var intent: OrderIntent
    var replaced = OrderSlot.none
    let side: Side

    var code: RiskCode { bench.code(intent) }

    init(_ side: Side) {
        self.side = side
        bench = Self.bench()
        intent = RiskBench.intent(side, 0, 0)
        prepare()
        breakWorld()
        breakLimits()
        intent.side = 0x58
        intent.instrument = 99
        intent.supported = false
        intent.permitted = false
        intent.ownerGroup = 1
        intent.parent = 9
        intent.parentQty = OrderQty(units: 1)
    }

    /// Rates that let exactly the seven orders of `prepare` through: 8 and 10 a second.
    private static func bench() -> RiskBench {
        RiskBench { config in
            config.header.firmMaxGross = 1 << 60
            config.parentsMax = 4
            config.instruments[0].lot = 10
            config.instruments[0].maxOrderQty = 100_000
            config.instruments[0].maxOrderNotional = 1 << 50
            config.instruments[0].maxLong = 1 << 40
            config.instruments[0].maxShort = 1 << 40
            config.instruments[0].startLocate = 1 << 40
            config.instruments[0].passiveBps = 1_000
            config.accounts[0].maxOpenNotional = 1 << 60
            config.accounts[0].maxGross = 1 << 60
            config.accounts[0].maxNet = 1 << 60
            config.accounts[0].maxDayBuy = 1 << 60
            config.accounts[0].maxDaySell = 1 << 60
            config.strategies[0].ratePerS = 10
            config.strategies[0].burst = 7
            config.venues[0].ratePerS = 10
            config.venues[0].burst = 9
        }
    }

    /// A loss of 900 000 of 1 000 000; an own order on the other side; the same order twice within
    /// the window; a full table of parents; a replace in flight.
    private mutating func prepare() {
        let (isBuy, opposite) = (side.isBuy, side.isBuy ? Side.sellShort : .buy)
        let bad: Int64 = isBuy ? 509_000 : 491_000
        bench.fill(bench.enter(RiskBench.intent(side, 100, bad)), 100, bad)
        var resting = RiskBench.intent(opposite, 100)
        resting.ownerGroup = 1
        #expect(!bench.enter(resting).isNone)
        for parent in UInt64(1)...4 {
            var child = RiskBench.intent(side, parent < 3 ? 20_000 : 10)
            child.parent = parent
            child.parentQty = OrderQty(units: 20_000)
            child.ownerGroup = 2
            let slot = bench.enter(child)
            #expect(!slot.isNone)
            if parent == 4 { replaced = slot }
        }
        var change = RiskBench.intent(side, 20)
        change.replacing = replaced
        #expect(!bench.enter(change).isNone)
    }

    private mutating func breakWorld() {
        bench.world = GateWorld()
        bench.world.duplicateID = true
        bench.world.clockBad = true
        bench.world.outsideHours = true
        bench.world.coldLost = true
        bench.world.staleCommand = true
        bench.world.stalled = true
        bench.market.halted = true
        bench.market.refTNs = 0
        bench.market.gappedOrCrossed = true
        bench.market.shortRestricted = true
        bench.market.bidPx = Price(units: 500_000)
    }

    private mutating func breakLimits() {
        for scope in [KillScope.firm, .account, .strategy, .symbol] { bench.latch(.kill, scope) }
        let latched: [(KillScope, RiskCode)] = [
            (.strategy, .lossLimit), (.strategy, .rapidDrawdown), (.strategy, .repeatedExecution),
            (.strategy, .consecutiveRejects), (.symbol, .unknownOrderOnSymbol),
            (.account, .reduceOnly), (.account, .portfolioLimit), (.strategy, .orderToTradeRatio),
        ]
        for (scope, code) in latched { bench.latch(.kill, scope, code: code) }
        bench.limit(.strategyLossLimit, 1_000_000)
        bench.limit(.restricted, 1)
        bench.limit(.maxOrderQty, 10_000)
        bench.limit(.maxOrderNotional, 5_000_000_000)
        // Times the order's 20 000 beyond 64 bits; times what is open before it, not.
        bench.limit(.valuation, Int64.max / 60_000)
        for field in Self.exposure(side) { bench.limit(field, 0) }
        bench.limit(.locate, 0)
    }

    static func exposure(_ side: Side) -> [LimitField] {
        [
            side.isBuy ? .maxLong : .maxShort, .maxOpenNotional, .maxGross, .maxNet,
            side.isBuy ? .maxDayBuy : .maxDaySell, .maxDayQty, .maxOpenOrders,
        ]
    }

    private mutating func arm(_ scope: KillScope, _ code: RiskCode = .killFirm) {
        bench.latch(.arm, scope, code: code)
    }

    /// What mends each break, in the order of the list.
    static func mends(_ side: Side) -> [Mend] {
        var mends: [Mend] = []
        mends += states
        mends += forms(side)
        mends += exposures(side)
        mends += patterns
        return mends
    }

    private static var states: [Mend] {
        [
            { $0.bench.world.duplicateID = false },
            { $0.arm(.firm) }, { $0.arm(.account) }, { $0.arm(.strategy) },
            { $0.arm(.strategy, .lossLimit) }, { $0.arm(.strategy, .rapidDrawdown) },
            { $0.arm(.strategy, .repeatedExecution) }, { $0.arm(.strategy, .consecutiveRejects) },
            { $0.bench.world.reconciled = true }, { $0.bench.world.limitsLoaded = true },
            { $0.bench.world.venueUp = true }, { $0.bench.world.clockBad = false },
            { $0.bench.world.outsideHours = false }, { $0.bench.world.coldLost = false },
            {
                $0.bench.world.sendRoom = true
                $0.bench.world.eventRoom = true
            },
            // A parent the full table knows; it has given its shares away already.
            { $0.intent.parent = 1 },
            { $0.bench.world.staleCommand = false }, { $0.bench.world.stalled = false },
            { $0.intent.instrument = 0 },
            { $0.arm(.symbol) }, { $0.bench.limit(.restricted, 0) },
            { $0.bench.market.halted = false }, { $0.intent.permitted = true },
            { $0.arm(.symbol, .unknownOrderOnSymbol) },
        ]
    }

    private static func forms(_ side: Side) -> [Mend] {
        // The sell is marked long until 411 has said so.
        let mark: Side = side.isBuy ? .buy : .sell
        let through: Int64 = side.isBuy ? 600_000 : 400_000
        let passive: Int64 = side.isBuy ? 400_000 : 600_000
        return [
            { $0.intent.side = mark.rawValue }, { $0.intent.supported = true },
            { $0.intent.qty = OrderQty(units: 20_005) },
            { $0.bench.limit(.maxOrderQty, 100_000) },
            { $0.intent.qty = OrderQty(units: 20_000) },
            { $0.intent.px = Price(units: 1_999_999_950) },
            { $0.intent.px = Price(units: through + 50) },
            { $0.intent.px = Price(units: through) },
            { $0.bench.limit(.maxOrderNotional, 1 << 50) },
            { $0.bench.limit(.valuation, 500_000) },
            { $0.bench.market.refTNs = -1_000_000_000 },
            { $0.bench.market.gappedOrCrossed = false },
            { $0.bench.market.refTNs = $0.bench.nowNs },
            { $0.intent.px = Price(units: passive) },
            { $0.intent.px = Price(units: 500_000) },
        ]
    }

    private static func exposures(_ side: Side) -> [Mend] {
        var mends: [Mend] = [
            { $0.arm(.account, .reduceOnly) },
            { $0.bench.limit(.strategyLossLimit, 1 << 60) },
            { $0.intent.parent = 0 },
        ]
        for field in exposure(side) {
            mends.append { $0.bench.limit(field, field == .maxOpenOrders ? 50 : 1 << 60) }
        }
        guard !side.isBuy else { return mends }
        mends += [
            { $0.intent.side = Side.sellShort.rawValue },
            { $0.bench.limit(.locate, 1 << 40) },
            { $0.bench.market.shortRestricted = false },
        ]
        return mends
    }

    private static var patterns: [Mend] {
        [
            { $0.arm(.account, .portfolioLimit) },
            { $0.intent.ownerGroup = 3 },
            // The window is over; the rates' is not.
            {
                $0.bench.nowNs += 50_000_000
                $0.bench.market.refTNs = $0.bench.nowNs
            },
            { $0.arm(.strategy, .orderToTradeRatio) },
            {
                $0.bench.limit(.venueRate, 1_000_000)
                $0.bench.limit(.venueBurst, 1_000_000)
            },
            {
                $0.bench.limit(.strategyRate, 1_000_000)
                $0.bench.limit(.strategyBurst, 1_000_000)
            },
        ]
    }
}
