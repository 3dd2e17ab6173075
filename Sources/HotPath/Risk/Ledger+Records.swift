package import Crossing
package import Vocabulary

// Records of what was decided, filled as far as the ledger knows; the engine adds hops and raw.

extension Ledger {
    package func makeNew(
        _ approved: Approved,
        orderID: ClOrdID,
        userRefNum: UInt32,
        nowNs: Int64
    ) -> AuditRecord {
        let intent = approved.intent
        var record = decided(approved.verdict, kind: .new, nowNs: nowNs)
        record.orderID = orderID
        record.userRefNum = userRefNum
        record.parent = intent.parent
        // The total rule 119 compared with, and the group self-trade asks for.
        record.value = intent.parentQty.units
        record.detail = UInt32(intent.ownerGroup)
        record.match = approved.verdict.token
        record.origUserRefNum = UInt32(intent.leg)
        return record
    }

    package func makeReplaceReq(
        _ approved: Approved,
        userRefNum: UInt32,
        nowNs: Int64
    )
        -> AuditRecord
    {
        var record = decided(approved.verdict, kind: .replaceReq, nowNs: nowNs)
        let order = order(approved.intent.replacing)
        record.orderID = order.orderID
        record.origUserRefNum = order.venueRefNum
        record.userRefNum = userRefNum
        record.parent = order.parent
        return record
    }

    package func makeModifyReq(_ approved: Approved, nowNs: Int64) -> AuditRecord {
        var record = decided(approved.verdict, kind: .modifyReq, nowNs: nowNs)
        let order = order(approved.intent.replacing)
        record.orderID = order.orderID
        record.userRefNum = order.venueRefNum
        record.parent = order.parent
        record.venueOrderRef = order.venueOrderRef
        return record
    }

    /// `ceiling`: shares that may still execute in total, 0 for none (OUCH Cancel quantity).
    package func makeCancelReq(_ slot: OrderSlot, ceiling: OrderQty, nowNs: Int64) -> AuditRecord {
        var record = about(slot, kind: .cancelReq, nowNs: nowNs)
        record.qty = ceiling
        return record
    }

    /// Our gate said no. A refused replace names the order it left alone.
    package func makeRefusal(_ verdict: Verdict, nowNs: Int64) -> AuditRecord {
        var record = decided(verdict, kind: .reject, nowNs: nowNs)
        record.code = verdict.code.rawValue
        record.flags.insert(.gate)
        if verdict.code == .lossLimit {
            // What the loss was reckoned by, and nothing else, is what it is marked at.
            record.refPx = marking(verdict.market, verdict.intent.instrument, nowNs).refPx
        }
        record.parent = verdict.intent.parent
        if !verdict.intent.replacing.isNone {
            record.flags.insert(.replace)
            let order = order(verdict.intent.replacing)
            record.orderID = order.orderID
            record.origUserRefNum = order.venueRefNum
        }
        return record
    }

    /// A record of `kind` about an order, with the order's names filled in.
    package func about(_ slot: OrderSlot, kind: RecordKind, nowNs: Int64) -> AuditRecord {
        var record = AuditRecord()
        let order = order(slot)
        record.kind = kind
        record.t = nowNs
        record.orderID = order.orderID
        record.px = order.px
        record.qty = order.qty
        record.venue = order.venue
        record.side = order.side
        record.ordType = order.ordType
        record.timeInForce = order.timeInForce
        record.owner = order.owner
        record.instrument = order.instrument
        record.account = order.account
        record.strategy = order.strategy
        record.client = order.client
        record.userRefNum = order.venueRefNum
        record.clientRefNum = order.clientRefNum
        record.parent = order.parent
        record.venueOrderRef = order.venueOrderRef
        record.limitsVersion = firm.limitsVersion
        return record
    }

    private func decided(_ verdict: Verdict, kind: RecordKind, nowNs: Int64) -> AuditRecord {
        let intent = verdict.intent
        var record = AuditRecord()
        record.kind = kind
        record.t = nowNs
        record.flags = intent.flags
        record.px = intent.px
        record.qty = intent.qty
        record.lastPx = intent.discretionPx
        record.venue = intent.venue
        record.side = intent.side
        record.ordType = intent.ordType
        record.timeInForce = intent.timeInForce
        record.owner = intent.owner
        record.instrument = intent.instrument
        record.account = intent.account
        record.strategy = intent.strategy
        record.client = intent.client
        record.clientRefNum = intent.clientRefNum
        record.commandID = intent.commandID
        record.refPx = verdict.market.refPx
        record.refAgeNs = max(0, difference(nowNs, verdict.market.refTNs))
        record.bidPx = verdict.market.bidPx
        record.askPx = verdict.market.askPx
        record.feedSeq = verdict.market.feedSeq
        record.limitsVersion = firm.limitsVersion
        return record
    }
}
