import Crossing
import HotPath
import Vocabulary

// One step: ours as the engine makes it, theirs with the names the engine fills in.
extension NonsenseDay {
    mutating func step(_ input: inout FuzzInput) {
        nowNs += 1_000
        switch input.u8() % 24 {
        case 0...3: enter(&input)
        case 4: replaceRequest(&input)
        case 5: cancelRequest(&input)
        case 6: silence(&input)
        case 7: proof(&input)
        case 8: accepted(&input)
        case 9, 10: executed(&input)
        case 11, 12: canceled(&input)
        case 13: rejected(&input)
        case 14, 15: replaced(&input)
        case 16: broken(&input)
        case 17: restated(&input)
        case 18: stranger(&input)
        case 19: again(&input)
        case 20: limit(&input)
        case 21: adjust(&input)
        case 22: latch(&input)
        default: anything(&input)
        }
    }

    private var market: MarketView {
        var market = MarketView()
        market.refPx = Price(units: 1_000_000)
        market.refTNs = nowNs
        return market
    }

    /// All four bytes of the wire: sums of money have room for them.
    private func qty(_ input: inout FuzzInput) -> OrderQty {
        OrderQty(units: Int64(input.odd32()))
    }
    private func px(_ input: inout FuzzInput) -> Price {
        Price(units: Int64(bitPattern: input.odd64()))
    }

    /// One of the orders of the day by its newest numbers, or nobody's.
    private func pick(_ input: inout FuzzInput) -> OrderSlot {
        let number = UInt32(input.u8())
        let newest = ledger.nextUserRefNum(0)
        return ledger.find(venue: 0, userRefNum: newest &- 1 &- number)
    }

    private func about(_ input: inout FuzzInput, _ kind: RecordKind) -> AuditRecord {
        var record = ledger.about(pick(&input), kind: kind, nowNs: nowNs)
        if record.orderID == .none { record.side = Side.buy.rawValue }
        return record
    }

    /// From the venue: the next packet of its stream.
    private mutating func theirs(_ record: AuditRecord) {
        var record = record
        venueSeq += 1
        record.venueSeq = venueSeq
        record.venue = 0
        apply(record)
    }

    // MARK: Ours

    private mutating func enter(_ input: inout FuzzInput) {
        let shape = input.u8()
        var intent = OrderIntent()
        intent.venue = 0
        intent.instrument = UInt16(shape & 1)
        intent.account = 0
        intent.strategy = 0
        intent.side = [Side.buy, .sell, .sellShort, .buy][Int(shape >> 1 & 3)].rawValue
        intent.qty = qty(&input)
        intent.px = Price(units: 900_000 + Int64(shape) * 100)
        if shape & 0x80 != 0 { intent.parent = UInt64(shape >> 4 & 3) }
        intent.parentQty = intent.parent == 0 ? .zero : OrderQty(units: 1 << 40)
        let verdict = ledger.decide(intent, market, .open, nowNs: nowNs)
        guard let approved = verdict.approved else {
            apply(ledger.makeRefusal(verdict, nowNs: nowNs))
            return
        }
        apply(
            ledger.makeNew(
                approved,
                orderID: ledger.nextOrderID(epoch: 1, owner: 0),
                userRefNum: ledger.nextUserRefNum(0),
                nowNs: nowNs
            )
        )
    }

    private mutating func replaceRequest(_ input: inout FuzzInput) {
        let slot = pick(&input)
        guard !slot.isNone else { return }
        var intent = OrderIntent()
        intent.replacing = slot
        intent.qty = qty(&input)
        intent.px = Price(units: 900_000 + Int64(input.u8()) * 1_000)
        let verdict = ledger.decide(intent, market, .open, nowNs: nowNs)
        guard let approved = verdict.approved else {
            apply(ledger.makeRefusal(verdict, nowNs: nowNs))
            return
        }
        if verdict.amountsToCancel {
            apply(ledger.makeCancelReq(slot, ceiling: .zero, nowNs: nowNs))
            return
        }
        let number = ledger.nextUserRefNum(0)
        apply(ledger.makeReplaceReq(approved, userRefNum: number, nowNs: nowNs))
    }

    private mutating func cancelRequest(_ input: inout FuzzInput) {
        let slot = pick(&input)
        apply(ledger.makeCancelReq(slot, ceiling: qty(&input), nowNs: nowNs))
    }

    private mutating func silence(_ input: inout FuzzInput) {
        var record = about(&input, .timer)
        record.detail = OrderTimer.wentSilent.rawValue
        apply(record)
    }

    private mutating func proof(_ input: inout FuzzInput) {
        let how = input.u8()
        var record = about(&input, how & 4 == 0 ? .canceled : .reject)
        record.flags.insert(.byProof)
        record.detail = UInt32(how & 3)
        record.lastQty = qty(&input)
        apply(record)
    }

    private mutating func limit(_ input: inout FuzzInput) {
        var record = AuditRecord()
        record.kind = .limit
        record.t = nowNs
        let fields = LimitField.allCases
        record.detail = fields[Int(input.u8()) % fields.count].rawValue
        record.value = Int64(bitPattern: input.odd64())
        // A valuation is a price; see `qty` for why not any.
        if record.detail == LimitField.valuation.rawValue { record.value &= 0xFFF_FFFF }
        (record.instrument, record.account, record.strategy) = (0, 0, 0)
        record.venue = 0
        apply(record)
    }

    private mutating func adjust(_ input: inout FuzzInput) {
        var record = AuditRecord()
        record.kind = .adjust
        record.t = nowNs
        (record.instrument, record.account) = (UInt16(input.u8() & 1), 0)
        record.qty = OrderQty(units: Int64(Int32(bitPattern: input.odd32())))
        record.px = Price(units: Int64(input.odd32()))
        apply(record)
    }

    private mutating func latch(_ input: inout FuzzInput) {
        var record = AuditRecord()
        let how = input.u8()
        record.kind = how & 8 == 0 ? .kill : .arm
        record.t = nowNs
        record.detail = UInt32(how & 7)
        (record.account, record.strategy, record.instrument, record.venue) = (0, 0, 0, 0)
        apply(record)
    }

    // MARK: Theirs

    private mutating func accepted(_ input: inout FuzzInput) {
        var record = about(&input, .ack)
        let how = input.u8()
        if how & 1 != 0 { record.qty = qty(&input) }
        if how & 2 != 0 { record.px = px(&input) }
        if how & 4 != 0 { record.flags.insert(.dead) }
        if how & 8 != 0 { record.timeInForce = input.u8() }
        record.venueOrderRef = UInt64(how) + 1
        theirs(record)
    }

    private mutating func executed(_ input: inout FuzzInput) {
        var record = about(&input, .fill)
        record.lastQty = qty(&input)
        record.lastPx = px(&input)
        record.match = UInt64(input.u8())
        record.refPx = Price(units: Int64(input.u16()) * 100)
        theirs(record)
    }

    private mutating func canceled(_ input: inout FuzzInput) {
        var record = about(&input, .canceled)
        record.lastQty = qty(&input)
        record.reason = input.u8()
        theirs(record)
    }

    private mutating func rejected(_ input: inout FuzzInput) {
        var record = about(&input, .reject)
        let how = input.u8()
        record.code = UInt16(how)
        let order = ledger.order(ledger.find(record.orderID))
        if how & 1 != 0 { record.userRefNum = order.pendingRefNum }
        if record.userRefNum != order.venueRefNum { record.flags.insert(.replace) }
        theirs(record)
    }

    private mutating func replaced(_ input: inout FuzzInput) {
        var record = about(&input, .replaced)
        let how = input.u8()
        let order = ledger.order(ledger.find(record.orderID))
        record.origUserRefNum = record.userRefNum
        record.userRefNum = how & 1 == 0 ? order.pendingRefNum : input.odd32()
        record.leavesQty = how & 2 == 0 ? order.pendingLeaves : qty(&input)
        record.lastQty = record.leavesQty
        record.px = how & 4 == 0 ? order.pendingPx : px(&input)
        if how & 8 != 0 { record.flags.insert(.dead) }
        theirs(record)
    }

    private mutating func broken(_ input: inout FuzzInput) {
        var record = about(&input, .bust)
        record.match = UInt64(input.u8())
        theirs(record)
    }

    private mutating func restated(_ input: inout FuzzInput) {
        var record = about(&input, .restated)
        let how = input.u8()
        record.detail = UInt32(how & 1)
        record.leavesQty = qty(&input)
        if how & 2 != 0 { record.px = px(&input) }
        if how & 4 != 0 { record.side = Side.sellShort.rawValue }
        theirs(record)
    }

    /// Accepted for an order nobody here sent.
    private mutating func stranger(_ input: inout FuzzInput) {
        var record = AuditRecord()
        let how = input.u8()
        record.kind = .ack
        record.t = nowNs
        record.flags = [.adopted, .incident]
        record.instrument = UInt16(how & 3)
        record.account = how & 4 == 0 ? noIndex16 : 0
        record.side = how & 8 == 0 ? Side.buy.rawValue : input.u8()
        record.qty = qty(&input)
        record.px = px(&input)
        record.userRefNum = input.odd32()
        if how & 16 != 0 { record.orderID = ClOrdID(input.odd64()) }
        if how & 32 != 0 { record.flags.insert(.dead) }
        theirs(record)
    }

    /// A record once more, as a replay would bring it.
    private mutating func again(_ input: inout FuzzInput) {
        guard !records.isEmpty else { return }
        let old = records[records.count - 1 - Int(input.u8()) % records.count]
        guard old.venueSeq != 0 else { return }
        let applied = apply(old)
        law(applied.outcome == .duplicate, "a packet applied before changes nothing")
    }

    /// A record of any kind about any order, every number of it odd.
    private mutating func anything(_ input: inout FuzzInput) {
        let kinds = RecordKind.allCases.filter { $0 != .session && $0 != .limit && $0 != .adjust }
        var record = about(&input, kinds[Int(input.u8()) % kinds.count])
        record.px = px(&input)
        record.qty = qty(&input)
        record.lastQty = qty(&input)
        record.leavesQty = qty(&input)
        record.userRefNum = input.odd32()
        // Our own records are only ever made of approved values.
        if [.new, .replaceReq].contains(record.kind) { record.kind = .canceled }
        theirs(record)
    }
}
