import CShims
import Crossing
import Vocabulary
import Wire

/// Kill, arm, limits and the doors for what software cannot know (semantics.md §2.16, §4).
extension Engine {
    /// A kill is wanted and not yet obeyed: no order byte may be written.
    @inline(__always)
    var isKillPending: Bool { mailbox.killWanted != killObeyed }

    /// Latches the scope, then mass cancel, then individual cancels for what still lives; fills
    /// are read meanwhile. `detail` names a latch other than the kill itself; those that only
    /// refuse new orders cancel nothing. Idempotent.
    mutating func kill(
        _ command: Command,
        _ source: CommandSource,
        _ answer: inout CommandReply
    ) {
        guard let code = latchCode(command), code != .killFirm else {
            recordOperator(command, code: .notPermitted)
            answer.code = RiskCode.notPermitted.rawValue
            obeyEpoch(command, source)
            return
        }
        begin(.kill)
        unsafe scratch.pointee.detail = UInt32(command.scope)
        unsafe scratch.pointee.code = code.rawValue
        fillCommand(command)
        unsafe scratch.pointee.venue = command.venue
        unsafe scratch.pointee.value = Int64(mailbox.killWanted)
        isUrgent = true
        let unwritten = recordsUnwritten
        let applied = commitText(command)
        isUrgent = false
        // Latched: nothing more is encoded. What was goes to the kernel first; the cancels, which
        // may be a thousand, need not be waited for.
        port.flush()
        obeyEpoch(command, source)
        guard applied.outcome == .applied else {
            answer.code = RiskCode.notPermitted.rawValue
            return
        }
        answer.triggersEnded = UInt64(endTriggers())
        // The firm is killed all the same; a narrower latch must be asked for again.
        if recordsUnwritten != unwritten { answer.code = RiskCode.coldLost.rawValue }
        guard code.latchCancels else { return }
        if command.scope == KillScope.firm.rawValue {
            for venue in 0..<config.venueCount { massCancel(venue) }
        }
        if command.scope == KillScope.venue.rawValue {
            setEntry(Int(command.venue), disable: true)
            massCancel(Int(command.venue))
        }
        let isTold =
            command.scope == KillScope.firm.rawValue
            || command.scope == KillScope.venue.rawValue
        let count = cancelAll(orderScope(command), origin(command), afterMassCancel: isTold)
        answer.canceled = UInt32(truncatingIfNeeded: count)
        port.flush()
        var unsent = 0
        for venue in 0..<config.venueCount { unsent += port.unsentBytes(slot: venue) }
        answer.unsentBytes = UInt32(clamping: unsent)
    }

    /// Only the kill the admin thread numbered ends its own wait: cold's kill or an earlier kill
    /// still in the ring must not open the gate before the newest one is latched.
    private mutating func obeyEpoch(_ command: Command, _ source: CommandSource) {
        guard source == .admin, command.value > 0 else { return }
        killObeyed = max(killObeyed, min(mailbox.killWanted, UInt64(command.value)))
        mailbox.obeyKill(epoch: killObeyed)
        counters.set(.killEpochObeyed, killObeyed)
    }

    /// The latch a kill or arm names, 0 for the kill itself (of an arm: everything), 101 for the
    /// kill alone; nil for what is no latch of that scope. 112 is a symbol's; a symbol has no
    /// profit, strategy counts or portfolio, a venue nothing but the kill.
    private func latchCode(_ command: Command) -> RiskCode? {
        guard let code = RiskCode(rawValue: UInt16(truncatingIfNeeded: command.detail)),
            command.detail <= UInt32(UInt16.max), code == .ok || code == .killFirm || code.isLatch
        else { return nil }
        if code == .ok || code == .killFirm { return code }
        switch KillScope(rawValue: command.scope) {
        case .symbol: return code == .reduceOnly || code == .unknownOrderOnSymbol ? code : nil
        case .venue, nil: return nil
        case .firm, .account, .strategy: return code == .unknownOrderOnSymbol ? nil : code
        }
    }

    private func origin(_ command: Command) -> CancelOrigin {
        unsafe CancelOrigin(
            flags: askerIsCold ? .fromCold : .fromOperator,
            commandID: command.id,
            uid: command.uid
        )
    }

    /// Cancels everything the command's names and side take, triggers too, and latches nothing.
    mutating func cancelMany(_ command: Command, _ answer: inout CommandReply) {
        begin(.operator)
        unsafe scratch.pointee.detail = UInt32(command.kind.rawValue)
        fillCommand(command)
        unsafe scratch.pointee.venue = command.venue
        unsafe scratch.pointee.side = command.side
        let filter = unsafe CancelFilter(scratch.pointee)
        let unwritten = recordsUnwritten
        commitText(command)
        // A trigger ends by the record alone, or the next start would bring it back unasked.
        if recordsUnwritten == unwritten { answer.triggersEnded = UInt64(endTriggers()) }
        if filter.isWhole {
            for venue in 0..<config.venueCount
            where filter.venue == noIndex8 || filter.venue == UInt8(venue) {
                massCancel(venue, instrument: filter.instrument)
            }
        }
        let count = cancelAll(
            .firm,
            origin(command),
            filter,
            afterMassCancel: filter.isWhole
        )
        answer.canceled = UInt32(truncatingIfNeeded: count)
        answer.value = Int64(count)
    }

    private func orderScope(_ command: Command) -> LiveScope {
        switch KillScope(rawValue: command.scope) {
        case .account: .account(command.account)
        case .strategy: .strategy(command.strategy)
        case .symbol: .symbol(command.instrument)
        case .venue: .venue(command.venue)
        case .firm, nil: .firm
        }
    }

    /// Re-arms a scope: all its latches, or the one `detail` names.
    mutating func arm(_ command: Command, _ answer: inout CommandReply) {
        guard let code = latchCode(command) else {
            recordOperator(command, code: .notPermitted)
            answer.code = RiskCode.notPermitted.rawValue
            return
        }
        // Re-arming with orders still open needs an explicit override (risk-controls §3); a latch
        // that left them alone does not.
        let live = letsGoOfKill(code, command) ? liveCount(orderScope(command)) : 0
        guard live == 0 || command.value != 0 else {
            recordOperator(command, code: .unknownOrderOnSymbol)
            answer.code = RiskCode.unknownOrderOnSymbol.rawValue
            answer.value = Int64(live)
            return
        }
        begin(.arm)
        unsafe scratch.pointee.detail = UInt32(command.scope)
        unsafe scratch.pointee.code = code.rawValue
        fillCommand(command)
        unsafe scratch.pointee.venue = command.venue
        guard commitText(command).outcome == .applied else {
            answer.code = RiskCode.notPermitted.rawValue
            return
        }
        if command.scope == KillScope.firm.rawValue, code == .ok || code == .killFirm {
            firmArmed = true
        }
        if command.scope == KillScope.venue.rawValue {
            setEntry(Int(command.venue), disable: false)
        }
        // Who is still beyond the loss limit is stopped again before the answer goes out.
        stopLosers()
    }

    /// The arm would let go of a latch that cancels what lives: of that one by name, or of all in a
    /// scope where one stands. Where only others stand nothing was canceled, and nothing is doubtful.
    private func letsGoOfKill(_ code: RiskCode, _ command: Command) -> Bool {
        guard code == .ok || code == .killFirm else { return code.latchCancels }
        guard let scope = KillScope(rawValue: command.scope) else { return true }
        let row =
            switch scope {
            case .firm: 0
            case .account: Int(command.account)
            case .strategy: Int(command.strategy)
            case .symbol: Int(command.instrument)
            case .venue: Int(command.venue)
            }
        if scope == .firm && !firmArmed { return true }
        return code == .ok
            ? ledger.isStopped(scope, row: row) : ledger.isLatched(scope, row, RiskCode.ok.rawValue)
    }

    private func liveCount(_ scope: LiveScope) -> Int {
        var cursor = ledger.walk(scope)
        var count = 0
        while !ledger.next(&cursor).isNone { count += 1 }
        return count
    }

    mutating func setLimit(
        _ command: Command,
        _ source: CommandSource,
        _ answer: inout CommandReply
    ) {
        let field = LimitField(rawValue: command.detail)
        guard let field, source == .admin || field.coldMayTighten else {
            recordOperator(command, code: .notPermitted)
            answer.code = RiskCode.notPermitted.rawValue
            return
        }
        begin(.limit)
        unsafe scratch.pointee.detail = command.detail
        unsafe scratch.pointee.flags = source == .cold ? .fromCold : .fromOperator
        fillCommand(command)
        unsafe scratch.pointee.venue = command.venue
        // A record of a limit is one that is in force: a row that is not there has none.
        guard unsafe ledger.takes(limit: scratch.pointee),
            commitText(command).outcome == .applied
        else {
            recordOperator(command, code: .noLimits)
            answer.code = RiskCode.noLimits.rawValue
            return
        }
        counters.set(.limitsVersion, UInt64(ledger.firm.limitsVersion))
        answer.value = Int64(ledger.firm.limitsVersion)
        answer.recordSeq = unsafe scratch.pointee.commit
    }

    mutating func exclude(_ command: Command, _ answer: inout CommandReply) {
        guard Int(command.venue) < config.venueCount else {
            answer.code = RiskCode.notPermitted.rawValue
            return
        }
        unsafe venues[Int(command.venue)].excluded = command.value == 0
        begin(.operator)
        unsafe scratch.pointee.detail = UInt32(command.kind.rawValue)
        fillCommand(command)
        unsafe scratch.pointee.venue = command.venue
        commitText(command)
    }

    /// A person confirms that a lost session is gone: day orders there are resolved by hand, and
    /// the next login starts blank.
    mutating func rollSession(_ command: Command, _ answer: inout CommandReply) {
        let venue = Int(command.venue)
        guard venue < config.venueCount, unsafe venues[venue].state == .lost else {
            recordOperator(command, code: .notPermitted)
            answer.code = RiskCode.notPermitted.rawValue
            return
        }
        guard isAgreed(command, &answer) else { return }
        recordOperator(command, code: .ok)
        recordSession(venue, .rolled, value: 0, unsafe venues[venue].sessionName)
        let excluded = unsafe venues[venue].excluded
        unsafe venues[venue] = VenueSession()
        unsafe venues[venue].excluded = excluded
        giveBack(venue, .orderly)
    }

    mutating func adjust(_ command: Command, _ answer: inout CommandReply) {
        guard Int(command.instrument) < config.instrumentCount else {
            answer.code = RiskCode.unknownSymbol.rawValue
            return
        }
        let most = EngineConfig.adjustedSharesMax
        guard (-most...most).contains(command.qty.units),
            (.zero...EngineConfig.adjustedPriceMax).contains(command.px)
        else {
            recordOperator(command, code: .arithmeticOverflow)
            answer.code = RiskCode.arithmeticOverflow.rawValue
            return
        }
        guard isAgreed(command, &answer) else { return }
        begin(.adjust)
        fillCommand(command)
        switch commitText(command).outcome {
        case .applied: break
        case .illegal: answer.code = RiskCode.arithmeticOverflow.rawValue
        case .unknown, .duplicate, .lateFill: answer.code = RiskCode.noLimits.rawValue
        }
    }

    /// Stop new orders, cancel; the admin thread waits for the answers, bounded.
    mutating func stop(_ command: Command) {
        stopping = true
        recordOperator(command, code: .ok)
        for venue in 0..<config.venueCount { massCancel(venue) }
        _ = unsafe cancelAll(.firm, CancelOrigin(flags: .fromOperator, commandID: command.id))
    }

    /// The test hook of "crash between record and submit": nothing of this turn has left yet, and
    /// this order's record stands in the ring.
    @inline(never)
    mutating func countDownToCrash() {
        ordersUntilCrash -= 1
        invariant(ordersUntilCrash > 0, "test hook: ends after an order's record, before its bytes")
    }

    /// With a value, the test hook that ends the process at that order from now. Else that of
    /// "the engine hangs": it spins here, hears nothing and lets its heartbeat
    /// age, until the admin thread clears the flag. Refused unless the image allows test hooks.
    mutating func hang(_ command: Command, _ answer: inout CommandReply) {
        guard config.testHooks else {
            answer.code = RiskCode.notPermitted.rawValue
            return
        }
        recordOperator(command, code: .ok)
        guard command.value <= 0 else {
            ordersUntilCrash = command.value
            return
        }
        port.flush()
        _ = mailbox.replies.push(answer)
        while mailbox.isHangWanted { shim_pause() }
    }
}
