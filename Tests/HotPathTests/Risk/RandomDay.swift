import Crossing
import HotPath
import Vocabulary

/// A seeded stream of everything that can happen, driven through the real gate and ledger and
/// through the shadow. The same seed gives the same day.
struct RandomDay: ~Copyable {
    var bench: RiskBench
    var shadow = ShadowBook()
    var random: SplitMix64
    var refs: [Int64] = [500_000, 500_000]
    var fills: [AuditRecord] = []
    var venueSeqs: [UInt64] = [0, 0]
    var violations: [String] = []
    /// One id of each thing that happened, so that a test can see the stream was not trivial.
    var accepted = 0
    var refused = 0
    var cancels = 0
    var lateFills = 0
    var busts = 0
    var adopted = 0
    var proofs = 0
    var forgotten = 0

    static func config() -> LedgerConfig {
        var config = RiskBench.config
        config.ordersMax = 48
        config.endedMax = 256
        config.fillsMax = 65_536
        for row in 0..<2 {
            config.instruments[row].maxLong = 6_000
            config.instruments[row].maxShort = 4_000
            config.instruments[row].startLocate = 1_000_000
            config.accounts[row].maxOpenNotional = 5_000_000_000
            config.accounts[row].maxGross = 4_500_000_000
            config.accounts[row].maxDayBuy = 3_000_000_000_000
            config.accounts[row].maxDaySell = 3_000_000_000_000
            config.accounts[row].maxOpenOrders = 20
        }
        config.strategies[0].ratePerS = 5_000
        config.strategies[0].burst = 50
        return config
    }

    init(seed: UInt64) {
        bench = RiskBench { $0 = RandomDay.config() }
        random = SplitMix64(seed: seed)
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    private mutating func anyLive() -> ClOrdID? {
        // Sorted: a dictionary's order differs from run to run.
        let ids = shadow.live.keys.sorted { $0.value < $1.value }
        return ids.isEmpty ? nil : ids[Int.random(in: 0..<ids.count, using: &random)]
    }

    mutating func step() {
        bench.nowNs += Int64.random(in: 0...400_000, using: &random)
        let row = Int.random(in: 0...1, using: &random)
        refs[row] = max(100_000, refs[row] + Int64.random(in: -3...3, using: &random) * 100)
        switch Int.random(in: 0..<109, using: &random) {
        case 0..<30: enter()
        case 30..<50: fill()
        case 50..<58: replace()
        case 58..<68: answerReplace()
        case 68..<78: cancelRequest()
        case 78..<86: canceled()
        case 86..<92: ack()
        case 92..<94: reject()
        case 94..<96: repeatFill()
        case 96..<97: lateFill()
        case 97..<98: silence()
        case 98..<99: changeLimit()
        case 99..<100: killOrArm()
        case 100..<102: bust()
        case 102..<103: restate()
        case 103..<105: modify()
        case 105..<106: adopt()
        case 106..<107: adjust()
        case 107..<108: prove()
        default: forgottenFill()
        }
        compare()
    }

    // MARK: What we want

    private mutating func intent() -> OrderIntent {
        let instrument = UInt16.random(in: 0...1, using: &random)
        let sides: [Side] = [.buy, .buy, .sell, .sellShort]
        let side = sides[Int.random(in: 0..<4, using: &random)]
        var intent = RiskBench.intent(
            side,
            Int64.random(in: 1...30, using: &random) * 100,
            refs[Int(instrument)] + Int64.random(in: -30...30, using: &random) * 100
        )
        intent.instrument = instrument
        intent.account = UInt16.random(in: 0...1, using: &random)
        intent.strategy = UInt16.random(in: 0...1, using: &random)
        intent.venue = UInt8.random(in: 0...1, using: &random)
        intent.ownerGroup = intent.account
        return intent
    }

    private mutating func look(_ instrument: UInt16) {
        bench.market.refPx = Price(units: refs[Int(instrument)])
        bench.market.refTNs = bench.nowNs
    }

    private mutating func enter() {
        let intent = intent()
        look(intent.instrument)
        let grossBefore = bench.ledger.account(intent.account).gross
        let slot = bench.enter(intent)
        guard !slot.isNone, let side = Side(rawValue: intent.side) else {
            refused += 1
            return
        }
        accepted += 1
        let key = ShadowBook.Key(account: intent.account, instrument: intent.instrument)
        shadow.live[bench.ledger.order(slot).orderID] = ShadowBook.Shadow(
            key: key,
            side: side,
            px: intent.px.units,
            leaves: intent.qty.units,
            venue: intent.venue,
            refNum: bench.ledger.order(slot).venueRefNum
        )
        worstCase(key, side, grossBefore)
    }

    private mutating func replace() {
        guard let id = anyLive(), let order = shadow.live[id] else { return }
        var intent = OrderIntent()
        intent.replacing = bench.ledger.find(id)
        intent.qty = OrderQty(units: Int64.random(in: 1...40, using: &random) * 100)
        intent.px = Price(units: order.px + Int64.random(in: -10...10, using: &random) * 100)
        look(order.key.instrument)
        let verdict = bench.ledger.decide(
            intent,
            bench.market,
            bench.world,
            nowNs: bench.nowNs
        )
        if verdict.amountsToCancel { return cancelRequest() }
        let grossBefore = bench.ledger.account(order.key.account).gross
        guard !bench.enter(intent).isNone else { return }
        shadow.live[id]?.replacing = ShadowBook.Leg(total: intent.qty.units, px: intent.px.units)
        worstCase(order.key, order.side, grossBefore)
    }

    private mutating func cancelRequest() {
        guard let id = anyLive() else { return }
        let slot = bench.ledger.find(id)
        cancels += 1
        if bench.ledger.decideCancel(slot) != .ok { violations.append("cancel of \(id) refused") }
        bench.cancelRequest(slot)
    }

    // MARK: What the venue says

    private mutating func numbered(_ record: AuditRecord) -> AuditRecord {
        var numbered = record
        venueSeqs[Int(record.venue)] += 1
        numbered.venueSeq = venueSeqs[Int(record.venue)]
        return numbered
    }

    private mutating func about(_ id: ClOrdID, _ kind: RecordKind) -> AuditRecord {
        numbered(bench.ledger.about(bench.ledger.find(id), kind: kind, nowNs: bench.nowNs))
    }

    private mutating func ack() {
        guard let id = anyLive(), shadow.live[id]?.acked == false else { return }
        shadow.live[id]?.acked = true
        // Nothing may have been replaced or filled before it in the venue's stream.
        guard bench.ledger.order(bench.ledger.find(id)).status == .pendingNew else { return }
        bench.apply(about(id, .ack))
    }

    private mutating func fill() {
        guard let id = anyLive(), let order = shadow.live[id], order.leaves > 0 else { return }
        let whole = chance(40)
        let qty = whole ? order.leaves : Int64.random(in: 1...order.leaves, using: &random)
        var record = about(id, .fill)
        bench.match += 1
        record.match = bench.match
        record.lastQty = OrderQty(units: qty)
        record.lastPx = Price(units: order.px)
        bench.apply(record)
        fills.append(record)
        // The ledger forgets too, and of what it has forgotten a repeat is not known for one.
        if fills.count > 5_000 { fills.removeFirst(2_500) }
        shadow.fill(id, qty, order.px)
    }

    private mutating func repeatFill() {
        guard let old = fills.randomElement(using: &random) else { return }
        // Once as it was, once under a new number: neither moves anything.
        bench.apply(chance(50) ? old : numbered(old))
    }

    private mutating func lateFill() {
        guard let id = shadow.endedIDs.suffix(20).randomElement(using: &random),
            let order = shadow.ended[id],
            !bench.ledger.find(id).isNone
        else { return }
        lateFills += 1
        var record = about(id, .fill)
        bench.match += 1
        record.match = bench.match
        record.lastQty = OrderQty(units: 1)
        record.lastPx = Price(units: order.px)
        bench.apply(record)
        shadow.fill(id, 1, order.px)
    }

    private mutating func canceled() {
        guard let id = anyLive(), let order = shadow.live[id] else { return }
        var record = about(id, .canceled)
        let part = order.leaves > 1 && chance(30)
        let gone = part ? Int64.random(in: 1..<order.leaves, using: &random) : order.leaves
        record.lastQty = OrderQty(units: gone)
        bench.apply(record)
        shadow.live[id]?.leaves -= gone
        if !part { shadow.end(id) }
    }

    private mutating func reject() {
        guard let id = anyLive() else { return }
        let status = bench.ledger.order(bench.ledger.find(id)).status
        guard status == .pendingNew, shadow.live[id]?.replacing == nil else { return }
        bench.apply(about(id, .reject))
        shadow.end(id)
    }

    private mutating func answerReplace() {
        let waiting = shadow.live.filter { $0.value.replacing != nil }.keys
            .sorted { $0.value < $1.value }
        guard let id = waiting.randomElement(using: &random), let order = shadow.live[id],
            let leg = order.replacing
        else { return }
        let slot = bench.ledger.find(id)
        if chance(30) {
            var record = about(id, .reject)
            record.flags.insert(.replace)
            record.userRefNum = bench.ledger.order(slot).pendingRefNum
            bench.apply(record)
            shadow.live[id]?.replacing = nil
            return
        }
        var record = about(id, .replaced)
        record.origUserRefNum = bench.ledger.order(slot).venueRefNum
        record.userRefNum = bench.ledger.order(slot).pendingRefNum
        record.px = Price(units: leg.px)
        record.leavesQty = OrderQty(units: order.newLeaves)
        bench.apply(record)
        shadow.live[id]?.leaves = order.newLeaves
        shadow.live[id]?.px = leg.px
        shadow.live[id]?.replacing = nil
        shadow.live[id]?.acked = true
        if order.newLeaves == 0 { shadow.end(id) }
    }

    // MARK: What operators and timers do

    private mutating func bust() {
        guard let index = fills.indices.randomElement(using: &random) else { return }
        let fill = fills.remove(at: index)
        var record = AuditRecord()
        record.kind = .bust
        record.t = bench.nowNs
        record.venue = fill.venue
        record.orderID = fill.orderID
        record.match = fill.match
        if bench.apply(numbered(record)).outcome != .applied { violations.append("bust") }
        busts += 1
        shadow.bust(fill.orderID, fill.lastQty.units, fill.lastPx.units)
    }

    private mutating func restate() {
        guard let id = anyLive(), let order = shadow.live[id] else { return }
        var record = about(id, .restated)
        record.detail = Restatement.display.rawValue
        record.px = Price(units: order.px + Int64.random(in: -5...5, using: &random) * 100)
        bench.apply(record)
        shadow.live[id]?.px = record.px.units
    }

    private mutating func modify() {
        guard let id = anyLive(), let order = shadow.live[id] else { return }
        var record = about(id, .restated)
        record.detail = Restatement.modified.rawValue
        let left = Int64.random(in: 0...order.leaves, using: &random)
        record.leavesQty = OrderQty(units: left)
        if !order.side.isBuy {
            let marks: [Side] = [.sell, .sellShort, .sellShortExempt]
            record.side = marks[Int.random(in: 0..<3, using: &random)].rawValue
        }
        bench.apply(record)
        shadow.live[id]?.leaves = left
        if left == 0 { shadow.end(id) }
    }

    /// An order nobody here remembers, of one of the accounts or of nobody.
    private mutating func adopt() {
        guard bench.ledger.pool.hasRoom else { return }
        var record = AuditRecord()
        record.kind = .ack
        record.t = bench.nowNs
        record.flags = .adopted
        record.orderID = bench.ledger.nextOrderID(epoch: 1, owner: 0)
        record.instrument = UInt16.random(in: 0...1, using: &random)
        record.account = chance(80) ? UInt16.random(in: 0...1, using: &random) : noIndex16
        record.strategy = 0
        record.venue = UInt8.random(in: 0...1, using: &random)
        record.userRefNum = bench.ledger.nextUserRefNum(record.venue)
        record.side = (chance(50) ? Side.buy : .sell).rawValue
        record.px = Price(units: refs[Int(record.instrument)])
        record.qty = OrderQty(units: Int64.random(in: 1...5, using: &random) * 100)
        // One more than its limit is no order of the gate's: a replace would be blamed for it.
        if record.account != noIndex16 {
            let account = bench.ledger.account(record.account)
            guard account.openOrders < account.maxOpenOrders else { return }
        }
        if bench.apply(numbered(record)).outcome != .applied { violations.append("adopt") }
        adopted += 1
        shadow.live[record.orderID] = ShadowBook.Shadow(
            key: ShadowBook.Key(account: record.account, instrument: record.instrument),
            side: record.side == Side.buy.rawValue ? .buy : .sell,
            px: record.px.units,
            leaves: record.qty.units,
            acked: true,
            venue: record.venue,
            refNum: record.userRefNum
        )
    }

    private mutating func adjust() {
        let account = UInt16.random(in: 0...1, using: &random)
        let qty = Int64.random(in: -5...5, using: &random) * 100
        bench.adjust(qty, account: account, px: refs[0])
        shadow.positions[ShadowBook.Key(account: account, instrument: 0), default: 0] += qty
    }

    /// Absence proved, or a person's word: the order is over without one of the venue's.
    private mutating func prove() {
        guard let id = anyLive() else { return }
        let order = bench.ledger.order(bench.ledger.find(id))
        let isReplace = shadow.live[id]?.replacing != nil && chance(50)
        var record = bench.ledger.about(
            bench.ledger.find(id),
            kind: isReplace ? .reject : .canceled,
            nowNs: bench.nowNs
        )
        record.flags.insert(.byProof)
        if isReplace {
            record.flags.insert(.replace)
            record.userRefNum = order.pendingRefNum
        } else if order.status != .pendingNew {
            record.detail = Proof.resolved.rawValue
        }
        if bench.apply(record).outcome != .applied { violations.append("proof of \(id)") }
        proofs += 1
        if isReplace { shadow.live[id]?.replacing = nil } else { shadow.end(id) }
    }

    /// A fill of an order long gone, told as OUCH tells it: by our number alone.
    private mutating func forgottenFill() {
        guard let id = shadow.endedIDs.dropLast(300).suffix(2_000).randomElement(using: &random),
            let order = shadow.ended[id], bench.ledger.find(id).isNone
        else { return }
        forgotten += 1
        var record = AuditRecord()
        record.kind = .fill
        record.t = bench.nowNs
        record.venue = order.venue
        record.userRefNum = order.refNum
        bench.match += 1
        record.match = bench.match
        record.lastQty = OrderQty(units: 1)
        record.lastPx = Price(units: order.px)
        if bench.apply(numbered(record)).outcome != .lateFill { violations.append("late \(id)") }
        shadow.fill(id, 1, order.px)
        // It blocks the symbol: a person has looked.
        bench.latch(.arm, .symbol, row: order.key.instrument)
    }

    private mutating func silence() {
        guard let id = anyLive() else { return }
        var record = bench.ledger.about(bench.ledger.find(id), kind: .timer, nowNs: bench.nowNs)
        record.detail = OrderTimer.wentSilent.rawValue
        bench.apply(record)
        // The answer comes at once, or the symbol would stay closed for the rest of the day.
        if chance(30) {
            var word = bench.ledger.about(
                bench.ledger.find(id),
                kind: .canceled,
                nowNs: bench.nowNs
            )
            word.flags.insert(.byProof)
            word.detail = Proof.resolved.rawValue
            bench.apply(word)
            return shadow.end(id)
        }
        bench.apply(about(id, .ack))
        shadow.live[id]?.acked = true
    }

    private mutating func changeLimit() {
        let row = UInt16.random(in: 0...1, using: &random)
        let cold = chance(50)
        switch Int.random(in: 0..<6, using: &random) {
        case 4:
            let spent = shadow.worstDay(account: row, buys: true)
            bench.limit(
                .maxDayBuy,
                spent + Int64.random(in: 1...20, using: &random) << 32,
                row: row
            )
        case 5:
            bench.limit(.locate, 1_000_000, row: row)
            let spent = shadow.worstDay(account: row, buys: false)
            bench.limit(
                .maxDaySell,
                spent + Int64.random(in: 1...20, using: &random) << 32,
                row: row
            )
        case 0:
            let value = Int64.random(in: 3_000...8_000, using: &random)
            bench.limit(.maxLong, value, row: row, fromCold: cold)
        case 1:
            let value = Int64.random(in: 2_000...6_000, using: &random)
            bench.limit(.maxShort, value, row: row, fromCold: cold)
        case 2:
            let value = Int64.random(in: 2...6, using: &random) * 1_000_000_000
            bench.limit(.maxOpenNotional, value, row: row, fromCold: cold)
        default:
            bench.limit(.valuation, refs[Int(row)], row: row, fromCold: true)
        }
    }

    private mutating func killOrArm() {
        let scopes: [KillScope] = [.firm, .account, .strategy, .symbol]
        let scope = scopes[Int.random(in: 0..<4, using: &random)]
        let row = UInt16.random(in: 0...1, using: &random)
        bench.latch(.kill, scope, row: row)
        look(row)
        var intent = intent()
        intent.account = row
        intent.strategy = row
        intent.instrument = row
        if bench.code(intent).rawValue < 101 || bench.code(intent).rawValue > 104 {
            violations.append("an order passed a kill of \(scope)")
        }
        bench.latch(.arm, scope, row: row)
    }

    // MARK: What must hold

    /// Every live order and pending replace filled in the worst order stays inside the limits that
    /// accepted the last one.
    private mutating func worstCase(
        _ key: ShadowBook.Key,
        _ side: Side,
        _ grossBefore: Int64
    ) {
        let instrument = bench.ledger.instrument(key.instrument)
        let account = bench.ledger.account(key.account)
        let pos = shadow.positions[key] ?? 0
        let buys = side.isBuy
        let reached = shadow.worst(key, buys: buys)
        if buys && pos + reached > instrument.maxLong { violations.append("long") }
        if !buys && reached - pos > instrument.maxShort { violations.append("short") }
        if shadow.worstNotional(account: key.account) > account.maxOpenNotional {
            violations.append("open notional")
        }
        if account.gross > max(account.maxGross, grossBefore) { violations.append("gross") }
        let credit = buys ? account.maxDayBuy : account.maxDaySell
        if shadow.worstDay(account: key.account, buys: buys) > credit {
            violations.append("day credit")
        }
        if account.openOrders > account.maxOpenOrders { violations.append("open orders") }
    }

    private mutating func compare() {
        if let broken = bench.ledger.checkInvariants() { violations.append(broken.description) }
        if bench.ledger.liveCount != shadow.live.count { violations.append("live count") }
        for account in UInt16(0)...1 {
            for instrument in UInt16(0)...1 {
                let key = ShadowBook.Key(account: account, instrument: instrument)
                let cell = bench.ledger.position(account: account, instrument: instrument)
                if cell.pos != shadow.positions[key] ?? 0 { violations.append("position") }
                if cell.openBuy != shadow.worst(key, buys: true)
                    || cell.openSell != shadow.worst(key, buys: false)
                {
                    violations.append("open quantity")
                }
            }
            let kept = bench.ledger.account(account)
            if kept.openNotional != shadow.worstNotional(account: account)
                || kept.dayBuy + kept.reservedDayBuy
                    != shadow.worstDay(account: account, buys: true)
                || kept.dayBuy != shadow.dayBuy[account] ?? 0
                || kept.daySell != shadow.daySell[account] ?? 0
            {
                violations.append("account sums")
            }
        }
    }
}
