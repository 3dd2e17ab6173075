import Crossing
import Vocabulary

// What the venue says of an order: accepted, rejected, canceled, replaced, restated.

extension Ledger {
    /// `ack`: the venue's echo is the truth, not our request. Dead at once with the `dead` flag.
    mutating func acknowledge(_ record: inout AuditRecord) -> Applied {
        let index = subject(record)
        guard index != noSlot else { return adopt(&record) }
        let dead = record.flags.contains(.dead)
        let event: OrderEvent = dead ? .acceptedDead : .accepted
        guard case .to(let status) = pool[index].status.after(event) else {
            return illegal(&record, index)
        }
        lift(index)
        var applied = outcome(.applied)
        let (askedQty, askedPx) = (pool[index].qty, pool[index].worstPx)
        applied.incident = !takeEcho(record, index)
        if record.qty.units > 0 && record.qty != pool[index].qty {
            let gone = sum(pool[index].cumQty.units, pool[index].canceledQty.units)
            // An echo below what has executed already is nonsense: the order is no smaller than that.
            applied.incident = applied.incident || record.qty.units < gone
            pool[index].qty = OrderQty(units: max(record.qty.units, gone))
            pool[index].leavesQty = OrderQty(units: max(0, record.qty.units &- gone))
        }
        if record.qty > askedQty || isWorse(index, than: askedPx) { noteExcess(index, &applied) }
        let strategy = strategyRow(pool[index].strategy)
        strategies[strategy].rejects = 0
        settle(index, status, &applied)
        fillIn(&record, &applied, index)
        return applied
    }

    /// The venue took more than was asked: an order nobody approved. It counts as the venue has it.
    mutating func noteExcess(_ index: UInt32, _ applied: inout Applied) {
        instruments[Int(pool[index].instrument)].breakOpen = true
        applied.exceeds = true
        applied.incident = true
    }

    /// The order may now trade at a price it might not before.
    func isWorse(_ index: UInt32, than asked: Price) -> Bool {
        let now = pool[index].worstPx
        return pool[index].isBuy ? now > asked : now < asked
    }

    /// Price, time in force and reference as the venue has them. `false` for a price it cannot
    /// have: ours stays.
    mutating func takeEcho(_ record: AuditRecord, _ index: UInt32) -> Bool {
        if record.venueOrderRef != 0 { pool[index].venueOrderRef = record.venueOrderRef }
        if TimeInForce(rawValue: record.timeInForce) != nil {
            pool[index].timeInForce = record.timeInForce
        }
        if record.px == .zero { return true }
        guard record.px > .zero && record.px <= .ouchLimitMax else { return false }
        // Of a pegged order the echo is where it stands just now; it may still trade up to its cap.
        if pool[index].ordType != OrdType.pegged.rawValue { pool[index].px = record.px }
        return true
    }

    /// Ends a change begun with `lift`: the new status, the holds that go with it, and the end of
    /// the order when it is one.
    mutating func settle(_ index: UInt32, _ status: OrdStatus, _ applied: inout Applied) {
        if status.isTerminal {
            finish(index, status)
        } else {
            // Heard from again after silence, with fills already in: not merely new.
            let filledSome = status == .new && pool[index].cumQty > .zero
            setStatus(index, filledSome ? .partiallyFilled : status)
        }
        drop(index)
        if status.isTerminal {
            retire(index)
            applied.ended = true
        }
    }

    /// The venue's `J`, or proof that a New or Replace never arrived.
    mutating func reject(_ record: inout AuditRecord) -> Applied {
        let index = subject(record)
        guard index != noSlot else { return outcome(.unknown, incident: true) }
        let ofReplace =
            record.flags.contains(.replace)
            || pool[index].pendingRefNum != 0
                && record.userRefNum == pool[index].pendingRefNum
        let byProof = record.flags.contains(.byProof)
        var applied = outcome(.applied)
        // 0x1E…0x32 are the venue's own risk checks: ours should have refused first.
        applied.incident = !byProof && (0x1E...0x32).contains(record.code)
        if ofReplace {
            let transition = pool[index].status.after(.replaceRejected)
            // The refused request is the one in flight, not one settled before it.
            guard isPending(index, .replace), record.userRefNum == pool[index].pendingRefNum,
                transition.isLegal
            else { return illegal(&record, index) }
            if !byProof { applied.trips = countReject(index, record) }
            lift(index)
            clearPendingReplace(index)
            // Heard from again: no longer UNKNOWN. Our own proof is not the venue's word; it ends
            // the silence of an order the venue had accepted and owes no other answer for.
            let settled = pool[index].pending.isEmpty && pool[index].wasHeardOf
            let isHeard = !byProof || settled
            let next = isHeard ? state(index, after: transition) : pool[index].status
            settle(index, next, &applied)
            fillIn(&record, &applied, index)
            return applied
        }
        // A person's word that the venue refused it is as good as the venue's.
        let isByWord = record.detail == Proof.resolved.rawValue
        let event = byProof && !isByWord ? proofEvent(record, index) : .rejected
        guard case .to(let status) = pool[index].status.after(event) else {
            return illegal(&record, index)
        }
        if !byProof { applied.trips = countReject(index, record) }
        lift(index)
        settle(index, status, &applied)
        fillIn(&record, &applied, index)
        return applied
    }

    /// One more of the venue's refusals of that order's strategy; whether that latched it (505).
    private mutating func countReject(_ index: UInt32, _ record: AuditRecord) -> Trips {
        countReject(strategyRow(pool[index].strategy), record.t)
    }

    private func proofEvent(_ record: AuditRecord, _ index: UInt32) -> OrderEvent {
        let proof = Proof(rawValue: record.detail) ?? .notReceived
        return proof.event(wasHeardOf: pool[index].wasHeardOf)
    }

    /// `canceled`: a decrement, the whole rest when it covers it, or an end by proof.
    mutating func cancel(_ record: inout AuditRecord) -> Applied {
        let index = subject(record)
        guard index != noSlot else { return outcome(.unknown, incident: true) }
        let leaves = pool[index].leavesQty
        let byProof = record.flags.contains(.byProof)
        var applied = outcome(.applied)
        let event: OrderEvent
        if byProof {
            event = proofEvent(record, index)
        } else {
            // More than is open is nonsense of the venue's: everything open goes, and we say so.
            applied.incident = record.lastQty > leaves || record.lastQty.units < 0
            event = record.lastQty >= leaves ? .canceledAll : .canceledPart
        }
        let transition = pool[index].status.after(event)
        guard transition.isLegal else { return illegal(&record, index) }
        lift(index)
        if event == .canceledPart {
            let gone = max(.zero, record.lastQty)
            pool[index].leavesQty = leaves - gone
            pool[index].canceledQty = pool[index].canceledQty + gone
        }
        pool[index].pending.remove(.held)
        settle(index, state(index, after: transition), &applied)
        fillIn(&record, &applied, index)
        return applied
    }

    /// The state that follows a legal transition.
    func state(_ index: UInt32, after transition: OrderTransition) -> OrdStatus {
        if case .to(let next) = transition { return next }
        return pool[index].status
    }

    /// `replaced`: the new leg is the order. `leavesQty` of the record is what the venue has open.
    mutating func replace(_ record: inout AuditRecord) -> Applied {
        let index = subject(record)
        guard index != noSlot else { return outcome(.unknown, incident: true) }
        let transition = pool[index].status.after(.replaced)
        guard transition.isLegal else {
            learn(record.userRefNum, of: index)
            return illegal(&record, index)
        }
        let asked = isPending(index, .replace)
        lift(index)
        var applied = outcome(.applied, incident: !asked)
        if isPending(index, .overtaken) {
            // The smaller size was the old leg's: nobody insists on it against the new one.
            pool[index].pending.remove(.cancel)
            pool[index].cancelTries = 0
        }
        let (wantedPx, discretionPx) = (pool[index].pendingPx, pool[index].pendingDiscretionPx)
        let wantedQty = asked ? pool[index].pendingLeaves : pool[index].leavesQty
        renumber(record, index)
        if asked {
            pool[index].px = wantedPx
            pool[index].discretionPx = discretionPx
            pool[index].display = pool[index].pendingDisplay
        }
        let wantedWorst = pool[index].worstPx
        applied.incident = !takeEcho(record, index) || applied.incident
        // Dead at once: nothing of it is open. `leavesQty` is written over with what is true after,
        // so a replay could not read the venue's number there.
        let isDead = record.flags.contains(.dead)
        let isLarger = !isDead && record.leavesQty > wantedQty
        if isLarger || isWorse(index, than: wantedWorst) { noteExcess(index, &applied) }
        pool[index].leavesQty = OrderQty(units: isDead ? 0 : max(0, record.leavesQty.units))
        pool[index].qty = OrderQty(
            units: sum(pool[index].cumQty.units, pool[index].leavesQty.units)
        )
        // The chain begins anew at what the venue has: earlier decrements are inside it.
        pool[index].canceledQty = .zero
        let status = state(index, after: transition)
        let isOver = isDead || pool[index].leavesQty == .zero
        settle(index, isOver ? .canceled : status, &applied)
        fillIn(&record, &applied, index)
        return applied
    }

    /// The order stays as it is. But a request whose record went with a lost region is known from
    /// here alone, and an execution of it names nothing else: without its number it could not be
    /// booked.
    private mutating func learn(_ refNum: UInt32, of index: UInt32) {
        let order = pool[index]
        guard find(venue: order.venue, userRefNum: refNum).isNone,
            numbers.find(venue: order.venue, refNum: refNum).refNum == 0
        else { return }
        numbers.remember(refNum, of: order)
    }

    private mutating func renumber(_ record: AuditRecord, _ index: UInt32) {
        let order = pool[index]
        numbers.remember(order.priorRefNum, of: order)
        byVenueRef.remove(
            OrderIndex.key(space: UInt16(order.venue), refNum: order.priorRefNum),
            of: index
        )
        byClientRef.remove(
            OrderIndex.key(space: order.client, refNum: order.clientRefNum),
            of: index
        )
        let clientRefNum =
            order.clientPendingRefNum == 0 ? order.clientRefNum : order.clientPendingRefNum
        clearPendingReplace(index)
        let refNum = record.userRefNum == 0 ? order.pendingRefNum : record.userRefNum
        pool[index].priorRefNum = order.venueRefNum
        pool[index].venueRefNum = refNum
        pool[index].clientRefNum = clientRefNum
        noteVenueRef(refNum, order.venue, index)
        byClientRef.insert(OrderIndex.key(space: order.client, refNum: clientRefNum), index)
    }
}
