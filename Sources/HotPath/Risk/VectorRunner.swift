package import Crossing
package import Vocabulary

/// One event of a vector file (risk-controls.md §5), symbols already numbered.
package struct VectorEvent: Sendable {
    package enum Kind: Sendable {
        case ref, new, fill, cxl, rej, cancel, replace, replaced, replaceRej, block, kill, rearm
    }

    package var kind: Kind
    package var tNs: Int64 = 0
    package var id: UInt32 = 0
    /// Row of the symbol; beyond the last row for one the file does not list.
    package var symbol: UInt16 = 0
    /// Raw byte of the mark, 0 when it is none.
    package var mark: UInt8 = 0
    package var qty: Int64 = 0
    package var px: Int64 = 0
    package var on = true

    package init(_ kind: Kind) { self.kind = kind }
}

/// What a run leaves behind, per symbol and for the one account.
package struct VectorFinal: Equatable, Sendable {
    package struct Symbol: Equatable, Sendable {
        package var pos: Int64
        package var openBuy: Int64
        package var openSell: Int64
        package var locate: Int64

        package init(pos: Int64, openBuy: Int64, openSell: Int64, locate: Int64) {
            self.pos = pos
            self.openBuy = openBuy
            self.openSell = openSell
            self.locate = locate
        }
    }

    package var symbols: [Symbol] = []
    package var openNotional: Int64 = 0
    package var dayBuy: Int64 = 0
    package var daySell: Int64 = 0
    package var openOrders: Int64 = 0

    package init() {}
}

/// Drives the real gate and the real ledger with vector events: one account, one strategy, one
/// venue, every session up. Not on the hot path.
package struct VectorRunner: ~Copyable {
    package var ledger: Ledger
    /// Every record applied, for replay.
    package private(set) var records: [AuditRecord] = []
    private var references: [(px: Int64, tNs: Int64)]
    private var match: UInt64 = 0

    /// Times move by one, so that an event at 0 is not mistaken for one that never was; every rule
    /// of the gate asks only for differences.
    private static var originNs: Int64 { 1 }

    package init(_ limits: VectorLimits, eventCount: Int) {
        let config = limits.config(eventCount: eventCount)
        ledger = Ledger(config)
        // A vector's rate is the gate's own; nothing of it is kept for cancels.
        _ = ledger.setLimit(.venueRate, row: 0, to: Int64(limits.rate ?? 0), byCold: false)
        _ = ledger.setLimit(.venueBurst, row: 0, to: Int64(limits.burst ?? 1), byCold: false)
        references = Array(repeating: (0, 0), count: config.instruments.count)
    }

    /// The code of our decision, `nil` for what the venue, the market or an operator does.
    package mutating func step(_ event: VectorEvent) -> RiskCode? {
        let t = event.tNs + Self.originNs
        switch event.kind {
        case .ref:
            if Int(event.symbol) < references.count {
                references[Int(event.symbol)] = (event.px, t)
            }
        case .new: return decideNew(event, t)
        case .cancel: return decideCancel(event, t)
        case .replace: return decideReplace(event, t)
        case .fill, .cxl, .rej, .replaced, .replaceRej: answer(event, t)
        case .block: latch(event.on ? .kill : .arm, .symbol, event, t)
        case .kill: latch(.kill, .firm, event, t)
        case .rearm: latch(.arm, .firm, event, t)
        }
        return nil
    }

    package func final() -> VectorFinal {
        var final = VectorFinal()
        for row in 0..<ledger.instrumentCount {
            let cell = ledger.position(account: 0, instrument: UInt16(row))
            final.symbols.append(
                VectorFinal.Symbol(
                    pos: cell.pos,
                    openBuy: cell.openBuy,
                    openSell: cell.openSell,
                    locate: ledger.unit(account: 0, instrument: UInt16(row)).locate
                )
            )
        }
        let account = ledger.account(0)
        final.openNotional = account.openNotional
        final.dayBuy = account.dayBuy
        final.daySell = account.daySell
        final.openOrders = account.openOrders
        return final
    }

    // MARK: Ours

    private mutating func decideNew(_ event: VectorEvent, _ t: Int64) -> RiskCode {
        var intent = OrderIntent()
        intent.venue = 0
        intent.account = 0
        intent.strategy = 0
        intent.client = 0
        intent.owner = Owner.firstClient
        intent.clientRefNum = event.id
        intent.instrument = event.symbol
        intent.side = event.mark
        intent.qty = OrderQty(units: event.qty)
        intent.px = Price(units: event.px)
        var verdict = ledger.decide(intent, view(event.symbol), .open, nowNs: t)
        // Number 0 is nobody's on a wire, but a vector may well use it.
        if event.id == 0 && verdict.code == .ok { verdict.code = .duplicateID }
        var record: AuditRecord
        if let approved = verdict.approved {
            record = ledger.makeNew(
                approved,
                orderID: orderID(event.id),
                userRefNum: ledger.nextUserRefNum(0),
                nowNs: t
            )
        } else {
            record = ledger.makeRefusal(verdict, nowNs: t)
        }
        apply(&record)
        return verdict.code
    }

    private mutating func decideCancel(_ event: VectorEvent, _ t: Int64) -> RiskCode {
        let slot = ledger.find(orderID(event.id))
        let code = ledger.decideCancel(slot)
        if code == .ok {
            var record = ledger.makeCancelReq(slot, ceiling: .zero, nowNs: t)
            apply(&record)
        }
        return code
    }

    private mutating func decideReplace(_ event: VectorEvent, _ t: Int64) -> RiskCode {
        let slot = ledger.find(orderID(event.id))
        guard !slot.isNone else { return .orderNotFound }
        var intent = OrderIntent()
        intent.replacing = slot
        intent.qty = OrderQty(units: event.qty)
        intent.px = Price(units: event.px)
        let row = ledger.order(slot).instrument
        let verdict = ledger.decide(intent, view(row), .open, nowNs: t)
        var record: AuditRecord
        if let approved = verdict.approved {
            record =
                verdict.amountsToCancel
                ? ledger.makeCancelReq(slot, ceiling: .zero, nowNs: t)
                : ledger.makeReplaceReq(
                    approved,
                    userRefNum: ledger.nextUserRefNum(0),
                    nowNs: t
                )
        } else {
            record = ledger.makeRefusal(verdict, nowNs: t)
        }
        apply(&record)
        return verdict.code
    }

    // MARK: Theirs

    private mutating func answer(_ event: VectorEvent, _ t: Int64) {
        let slot = ledger.find(orderID(event.id))
        guard !slot.isNone else { return }
        let order = ledger.order(slot)
        var record = ledger.about(slot, kind: .fill, nowNs: t)
        switch event.kind {
        case .fill:
            match += 1
            record.lastQty = OrderQty(units: event.qty)
            record.lastPx = Price(units: event.px)
            record.match = match
        case .cxl:
            record.kind = .canceled
            record.lastQty = order.leavesQty
        case .rej: record.kind = .reject
        case .replaceRej:
            record.kind = .reject
            record.flags.insert(.replace)
        case .replaced:
            guard order.pending.contains(.replace) else { return }
            record.kind = .replaced
            record.userRefNum = order.pendingRefNum
            record.origUserRefNum = order.venueRefNum
            record.px = order.pendingPx
            record.leavesQty = order.pendingLeaves
        default: return
        }
        apply(&record)
    }

    private mutating func latch(
        _ kind: RecordKind,
        _ scope: KillScope,
        _ event: VectorEvent,
        _ t: Int64
    ) {
        var record = AuditRecord()
        record.kind = kind
        record.t = t
        record.detail = UInt32(scope.rawValue)
        record.instrument = event.symbol
        apply(&record)
    }

    private mutating func apply(_ record: inout AuditRecord) {
        _ = ledger.apply(&record)
        records.append(record)
    }

    private func view(_ row: UInt16) -> MarketView {
        var view = MarketView()
        guard Int(row) < references.count else { return view }
        view.refPx = Price(units: references[Int(row)].px)
        view.refTNs = references[Int(row)].tNs
        return view
    }

    private func orderID(_ id: UInt32) -> ClOrdID {
        ClOrdID(instance: 0, epoch: 1, owner: Owner.firstClient, counter: UInt64(id))
    }
}
