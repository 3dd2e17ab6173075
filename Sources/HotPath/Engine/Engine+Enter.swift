import CShims
import Crossing
import Vocabulary
import Wire

/// How an order that somebody wanted ended in this step.
struct Entered: BitwiseCopyable {
    var code: RiskCode
    var orderID: ClOrdID
    var venue: UInt8
}

/// The one way an order can come to be: routed, gated, recorded, sent. Clients, operators, algos
/// and triggers all end here.
extension Engine {
    /// Venue 0xFF in `wanted` lets the router choose; `raw` is the client's message or nil.
    @inline(__always)
    mutating func enter(
        _ wanted: OrderIntent,
        _ extras: OrderExtras,
        raw: UnsafeRawPointer?,
        rawCount: Int,
        clOrdID: ClOrdIDField,
        stale: Bool = false
    ) -> Entered {
        var intent = wanted
        if intent.venue == noIndex8 { intent.venue = route(intent) }
        intent.permitted = intent.permitted && intent.mayTrade(at: intent.venue)
        let market = marketView(intent)
        let tscDecoded = shim_rdtsc()
        let verdict = ledger.decide(
            intent,
            market,
            world(for: intent, stale: stale),
            nowNs: nowNs
        )
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
            return Entered(code: code, orderID: .none, venue: intent.venue)
        }

        let orderID = ledger.nextOrderID(epoch: config.epoch, owner: intent.owner)
        unsafe scratch.pointee = ledger.makeNew(
            approved,
            orderID: orderID,
            userRefNum: nextVenueNumber(Int(intent.venue)),
            nowNs: nowNs
        )
        unsafe scratch.pointee.reason = extras.display
        stamp(tscDecoded, tscDecided)
        unsafe commit(raw, rawCount)
        if ordersUntilCrash > 0 { countDownToCrash() }
        noteApproval()
        counters.add(.ordersApproved, 1)
        // Never an order without a record, whatever the gate was told of the ring's room.
        let userRefNum = unsafe scratch.pointee.userRefNum
        let isSent =
            !overrun.isOn
            && sendNew(approved, extras, orderID: orderID, userRefNum: userRefNum)
        if !isSent {
            closeUnsent(orderID)
            return Entered(code: .sendQueueOrEventRoom, orderID: orderID, venue: intent.venue)
        }
        noteHops(orderID, intent)
        return Entered(code: .ok, orderID: orderID, venue: intent.venue)
    }

    @inline(__always)
    mutating func stamp(_ tscDecoded: UInt64, _ tscDecided: UInt64) {
        unsafe scratch.pointee.tscReceived = tscReceived
        unsafe scratch.pointee.tscDecoded = tscDecoded
        unsafe scratch.pointee.tscDecided = tscDecided
        unsafe scratch.pointee.limitsVersion = ledger.firm.limitsVersion
    }

    /// Records a refusal of our gate and, for a client, stores its `J`.
    @inline(never)
    mutating func refuse(
        _ verdict: Verdict,
        _ code: RiskCode,
        raw: UnsafeRawPointer?,
        rawCount: Int,
        clOrdID: ClOrdIDField,
        tscDecoded: UInt64,
        tscDecided: UInt64
    ) {
        let intent = verdict.intent
        unsafe scratch.pointee = ledger.makeRefusal(verdict, nowNs: nowNs)
        unsafe scratch.pointee.code = code.rawValue
        stamp(tscDecoded, tscDecided)
        var replyCount = 0
        if intent.client != noIndex16, hasRefusalRoom(intent.client) {
            replyCount = composeReject(intent.clientRefNum, code.rawValue, clOrdID)
        }
        unsafe commit(raw, rawCount, answering: intent.client, replyCount: replyCount)
        counters.add(.ordersRefused, 1)
    }

    /// What the gate needs to know that is not in the ledger or the books.
    @inline(__always)
    func world(for intent: OrderIntent, stale: Bool) -> GateWorld {
        var world = GateWorld()
        world.staleCommand = stale
        let venue = Int(intent.venue)
        let known = venue < config.venueCount
        world.venueUp =
            known && (unsafe venues[venue].state) == .open
            && !ledger.venue(intent.venue).entryOff
        world.reconciled = firmArmed && isReconciled && !isInDoubt(intent.owner)
        world.limitsLoaded = true
        world.coldLost = cold.isLost || !hasEventRoom
        world.sendRoom =
            known && port.canSend(slot: venue) && hasStoreRoom(intent.client)
        world.eventRoom = hasEventRoom
        // A leg has no client of its own, but it was a client's message that waited.
        let isClients = intent.client != noIndex16 || intent.leg != 0
        world.stalled = isClients ? stall.isServingStale : stall.isDraining
        world.clockBad = mailbox.isClockBad
        world.outsideHours = !isWithinHours(venue)
        return world
    }

    /// Every venue is open or excluded by name (semantics.md §2.13).
    @inline(__always)
    var isReconciled: Bool {
        for index in 0..<config.venueCount {
            let session = unsafe venues[index]
            if session.state != .open && !session.excluded && !session.wasOpen { return false }
        }
        return true
    }

    @inline(__always)
    func isWithinHours(_ venue: Int) -> Bool {
        guard venue < config.venueCount else { return true }
        let entry = image.venue(venue)
        guard entry.openNs >= 0 else { return true }
        let ofDay = nowNs - config.midnightNs
        return ofDay >= entry.openNs && ofDay < entry.closeNs
    }

    @inline(__always)
    func hasStoreRoom(_ client: UInt16) -> Bool {
        guard client != noIndex16 else { return true }
        // Room for what live orders may still bring: venue events are never refused.
        return unsafe stores[Int(client)].hasRoom(reserve: EngineConfig.storeReserveMessages)
    }

    /// A client that makes us refuse without end does not use up its venue events' room.
    @inline(__always)
    func hasRefusalRoom(_ client: UInt16) -> Bool {
        let reserve = EngineConfig.storeReserveMessages - EngineConfig.storeRefusalMessages
        return unsafe stores[Int(client)].hasRoom(reserve: reserve)
    }

    @inline(__always)
    mutating func route(_ intent: OrderIntent) -> UInt8 {
        guard let side = Side(rawValue: intent.side), intent.instrument != noIndex16 else {
            return firstAllowed(intent)
        }
        var best = Router.Candidate(venue: noIndex8, opposite: .zero)
        for index in 0..<config.venueCount {
            guard unsafe venues[index].state == .open, intent.mayTrade(at: UInt8(index)),
                !ledger.venue(UInt8(index)).killed,
                books.isBelieved(instrument: intent.instrument, venue: UInt8(index))
            else { continue }
            let quote = books.bbo(instrument: intent.instrument, venue: UInt8(index))
            let candidate = Router.Candidate(
                venue: UInt8(index),
                opposite: side.isBuy ? quote.askPx : quote.bidPx
            )
            if best.venue == noIndex8 || Router.beats(candidate, best, side: side) {
                best = candidate
            }
        }
        return best.venue == noIndex8 ? firstAllowed(intent) : best.venue
    }

    /// Where an order goes that no venue can be chosen for: the gate then says why it may not.
    @inline(__always)
    private func firstAllowed(_ intent: OrderIntent) -> UInt8 {
        let first = UInt8(truncatingIfNeeded: intent.venuesAllowed.trailingZeroBitCount)
        return Int(first) < config.venueCount ? first : 0
    }

    /// What a decision about `intent` reads of the market.
    @inline(__always)
    func marketView(_ intent: OrderIntent) -> MarketView {
        marketView(intent.instrument, intent.venue)
    }

    @inline(__always)
    func marketView(_ instrument: UInt16, _ venue: UInt8?) -> MarketView {
        guard Int(instrument) < config.instrumentCount else { return MarketView() }
        let entry = image.instrument(Int(instrument))
        let maxSpread = ledger.instrument(instrument).maxSpread
        let rule = ReferenceRule(
            maxSpread: maxSpread == noLimit ? Int64.max : maxSpread,
            maxRefAgeNs: ledger.instrument(instrument).maxRefAgeNs,
            priorClose: Price(units: max(0, entry.priorClose))
        )
        return books.marketView(instrument: instrument, venue: venue, rule: rule, nowNs: nowNs)
    }

    /// The order that stands in `slot`, as an intent to change it.
    @inline(__always)
    func intent(of slot: OrderSlot) -> OrderIntent {
        let order = ledger.order(slot)
        var intent = OrderIntent()
        intent.replacing = slot
        intent.qty = order.qty
        intent.px = order.px
        intent.discretionPx = order.discretionPx
        intent.parent = order.parent
        intent.clientRefNum = order.clientRefNum
        intent.instrument = order.instrument
        intent.account = order.account
        intent.strategy = order.strategy
        intent.owner = order.owner
        intent.client = order.client
        intent.ownerGroup = order.ownerGroup
        intent.venue = order.venue
        intent.side = order.side
        intent.ordType = order.ordType
        intent.timeInForce = order.timeInForce
        return intent
    }

    /// Longest time between two accepted orders: shows that nothing made the engine deaf.
    @inline(__always)
    mutating func noteApproval() {
        if lastApprovalNs != 0 {
            counters.max(.acceptGapNsMax, UInt64(max(0, nowNs - lastApprovalNs)))
        }
        lastApprovalNs = nowNs
    }

    /// An approved, recorded order that could not be handed to the kernel: it never went, and the
    /// record says so. Its owner is told.
    @inline(never)
    mutating func closeUnsent(_ orderID: ClOrdID) {
        let slot = ledger.find(orderID)
        guard !slot.isNone else { return }
        closeByProof(slot, .notSent)
    }
}
