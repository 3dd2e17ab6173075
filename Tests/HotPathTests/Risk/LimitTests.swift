import Crossing
import HotPath
import Testing
import Vocabulary

/// Limits change by records; breakers trip by themselves and stay tripped.
@Suite("Limits and breakers")
struct LimitTests {
    @Test("what is in force is the smaller of operator's and cold's")
    func tighter() {
        var bench = RiskBench()
        bench.limit(.maxOrderQty, 500, fromCold: true)
        #expect(bench.ledger.instrument(0).maxOrderQty == 500)
        bench.limit(.maxOrderQty, 50_000, fromCold: true)
        #expect(bench.ledger.instrument(0).maxOrderQty == 10_000)
        bench.limit(.maxOrderQty, 300)
        #expect(bench.ledger.instrument(0).maxOrderQty == 300)
        #expect(bench.ledger.firm.limitsVersion == 4)
    }

    @Test("cold cannot give a limit that is missing, nor touch what a smaller number loosens")
    func notColds() {
        var bench = RiskBench { $0.accounts[0].maxNet = noLimit }
        bench.limit(.maxNet, 5, fromCold: true)
        #expect(bench.ledger.account(0).maxNet == noLimit)
        let refused = bench.limit(.restricted, 0, fromCold: true)
        #expect(refused.outcome == .illegal)
        #expect(bench.limit(.maxNet, 5, row: 9).outcome == .unknown)
    }

    @Test("cold cannot switch a control off: no rate, no collar, no share, no valuation of its own")
    func coldLoosens() {
        var bench = RiskBench {
            $0.strategies[0].ratePerS = 1_000
            $0.strategies[0].burst = 1
            $0.instruments[0].passiveBps = 1_000
            $0.instruments[0].adv = 10_000
            $0.instruments[0].maxAdvBps = 100
        }
        for (field, value) in [
            (LimitField.strategyRate, Int64(0)), (.strategyRate, -1), (.passiveBps, -1),
            (.collarBps, -1), (.maxAdvBps, 0), (.maxAdvBps, -1), (.valuation, 0),
            (.valuation, -500_000),
        ] {
            let applied = bench.limit(field, value, fromCold: true)
            #expect(applied.outcome == .illegal, "\(field) \(value)")
        }
        #expect(bench.code(RiskBench.intent(.buy, 101)) == .dayVolume)
        #expect(bench.code(RiskBench.intent(.buy, 1, 400_000)) == .farPassive)
        #expect(bench.ledger.instrument(0).val == 500_000)
        _ = bench.enter(RiskBench.intent(.buy, 1))
        #expect(bench.code(RiskBench.intent(.buy, 2)) == .strategyRate)
    }

    @Test("cancels that used up the venue's rate leave none to new orders: 501")
    func wholeRate() {
        var bench = RiskBench {
            $0.venues[0].ratePerS = 10
            $0.venues[0].burst = 10
        }
        for qty in Int64(1)...5 { bench.cancelRequest(bench.enter(RiskBench.intent(.buy, qty))) }
        let hasRoom = bench.ledger.hasRoomToCancel(0, bench.nowNs)
        #expect(!hasRoom)
        #expect(bench.code(RiskBench.intent(.buy, 6)) == .messageRate)
        bench.nowNs += 100_000_000
        #expect(bench.code(RiskBench.intent(.buy, 6)) == .ok)
    }

    @Test("a routed order that was refused uses up no parent's row")
    func refusedParents() {
        var bench = RiskBench()
        for number in UInt64(1)...20 {
            var record = AuditRecord()
            record.kind = .parent
            record.client = 0
            record.clientRefNum = UInt32(number)
            record.orderID = bench.ledger.nextOrderID(epoch: 1, owner: Owner.firstClient)
            record.qty = OrderQty(units: 100)
            record.detail = ParentEvent.opened.rawValue
            #expect(bench.apply(record).outcome == .applied)
            record.detail = ParentEvent.refused.rawValue
            #expect(bench.apply(record).outcome == .applied)
            let hasRoom = bench.ledger.hasParentRoom
            #expect(hasRoom, "after \(number)")
        }
        #expect(bench.ledger.parentCount == 0)
        #expect(bench.ledger.parent(client: 0, refNum: 20) == nil)
    }

    @Test(
        "a routed order that is over gives its row back, the longest over first; a live one never"
    )
    func endedParents() {
        var bench = RiskBench()  // Four rows.
        func say(_ event: ParentEvent, _ id: ClOrdID, _ refNum: UInt32) -> Applied {
            var record = AuditRecord()
            record.kind = .parent
            record.client = 0
            record.clientRefNum = refNum
            record.orderID = id
            record.qty = OrderQty(units: 1_000)
            record.detail = event.rawValue
            return bench.apply(record)
        }
        func leg(_ id: ClOrdID, _ qty: Int64) -> OrderSlot {
            var intent = RiskBench.intent(.buy, qty)
            intent.parent = id.value
            intent.parentQty = OrderQty(units: 1_000)
            intent.leg = 1
            bench.nowNs += 60_000_000
            bench.market.refTNs = bench.nowNs
            return bench.enter(intent)
        }
        var live: [(id: ClOrdID, slot: OrderSlot)] = []
        for number in UInt32(1)...40 {
            let id = bench.ledger.nextOrderID(epoch: 1, owner: Owner.firstClient)
            #expect(say(.opened, id, number).outcome == .applied)
            let slot = leg(id, Int64(number))
            #expect(!slot.isNone, "order \(number)")
            #expect(say(.accepted, id, number).outcome == .applied)
            bench.ack(slot)
            if number == 1 || number == 20 {
                live.append((id, slot))
            } else {
                bench.canceled(slot)
            }
            #expect(bench.ledger.parentCount <= 4)
            // Over, and still found: a bust or late fill of its leg has somebody to tell.
            #expect(bench.ledger.parent(id.value)?.clientRefNum == number)
        }
        for (id, _) in live { #expect(bench.ledger.parent(id.value)?.legs == 1) }
        #expect(bench.ledger.parent(client: 0, refNum: 37) == nil)
        #expect(bench.ledger.parent(client: 0, refNum: 39)?.state == .accepted)
        // Both other rows live as well: no room, until one of the four is over.
        for number in UInt32(41)...42 {
            let id = bench.ledger.nextOrderID(epoch: 1, owner: Owner.firstClient)
            _ = say(.opened, id, number)
            live.append((id, leg(id, Int64(number))))
            _ = say(.accepted, id, number)
        }
        let isFull = !bench.ledger.hasParentRoom
        #expect(isFull)
        let late = bench.ledger.nextOrderID(epoch: 1, owner: Owner.firstClient)
        #expect(say(.opened, late, 43).outcome == .illegal)
        bench.canceled(live[1].slot)
        #expect(say(.opened, late, 44).outcome == .applied)
        #expect(bench.ledger.parent(client: 0, refNum: 20) == nil)
        #expect(bench.ledger.checkInvariants() == nil)
        var again = Ledger(bench.config)
        for var record in bench.records { _ = again.apply(&record) }
        let (there, here) = (again.stateHash(), bench.ledger.stateHash())
        #expect(there == here)
    }

    @Test("more shares than an order can carry are refused whatever the limit: 204")
    func carried() {
        let bench = RiskBench {
            $0.instruments[0].maxOrderQty = 1 << 40
            $0.instruments[0].maxOrderNotional = Int64.max - 1
        }
        #expect(bench.code(RiskBench.intent(.buy, 1_000_000)) == .maxOrderQty)
        #expect(bench.code(RiskBench.intent(.buy, 5_000_000_000)) == .maxOrderQty)
    }

    @Test("an adjustment beyond any position changes nothing; at the edge orders are 210, no trap")
    func absurdAdjustment() {
        var bench = RiskBench()
        let before = bench.ledger.stateHash()
        bench.adjust(.min)
        #expect(bench.ledger.position(account: 0, instrument: 0).pos == 0)
        #expect(bench.ledger.stateHash() == before)
        bench.adjust(100)
        bench.adjust(.max)
        #expect(bench.ledger.position(account: 0, instrument: 0).pos == 100)
        #expect(bench.code(RiskBench.intent(.buy, 1)) == .ok)
        #expect(bench.ledger.checkInvariants() == nil)
        bench.adjust(.max - 105)
        // One share more than 64 bits hold.
        #expect(bench.code(RiskBench.intent(.buy, 6)) == .arithmeticOverflow)
    }

    @Test("113 is a loss in a market the gate believes: a gap or an old price latches none")
    func phantomLoss() {
        var bench = RiskBench { $0.accounts[0].lossLimit = 100_000_000 }
        bench.fill(bench.enter(RiskBench.intent(.buy, 1_000)), 1_000)
        // 11.00 a share below where it was bought: 110 000 000 lost, were it true.
        bench.market.refPx = Price(units: 390_000)
        bench.market.gappedOrCrossed = true
        _ = bench.enter(RiskBench.intent(.sell, 10, 390_000))
        #expect(bench.records.last?.code == RiskCode.feedGappedOrCrossed.rawValue)
        bench.market.gappedOrCrossed = false
        bench.market.refTNs = bench.nowNs - 1_000_000_001
        _ = bench.enter(RiskBench.intent(.sell, 10, 390_000))
        #expect(bench.records.last?.code == RiskCode.referenceStale.rawValue)
        #expect(bench.ledger.account(0).latches == .clear)
        bench.market.refTNs = bench.nowNs
        _ = bench.enter(RiskBench.intent(.sell, 10, 390_000))
        #expect(bench.records.last?.code == RiskCode.lossLimit.rawValue)
        #expect(bench.ledger.account(0).latches == .loss)
    }

    @Test("a limit below what is held is legal and only blocks increases")
    func belowExposure() {
        var bench = RiskBench()
        bench.adjust(1_000)
        bench.limit(.maxLong, 500)
        #expect(bench.code(RiskBench.intent(.buy, 1)) == .positionLong)
        #expect(bench.code(RiskBench.intent(.sell, 1_000)) == .ok)
    }

    @Test("a new valuation moves every exposure sum with it")
    func valuation() {
        var bench = RiskBench()
        bench.adjust(100)
        _ = bench.enter(RiskBench.intent(.buy, 100))
        #expect(bench.ledger.account(0).gross == 200 * 500_000)
        bench.limit(.valuation, 600_000, fromCold: true)
        #expect(bench.ledger.account(0).gross == 200 * 600_000)
        #expect(bench.ledger.account(0).net == 100 * 600_000)
        #expect(bench.ledger.checkInvariants() == nil)
    }

    @Test("day volume: the smaller of the maximum and the share of ADV; of an unknown ADV, nothing")
    func shareOfVolume() {
        var bench = RiskBench { $0.instruments[0].maxDayQty = 1_000 }
        #expect(bench.ledger.instrument(0).maxDayQty == 1_000)
        bench.limit(.maxAdvBps, 250)
        #expect(bench.ledger.instrument(0).maxDayQty == 0)
        #expect(bench.code(RiskBench.intent(.buy, 1)) == .dayVolume)
        bench.limit(.adv, 12_345, fromCold: true)
        // 2.5 % of 12 345 is 308.6.
        #expect(bench.ledger.instrument(0).maxDayQty == 308)
        #expect(bench.code(RiskBench.intent(.buy, 308)) == .ok)
        #expect(bench.code(RiskBench.intent(.buy, 309)) == .dayVolume)
        bench.limit(.adv, Int64.max, fromCold: true)
        #expect(bench.ledger.instrument(0).maxDayQty == 1_000)
        // Measurements are no change of limits; the operator's one was.
        #expect(bench.ledger.firm.limitsVersion == 2)
    }

    @Test("505: rejects in a row inside the window; an accepted order starts the count over")
    func consecutiveRejects() {
        var bench = RiskBench {
            $0.header.rejectsMax = 3
            $0.header.rejectsWindowNs = 1_000_000
        }
        _ = bench.enter(RiskBench.intent(.buy, 0))
        _ = bench.enter(RiskBench.intent(.buy, 0))
        bench.ack(bench.enter(RiskBench.intent(.buy, 1)))
        _ = bench.enter(RiskBench.intent(.buy, 0))
        _ = bench.enter(RiskBench.intent(.buy, 0))
        bench.nowNs += 1_000_000
        _ = bench.enter(RiskBench.intent(.buy, 0))
        #expect(bench.code(RiskBench.intent(.buy, 2)) == .ok)
        _ = bench.enter(RiskBench.intent(.buy, 0))
        bench.rejected(bench.enter(RiskBench.intent(.buy, 3)))
        #expect(bench.code(RiskBench.intent(.buy, 2)) == .consecutiveRejects)
        bench.latch(.arm, .strategy)
        #expect(bench.code(RiskBench.intent(.buy, 2)) == .ok)
    }

    @Test(
        "what cold watches is set, shown, versioned and replayed as any limit; nonsense is refused"
    )
    func watched() {
        var bench = RiskBench {
            $0.header.dayEquity = 1_000
            $0.header.drawdownDailyBps = 500
            $0.header.markAgeMs = 60_000
        }
        let daily = bench.ledger.limit(.drawdownDailyBps, row: 0)
        #expect(daily == 500)
        #expect(bench.ledger.limit(.markAgeNs, row: 0) == 60_000_000_000)
        #expect(bench.ledger.limit(.leverageMaxMilli, row: 0) == noLimit)
        let version = bench.ledger.firm.limitsVersion
        bench.limit(.leverageMaxMilli, 2_000)
        bench.limit(.drawdownDailyBps, noLimit)
        #expect(bench.ledger.limit(.leverageMaxMilli, row: 0) == 2_000)
        #expect(bench.ledger.limit(.drawdownDailyBps, row: 0) == noLimit)
        #expect(bench.ledger.firm.limitsVersion == version + 2)
        #expect(bench.limit(.drawdownDailyBps, 10_001).outcome == .unknown)
        #expect(bench.limit(.concentrationMax, 0).outcome == .unknown)
        #expect(bench.limit(.orderToTradeMax, 0).outcome == .unknown)
        #expect(bench.limit(.leverageMaxMilli, 1, fromCold: true).outcome == .illegal)
        var replayed = Ledger(bench.config)
        for var record in bench.records { _ = replayed.apply(&record) }
        #expect(replayed.stateHash() == bench.ledger.stateHash())

        var poor = RiskBench()
        #expect(poor.limit(.leverageMaxMilli, 2_000).outcome == .unknown, "a share of no equity")
    }

    @Test(
        "505 and 115 are limits like others: set while running, the smaller of two hands, versioned"
    )
    func countsChange() {
        var bench = RiskBench {
            $0.header.rejectsMax = 50
            $0.header.executionsMax = 10
            $0.executionsMax = 10
            $0.header.executionsWindowNs = 1_000
        }
        let version = bench.ledger.firm.limitsVersion
        bench.limit(.rejectsMax, 2)
        bench.limit(.executionsMax, 4)
        #expect(bench.ledger.firm.limitsVersion == version + 2)
        bench.limit(.executionsMax, 2, fromCold: true)
        #expect(bench.limit(.executionsMax, 11).outcome == .unknown, "ten are kept")
        #expect(bench.limit(.executionsMax, 0, fromCold: true).outcome == .unknown)
        #expect(bench.limit(.executionsWindowNs, 5, fromCold: true).outcome == .illegal)
        #expect(bench.ledger.firm.executionsMax == 2)

        let slot = bench.enter(RiskBench.intent(.buy, 100))
        #expect(!bench.fill(slot, 1).latched)
        #expect(bench.fill(slot, 1).latched)
        #expect(bench.code(RiskBench.intent(.buy, 3)) == .repeatedExecution)
        bench.latch(.arm, .strategy)
        bench.limit(.executionsMax, 10, fromCold: true)
        // The operator's four are in force again: the fourth inside the window trips.
        for count in 1...4 { #expect(bench.fill(slot, 1).latched == (count == 4)) }
        bench.latch(.arm, .strategy)

        bench.rejected(bench.enter(RiskBench.intent(.buy, 3)))
        #expect(bench.code(RiskBench.intent(.buy, 4)) == .ok)
        bench.rejected(bench.enter(RiskBench.intent(.buy, 4)))
        #expect(bench.code(RiskBench.intent(.buy, 5)) == .consecutiveRejects)

        var replayed = Ledger(bench.config)
        for var record in bench.records { _ = replayed.apply(&record) }
        #expect(replayed.stateHash() == bench.ledger.stateHash())
    }

    @Test("115: n executions inside the window; a person's order starts the count over")
    func repeatedExecution() {
        var bench = RiskBench {
            $0.header.executionsMax = 3
            $0.executionsMax = 3
            $0.header.executionsWindowNs = 1_000
        }
        let slot = bench.enter(RiskBench.intent(.buy, 100))
        bench.fill(slot, 1)
        bench.nowNs += 500
        bench.fill(slot, 1)
        bench.nowNs += 500
        #expect(!bench.fill(slot, 1).latched)
        bench.nowNs += 499
        #expect(bench.fill(slot, 1).latched)
        #expect(bench.code(RiskBench.intent(.buy, 2)) == .repeatedExecution)
        bench.latch(.arm, .strategy)

        bench.fill(slot, 1)
        bench.fill(slot, 1)
        var byHand = RiskBench.intent(.buy, 7)
        byHand.flags = .fromOperator
        _ = bench.enter(byHand)
        #expect(!bench.fill(slot, 1).latched)
    }

    @Test("rate allowances are empty, not full, after a lost region")
    func drained() {
        var bench = RiskBench {
            $0.strategies[0].ratePerS = 1_000; $0.strategies[0].burst = 2
        }
        var started = AuditRecord()
        started.kind = .session
        started.detail = SessionEvent.engineStarted.rawValue
        started.value = 1
        started.t = bench.nowNs
        bench.apply(started)
        #expect(bench.code(RiskBench.intent()) == .strategyRate)
        bench.nowNs += 999_999
        #expect(bench.code(RiskBench.intent()) == .strategyRate)
        bench.nowNs += 1
        #expect(bench.code(RiskBench.intent()) == .ok)
    }
}
