import CShims
import Crossing
import Vocabulary
import Wire

/// What time alone does, once a millisecond: heartbeats, dead links, the ack watchdog, cold's
/// silence, feed recovery. All bounded.
extension Engine {
    mutating func runTimers() {
        guard nowNs >= timersDueNs else { return }
        timersDueNs = nowNs + EngineConfig.timerTickNs
        for venue in 0..<config.venueCount { venueTimer(venue) }
        for connection in 0..<config.connectionsMax { clientTimer(connection) }
        if overrun.isOn { repeatOverrunCancels() } else { watchAcks() }
        watchCold()
        adoptPages()
        markAgain()
        stopLosers()
        publishStatus()
    }

    private mutating func venueTimer(_ venue: Int) {
        feedTimer(venue)
        let session = unsafe venues[venue]
        guard session.isConnected else { return }
        if nowNs - session.lastReceivedNs > config.heartbeatDeadNs {
            return dropVenue(venue)
        }
        watchReconciling(venue)
        if session.state == .loggingIn || !(unsafe venues[venue].isConnected) { return }
        if session.cancelAllIntent, session.state == .open {
            massCancelIntent(venue)
        }
        inquire(venue)
        if nowNs - session.lastSentNs >= Soup.heartbeatIntervalNs,
            let target = unsafe port.gather(slot: venue, bytes: 3)
        {
            let count = unsafe Soup.writeEmpty(.clientHeartbeat, to: target)
            port.gathered(slot: venue, bytes: count)
            unsafe venues[venue].lastSentNs = nowNs
        }
    }

    /// Cancels that could not be written are written as one mass cancel (semantics.md §2.10).
    private mutating func massCancelIntent(_ venue: Int) {
        unsafe venues[venue].cancelAllIntent = false
        massCancel(venue)
    }

    private mutating func clientTimer(_ connection: Int) {
        let state = unsafe connections[connection]
        guard state.isOpen else { return }
        // Not `canSend`: what was gathered in this very turn is not with the kernel yet.
        if state.closing, port.unsentBytes(slot: SlotMap.firstClient + connection) == 0 {
            return cut(connection, state.parting)
        }
        if state.login == noIndex16 {
            if nowNs - state.openedNs > config.loginTimeoutNs { dropClient(connection, .loginLate) }
            return
        }
        let silent = nowNs - state.lastReceivedNs > config.heartbeatDeadNs
        let unread = nowNs - state.lastProgressNs > EngineConfig.clientStallMaxNs
        if silent { return dropClient(connection, .silent) }
        if unread { return dropClient(connection, .unread) }
        if nowNs - state.lastSentNs >= Soup.heartbeatIntervalNs {
            unsafe writeToClient(connection, 3) { unsafe Soup.writeEmpty(.serverHeartbeat, to: $0) }
        }
    }

    /// An order or cancel the venue has not answered in time: cancels go again up to three times,
    /// then the order is UNKNOWN. A timeout is never a reject (semantics.md §2.9, DESIGN §4).
    private mutating func watchAcks() {
        var left = EngineConfig.watchdogOrdersPerTick
        while left > 0 {
            left -= 1
            let slot = ledger.next(&watchdog)
            guard !slot.isNone else {
                watchdog = ledger.walk(.firm)
                return
            }
            let order = ledger.order(slot)
            guard Int(order.venue) < config.venueCount,
                (unsafe venues[Int(order.venue)].state) == .open
            else { continue }
            let waits = nowNs - order.lastRequestNs > config.ackTimeoutNs
            // A cancel held in a cross is answered when the cross is over, not before.
            guard waits, order.status != .unknown, !order.pending.contains(.held) else { continue }
            let repeats = order.pending.contains(.cancel) && !order.pending.contains(.overtaken)
            if repeats, order.cancelTries < EngineConfig.cancelTriesMax {
                repeatCancel(slot, order)
            } else if order.status == .pendingNew || !order.pending.isEmpty {
                wentSilent(slot, order)
            }
        }
    }

    private mutating func repeatCancel(_ slot: OrderSlot, _ order: Order) {
        // Cancels beyond the venue's rate wait here for their turn.
        guard ledger.hasRoomToCancel(order.venue, nowNs) else { return }
        counters.add(.resentCancels, 1)
        // Never more than was asked: a reduction repeated as a cancel would end the order.
        let ceiling = order.cancelCeiling
        unsafe scratch.pointee = ledger.makeCancelReq(slot, ceiling: ceiling, nowNs: nowNs)
        unsafe commit(nil, 0)
        writeCancel(order, ceiling: ceiling)
    }

    mutating func wentSilent(_ slot: OrderSlot, _ order: Order) {
        begin(.timer)
        fillIdentity(order)
        unsafe scratch.pointee.userRefNum = order.venueRefNum
        unsafe scratch.pointee.detail = OrderTimer.wentSilent.rawValue
        unsafe scratch.pointee.flags = .incident
        unsafe commit(nil, 0)
    }

    /// Cold silent for 2 s: no new orders (111). For 30 s: everything is canceled (semantics §3.5).
    private mutating func watchCold() {
        let change = cold.watch(
            nowNs: nowNs,
            silentNs: config.coldSilentNs,
            deadNs: config.coldDeadNs
        )
        switch change {
        case .none: break
        case .attached:
            audit.attach(consumer: cold.auditCursor)
            telemetry.attach(consumer: cold.telemetryCursor)
            recordColdEvent(.coldAttached, value: cold.silentForNs)
        case .back: recordColdEvent(.coldAttached, value: cold.silentForNs)
        case .silent: recordColdEvent(.coldSilent, value: cold.silentForNs)
        case .dead:
            recordColdEvent(.coldSilent, value: cold.silentForNs)
            for venue in 0..<config.venueCount { massCancel(venue) }
            _ = unsafe cancelAll(.firm, CancelOrigin(flags: .incident))
        }
        if let change = cold.watchJournal(nowNs: nowNs) {
            recordColdEvent(change.event, value: change.value)
        }
    }

    /// The ladder of a ring that fills (semantics.md §3.1): 1 from 75 %, said; 2 from 90 %, no new
    /// orders; 3 below the reserve, everything is canceled while there is room to record it;
    /// 4 completely full, the firm is killed as well, until it is half empty. Each climb is recorded.
    private mutating func watchRing(_ used: Int) {
        if overrun.isOn, used < audit.capacity / 2 { return leaveOverrun() }
        let rung = ringRung(used)
        // The next climb to the reserve cancels again; a ring that swings about it cancels once.
        let isBelow = rung == 0 || used < audit.capacity / 20 * 17
        if rung < ringRungReached, isBelow { ringRungReached = rung }
        guard rung > ringRungReached else { return }
        let cancels = rung >= 3 && ringRungReached < 3
        ringRungReached = rung
        begin(.pressure)
        unsafe scratch.pointee.code = RiskCode.coldLost.rawValue
        unsafe scratch.pointee.detail = UInt32(rung)
        unsafe scratch.pointee.value = Int64(used)
        unsafe commitUrgently(nil, 0)
        if rung == 4 { enterOverrun() }
        guard cancels else { return }
        for venue in 0..<config.venueCount { massCancel(venue) }
        _ = unsafe cancelAll(.firm, CancelOrigin(flags: .incident))
    }

    private func ringRung(_ used: Int) -> UInt8 {
        if overrun.isOn { return 4 }
        let capacity = audit.capacity
        // What all the orders there may be can still bring, and what surrounds them. Settings
        // refuses a ring whose last tenth is smaller; a ring of a test has its last tenth.
        let reserve = min(4 * config.ordersMax + 4_096, capacity / 10)
        if capacity - used < reserve { return 3 }
        if used >= capacity / 10 * 9 { return 2 }
        return used >= capacity / 4 * 3 ? 1 : 0
    }

    private mutating func recordColdEvent(_ event: SessionEvent, value: Int64) {
        begin(.session)
        unsafe scratch.pointee.detail = event.rawValue
        unsafe scratch.pointee.value = value
        unsafe commit(nil, 0)
    }

    private mutating func publishStatus() {
        counters.set(.ordersLive, UInt64(max(0, liveNow)))
        control[HotWord.pressure] = UInt64(ringRungReached)
        counters.set(.ordersUnknown, UInt64(ledger.counters.unknownOrders))
        let used = audit.usedSlots()
        watchRing(used)
        counters.max(.auditSlotsMax, UInt64(used))
        counters.set(.systemCalls, port.systemCallCount)
        let open = isReconciled && firmArmed && !cold.isLost && !stopping
        counters.set(.gateOpen, open ? 1 : 0)
        var up = 0
        for venue in 0..<config.venueCount where unsafe venues[venue].state == .open { up += 1 }
        control[HotWord.gateOpen] = open ? 1 : 0
        mailbox.publish(.gateOpen, open ? 1 : 0)
        mailbox.publish(.liveOrders, Int64(liveNow))
        mailbox.publish(.unknownOrders, Int64(ledger.counters.unknownOrders))
        mailbox.publish(.killed, ledger.firm.latches.contains(.kill) ? 1 : 0)
        mailbox.publish(.killEpoch, Int64(killObeyed))
        mailbox.publish(.auditUsedSlots, Int64(used))
        mailbox.publish(.auditSlots, Int64(audit.capacity))
        mailbox.publish(.venuesUp, Int64(up))
        mailbox.publish(.venuesTotal, Int64(config.venueCount))
        mailbox.publish(.clientsLoggedIn, Int64(clientsLoggedIn))
        mailbox.publish(.coldAgeNs, cold.silentForNs)
        mailbox.publish(.limitsVersion, Int64(ledger.firm.limitsVersion))
    }

    private var clientsLoggedIn: Int {
        var count = 0
        for login in 0..<config.clientCount where (unsafe logins[login].connection) >= 0 {
            count += 1
        }
        return count
    }
}
