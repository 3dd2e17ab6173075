import CShims
import Crossing
import Vocabulary
import Wire

extension Engine {
    /// Replaces the order in `intent.replacing`: gate, record, send. Quantity is the chain total.
    @inline(__always)
    mutating func replace(
        _ wanted: OrderIntent,
        _ extras: OrderExtras,
        raw: UnsafeRawPointer?,
        rawCount: Int,
        clOrdID: ClOrdIDField,
        stale: Bool = false
    ) -> Entered {
        let slot = wanted.replacing
        let order = ledger.order(slot)
        var intent = wanted
        intent.venue = order.venue
        intent.instrument = order.instrument
        let market = marketView(intent)
        let tscDecoded = shim_rdtsc()
        let verdict = ledger.decide(
            intent,
            market,
            world(for: intent, stale: stale),
            nowNs: nowNs
        )
        if verdict.code == .ok, verdict.amountsToCancel {
            // The new total is already executed: what is wanted is the end of the order.
            var origin = unsafe CancelOrigin(flags: intent.flags, raw: raw, rawCount: rawCount)
            origin.clientRefNum = intent.clientRefNum
            cancel(slot, ceiling: .zero, origin)
            return Entered(code: .ok, orderID: order.orderID, venue: order.venue)
        }
        let code = isKillPending || stopping ? RiskCode.killFirm : verdict.code
        let tscDecided = shim_rdtsc()
        guard code == .ok, let approved = verdict.approved else {
            unsafe refuse(
                verdict,
                code,
                raw: raw,
                rawCount: rawCount,
                clOrdID: clOrdID,
                tscDecoded: tscDecoded,
                tscDecided: tscDecided
            )
            return Entered(code: code, orderID: order.orderID, venue: order.venue)
        }
        let newRefNum = nextVenueNumber(Int(order.venue))
        unsafe scratch.pointee = ledger.makeReplaceReq(
            approved,
            userRefNum: newRefNum,
            nowNs: nowNs
        )
        unsafe scratch.pointee.reason = extras.display
        stamp(tscDecoded, tscDecided)
        unsafe commit(raw, rawCount)
        // A venue keeps every tag a Replace leaves out but this one.
        var extras = extras
        ClientRules.addBroker(&extras.appendage, side: order.side, locateBroker(order))
        let sent =
            !overrun.isOn
            && sendReplace(
                approved,
                extras,
                orderID: order.orderID,
                origRefNum: order.venueRefNum,
                newRefNum: newRefNum
            )
        if !sent { dropReplace(slot, newRefNum) }
        return Entered(
            code: sent ? .ok : .sendQueueOrEventRoom,
            orderID: order.orderID,
            venue: order.venue
        )
    }

    /// A replace that was recorded and never handed to the kernel, or proved never received: the
    /// original stands as it was, its owner is told.
    mutating func dropReplace(_ slot: OrderSlot, _ newRefNum: UInt32) {
        let order = ledger.order(slot)
        begin(.reject)
        unsafe scratch.pointee.flags = [.replace, .byProof]
        unsafe scratch.pointee.orderID = order.orderID
        unsafe scratch.pointee.venue = order.venue
        unsafe scratch.pointee.userRefNum = newRefNum
        unsafe scratch.pointee.origUserRefNum = order.venueRefNum
        unsafe scratch.pointee.code = RiskCode.sendQueueOrEventRoom.rawValue
        fillIdentity(order)
        var replyCount = 0
        if order.client != noIndex16 {
            replyCount = composeReject(
                order.clientPendingRefNum,
                RiskCode.sendQueueOrEventRoom.rawValue,
                names[slot].pending
            )
        }
        unsafe commit(nil, 0, answering: order.client, replyCount: replyCount)
    }

    /// Copies who and what an order is into the scratch record.
    @inline(__always)
    mutating func fillIdentity(_ order: Order) {
        unsafe scratch.pointee.orderID = order.orderID
        unsafe scratch.pointee.venue = order.venue
        unsafe scratch.pointee.side = order.side
        unsafe scratch.pointee.ordType = order.ordType
        unsafe scratch.pointee.timeInForce = order.timeInForce
        unsafe scratch.pointee.owner = order.owner
        unsafe scratch.pointee.instrument = order.instrument
        unsafe scratch.pointee.account = order.account
        unsafe scratch.pointee.strategy = order.strategy
        unsafe scratch.pointee.client = order.client
        unsafe scratch.pointee.clientRefNum = order.clientRefNum
        unsafe scratch.pointee.parent = order.parent
        unsafe scratch.pointee.px = order.px
        unsafe scratch.pointee.qty = order.qty
        unsafe scratch.pointee.venueOrderRef = order.venueOrderRef
    }
}
