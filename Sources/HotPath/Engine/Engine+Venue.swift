import CShims
import Crossing
import Vocabulary
import Wire

/// What a venue says. Every sequenced packet gives exactly one record with its number, also when
/// we do not understand it; otherwise the implicit numbering drifts (semantics.md §1.4).
extension Engine {
    @inline(__always)
    mutating func venueMessage(_ venue: Int, _ bytes: UnsafeRawPointer, _ count: Int) {
        let sequence = unsafe venues[venue].expected
        unsafe venues[venue].expected = sequence + 1
        counters.add(.venueMessages, 1)
        unsafe venues[venue].heardNs = nowNs
        if overrun.isOn { return unsafe hear(venue, bytes, count) }
        unsafe understand(venue, sequence, bytes, count)
        // Its record was the first that found no room.
        if overrun.isOn, ledger.appliedSeq(UInt8(truncatingIfNeeded: venue)) < sequence {
            return unsafe hear(venue, bytes, count)
        }
        if unsafe venues[venue].catchUpTo != 0 { noteCaughtUp(venue) }
    }

    @inline(__always)
    private mutating func understand(
        _ venue: Int,
        _ sequence: UInt64,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) {
        guard count > 0, let type = OUCH.OutboundType(rawValue: unsafe bytes.load(as: UInt8.self))
        else {
            unsafe recordNotUnderstood(venue, sequence, bytes, count)
            return
        }
        begin(.incident)
        unsafe scratch.pointee.venue = UInt8(truncatingIfNeeded: venue)
        unsafe scratch.pointee.venueSeq = sequence
        if unsafe venues[venue].state == .replaying {
            unsafe scratch.pointee.flags.formUnion(.replayed)
        }
        let span = unsafe RawSpan(_unsafeStart: bytes, byteCount: count)
        do throws(WireError) {
            switch type {
            case .accepted: try unsafe accepted(venue, span, bytes, count)
            case .replaced: try unsafe replaced(venue, span, bytes, count)
            case .canceled, .aiqCanceled: try unsafe canceled(venue, type, span, bytes, count)
            case .executed: try unsafe executed(venue, span, bytes, count)
            case .rejected: try unsafe rejected(venue, span, bytes, count)
            case .brokenTrade: try unsafe broken(venue, span, bytes, count)
            case .restated, .priorityUpdate, .modified, .cancelPending, .cancelReject:
                try unsafe restated(venue, type, span, bytes, count)
            case .massCancelResponse: try unsafe massCancelAnswered(venue, span, bytes, count)
            case .accountQueryResponse: try unsafe queryAnswered(venue, span, bytes, count)
            case .disableResponse:
                try unsafe entryAnswered(
                    OUCH.DisableResponseView(span).userRefNum,
                    .entryDisabled,
                    bytes,
                    count
                )
            case .enableResponse:
                try unsafe entryAnswered(
                    OUCH.EnableResponseView(span).userRefNum,
                    .entryEnabled,
                    bytes,
                    count
                )
            case .systemEvent:
                unsafe scratch.pointee.kind = .session
                unsafe scratch.pointee.detail = 0
                unsafe commit(bytes, count)
            }
        } catch {
            unsafe recordNotUnderstood(venue, sequence, bytes, count)
        }
    }

    @inline(never)
    mutating func recordNotUnderstood(
        _ venue: Int,
        _ sequence: UInt64,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) {
        begin(.incident)
        unsafe scratch.pointee.flags = [.notUnderstood, .incident]
        unsafe scratch.pointee.venue = UInt8(truncatingIfNeeded: venue)
        unsafe scratch.pointee.venueSeq = sequence
        counters.add(.notUnderstood, 1)
        unsafe commit(bytes, count)
    }

    /// Names the order the scratch record is about, commits, and passes the message on to the
    /// client it belongs to.
    @inline(__always)
    mutating func report(
        _ slot: OrderSlot,
        _ type: OUCH.OutboundType,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) -> Applied {
        guard !slot.isNone else {
            return unsafe commit(bytes, count)
        }
        let order = ledger.order(slot)
        let px = unsafe scratch.pointee.px
        let qty = unsafe scratch.pointee.qty
        let reference = unsafe scratch.pointee.venueOrderRef
        let timeInForce = unsafe scratch.pointee.timeInForce
        let side = unsafe scratch.pointee.side
        fillIdentity(order)
        if side != 0 { unsafe scratch.pointee.side = side }
        if px.units != 0 { unsafe scratch.pointee.px = px }
        if qty.units != 0 { unsafe scratch.pointee.qty = qty }
        if reference != 0 { unsafe scratch.pointee.venueOrderRef = reference }
        // The echo is the truth: a venue may shorten what was asked.
        if timeInForce != 0 { unsafe scratch.pointee.timeInForce = timeInForce }
        var replyCount = 0
        if order.client != noIndex16, let places = ClientTranslation.places(in: type),
            count <= 512
        {
            let held = names[slot]
            let refNum = unsafe scratch.pointee.userRefNum
            let concernsNew =
                order.pending.contains(.replace)
                && refNum == order.pendingRefNum
            unsafe ClientTranslation.write(
                bytes,
                count: count,
                places: places,
                names: ClientNames(
                    refNum: concernsNew ? order.clientPendingRefNum : order.clientRefNum,
                    origRefNum: order.clientRefNum,
                    clOrdID: concernsNew ? held.pending : held.live
                ),
                to: reply
            )
            replyCount = count
        }
        // A leg is told in its parent's numbers.
        if order.parent != 0, order.client == noIndex16, let owner = routedOwner(order) {
            address(owner)
            replyCount = unsafe composeForLeg(type, order, owner, bytes, count)
            let applied = unsafe commit(
                bytes,
                count,
                answering: owner.login,
                replyCount: replyCount
            )
            if applied.ended { settleParent(order.parent) }
            return applied
        }
        return unsafe commit(bytes, count, answering: order.client, replyCount: replyCount)
    }

    private mutating func accepted(
        _ venue: Int,
        _ span: RawSpan,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) throws(WireError) {
        let view = try OUCH.AcceptedView(span)
        unsafe scratch.pointee.kind = .ack
        unsafe scratch.pointee.userRefNum = view.userRefNum
        unsafe scratch.pointee.px = view.price
        unsafe scratch.pointee.qty = view.quantity
        unsafe scratch.pointee.timeInForce = view.timeInForce
        unsafe scratch.pointee.venueOrderRef = view.orderReferenceNumber
        if view.orderState == UInt8(ascii: "D") {
            unsafe scratch.pointee.flags.formUnion(.dead)
        }
        let slot = ledger.find(venue: UInt8(truncatingIfNeeded: venue), userRefNum: view.userRefNum)
        if slot.isNone {
            // ClOrdID stands at 48; `AcceptedView` proved that 64 bytes are there.
            adopt(unsafe ClOrdID(bytes: bytes + 48) ?? .none, view.side, view.symbol)
        }
        counters.add(.acks, 1)
        let applied =
            slot.isNone
            ? unsafe reportStranger(.accepted, bytes, count)
            : unsafe report(slot, .accepted, bytes, count)
        // Adopted: an order nobody here can claim is canceled at once (semantics.md §2.1).
        guard slot.isNone else { return cancelExcess(applied) }
        if applied.outcome == .applied {
            unsafe cancel(applied.slot, ceiling: .zero, CancelOrigin(flags: .incident))
        } else {
            // Not even that: an unknown symbol, a full pool, a name already in use.
            _ = sendCancel(venue: venue, userRefNum: view.userRefNum, ceiling: .zero)
        }
    }

    /// An order the venue took for more than was asked is not left open.
    @inline(__always)
    mutating func cancelExcess(_ applied: Applied) {
        guard applied.exceeds, !applied.ended, !ledger.order(applied.slot).isEnding else { return }
        unsafe cancel(applied.slot, ceiling: .zero, CancelOrigin(flags: .incident))
    }

    private mutating func replaced(
        _ venue: Int,
        _ span: RawSpan,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) throws(WireError) {
        let view = try OUCH.ReplacedView(span)
        unsafe scratch.pointee.kind = .replaced
        unsafe scratch.pointee.userRefNum = view.userRefNum
        unsafe scratch.pointee.origUserRefNum = view.origUserRefNum
        unsafe scratch.pointee.px = view.price
        unsafe scratch.pointee.leavesQty = view.quantity
        unsafe scratch.pointee.lastQty = view.quantity
        unsafe scratch.pointee.timeInForce = view.timeInForce
        unsafe scratch.pointee.venueOrderRef = view.orderReferenceNumber
        if view.orderState == UInt8(ascii: "D") {
            unsafe scratch.pointee.flags.formUnion(.dead)
        }
        let slot = ledger.find(
            venue: UInt8(truncatingIfNeeded: venue),
            userRefNum: view.origUserRefNum
        )
        let isOver = !slot.isNone && ledger.order(slot).status.isTerminal
        if isOver {
            unsafe recordUntold(slot, bytes, count)
        } else {
            cancelExcess(unsafe report(slot, .replaced, bytes, count))
        }
        // A leg nobody here knows must not stay open, nor one of an order that is over.
        guard slot.isNone || isOver else { return }
        _ = sendCancel(venue: venue, userRefNum: view.userRefNum, ceiling: .zero)
    }

    private mutating func canceled(
        _ venue: Int,
        _ type: OUCH.OutboundType,
        _ span: RawSpan,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) throws(WireError) {
        let refNum: UInt32
        let decrement: OrderQty
        let reason: UInt8
        if type == .aiqCanceled {
            let view = try OUCH.AIQCanceledView(span)
            (refNum, decrement, reason) = (view.userRefNum, view.quantity, view.reason)
        } else {
            let view = try OUCH.CanceledView(span)
            (refNum, decrement, reason) = (view.userRefNum, view.quantity, view.reason)
        }
        unsafe scratch.pointee.kind = .canceled
        unsafe scratch.pointee.userRefNum = refNum
        unsafe scratch.pointee.lastQty = decrement
        unsafe scratch.pointee.reason = reason
        let slot = ledger.find(venue: UInt8(truncatingIfNeeded: venue), userRefNum: refNum)
        counters.add(.cancels, 1)
        _ = unsafe report(slot, type, bytes, count)
    }

    private mutating func executed(
        _ venue: Int,
        _ span: RawSpan,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) throws(WireError) {
        let view = try OUCH.ExecutedView(span)
        unsafe scratch.pointee.kind = .fill
        unsafe scratch.pointee.userRefNum = view.userRefNum
        unsafe scratch.pointee.lastQty = view.quantity
        unsafe scratch.pointee.lastPx = view.price
        unsafe scratch.pointee.match = view.matchNumber
        unsafe scratch.pointee.reason = view.liquidityFlag
        let index = UInt8(truncatingIfNeeded: venue)
        let slot = ledger.find(venue: index, userRefNum: view.userRefNum)
        counters.add(.fills, 1)
        if slot.isNone { return unsafe executedLate(venue, bytes, count) }
        books.noteOwnMatch(
            instrument: ledger.order(slot).instrument,
            venue: index,
            match: view.matchNumber
        )
        if ledger.knowsFill(venue: index, match: view.matchNumber, ledger.order(slot).orderID) {
            // The same execution under another sequence: its client was told once and that is all.
            fillIdentity(ledger.order(slot))
            unsafe commit(bytes, count)
            return
        }
        noteMark(ledger.order(slot).instrument, index)
        _ = unsafe report(slot, .executed, bytes, count)
    }

    private mutating func rejected(
        _ venue: Int,
        _ span: RawSpan,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) throws(WireError) {
        let view = try OUCH.RejectedView(span)
        unsafe scratch.pointee.kind = .reject
        unsafe scratch.pointee.userRefNum = view.userRefNum
        unsafe scratch.pointee.code = view.reason
        let slot = ledger.find(venue: UInt8(truncatingIfNeeded: venue), userRefNum: view.userRefNum)
        if !slot.isNone, ledger.order(slot).venueRefNum != view.userRefNum {
            unsafe scratch.pointee.flags.formUnion(.replace)
        }
        counters.add(.venueRejects, 1)
        _ = unsafe report(slot, .rejected, bytes, count)
    }

    private mutating func broken(
        _ venue: Int,
        _ span: RawSpan,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) throws(WireError) {
        let view = try OUCH.BrokenTradeView(span)
        unsafe scratch.pointee.kind = .bust
        unsafe scratch.pointee.userRefNum = view.userRefNum
        unsafe scratch.pointee.match = view.matchNumber
        unsafe scratch.pointee.reason = view.reason
        let slot = ledger.find(venue: UInt8(truncatingIfNeeded: venue), userRefNum: view.userRefNum)
        guard slot.isNone else {
            _ = unsafe report(slot, .brokenTrade, bytes, count)
            return
        }
        unsafe ledger.attribute(&scratch.pointee)
        _ = unsafe reportStranger(.brokenTrade, bytes, count)
    }

    /// The venue's word on order entry of our port.
    private mutating func entryAnswered(
        _ number: UInt32,
        _ event: SessionEvent,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) {
        unsafe scratch.pointee.kind = .session
        unsafe scratch.pointee.detail = event.rawValue
        unsafe scratch.pointee.userRefNum = number
        unsafe commit(bytes, count)
    }

    private mutating func massCancelAnswered(
        _ venue: Int,
        _ span: RawSpan,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) throws(WireError) {
        let view = try OUCH.MassCancelResponseView(span)
        unsafe scratch.pointee.kind = .session
        unsafe scratch.pointee.userRefNum = view.userRefNum
        unsafe commit(bytes, count)
        if view.userRefNum == (unsafe venues[venue].fenceRefNum) {
            unsafe venues[venue].fenceAnswered = true
            settle(venue)
        }
        inquiryFenceAnswered(venue, view.userRefNum)
    }

    private mutating func queryAnswered(
        _ venue: Int,
        _ span: RawSpan,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) throws(WireError) {
        let view = try OUCH.AccountQueryResponseView(span)
        unsafe scratch.pointee.kind = .session
        unsafe scratch.pointee.detail = SessionEvent.replayed.rawValue
        unsafe scratch.pointee.userRefNum = view.nextUserRefNum
        unsafe scratch.pointee.value = Int64(view.nextUserRefNum)
        unsafe commit(bytes, count)
        unsafe venues[venue].queryAnswered = true
        unsafe venues[venue].reportedNext = view.nextUserRefNum
        let session = unsafe venues[venue]
        // Numbers we have no record of were used: the venue passed over the fence in silence.
        if session.state == .replaying, !session.fenceAnswered, session.fencesLeft > 0,
            view.nextUserRefNum > session.fenceRefNum
        {
            unsafe venues[venue].fencesLeft -= 1
            unsafe venues[venue].queryAnswered = false
            return raiseFence(venue, from: view.nextUserRefNum)
        }
        settle(venue)
        inquiryAnswered(venue, next: view.nextUserRefNum)
    }
}
