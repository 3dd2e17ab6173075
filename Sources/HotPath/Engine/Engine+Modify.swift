import CShims
import Crossing
import Vocabulary
import Wire

/// Modify (OUCH `M`): an order changes its short mark and keeps its priority.
extension Engine {
    /// Modify with the mark it already has is a cancel down to the new size, and keeps priority as
    /// Modify does. A re-mark between S, T and E passes the gate's short-sale check and goes on.
    ///
    /// A refusal is a `J` with the order's number, which the order outlives: a client knows it from
    /// the refusal of an order by having been told `A` of that number.
    mutating func clientModify(
        _ login: Int,
        _ view: borrowing OUCH.ModifyOrderView,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) {
        let client = UInt16(login)
        if let parent = ledger.parent(client: client, refNum: view.userRefNum), parent.legs > 0 {
            let clOrdID = clOrdID(of: parent.parent)
            return unsafe refuseChange(login, view.userRefNum, clOrdID, bytes, count)
        }
        let slot = ledger.find(client: client, refNum: view.userRefNum)
        let order = ledger.order(slot)
        guard !slot.isNone, order.isLive else {
            counters.add(.clientIgnored, 1)
            return
        }
        if order.side == view.side, !order.pending.contains(.modify) {
            return unsafe clientCancel(login, view.userRefNum, view.quantity, bytes, count)
        }
        var appendage = OUCH.Appendage()
        var isReadable = true
        do throws(WireError) { appendage = try view.appendage } catch { isReadable = false }
        var intent = intent(of: slot)
        intent.clientRefNum = view.userRefNum
        intent.side = view.side
        intent.qty = view.quantity
        intent.flags = [.fromClient, .replace]
        let entry = image.client(login)
        intent.supported = isReadable && ClientRules.supportsModify(appendage, entry)
        ClientRules.addBroker(&appendage, side: view.side, entry.locateBroker)
        intent.permitted = !ledger.client(client).disabled
        unsafe remark(intent, appendage, raw: bytes, rawCount: count)
    }

    /// Gate, record, send. Quantity is the order's total.
    private mutating func remark(
        _ intent: OrderIntent,
        _ appendage: OUCH.Appendage,
        raw: UnsafeRawPointer?,
        rawCount: Int
    ) {
        let slot = intent.replacing
        let order = ledger.order(slot)
        let tscDecoded = shim_rdtsc()
        let verdict = ledger.decideModify(
            intent,
            marketView(intent),
            world(for: intent, stale: false),
            nowNs: nowNs
        )
        if verdict.code == .ok, verdict.amountsToCancel {
            // All it may execute has executed: what is wanted is its end.
            let flags = RecordFlags.fromClient
            unsafe cancel(
                slot,
                ceiling: .zero,
                CancelOrigin(flags: flags, raw: raw, rawCount: rawCount)
            )
            return
        }
        let code = isKillPending || stopping ? RiskCode.killFirm : verdict.code
        let tscDecided = shim_rdtsc()
        guard code == .ok, let approved = verdict.approved else {
            unsafe refuse(
                verdict,
                code,
                raw: raw,
                rawCount: rawCount,
                clOrdID: names[slot].live,
                tscDecoded: tscDecoded,
                tscDecided: tscDecided
            )
            return
        }
        unsafe scratch.pointee = ledger.makeModifyReq(approved, nowNs: nowNs)
        stamp(tscDecoded, tscDecided)
        unsafe commit(raw, rawCount)
        let sent =
            !overrun.isOn && sendModify(approved, appendage, refNum: order.venueRefNum)
        if !sent { dropModify(slot) }
    }

    /// A re-mark that was recorded and not handed to the kernel: the mark is what it was, and its
    /// owner is told.
    private mutating func dropModify(_ slot: OrderSlot) {
        let order = ledger.order(slot)
        let code = RiskCode.sendQueueOrEventRoom.rawValue
        begin(.restated)
        fillIdentity(order)
        unsafe scratch.pointee.flags = .byProof
        unsafe scratch.pointee.userRefNum = order.venueRefNum
        unsafe scratch.pointee.detail = Restatement.modifyUnsent.rawValue
        unsafe scratch.pointee.code = code
        let replyCount = composeReject(order.clientRefNum, code, names[slot].live)
        unsafe commit(nil, 0, answering: order.client, replyCount: replyCount)
    }
}
