package import Vocabulary

/// One order as records tell it. Steps are Vocabulary's transition table, quantities the law
/// total = filled + canceled + open (semantics.md §2.4).
package struct OrderLine: Equatable, Sendable {
    package var orderID: ClOrdID
    package var parent: UInt64
    package var owner: UInt16
    package var client: UInt16
    package var clientRefNum: UInt32
    package var account: UInt16
    package var strategy: UInt16
    package var instrument: UInt16
    package var venue: UInt8
    package var side: Side?
    package var ordType: UInt8
    package var timeInForce: UInt8
    package var px: Price
    /// The chain's total, executed shares included.
    package var qty: OrderQty
    package var leavesQty: OrderQty
    package var cumQty: OrderQty = .zero
    package var canceledQty: OrderQty = .zero
    package var status: OrdStatus
    package var pending: PendingFlags = []
    /// What the latest cancel leaves to execute at most, executed shares included.
    package var cancelCeiling: OrderQty = .zero
    /// UserRefNum of the replace in flight, 0 when none.
    package var pendingRefNum: UInt32 = 0
    /// The short mark a Modify in flight asks for.
    package var pendingSide: Side?
    /// Number of the latest request about it, as the engine counts them.
    package var requestVersion: UInt32 = 0
    package var userRefNum: UInt32
    package var venueOrderRef: UInt64 = 0
    package var commandID: UInt64
    /// RiskCode or venue reason of the last refusal.
    package var code: UInt16 = 0
    package var reason: UInt8 = 0
    package var adopted: Bool
    package var openedNs: Int64
    package var changedNs: Int64
    package var average = AveragePrice()

    /// What one record did to an order.
    package enum Step: Equatable, Sendable {
        case applied
        /// Seen before: changes nothing.
        case duplicate
        /// A fill for an order believed over.
        case lateFill
        case illegal
        /// More filled or canceled than was open.
        case beyondLeaves
        /// A record that says nothing about an order's life.
        case ignored
    }

    /// Opens the line of an approved order, or of one taken over from what the venue echoed.
    package init(opening record: Record) {
        orderID = record.orderID
        parent = record.parent
        owner = record.owner
        client = record.client
        clientRefNum = record.clientRefNum
        account = record.account
        strategy = record.strategy
        instrument = record.instrument
        venue = record.venue
        side = record.side
        ordType = record.ordType
        timeInForce = record.timeInForce
        px = record.px
        qty = record.qty
        leavesQty = record.qty
        status = .pendingNew
        userRefNum = record.userRefNum
        commandID = record.commandID
        adopted = record.flags.contains(.adopted)
        openedNs = record.t
        changedNs = record.t
    }

    /// Applies one record about this order.
    package mutating func apply(_ record: Record) -> Step {
        guard !record.flags.contains(.duplicate) else { return .duplicate }
        guard let event = event(of: record) else { return .ignored }
        let transition = status.after(event)
        guard transition != .illegal, !isOutdated(record, event) else { return .illegal }

        let before = leavesQty
        move(record, event)
        if case .to(let next) = transition, endsSilence(record, event) { status = next }
        settle(record)
        changedNs = record.t

        if transition == .lateFill { return .lateFill }
        let moved = record.kind == .fill || record.kind == .canceled
        return moved && record.lastQty > before ? .beyondLeaves : .applied
    }

    /// Which event of the order's life a record is; `nil` for a record that is none.
    private func event(of record: Record) -> OrderEvent? {
        switch record.kind {
        case .ack: record.flags.contains(.dead) ? .acceptedDead : .accepted
        case .reject: rejection(record)
        case .fill: record.lastQty < leavesQty ? .fill : .fillComplete
        case .cancelReq: .cancelRequested
        case .canceled: end(record)
        case .replaceReq: .replaceRequested
        case .modifyReq: .modifyRequested
        case .replaced: .replaced
        case .restated: (Restatement(rawValue: record.detail) ?? .display).event
        case .bust: .busted
        case .timer: record.detail == OrderTimer.wentSilent.rawValue ? .wentSilent : nil
        default: nil
        }
    }

    /// The venue has spoken of it: it cannot have been lost on the way.
    private var wasHeardOf: Bool { venueOrderRef != 0 || cumQty.units > 0 }

    /// An answer to another replace than the one in flight, or a replace on top of one.
    private func isOutdated(_ record: Record, _ event: OrderEvent) -> Bool {
        switch event {
        case .replaceRequested: !pending.isDisjoint(with: [.replace, .modify])
        case .modifyRequested: !mayRemark(record)
        case .replaceRejected:
            !pending.contains(.replace) || record.userRefNum != pendingRefNum
        default: false
        }
    }

    private func mayRemark(_ record: Record) -> Bool {
        pending.isDisjoint(with: [.replace, .modify]) && record.side?.isBuy == false
            && side?.isBuy == false
    }

    /// Our own proof that a replace never arrived is not the venue's word: it ends the silence only
    /// of an order the venue had accepted and owes no other answer for.
    private func endsSilence(_ record: Record, _ event: OrderEvent) -> Bool {
        guard event == .replaceRejected, record.flags.contains(.byProof) else { return true }
        return pending.isEmpty && wasHeardOf
    }

    private func rejection(_ record: Record) -> OrderEvent? {
        // A replace our gate refused was never sent: the order does not know of it.
        if record.flags.contains(.gate) { return nil }
        if record.flags.contains(.byProof), !record.flags.contains(.replace) {
            // A person's word that the venue refused it is as good as the venue's.
            return record.detail == Proof.resolved.rawValue ? .rejected : end(record)
        }
        let isPending = pendingRefNum != 0 && record.userRefNum == pendingRefNum
        return record.flags.contains(.replace) || isPending ? .replaceRejected : .rejected
    }

    private func end(_ record: Record) -> OrderEvent {
        if record.flags.contains(.byProof) {
            let proof = Proof(rawValue: record.detail) ?? .notReceived
            return proof.event(wasHeardOf: wasHeardOf)
        }
        return record.lastQty < leavesQty ? .canceledPart : .canceledAll
    }

    private mutating func move(_ record: Record, _ event: OrderEvent) {
        switch event {
        case .accepted:
            venueOrderRef = record.venueOrderRef
            accept(px: record.px, qty: record.qty)
        case .acceptedDead:
            venueOrderRef = record.venueOrderRef
            accept(px: record.px, qty: record.qty)
            cancelAll()
        case .fill, .fillComplete: fill(record)
        case .canceledPart, .canceledAll:
            let decrement = max(.zero, min(record.lastQty, leavesQty))
            leavesQty = leavesQty - decrement
            canceledQty = canceledQty + decrement
            pending.remove(.held)
            reason = record.reason
        case .provedAbsent, .notSent, .resolved:
            reason = record.reason
            cancelAll()
        case .rejected:
            code = record.code
            cancelAll()
        case .cancelRequested:
            pending.insert(.cancel)
            pending.subtract([.held, .overtaken])
            cancelCeiling = record.qty
            requestVersion = record.detail
        case .replaceRequested:
            pending.insert(.replace)
            if pending.contains(.cancel), cancelCeiling > .zero { pending.insert(.overtaken) }
            pendingRefNum = record.userRefNum
            requestVersion = record.detail
        case .modifyRequested:
            pending.insert(.modify)
            pendingSide = record.side
            requestVersion = record.detail
        case .replaceRejected:
            code = record.code
            pending.subtract([.replace, .overtaken])
            pendingRefNum = 0
        case .replaced: replace(record)
        case .restated where record.detail == Restatement.modifyUnsent.rawValue:
            pending.remove(.modify)
            pendingSide = nil
        case .restated: takeDisplay(record)
        case .modified: takeModified(record)
        case .cancelRejected: if pending.contains(.cancel) { pending.subtract([.cancel, .held]) }
        case .cancelPending: if pending.contains(.cancel) { pending.insert(.held) }
        case .wentSilent, .busted: break
        }
    }

    /// What follows from the quantities, whatever the event: an order heard from again after
    /// silence with fills in is not merely new, and one with nothing open is over.
    private mutating func settle(_ record: Record) {
        if status == .new, cumQty.units > 0 { status = .partiallyFilled }
        let mayEmpty = record.kind == .replaced || record.kind == .restated
        if mayEmpty, status.isLive, leavesQty.units == 0 || record.flags.contains(.dead) {
            cancelAll()
            status = .canceled
        }
        let reach = cumQty + leavesQty
        if pending.contains(.cancel), !pending.contains(.replace), reach <= cancelCeiling {
            pending.remove(.cancel)
        }
        if status.isTerminal {
            pending = []
            pendingSide = nil
            pendingRefNum = 0
        }
    }

    private mutating func cancelAll() {
        canceledQty = canceledQty + leavesQty
        leavesQty = .zero
    }

    /// The venue may accept at a better price, never for another quantity; an echo of 0 is no echo.
    private mutating func accept(px newPx: Price, qty newQty: OrderQty) {
        if newPx.units > 0, newPx <= .ouchLimitMax { px = newPx }
        guard newQty.units > 0, newQty != qty else { return }
        qty = newQty
        leavesQty = max(.zero, newQty - cumQty - canceledQty)
    }

    /// The venue changed price or priority.
    private mutating func takeDisplay(_ record: Record) {
        if record.px.units > 0 { px = record.px }
        if record.venueOrderRef != 0 { venueOrderRef = record.venueOrderRef }
    }

    /// The venue changed what is open, or the short mark.
    private mutating func takeModified(_ record: Record) {
        let left = max(.zero, min(record.leavesQty, leavesQty))
        canceledQty = canceledQty + (leavesQty - left)
        leavesQty = left
        if record.side != nil, record.side == pendingSide {
            pending.remove(.modify)
            pendingSide = nil
        }
        if let mark = record.side, !mark.isBuy, side?.isBuy == false { side = mark }
    }

    /// A trade that never was: its shares do not come back to the order, they count as canceled.
    package mutating func undo(px: Price, qty lastQty: OrderQty) {
        let undone = min(lastQty, cumQty)
        average.remove(px: px, qty: lastQty)
        cumQty = cumQty - undone
        canceledQty = canceledQty + undone
    }

    private mutating func fill(_ record: Record) {
        average.add(px: record.lastPx, qty: record.lastQty)
        pending.remove(.held)
        cumQty = cumQty + record.lastQty
        if status.isLive {
            leavesQty = leavesQty - min(record.lastQty, leavesQty)
        } else {
            // The shares were believed canceled and are filled after all.
            canceledQty = canceledQty - min(record.lastQty, canceledQty)
        }
    }

    private mutating func replace(_ record: Record) {
        if record.px.units > 0 { px = record.px }
        leavesQty = max(.zero, record.leavesQty)
        // The chain begins anew at what the venue has: earlier decrements are inside it.
        qty = cumQty + leavesQty
        canceledQty = .zero
        userRefNum = record.userRefNum
        if record.venueOrderRef != 0 { venueOrderRef = record.venueOrderRef }
        if pending.contains(.overtaken) { pending.remove(.cancel) }
        pending.subtract([.replace, .overtaken])
        pendingRefNum = 0
    }
}
