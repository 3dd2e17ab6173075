import Crossing
import HotPath
import Testing
import Vocabulary

/// What records do to an order and to what it holds.
@Suite("A record changes the ledger")
struct LedgerLifeTests {
    @Test("new, ack, fills: exposure moves from open to position")
    func life() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 100))
        #expect(bench.ledger.order(slot).status == .pendingNew)
        #expect(bench.ledger.position(account: 0, instrument: 0).openBuy == 100)
        bench.ack(slot)
        #expect(bench.ledger.order(slot).status == .new)

        #expect(!bench.fill(slot, 40, 499_900).ended)
        let order = bench.ledger.order(slot)
        #expect(order.status == .partiallyFilled)
        #expect(order.cumQty.units == 40)
        #expect(order.leavesQty.units == 60)
        #expect(bench.records[2].leavesQty.units == 60)
        #expect(bench.ledger.account(0).openNotional == 60 * 500_000)
        #expect(bench.ledger.account(0).dayBuy == 40 * 499_900)

        let last = bench.fill(slot, 60)
        #expect(last.ended && last.status == .filled)
        #expect(bench.ledger.position(account: 0, instrument: 0).pos == 100)
        #expect(bench.ledger.position(account: 0, instrument: 0).openBuy == 0)
        #expect(bench.ledger.account(0).openNotional == 0)
        #expect(bench.ledger.liveCount == 0)
    }

    @Test("the ack's echo is the truth: price, size, time in force, and dead at once")
    func echo() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 100))
        var ack = bench.ledger.about(slot, kind: .ack, nowNs: bench.nowNs)
        ack.px = Price(units: 499_900)
        ack.timeInForce = TimeInForce.immediateOrCancel.rawValue
        ack.venueOrderRef = 77
        bench.apply(ack)
        #expect(bench.ledger.order(slot).px == Price(units: 499_900))
        #expect(bench.ledger.order(slot).timeInForce == TimeInForce.immediateOrCancel.rawValue)
        #expect(bench.ledger.order(slot).venueOrderRef == 77)
        #expect(bench.ledger.account(0).openNotional == 100 * 499_900)

        let dead = bench.enter(RiskBench.intent(.buy, 200))
        var answer = bench.ledger.about(dead, kind: .ack, nowNs: bench.nowNs)
        answer.flags.insert(.dead)
        #expect(bench.apply(answer).ended)
        #expect(bench.ledger.order(dead).status == .canceled)
        #expect(bench.ledger.position(account: 0, instrument: 0).openBuy == 100)
    }

    @Test("an absurd echo is an incident and keeps our price")
    func absurdEcho() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 100))
        var ack = bench.ledger.about(slot, kind: .ack, nowNs: bench.nowNs)
        ack.px = Price(units: Int64.max)
        #expect(bench.apply(ack).incident)
        #expect(bench.ledger.order(slot).px == Price(units: 500_000))
    }

    @Test("a fill for an order that is over moves the position and raises an incident")
    func lateFill() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 100))
        bench.ack(slot)
        bench.canceled(slot)
        let late = bench.fill(slot, 30)
        #expect(late.outcome == .lateFill && late.incident && !late.ended)
        #expect(bench.records.last?.flags.contains(.late) == true)
        #expect(bench.ledger.order(slot).status == .canceled)
        #expect(bench.ledger.position(account: 0, instrument: 0).pos == 30)
        // 100 = 30 filled + 70 canceled: what was filled was not canceled.
        #expect(bench.ledger.order(slot).cumQty.units == 30)
        #expect(bench.ledger.order(slot).canceledQty.units == 70)
        // Beyond what was ever canceled there is nothing to take back.
        bench.fill(slot, 90)
        #expect(bench.ledger.order(slot).cumQty.units == 120)
        #expect(bench.ledger.order(slot).canceledQty.units == 0)
        #expect(bench.ledger.checkInvariants() == nil)
    }

    @Test("a fill for an order nobody knows moves the named account and blocks the symbol")
    func strangersFill() {
        var bench = RiskBench()
        var record = AuditRecord()
        record.kind = .fill
        record.orderID = ClOrdID(instance: 0, epoch: 9, owner: 0, counter: 99)
        record.instrument = 0
        record.account = noIndex16
        record.venue = 0
        record.side = Side.sell.rawValue
        record.lastQty = OrderQty(units: 10)
        record.lastPx = Price(units: 500_000)
        record.match = 5
        record.venueSeq = 1
        #expect(bench.apply(record).outcome == .lateFill)
        #expect(bench.ledger.instrument(0).pos == -10)
        #expect(bench.ledger.position(account: noIndex16, instrument: 0).pos == -10)
        #expect(bench.code(RiskBench.intent()) == .symbolBlocked)
        #expect(bench.ledger.checkInvariants() == nil)
    }

    @Test("a fill for an order long gone finds account, symbol and side by our number")
    func forgottenFill() {
        var bench = RiskBench {
            $0.endedMax = 2
            $0.numbersMax = 16
        }
        let sold = bench.enter(RiskBench.intent(.sellShort, 50))
        let id = bench.ledger.order(sold).orderID
        bench.canceled(sold)
        for qty in 1...3 { bench.rejected(bench.enter(RiskBench.intent(.buy, Int64(qty)))) }
        #expect(bench.ledger.find(id).isNone)
        // As OUCH says it: a number and no name.
        var fill = AuditRecord()
        fill.kind = .fill
        fill.venue = 0
        fill.userRefNum = 1
        fill.lastQty = OrderQty(units: 50)
        fill.lastPx = Price(units: 500_000)
        fill.match = 9
        #expect(bench.apply(fill).outcome == .lateFill)
        #expect(bench.records.last?.orderID == id)
        #expect(bench.ledger.position(account: 0, instrument: 0).pos == -50)
        #expect(bench.ledger.instrument(0).blocked)
        // Told twice it counts once, and broken it never was: by the same number.
        #expect(bench.apply(fill).outcome == .duplicate)
        fill.kind = .bust
        #expect(bench.apply(fill).outcome == .applied)
        #expect(bench.ledger.position(account: 0, instrument: 0).pos == 0)
        #expect(bench.ledger.checkInvariants() == nil)
    }

    @Test(
        "a fill whose number is gone too shuts its venue: no position can be moved",
        arguments: [
            RecordKind.fill, .bust,
        ]
    )
    func unplacedFill(kind: RecordKind) {
        var bench = RiskBench {
            $0.endedMax = 2
            $0.numbersMax = 8
        }
        // Four numbers a venue are remembered: number 1 is overwritten by number 5.
        for qty in 1...8 { bench.rejected(bench.enter(RiskBench.intent(.buy, Int64(qty)))) }
        var fill = AuditRecord()
        fill.kind = kind
        fill.venue = 0
        fill.userRefNum = 1
        fill.lastQty = OrderQty(units: 50)
        fill.lastPx = Price(units: 500_000)
        fill.match = 9
        let applied = bench.apply(fill)
        #expect(applied.outcome == .unknown && applied.incident)
        #expect(bench.records.last?.code == RiskCode.venueSessionDown.rawValue)
        #expect(bench.code(RiskBench.intent(.buy, 1)) == .venueSessionDown)
        bench.latch(.arm, .venue)
        #expect(bench.code(RiskBench.intent(.buy, 1)) == .ok)
    }

    @Test("the chain of a replaced order is found by every number it ever had")
    func olderNumbers() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 100))
        bench.ack(slot)
        for px in 1...3 {
            var change = RiskBench.intent(.buy, 100, 500_000 - Int64(px) * 100)
            change.replacing = slot
            #expect(bench.enter(change) == slot)
            bench.replaced(slot)
        }
        #expect(bench.ledger.find(venue: 0, userRefNum: 1).isNone)
        var fill = AuditRecord()
        fill.kind = .fill
        fill.venue = 0
        fill.userRefNum = 1
        fill.lastQty = OrderQty(units: 30)
        fill.lastPx = Price(units: 500_000)
        fill.match = 9
        #expect(bench.apply(fill).outcome == .applied)
        #expect(bench.ledger.order(slot).cumQty.units == 30)
        #expect(bench.ledger.checkInvariants() == nil)
    }

    @Test("a new region's stores begin again at 1, whatever the old ones had reached")
    func outboundOverEpochs() {
        var bench = RiskBench()
        var told = AuditRecord()
        told.kind = .session
        told.client = 1
        told.clientSeq = 500
        bench.apply(told)
        #expect(bench.ledger.client(1).outboundSeq == 500)
        var started = AuditRecord()
        started.kind = .session
        started.detail = SessionEvent.engineStarted.rawValue
        bench.apply(started)
        #expect(bench.ledger.client(1).outboundSeq == 500, "the region was kept")
        started.value = 1
        bench.apply(started)
        #expect(bench.ledger.client(1).outboundSeq == 0)
        told.clientSeq = 3
        bench.apply(told)
        #expect(bench.ledger.client(1).outboundSeq == 3)
    }

    @Test("an order of ours nobody remembers is adopted: it counts, its symbol waits for a person")
    func adopted() {
        var bench = RiskBench()
        var record = AuditRecord()
        record.kind = .ack
        record.flags = .adopted
        record.orderID = ClOrdID(instance: 0, epoch: 3, owner: 2, counter: 900)
        record.instrument = 0
        record.account = noIndex16
        record.venue = 0
        record.side = Side.buy.rawValue
        record.px = Price(units: 500_000)
        record.qty = OrderQty(units: 70)
        record.userRefNum = 40
        record.venueSeq = 1
        let applied = bench.apply(record)
        #expect(applied.outcome == .applied && applied.incident)
        #expect(bench.ledger.order(applied.slot).status == .new)
        #expect(bench.ledger.find(venue: 0, userRefNum: 40) == applied.slot)
        #expect(bench.ledger.instrument(0).openBuy == 70)
        #expect(bench.ledger.nextUserRefNum(0) == 41)
        #expect(bench.ledger.nextOrderID(epoch: 3, owner: 2).counter == 901)
        #expect(bench.code(RiskBench.intent()) == .symbolBlocked)
        #expect(bench.ledger.decideCancel(applied.slot) == .ok)
        #expect(bench.canceled(applied.slot).ended)
        #expect(bench.ledger.checkInvariants() == nil)
    }

    @Test("an overfill is ours all the same, ends the order and blocks the symbol")
    func overfill() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 100))
        let applied = bench.fill(slot, 150)
        #expect(applied.ended && applied.incident)
        #expect(bench.ledger.position(account: 0, instrument: 0).pos == 150)
        #expect(bench.ledger.order(slot).cumQty.units == 150)
        #expect(bench.code(RiskBench.intent(.buy, 1)) == .symbolBlocked)
        bench.latch(.arm, .symbol)
        #expect(bench.code(RiskBench.intent(.buy, 1)) == .ok)
    }

    @Test("the same fill twice moves the position once, by sequence and by match number")
    func duplicates() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 100))
        var fill = bench.ledger.about(slot, kind: .fill, nowNs: bench.nowNs)
        fill.lastQty = OrderQty(units: 10)
        fill.lastPx = Price(units: 500_000)
        fill.match = 1
        fill.venueSeq = 3
        #expect(bench.apply(fill).outcome == .applied)
        #expect(bench.apply(fill).outcome == .duplicate)
        // Other number in the stream, same trade of the same order.
        fill.venueSeq = 4
        #expect(bench.apply(fill).outcome == .duplicate)
        #expect(bench.records.last?.flags.contains(.duplicate) == true)
        #expect(bench.ledger.position(account: 0, instrument: 0).pos == 10)
        #expect(bench.ledger.appliedSeq(0) == 4)

        // The other side of that trade is another order of ours; another venue counts its own.
        let other = bench.enter(RiskBench.intent(.buy, 50))
        var twin = bench.ledger.about(other, kind: .fill, nowNs: bench.nowNs)
        twin.lastQty = OrderQty(units: 10)
        twin.lastPx = Price(units: 500_000)
        twin.match = 1
        twin.venueSeq = 5
        #expect(bench.apply(twin).outcome == .applied)
        #expect(bench.ledger.position(account: 0, instrument: 0).pos == 20)
    }

    @Test("a bust reverses position, day and executed quantity, once")
    func bust() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 100))
        bench.fill(slot, 40)
        var bust = bench.ledger.about(slot, kind: .bust, nowNs: bench.nowNs)
        bust.match = bench.match
        #expect(bench.apply(bust).outcome == .applied)
        #expect(bench.ledger.position(account: 0, instrument: 0).pos == 0)
        #expect(bench.ledger.account(0).dayBuy == 0)
        #expect(bench.ledger.order(slot).cumQty.units == 0)
        #expect(bench.ledger.order(slot).leavesQty.units == 60)
        #expect(bench.records.last?.lastQty.units == 40)
        #expect(bench.apply(bust).outcome == .duplicate)
        bust.match = 99
        #expect(bench.apply(bust).incident)
        #expect(bench.code(RiskBench.intent(.buy, 1)) == .symbolBlocked)
        #expect(bench.ledger.checkInvariants() == nil)
    }

    @Test("a bust that leaves the position beyond its limit makes it reduce-only")
    func bustBeyond() {
        var bench = RiskBench()
        bench.adjust(19_000)
        let sell = bench.enter(RiskBench.intent(.sell, 2_000))
        bench.fill(sell, 2_000)
        let buy = bench.enter(RiskBench.intent(.buy, 2_000))
        bench.fill(buy, 2_000)
        var bust = bench.ledger.about(sell, kind: .bust, nowNs: bench.nowNs)
        bust.match = 1
        bench.apply(bust)
        #expect(bench.ledger.position(account: 0, instrument: 0).pos == 21_000)
        #expect(bench.code(RiskBench.intent(.buy, 1)) == .reduceOnly)
        #expect(bench.code(RiskBench.intent(.sell, 100)) == .ok)
    }

    @Test("a bust that leaves the account beyond a limit makes it reduce-only until armed")
    func bustBeyondAccount() {
        for limit in 0..<3 {
            var bench = RiskBench {
                if limit == 0 { $0.accounts[0].maxGross = 5_000_000_000 }
                if limit == 1 { $0.accounts[0].maxNet = 5_000_000_000 }
                if limit == 2 { $0.header.firmMaxGross = 5_000_000_000 }
            }
            bench.adjust(9_500)
            bench.fill(bench.enter(RiskBench.intent(.sell, 2_000)), 2_000)
            bench.fill(bench.enter(RiskBench.intent(.buy, 2_000)), 2_000)
            var bust = AuditRecord()
            bust.kind = .bust
            bust.orderID = bench.records[2].orderID
            bust.venue = 0
            bust.match = 1
            // 11 500 shares at 50.00 are 575 000.00, and 500 000.00 is allowed.
            let applied = bench.apply(bust)
            #expect(applied.trips.contains(.accountBeyond), "limit \(limit)")
            #expect(bench.code(RiskBench.intent(.buy, 1)) == .reduceOnly)
            #expect(bench.code(RiskBench.intent(.sell, 100)) == .ok)
            bench.fill(bench.enter(RiskBench.intent(.sell, 4_000)), 4_000)
            #expect(bench.code(RiskBench.intent(.buy, 1)) == .reduceOnly, "a person lets go of it")
            bench.latch(.arm, .account)
            #expect(bench.code(RiskBench.intent(.buy, 1)) == .ok)
        }
    }

    @Test("a bust of the winning side is a loss like any other: the limit latches")
    func bustLoses() {
        var bench = RiskBench { $0.accounts[0].lossLimit = 1_000_000 }
        let buy = bench.enter(RiskBench.intent(.buy, 100))
        bench.fill(buy, 100, 480_000)
        let sell = bench.enter(RiskBench.intent(.sell, 100, 490_000))
        bench.fill(sell, 100, 490_000)
        #expect(bench.ledger.account(0).profit.total == 1_000_000)
        // Without the cheap buy we are short 100 at 490 000, marked at 500 000.
        var bust = bench.ledger.about(buy, kind: .bust, nowNs: bench.nowNs)
        bust.match = 1
        let applied = bench.apply(bust)
        #expect(bench.ledger.account(0).profit.total <= -1_000_000)
        #expect(applied.trips == .accountLoss)
        #expect(bench.code(RiskBench.intent(.buy, 1)) == .lossLimit)
    }

    @Test(
        "a partial cancel keeps the rest; a decrement above what is open ends it with an incident"
    )
    func cancels() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.buy, 100))
        bench.ack(slot)
        bench.cancelRequest(slot)
        #expect(bench.ledger.order(slot).pending.contains(.cancel))
        #expect(!bench.canceled(slot, 30).ended)
        #expect(bench.ledger.order(slot).leavesQty.units == 70)
        #expect(bench.ledger.position(account: 0, instrument: 0).openBuy == 70)
        let end = bench.canceled(slot, 71)
        #expect(end.ended && end.incident)
        #expect(bench.ledger.order(slot).canceledQty.units == 100)
        #expect(bench.ledger.decideCancel(slot) == .orderNotFound)
    }

    @Test("a venue's reject releases all; twice is illegal, counted, and changes nothing")
    func reject() {
        var bench = RiskBench()
        let slot = bench.enter(RiskBench.intent(.sellShort, 100))
        #expect(bench.ledger.unit(account: 0, instrument: 0).locate == 4_900)
        #expect(bench.rejected(slot).ended)
        #expect(bench.ledger.order(slot).status == .rejected)
        #expect(bench.ledger.unit(account: 0, instrument: 0).locate == 5_000)
        #expect(bench.rejected(slot).outcome == .illegal)
        #expect(bench.ledger.counters.illegalTransitions == 1)
        #expect(bench.ledger.checkInvariants() == nil)
    }

    @Test("a J that changes nothing counts for nothing: it trips no breaker")
    func illegalReject() {
        var bench = RiskBench {
            $0.header.rejectsMax = 2
            $0.header.rejectsWindowNs = 1_000_000_000
        }
        let slot = bench.enter(RiskBench.intent(.buy, 100))
        #expect(!bench.rejected(slot).latched)
        for _ in 0..<3 { #expect(!bench.rejected(slot).latched) }
        let live = bench.enter(RiskBench.intent(.buy, 200))
        bench.ack(live)
        // Neither pending nor rejectable: the ack set the count back, these must not raise it.
        for _ in 0..<3 { #expect(!bench.rejected(live, replace: true).latched) }
        for _ in 0..<3 { #expect(!bench.rejected(live).latched) }
        #expect(bench.ledger.strategy(0).latches == .clear)
        #expect(bench.ledger.counters.illegalTransitions == 9)
    }

    @Test("proof of absence ends an order: not received, not sent, resolved")
    func proof() {
        let cases: [(Proof, OrdStatus)] = [
            (.notReceived, .notReceived), (.notSent, .notSent), (.resolved, .canceled),
        ]
        for (proof, status) in cases {
            var bench = RiskBench()
            let slot = bench.enter(RiskBench.intent())
            var record = bench.ledger.about(slot, kind: .canceled, nowNs: bench.nowNs)
            record.flags.insert(.byProof)
            record.detail = proof.rawValue
            #expect(bench.apply(record).ended)
            #expect(bench.ledger.order(slot).status == status)
            #expect(bench.ledger.account(0).openNotional == 0)
        }
    }

    @Test("an ended order is found until endedMax younger ones have ended")
    func memory() {
        var bench = RiskBench { $0.endedMax = 2 }
        let first = bench.enter(RiskBench.intent(.buy, 1))
        let id = bench.ledger.order(first).orderID
        bench.rejected(first)
        for qty in 2...3 {
            let slot = bench.enter(RiskBench.intent(.buy, Int64(qty)))
            #expect(bench.ledger.find(id) == first)
            bench.rejected(slot)
        }
        #expect(bench.ledger.find(id).isNone)
        #expect(bench.ledger.find(venue: 0, userRefNum: 1).isNone)
        #expect(bench.ledger.order(first).status == .vacant)
        #expect(!bench.ledger.find(venue: 0, userRefNum: 3).isNone)
    }

    @Test("numbers: the venue's next, the client's highest, and ids never given twice")
    func numbers() {
        var bench = RiskBench()
        var intent = RiskBench.intent()
        intent.client = 1
        intent.owner = Owner.firstClient + 1
        intent.clientRefNum = 41
        let slot = bench.enter(intent)
        #expect(bench.ledger.nextUserRefNum(0) == 2)
        #expect(bench.ledger.client(1).highestRefNum == 41)
        #expect(bench.ledger.find(client: 1, refNum: 41) == slot)
        #expect(bench.ledger.find(venue: 0, userRefNum: 1) == slot)
        #expect(bench.ledger.nextOrderID(epoch: 1, owner: 2).counter == 2)

        var session = AuditRecord()
        session.kind = .session
        session.venue = 0
        session.detail = SessionEvent.reconciled.rawValue
        session.value = 50
        bench.apply(session)
        #expect(bench.ledger.nextUserRefNum(0) == 50)
    }

    @Test("a walk visits every live order of its scope once")
    func walk() {
        var bench = RiskBench()
        var seen: [LiveScope] = []
        for (account, strategy, venue) in [(0, 0, 0), (1, 1, 1), (0, 1, 0)] {
            var intent = RiskBench.intent(account == 1 ? .sellShort : .buy, 100)
            intent.account = UInt16(account)
            intent.strategy = UInt16(strategy)
            intent.venue = UInt8(venue)
            intent.client = 1
            intent.owner = Owner.firstClient + 1
            #expect(!bench.enter(intent).isNone)
            bench.nowNs += 60_000_000
        }
        seen = [.firm, .account(0), .strategy(1), .symbol(0), .client(1), .venue(1), .symbol(1)]
        var counts: [Int] = []
        for scope in seen {
            var cursor = bench.ledger.walk(scope)
            var count = 0
            while !bench.ledger.next(&cursor).isNone { count += 1 }
            counts.append(count)
        }
        #expect(counts == [3, 2, 2, 3, 3, 1, 0])
    }
}
