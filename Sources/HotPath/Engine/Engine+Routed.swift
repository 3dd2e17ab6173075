import CShims
import Crossing
import Vocabulary
import Wire

/// Routed mode (semantics.md §5.2, §5.3): one client order, up to sixteen venue orders.
///
/// The client's order is a parent: recorded first, then each leg is approved and reserved, then the
/// client is told it is accepted, and only then do bytes leave. A refusal of one leg takes back all.
/// Its legs are ordinary orders of the login's owner without a client number of their own, so
/// whatever walks an owner's, an account's or a venue's orders reaches them.
extension Engine {
    mutating func enterRouted(
        _ wanted: OrderIntent,
        _ extras: OrderExtras,
        splits: Bool,
        raw: UnsafeRawPointer,
        rawCount: Int,
        clOrdID: ClOrdIDField
    ) {
        // The parent takes an id before the gate asks for its legs'.
        let isFull = !ledger.hasParentRoom || !ledger.hasCounter
        guard !isFull, hasStoreRoom(wanted.client) else {
            let code: RiskCode = isFull ? .poolOrIDSpace : .sendQueueOrEventRoom
            return unsafe refuseOutright(wanted, code, clOrdID, raw: raw, rawCount: rawCount)
        }
        let legs = splits ? split(wanted) : Router.Legs(route(wanted), wanted.qty)
        let parent = unsafe openRouted(wanted, clOrdID, raw: raw, rawCount: rawCount)
        var approved = InlineArray<16, Approved?>(repeating: nil)
        var orderIDs = InlineArray<16, ClOrdID>(repeating: .none)
        var count = 0
        var code = RiskCode.ok
        while count < legs.count, code == .ok {
            var intent = wanted
            intent.beLeg(count + 1, of: parent, whole: wanted.qty)
            intent.venue = legs[count].venue
            intent.permitted = wanted.permitted && wanted.mayTrade(at: intent.venue)
            intent.qty = legs[count].qty
            let verdict = judgeLeg(intent, wanted.client)
            code = verdict.code
            guard code == .ok, let leg = verdict.approved else { break }
            let orderID = ledger.nextOrderID(epoch: config.epoch, owner: intent.owner)
            unsafe scratch.pointee = ledger.makeNew(
                leg,
                orderID: orderID,
                userRefNum: nextVenueNumber(Int(intent.venue)),
                nowNs: nowNs
            )
            unsafe scratch.pointee.tscReceived = tscReceived
            unsafe commit(nil, 0)
            noteHops(orderID, intent)
            approved[count] = leg
            orderIDs[count] = orderID
            count += 1
        }
        // Never an order without a record, whatever the gate was told of the ring's room.
        if overrun.isOn { code = .sendQueueOrEventRoom }
        guard code == .ok, let first = approved[0] else {
            for index in 0..<count {
                closeByProof(ledger.find(orderIDs[index]), .notSent, tells: false)
            }
            return refuseRouted(parent, code)
        }
        acceptRouted(parent, wanted, first, extras)
        // Its owner could not be told: no leg leaves, and the login after the overrun proves it.
        guard !overrun.isOn else { return }
        counters.add(.ordersApproved, 1)
        noteApproval()
        for index in 0..<count {
            guard let leg = approved[index] else { continue }
            let refNum = ledger.order(ledger.find(orderIDs[index])).venueRefNum
            if !sendNew(leg, extras, orderID: orderIDs[index], userRefNum: refNum) {
                closeUnsent(orderIDs[index])
            }
        }
    }

    /// The gate's word on one leg, recorded when it is no.
    private mutating func judgeLeg(_ intent: OrderIntent, _ client: UInt16) -> Verdict {
        let market = marketView(intent)
        let tscDecoded = shim_rdtsc()
        let world = world(for: intent, stale: false)
        var verdict = ledger.decide(intent, market, world, nowNs: nowNs)
        if isKillPending || stopping { verdict.code = .killFirm }
        guard verdict.code != .ok else { return verdict }
        unsafe scratch.pointee = ledger.makeRefusal(verdict, nowNs: nowNs)
        stamp(tscDecoded, shim_rdtsc())
        unsafe scratch.pointee.client = client
        unsafe commit(nil, 0)
        counters.add(.ordersRefused, 1)
        return verdict
    }

    private mutating func openRouted(
        _ wanted: OrderIntent,
        _ clOrdID: ClOrdIDField,
        raw: UnsafeRawPointer,
        rawCount: Int
    ) -> ClOrdID {
        let parent = ledger.nextOrderID(epoch: config.epoch, owner: wanted.owner)
        begin(.parent)
        unsafe scratch.pointee.detail = ParentEvent.opened.rawValue
        fill(wanted)
        unsafe scratch.pointee.orderID = parent
        unsafe scratch.pointee.match = clOrdID.low
        unsafe scratch.pointee.venueOrderRef =
            UInt64(clOrdID.middle) | UInt64(clOrdID.high) << 32
        unsafe commit(raw, rawCount)
        return parent
    }

    private mutating func fill(_ wanted: OrderIntent) {
        unsafe scratch.pointee.flags = wanted.flags
        unsafe scratch.pointee.px = wanted.px
        unsafe scratch.pointee.qty = wanted.qty
        unsafe scratch.pointee.lastPx = wanted.discretionPx
        unsafe scratch.pointee.side = wanted.side
        unsafe scratch.pointee.ordType = wanted.ordType
        unsafe scratch.pointee.timeInForce = wanted.timeInForce
        unsafe scratch.pointee.owner = wanted.owner
        unsafe scratch.pointee.instrument = wanted.instrument
        unsafe scratch.pointee.account = wanted.account
        unsafe scratch.pointee.strategy = wanted.strategy
        unsafe scratch.pointee.client = wanted.client
        unsafe scratch.pointee.clientRefNum = wanted.clientRefNum
    }

    /// `A` under our own reference; a market order's echoes the price its first leg was given.
    private mutating func acceptRouted(
        _ parent: ClOrdID,
        _ wanted: OrderIntent,
        _ first: Approved,
        _ extras: OrderExtras
    ) {
        begin(.parent)
        unsafe scratch.pointee.detail = ParentEvent.accepted.rawValue
        fill(wanted)
        unsafe scratch.pointee.orderID = parent
        let message = OUCH.Accepted(
            timestampNs: ouchNowNs,
            userRefNum: wanted.clientRefNum,
            side: wanted.side,
            quantity: wanted.qty,
            symbol: image.instrument(Int(wanted.instrument)).symbol,
            price: first.intent.px,
            timeInForce: first.intent.timeInForce,
            display: extras.display,
            orderReferenceNumber: parent.counter,
            capacity: extras.capacity,
            interMarketSweep: extras.interMarketSweep,
            crossType: extras.crossType,
            orderState: UInt8(ascii: "L"),
            clOrdID: clOrdID(of: parent.value)
        )
        let count = unsafe message.write(to: reply)
        unsafe commit(nil, 0, answering: wanted.client, replyCount: count)
    }

    /// `J` to the owner of an order none of whose legs went anywhere.
    mutating func refuseRouted(_ parent: ClOrdID, _ code: RiskCode) {
        guard let state = ledger.parent(parent.value), state.state == .opened else { return }
        begin(.parent)
        unsafe scratch.pointee.detail = ParentEvent.refused.rawValue
        unsafe scratch.pointee.orderID = parent
        unsafe scratch.pointee.code = code.rawValue
        unsafe scratch.pointee.client = state.client
        unsafe scratch.pointee.clientRefNum = state.clientRefNum
        var count = 0
        if hasRefusalRoom(state.client) {
            count = composeReject(state.clientRefNum, code.rawValue, clOrdID(of: parent.value))
        }
        unsafe commit(nil, 0, answering: state.client, replyCount: count)
    }

    /// `J` for what routed mode does not do, or has no room for; nothing was opened.
    mutating func refuseOutright(
        _ wanted: OrderIntent,
        _ code: RiskCode,
        _ clOrdID: ClOrdIDField,
        raw: UnsafeRawPointer,
        rawCount: Int
    ) {
        begin(.reject)
        fill(wanted)
        unsafe scratch.pointee.flags.formUnion(.gate)
        unsafe scratch.pointee.code = code.rawValue
        var count = 0
        if hasRefusalRoom(wanted.client) {
            count = composeReject(wanted.clientRefNum, code.rawValue, clOrdID)
        }
        unsafe commit(raw, rawCount, answering: wanted.client, replyCount: count)
        counters.add(.ordersRefused, 1)
    }

    /// Replace and Modify of a routed order: `J` 212, the order stays as it is.
    mutating func refuseChange(
        _ login: Int,
        _ refNum: UInt32,
        _ clOrdID: ClOrdIDField,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) {
        let entry = image.client(login)
        var intent = OrderIntent()
        intent.client = UInt16(login)
        intent.clientRefNum = refNum
        intent.owner = Owner.firstClient + UInt16(login)
        intent.account = entry.account
        intent.strategy = entry.strategy
        intent.flags = [.fromClient, .replace]
        unsafe refuseOutright(intent, .unsupported, clOrdID, raw: bytes, rawCount: count)
    }

    func clOrdID(of parent: UInt64) -> ClOrdIDField {
        guard let state = ledger.parent(parent) else { return .blank }
        return ClOrdIDField(
            low: state.clOrdIDLow,
            middle: UInt32(truncatingIfNeeded: state.clOrdIDHigh),
            high: UInt16(truncatingIfNeeded: state.clOrdIDHigh >> 32)
        )
    }

    /// Displayed sizes that the order reaches, best price first, in whole lots; the rest at the best
    /// venue. What no displayed price meets goes whole to the one venue direct mode would choose.
    private mutating func split(_ wanted: OrderIntent) -> Router.Legs {
        guard let side = Side(rawValue: wanted.side),
            Int(wanted.instrument) < config.instrumentCount
        else { return Router.Legs(route(wanted), wanted.qty) }
        let lot = max(1, image.instrument(Int(wanted.instrument)).lot)
        var legs = Router.Legs()
        var taken: UInt32 = 0
        var rest = wanted.qty.units
        // Each round takes the best venue left: at most as many as there are venues.
        for _ in 0..<config.venueCount where rest > 0 {
            var best = Router.Candidate(venue: noIndex8, opposite: .zero)
            var size: Int64 = 0
            for index in 0..<config.venueCount where taken & (1 << UInt32(index)) == 0 {
                guard unsafe venues[index].state == .open, wanted.mayTrade(at: UInt8(index)),
                    !ledger.venue(UInt8(index)).killed,
                    books.isBelieved(instrument: wanted.instrument, venue: UInt8(index))
                else { continue }
                let top = books.bbo(instrument: wanted.instrument, venue: UInt8(index))
                let opposite = side.isBuy ? top.askPx : top.bidPx
                let candidate = Router.Candidate(venue: UInt8(index), opposite: opposite)
                guard Router.reaches(candidate, wanted, side) else { continue }
                if best.venue == noIndex8 || Router.beats(candidate, best, side: side) {
                    best = candidate
                    size = (side.isBuy ? top.askQty : top.bidQty).units
                }
            }
            guard best.venue != noIndex8 else { break }
            taken |= 1 << UInt32(best.venue)
            let part = min(rest, size / lot * lot)
            guard part > 0 else { continue }
            legs.add(best.venue, OrderQty(units: part))
            rest -= part
        }
        if legs.count == 0 { return Router.Legs(route(wanted), wanted.qty) }
        legs.enlargeFirst(by: OrderQty(units: rest))
        return legs
    }
}
