import CShims
import Crossing
import Vocabulary
import Wire

/// Market data in: arbitration, books, quotes page, trigger.
extension Engine {
    @inline(__always)
    mutating func feedPacket(
        _ venue: Int,
        _ line: FeedLine,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) {
        counters.add(.feedPackets, 1)
        unsafe feeds[venue].receive(line: line, bytes, count: count, nowNs: nowNs)
        drainFeed(venue)
        // A day is replayed one packet a request: the next one is due now, not at the next tick.
        if line == .request { timersDueNs = nowNs }
    }

    /// Applies every message the session can deliver in order now.
    @inline(__always)
    mutating func drainFeed(_ venue: Int) {
        let index = UInt8(truncatingIfNeeded: venue)
        let wasTrusted = unsafe !feeds[venue].isGapped && !feeds[venue].isStale
        // A packet ahead of its turn: nothing decided from here on may trust these books.
        if wasTrusted, unsafe feeds[venue].isGapped || feeds[venue].isStale { markFeed(venue) }
        // Before the messages: a session that begins clears the books its messages fill.
        while let event = unsafe feeds[venue].nextEvent() { noteFeed(venue, event) }
        // Bounded: one packet's messages, or what the hold area kept behind a closed gap.
        while let message = unsafe feeds[venue].next() {
            counters.add(.feedMessages, 1)
            let change = unsafe books.apply(
                venue: index,
                message: message.bytes,
                length: message.length,
                tNs: message.tNs,
                seq: message.seq
            )
            guard change.instrument != noIndex16 else { continue }
            if change.bboChanged || change.traded {
                publish(change.instrument, index, traded: change.traded)
            }
            if change.bboChanged { fire(change.instrument, index) }
        }
        while let event = unsafe feeds[venue].nextEvent() { noteFeed(venue, event) }
        markFeed(venue)
    }

    @inline(__always)
    private mutating func markFeed(_ venue: Int) {
        unsafe books.setFeed(
            venue: UInt8(truncatingIfNeeded: venue),
            gapped: feeds[venue].isGapped,
            stale: feeds[venue].isStale
        )
    }

    @inline(__always)
    private mutating func publish(_ instrument: UInt16, _ venue: UInt8, traded: Bool) {
        let line = books.quoteLine(instrument: instrument, venue: venue)
        quotes.write(line, instrument: Int(instrument), venue: Int(venue))
        if traded { tellTrade(line) }
    }

    /// Gap begun, recovered or lost, session begun or silent: recorded, because a decision may
    /// depend on it and feed bytes are not in the journal (semantics.md §1.3).
    @inline(never)
    private mutating func noteFeed(_ venue: Int, _ event: FeedEvent) {
        let index = UInt8(truncatingIfNeeded: venue)
        switch event.kind {
        case .sessionBegan:
            books.removeAll(venue: index)
            begin(.session)
            unsafe scratch.pointee.detail = SessionEvent.feedUp.rawValue
        case .sessionEnded, .silent:
            begin(.session)
            unsafe scratch.pointee.detail = SessionEvent.feedDown.rawValue
        case .contested:
            begin(.session)
            unsafe scratch.pointee.detail = SessionEvent.feedContested.rawValue
        case .alive:
            begin(.session)
            unsafe scratch.pointee.detail = SessionEvent.feedUp.rawValue
        case .gapBegan:
            counters.add(.feedGaps, 1)
            beginGap(event)
        case .gapRecovered:
            counters.add(.feedRecovered, 1)
            beginGap(event)
        case .gapLost:
            counters.add(.feedSkipped, event.missing)
            beginGap(event)
        }
        unsafe scratch.pointee.venue = index
        unsafe scratch.pointee.feedSeq = event.seq
        unsafe commit(nil, 0)
    }

    private mutating func beginGap(_ event: FeedEvent) {
        begin(.gap)
        unsafe scratch.pointee.detail = UInt32(event.kind.rawValue)
        unsafe scratch.pointee.value = Int64(clamping: event.missing)
    }

    /// Once a timer tick: silence, give-ups, and what to ask of the re-request server.
    mutating func feedTimer(_ venue: Int) {
        if let request = unsafe feeds[venue].timer(nowNs: nowNs) {
            let slot = SlotMap.request + venue
            if let target = unsafe port.gather(slot: slot, bytes: Mold.headerLength) {
                port.gathered(slot: slot, bytes: unsafe request.write(to: target))
            }
        }
        drainFeed(venue)
    }

    /// The reflex: take displayed size when the opposite best crosses the trigger's limit.
    @inline(__always)
    mutating func fire(_ instrument: UInt16, _ venue: UInt8) {
        let trigger = unsafe triggers[Int(instrument)]
        // Nor what went by while the engine stood still; the next quote is soon enough.
        guard trigger.isSet, !stall.isDraining, (unsafe venues[Int(venue)].state) == .open,
            strategyVenues(trigger.strategy) & (1 << UInt16(venue)) != 0
        else { return }
        // Prices of a replay or behind a gap are history, not an occasion.
        guard books.isBelieved(instrument: instrument, venue: venue) else { return }
        let quote = books.bbo(instrument: instrument, venue: venue)
        let best = trigger.side.isBuy ? quote.askPx : quote.bidPx
        let displayed = trigger.side.isBuy ? quote.askQty : quote.bidQty
        let qty = trigger.take(best: best, displayed: displayed)
        guard qty.units > 0, !stopping else { return }
        var intent = OrderIntent()
        intent.owner = Owner.trigger
        intent.client = noIndex16
        intent.account = trigger.account
        intent.strategy = trigger.strategy
        intent.ownerGroup = image.strategy(Int(trigger.strategy)).ownerGroup
        intent.instrument = instrument
        intent.side = trigger.side.rawValue
        intent.qty = qty
        intent.px = best
        intent.ordType = OrdType.limit.rawValue
        intent.timeInForce = TimeInForce.immediateOrCancel.rawValue
        intent.venue = venue
        intent.venuesAllowed = strategyVenues(trigger.strategy)
        intent.commandID = trigger.commandID
        intent.flags = .fromTrigger
        // The configuration may be another one than when it was set.
        intent.permitted = strategyMay(trigger.strategy, instrument)
        intent.supported = true
        let entered = unsafe enter(
            intent,
            extras(of: intent),
            raw: nil,
            rawCount: 0,
            clOrdID: .blank
        )
        counters.add(.triggerFires, 1)
        if entered.code == .ok {
            unsafe triggers[Int(instrument)].remaining = trigger.remaining - qty
        }
        // Done, or refused: a refused reflex is not repeated at every quote.
        if entered.code != .ok || (unsafe triggers[Int(instrument)].remaining.units) <= 0 {
            unsafe triggers[Int(instrument)].isSet = false
        }
    }
}
