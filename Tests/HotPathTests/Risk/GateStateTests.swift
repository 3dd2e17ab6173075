import Crossing
import HotPath
import Testing
import Vocabulary

/// Codes that tell what state things are in, each provoked by the one thing that causes it.
@Suite("The gate refuses by state")
struct GateStateTests {
    @Test("an order nothing is wrong with passes")
    func passes() {
        let bench = RiskBench()
        #expect(bench.code(RiskBench.intent()) == .ok)
    }

    @Test("101 102 103 104 105: a kill of each scope; arm opens it again")
    func kills() {
        let scopes: [(KillScope, RiskCode)] = [
            (.firm, .killFirm), (.account, .killAccount), (.strategy, .killStrategy),
            (.symbol, .symbolBlocked), (.venue, .venueSessionDown),
        ]
        for (scope, code) in scopes {
            var bench = RiskBench()
            bench.latch(.kill, scope)
            #expect(bench.code(RiskBench.intent()) == code)
            bench.latch(.arm, scope)
            #expect(bench.code(RiskBench.intent()) == .ok)
        }
    }

    @Test("a kill of another row changes nothing")
    func otherRow() {
        var bench = RiskBench()
        for scope in [KillScope.account, .strategy, .symbol, .venue] {
            bench.latch(.kill, scope, row: 1)
        }
        #expect(bench.code(RiskBench.intent()) == .ok)
    }

    @Test("113 114 115 505 108 415 504: a kill record's code says which latch")
    func latches() {
        let codes: [RiskCode] = [
            .lossLimit, .rapidDrawdown, .repeatedExecution, .consecutiveRejects, .reduceOnly,
            .portfolioLimit, .orderToTradeRatio,
        ]
        for code in codes {
            var bench = RiskBench()
            bench.latch(.kill, .strategy, code: code)
            #expect(bench.code(RiskBench.intent()) == code)
        }
    }

    @Test("107 109 105 117 118 111 507 508 509: what the engine knows of the world")
    func world() {
        let cases: [(RiskCode, (inout GateWorld) -> Void)] = [
            (.recovering, { $0.reconciled = false }),
            (.noLimits, { $0.limitsLoaded = false }),
            (.venueSessionDown, { $0.venueUp = false }),
            (.clockNotTrustworthy, { $0.clockBad = true }),
            (.outsideSessionHours, { $0.outsideHours = true }),
            (.coldLost, { $0.coldLost = true }),
            (.sendQueueOrEventRoom, { $0.sendRoom = false }),
            (.sendQueueOrEventRoom, { $0.eventRoom = false }),
            (.staleCommand, { $0.staleCommand = true }),
            (.stallGuard, { $0.stalled = true }),
            (.duplicateID, { $0.duplicateID = true }),
        ]
        for (code, change) in cases {
            var bench = RiskBench()
            change(&bench.world)
            #expect(bench.code(RiskBench.intent()) == code)
        }
    }

    @Test("a world nobody has opened is closed")
    func closed() {
        var bench = RiskBench()
        bench.world = GateWorld()
        #expect(bench.code(RiskBench.intent()) == .recovering)
    }

    @Test("109: each limit the gate requires, when it is missing")
    func missingLimits() {
        let changes: [(inout LedgerConfig) -> Void] = [
            { $0.instruments[0].maxOrderQty = noLimit },
            { $0.instruments[0].maxOrderNotional = noLimit },
            { $0.instruments[0].maxRefAgeNs = noLimit },
            { $0.instruments[0].maxLong = noLimit },
            { $0.instruments[0].maxShort = noLimit },
            { $0.instruments[0].collarBps = -1 },
            { $0.instruments[0].priorClose = noLimit },
            { $0.accounts[0].maxOpenNotional = noLimit },
            { $0.accounts[0].maxGross = noLimit },
            { $0.accounts[0].maxDayBuy = noLimit },
            { $0.accounts[0].maxDaySell = noLimit },
            { $0.accounts[0].maxOpenOrders = noLimit },
            { $0.header.dupWindowNs = noLimit },
            { $0.header.dupMax = noLimit },
            { $0.accounts = [] },
        ]
        for change in changes {
            let bench = RiskBench(change)
            #expect(bench.code(RiskBench.intent()) == .noLimits)
        }
    }

    @Test("506: pool, parents and duplicate window full")
    func room() {
        var pool = RiskBench { $0.ordersMax = 1 }
        _ = pool.enter(RiskBench.intent())
        #expect(pool.code(RiskBench.intent()) == .poolOrIDSpace)

        var parents = RiskBench { $0.parentsMax = 1 }
        var child = RiskBench.intent()
        child.parent = 7
        child.parentQty = OrderQty(units: 1_000)
        _ = parents.enter(child)
        child.parent = 8
        #expect(parents.code(child) == .poolOrIDSpace)

        var window = RiskBench { $0.duplicatesMax = 1 }
        _ = window.enter(RiskBench.intent())
        #expect(window.code(RiskBench.intent(.buy, 200)) == .poolOrIDSpace)
        window.nowNs += 50_000_000
        #expect(window.code(RiskBench.intent(.buy, 200)) == .ok)
    }

    @Test("201 104 116 110 106 112: the instrument")
    func instrument() {
        var bench = RiskBench()
        var stranger = RiskBench.intent()
        stranger.instrument = 2
        #expect(bench.code(stranger) == .unknownSymbol)

        var forbidden = RiskBench.intent()
        forbidden.permitted = false
        #expect(bench.code(forbidden) == .notPermitted)
        var nobody = RiskBench.intent()
        nobody.strategy = 2
        #expect(bench.code(nobody) == .notPermitted)

        bench.market.halted = true
        #expect(bench.code(RiskBench.intent()) == .haltedByVenue)
        bench.limit(.restricted, 1)
        #expect(bench.code(RiskBench.intent()) == .restrictedList)
    }

    @Test("112: an order gone silent blocks its symbol, cancels still pass; its answer frees it")
    func silence() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent())
        var timer = bench.ledger.about(slot, kind: .timer, nowNs: bench.nowNs)
        timer.detail = OrderTimer.wentSilent.rawValue
        bench.apply(timer)

        #expect(bench.code(RiskBench.intent(.buy, 200)) == .unknownOrderOnSymbol)
        #expect(bench.ledger.decideCancel(slot) == .ok)
        #expect(bench.ledger.position(account: 0, instrument: 0).openBuy == 100)
        bench.ack(slot)
        #expect(bench.code(RiskBench.intent(.buy, 200)) == .ok)
    }

    @Test("211: a client's number not above its highest, refused ones counted")
    func clientNumbers() {
        var bench = RiskBench()
        var first = RiskBench.intent(.buy, 0)
        first.client = 1
        first.clientRefNum = 5
        #expect(bench.enter(first).isNone)

        var again = RiskBench.intent()
        again.client = 1
        again.clientRefNum = 5
        #expect(bench.code(again) == .duplicateID)
        again.clientRefNum = 6
        #expect(bench.code(again) == .ok)
        again.client = 0
        again.clientRefNum = 1
        #expect(bench.code(again) == .ok)
    }

    @Test("the first failing check wins, in the order of risk-controls §4")
    func order() {
        var bench = RiskBench()
        var intent = RiskBench.intent(.buy, 0)
        intent.supported = false
        intent.permitted = false
        bench.world.duplicateID = true
        bench.world.reconciled = false
        bench.world.venueUp = false
        bench.world.coldLost = true
        bench.market.halted = true
        bench.latch(.kill, .firm)

        #expect(bench.code(intent) == .duplicateID)
        bench.world.duplicateID = false
        #expect(bench.code(intent) == .killFirm)
        bench.latch(.arm, .firm)
        #expect(bench.code(intent) == .recovering)
        bench.world.reconciled = true
        #expect(bench.code(intent) == .venueSessionDown)
        bench.world.venueUp = true
        #expect(bench.code(intent) == .coldLost)
        bench.world.coldLost = false
        #expect(bench.code(intent) == .haltedByVenue)
        bench.market.halted = false
        #expect(bench.code(intent) == .notPermitted)
        intent.permitted = true
        #expect(bench.code(intent) == .unsupported)
        intent.supported = true
        #expect(bench.code(intent) == .quantityNotPositive)
    }
}
