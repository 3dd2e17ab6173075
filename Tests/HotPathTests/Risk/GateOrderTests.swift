import Crossing
import HotPath
import Testing
import Vocabulary

/// Codes the order itself earns: form, price, value, what it would add to what is held.
@Suite("The gate refuses by what an order is and would do")
struct GateOrderTests {
    @Test("202 203 204 205 206 207 208 209 212: its form")
    func form() {
        let bench = RiskBench { $0.instruments[0].lot = 10 }
        var badSide = RiskBench.intent()
        badSide.side = 0x58
        #expect(bench.code(badSide) == .badSide)
        var badTIF = RiskBench.intent()
        badTIF.timeInForce = 0x39
        #expect(bench.code(badTIF) == .unsupported)
        var badType = RiskBench.intent()
        badType.ordType = 0x39
        #expect(bench.code(badType) == .unsupported)
        #expect(bench.code(RiskBench.intent(.buy, 0)) == .quantityNotPositive)
        #expect(bench.code(RiskBench.intent(.buy, -1)) == .quantityNotPositive)
        #expect(bench.code(RiskBench.intent(.buy, 10_010)) == .maxOrderQty)
        #expect(bench.code(RiskBench.intent(.buy, 105)) == .lotOrNoFinitePrice)
        #expect(bench.code(RiskBench.intent(.buy, 100, 500_050)) == .tick)
        #expect(bench.code(RiskBench.intent(.buy, 100, 0)) == .priceNotPositive)
        #expect(bench.code(RiskBench.intent(.buy, 100, -100)) == .priceNotPositive)
        #expect(bench.code(RiskBench.intent(.buy, 100, 2_000_000_000)) == .priceAboveVenueMax)
        #expect(bench.code(RiskBench.intent(.buy, 10_000, 500_100)) == .maxOrderValue)
        #expect(bench.code(RiskBench.intent(.buy, 10_000, 500_000)) == .ok)
    }

    @Test("210: a product or sum beyond 64 bits")
    func overflow() {
        let bench = RiskBench {
            $0.instruments[0].maxOrderQty = Int64.max
            $0.instruments[0].maxOrderNotional = Int64.max
        }
        #expect(bench.code(RiskBench.intent(.buy, Int64.max / 2)) == .arithmeticOverflow)
        // The product fits; the day's sum with its own growth does not.
        #expect(
            bench.code(RiskBench.intent(.buy, Int64.max / 500_000, 500_000)) != .ok
        )
    }

    @Test("301 302 305: the collar is inclusive on both sides, the passive one too")
    func collars() {
        var bench = RiskBench { $0.instruments[0].passiveBps = 1_000 }
        #expect(bench.code(RiskBench.intent(.buy, 100, 525_000)) == .ok)
        #expect(bench.code(RiskBench.intent(.buy, 100, 525_100)) == .collarBuy)
        #expect(bench.code(RiskBench.intent(.buy, 100, 450_000)) == .ok)
        #expect(bench.code(RiskBench.intent(.buy, 100, 449_900)) == .farPassive)
        bench.adjust(1_000)
        #expect(bench.code(RiskBench.intent(.sell, 100, 475_000)) == .ok)
        #expect(bench.code(RiskBench.intent(.sell, 100, 474_900)) == .collarSell)
        #expect(bench.code(RiskBench.intent(.sell, 100, 550_000)) == .ok)
        #expect(bench.code(RiskBench.intent(.sell, 100, 550_100)) == .farPassive)
    }

    @Test("303 304 306: the reference")
    func reference() {
        var bench = RiskBench()
        bench.market.refTNs = 0
        #expect(bench.code(RiskBench.intent()) == .referenceMissing)
        bench.market = RiskBench.market
        bench.nowNs = bench.market.refTNs + 1_000_000_000
        #expect(bench.code(RiskBench.intent()) == .ok)
        bench.nowNs += 1
        #expect(bench.code(RiskBench.intent()) == .referenceStale)
        bench.market.gappedOrCrossed = true
        #expect(bench.code(RiskBench.intent()) == .feedGappedOrCrossed)
    }

    @Test("a market order becomes an IOC limit at the market collar, rounded inward")
    func market() {
        var bench = RiskBench()
        bench.market.refPx = Price(units: 500_050)
        var buy = RiskBench.intent(.buy, 100, 0)
        buy.ordType = OrdType.market.rawValue
        let bought = bench.ledger.decide(buy, bench.market, bench.world, nowNs: bench.nowNs)
        // 50.0050 + 0.5 % = 50.25502…, inward to 50.2500.
        #expect(bought.code == .ok)
        #expect(bought.intent.px == Price(units: 502_500))
        #expect(bought.intent.timeInForce == TimeInForce.immediateOrCancel.rawValue)
        #expect(bought.intent.ordType == OrdType.limit.rawValue)

        bench.adjust(100)
        var sell = buy
        sell.side = Side.sell.rawValue
        let sold = bench.ledger.decide(sell, bench.market, bench.world, nowNs: bench.nowNs)
        // 50.0050 − 0.5 % = 49.75498, inward to 49.7600.
        #expect(sold.intent.px == Price(units: 497_600))

        bench.market.refTNs = 0
        bench.market.refPx = .zero
        #expect(bench.code(buy) == .referenceMissing)
    }

    @Test("401 402: the worst position, open orders counted")
    func positions() {
        var bench = RiskBench()
        bench.adjust(15_000)
        #expect(bench.code(RiskBench.intent(.buy, 5_000)) == .ok)
        #expect(bench.code(RiskBench.intent(.buy, 5_001)) == .positionLong)
        _ = bench.enter(RiskBench.intent(.buy, 3_000))
        #expect(bench.code(RiskBench.intent(.buy, 2_000)) == .ok)
        #expect(bench.code(RiskBench.intent(.buy, 2_001)) == .positionLong)

        bench.adjust(-30_000)
        #expect(bench.code(RiskBench.intent(.sellShort, 5_000, 500_100)) == .ok)
        bench.limit(.locate, 10_000)
        #expect(bench.code(RiskBench.intent(.sellShort, 5_001, 500_100)) == .positionShort)
    }

    @Test("404 405 406 407 408 409 410: sums of the account, the firm and the day")
    func sums() {
        var bench = RiskBench()
        let order = RiskBench.intent(.buy, 1_000)  // 500 000 000 of notional and of exposure
        let fields: [(LimitField, RiskCode)] = [
            (.maxOpenNotional, .openNotional), (.maxGross, .grossExposure),
            (.firmMaxGross, .grossExposure), (.maxNet, .netExposure),
            (.maxDayBuy, .dailyCreditBuy),
        ]
        for (field, code) in fields {
            bench.limit(field, 500_000_000)
            #expect(bench.code(order) == .ok)
            bench.limit(field, 499_999_999)
            #expect(bench.code(order) == code)
            bench.limit(field, 20_000_000_000)
        }
        bench.limit(.maxDayQty, 999)
        #expect(bench.code(order) == .dayVolume)
        bench.limit(.maxDayQty, 1_000)
        #expect(bench.code(order) == .ok)
        bench.limit(.maxOpenOrders, 0)
        #expect(bench.code(order) == .openOrders)
        bench.limit(.maxOpenOrders, 50)
        bench.limit(.firmMaxOpenOrders, 0)
        #expect(bench.code(order) == .openOrders)
        bench.limit(.firmMaxOpenOrders, 50)
        bench.limit(.maxDaySell, 1)
        #expect(bench.code(RiskBench.intent(.sellShort, 100)) == .dailyCreditSell)
    }

    @Test("108: only toward flat, same-side open orders counted")
    func reduceOnly() {
        var bench = RiskBench()
        bench.adjust(1_000)
        bench.latch(.kill, .account, code: .reduceOnly)
        #expect(bench.code(RiskBench.intent(.buy, 1)) == .reduceOnly)
        #expect(bench.code(RiskBench.intent(.sell, 1_000)) == .ok)
        #expect(bench.code(RiskBench.intent(.sell, 1_001)) == .reduceOnly)
        _ = bench.enter(RiskBench.intent(.sell, 600))
        #expect(bench.code(RiskBench.intent(.sell, 400)) == .ok)
        #expect(bench.code(RiskBench.intent(.sell, 401)) == .reduceOnly)
    }

    @Test("113 414: the loss limit, and reduce-only before it is reached")
    func loss() {
        var bench = RiskBench { $0.strategies[0].lossLimit = 1_000_000 }
        let slot = bench.enter(RiskBench.intent(.buy, 100))
        bench.fill(slot, 100)
        // 100 shares, each 0.80 lower: 800 000 of 1 000 000.
        bench.market.refPx = Price(units: 492_100)
        #expect(bench.code(RiskBench.intent(.buy, 100, 492_000)) == .ok)
        bench.market.refPx = Price(units: 492_000)
        #expect(bench.code(RiskBench.intent(.buy, 100, 492_000)) == .lossLimitNear)
        #expect(bench.code(RiskBench.intent(.sell, 100, 492_000)) == .ok)
        bench.market.refPx = Price(units: 490_000)
        #expect(bench.code(RiskBench.intent(.sell, 100, 490_000)) == .lossLimit)

        // The refusal latches; a better price does not open it, only arming does.
        _ = bench.enter(RiskBench.intent(.sell, 100, 490_000))
        bench.market.refPx = Price(units: 500_000)
        #expect(bench.code(RiskBench.intent(.sell, 100)) == .lossLimit)
        bench.latch(.arm, .strategy)
        #expect(bench.code(RiskBench.intent(.sell, 100)) == .ok)
    }

    @Test("119: executed + live + this never above the parent")
    func parent() {
        var bench = RiskBench()
        var child = RiskBench.intent(.buy, 400)
        child.parent = 9
        child.parentQty = OrderQty(units: 1_000)
        let first = bench.enter(child)
        bench.fill(first, 300)
        child.qty = OrderQty(units: 600)
        #expect(bench.code(child) == .ok)
        child.qty = OrderQty(units: 601)
        #expect(bench.code(child) == .parentRule)
        bench.canceled(first)
        child.qty = OrderQty(units: 700)
        #expect(bench.code(child) == .ok)
    }

    @Test("411 412 413: all long or all short, located, and above the bid when restricted")
    func shortSales() {
        var bench = RiskBench()
        bench.adjust(500)
        #expect(bench.code(RiskBench.intent(.sell, 500)) == .ok)
        #expect(bench.code(RiskBench.intent(.sell, 501)) == .markedLongNotCovered)
        #expect(bench.code(RiskBench.intent(.sellShort, 5_000)) == .ok)
        #expect(bench.code(RiskBench.intent(.sellShort, 5_001)) == .locate)
        bench.market.shortRestricted = true
        #expect(bench.code(RiskBench.intent(.sellShort, 100, 499_900)) == .shortSalePriceTest)
        #expect(bench.code(RiskBench.intent(.sellShort, 100, 500_000)) == .ok)
        #expect(bench.code(RiskBench.intent(.sellShortExempt, 100, 499_900)) == .ok)
        bench.market.bidPx = .zero
        #expect(bench.code(RiskBench.intent(.sellShort, 100, 500_000)) == .shortSalePriceTest)
    }

    @Test("short marking nets over accounts: one aggregation unit")
    func aggregation() {
        var bench = RiskBench()
        bench.adjust(500, account: 0)
        bench.adjust(-300, account: 1)
        #expect(bench.code(RiskBench.intent(.sell, 200)) == .ok)
        #expect(bench.code(RiskBench.intent(.sell, 201)) == .markedLongNotCovered)
    }

    @Test("in units of their own, an account's shares and locates cover nobody else's sales")
    func units() throws {
        var bench = RiskBench { $0.accounts[1].unit = 1 }
        bench.adjust(500, account: 0)
        bench.adjust(300, account: 1)
        var other = RiskBench.intent(.sell, 300)
        other.account = 1
        #expect(bench.code(RiskBench.intent(.sell, 500)) == .ok)
        #expect(bench.code(RiskBench.intent(.sell, 501)) == .markedLongNotCovered)
        #expect(bench.code(other) == .ok)
        other.qty = OrderQty(units: 301)
        #expect(bench.code(other) == .markedLongNotCovered)

        // One's open sale leaves the other's shares alone.
        let sold = bench.enter(RiskBench.intent(.sell, 500, 500_100))
        #expect(bench.code(RiskBench.intent(.sell, 1)) == .markedLongNotCovered)
        other.qty = OrderQty(units: 300)
        #expect(bench.code(other) == .ok)
        bench.fill(sold, 500, 500_100)
        #expect(bench.ledger.unit(account: 0, instrument: 0).pos == 0)
        #expect(bench.ledger.unit(account: 1, instrument: 0).pos == 300)

        // The file's locate is the default unit's; another's is set by its account.
        other.side = Side.sellShort.rawValue
        other.qty = OrderQty(units: 1)
        #expect(bench.code(other) == .locate)
        bench.locate(700, account: 1)
        other.qty = OrderQty(units: 700)
        #expect(bench.code(other) == .ok)
        let short = bench.enter(other)
        #expect(bench.ledger.unit(account: 1, instrument: 0).locate == 0)
        #expect(bench.code(RiskBench.intent(.sellShort, 5_000)) == .ok)
        #expect(bench.code(RiskBench.intent(.sellShort, 5_001)) == .locate)
        bench.fill(short, 200)
        bench.canceled(short)
        #expect(bench.ledger.unit(account: 1, instrument: 0).locate == 500)
        #expect(bench.ledger.unit(account: 1, instrument: 0).pos == 100)
        #expect(bench.ledger.checkInvariants() == nil)

        var replayed = Ledger(bench.config)
        for var record in bench.records { _ = replayed.apply(&record) }
        #expect(replayed.stateHash() == bench.ledger.stateHash())
    }

    @Test("601: own orders of the group at that venue, both prices of a pending replace")
    func selfTrade() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 100, 500_000))
        bench.ack(slot)
        let sell = RiskBench.intent(.sellShort, 100, 500_000)
        #expect(bench.code(sell) == .selfTrade)
        #expect(bench.code(RiskBench.intent(.sellShort, 100, 500_100)) == .ok)

        var elsewhere = sell
        elsewhere.venue = 1
        #expect(bench.code(elsewhere) == .ok)
        var stranger = sell
        stranger.ownerGroup = 1
        #expect(bench.code(stranger) == .ok)

        var up = RiskBench.intent(.buy, 100, 500_200)
        up.replacing = slot
        _ = bench.enter(up)
        #expect(bench.code(RiskBench.intent(.sellShort, 100, 500_200)) == .selfTrade)
        bench.cancelRequest(slot)
        #expect(bench.code(sell) == .selfTrade)
        bench.canceled(slot)
        #expect(bench.code(sell) == .ok)
    }

    @Test("601 over all venues when the firm says so")
    func selfTradeFirmWide() {
        var bench = RiskBench { $0.header.selfTradeFirmWide = 1 }
        _ = bench.enter(RiskBench.intent(.buy, 100, 500_000))
        var elsewhere = RiskBench.intent(.sellShort, 100, 500_000)
        elsewhere.venue = 1
        #expect(bench.code(elsewhere) == .selfTrade)
    }

    @Test("503: the third same order inside the window; sells are one side; replaces do not count")
    func duplicates() {
        var bench = RiskBench()
        bench.adjust(1_000)
        _ = bench.enter(RiskBench.intent(.sell, 100, 500_200))
        _ = bench.enter(RiskBench.intent(.sellShort, 100, 500_200))
        #expect(bench.code(RiskBench.intent(.sellShortExempt, 100, 500_200)) == .duplicatePattern)
        #expect(bench.code(RiskBench.intent(.sell, 100, 500_300)) == .ok)
        var other = RiskBench.intent(.sell, 100, 500_200)
        other.strategy = 1
        #expect(bench.code(other) == .ok)
        bench.nowNs += 49_999_999
        #expect(bench.code(RiskBench.intent(.sell, 100, 500_200)) == .duplicatePattern)
        bench.nowNs += 1
        #expect(bench.code(RiskBench.intent(.sell, 100, 500_200)) == .ok)
    }

    @Test("501 502: session and strategy rates; refusals and cancels consume nothing")
    func rates() {
        var bench = RiskBench {
            $0.strategies[0].ratePerS = 1_000; $0.strategies[0].burst = 2
        }
        _ = bench.enter(RiskBench.intent(.buy, 100))
        let slot = bench.enter(RiskBench.intent(.buy, 200))
        #expect(bench.code(RiskBench.intent(.buy, 300)) == .strategyRate)
        _ = bench.enter(RiskBench.intent(.buy, 300))
        #expect(bench.ledger.decideCancel(slot) == .ok)
        bench.cancelRequest(slot)
        bench.nowNs += 1_000_000
        #expect(bench.code(RiskBench.intent(.buy, 300)) == .ok)

        // A fifth of the venue's 10 a burst is kept for cancels: eight News.
        var session = RiskBench {
            $0.venues[0].ratePerS = 10; $0.venues[0].burst = 10
        }
        for qty in 1...8 { #expect(!session.enter(RiskBench.intent(.buy, Int64(qty))).isNone) }
        #expect(session.code(RiskBench.intent(.buy, 9)) == .messageRate)
    }
}
