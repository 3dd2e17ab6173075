import CShims
import Crossing
import Vocabulary
import Wire

/// What operators (through the admin thread) and cold ask. A command is copied out of its ring
/// once and then checked; nothing in it is believed (semantics.md §1.1).
extension Engine {
    enum CommandSource { case admin, cold }

    /// A bounded number of commands from each ring; kills were looked at before.
    mutating func serveCommands() {
        var command = Command()
        var left = EngineConfig.commandsPerTurn
        while left > 0, let asked = mailbox.nextCommand() {
            obey(asked, .admin)
            left -= 1
        }
        left = EngineConfig.commandsPerTurn
        while left > 0, cold.pop(&command) {
            left -= 1
            if passesDoor(command) { obey(command, .cold) }
        }
        stall.commandsDrained = left > 0 && mailbox.commands.count == 0
    }

    private mutating func obey(_ command: Command, _ source: CommandSource) {
        counters.add(.commands, 1)
        askerUID = command.uid
        askerGID = command.gid
        askerIsCold = source == .cold
        defer {
            askerUID = .max
            askerGID = .max
            askerIsCold = false
        }
        var answer = CommandReply()
        answer.id = command.id
        let code =
            isRepeated(command, source)
            ? RiskCode.duplicateID
            : !isAllowed(command, source)
                ? .notPermitted : isTooLate(command) ? .staleCommand : latchAgainst(command)
        guard code == .ok else {
            counters.add(.commandsRefused, 1)
            recordOperator(command, code: code)
            answer.code = code.rawValue
            return send(answer, source)
        }
        guard isObeyedUnrecorded(command.kind) || hasRoomFor(command.kind, source) else {
            counters.add(.commandsRefused, 1)
            answer.code = RiskCode.coldLost.rawValue
            return send(answer, source)
        }
        switch command.kind {
        case .new: commandNew(command, source, &answer)
        case .cancel: commandCancel(command, source, &answer)
        case .replace: commandReplace(command, source, &answer)
        case .kill: kill(command, source, &answer)
        case .massCancel: cancelMany(command, &answer)
        case .arm: arm(command, &answer)
        case .limit: setLimit(command, source, &answer)
        case .trigger, .clearTrigger: setTrigger(command, &answer)
        case .exclude: exclude(command, &answer)
        case .sessionRoll: rollSession(command, &answer)
        case .resolve: resolve(command, &answer)
        case .adjust: adjust(command, &answer)
        case .algo: recordOperator(command, code: .ok, kind: .algo)
        case .stop: stop(command)
        case .hang: hang(command, &answer)
        case .overrideAsk: askOverride(command, &answer)
        case .overrideConfirm: confirmOverride(command, &answer)
        case .refused:
            counters.add(.commandsRefused, 1)
            recordOperator(command, code: .notPermitted)
        case .ping:
            list(command)
            listTriggers(command)
            showLimit(command, &answer)
            if command.detail == Mailbox.pingLatch {
                answer.value = ledger.nextLatch(after: command.value)
            }
        case .none: break
        }
        send(answer, source)
    }

    /// What stops is obeyed also when the ring takes no record of it (semantics.md §3.1).
    private func isObeyedUnrecorded(_ kind: Command.Kind) -> Bool {
        switch kind {
        case .cancel, .kill, .massCancel, .stop, .hang, .ping, .none: true
        default: false
        }
    }

    /// A person's change is several records: in a ring nearly full the last of them would find no room,
    /// and half a change is none. Of a trade the gate says so, in its place.
    private mutating func hasRoomFor(_ kind: Command.Kind, _ source: CommandSource) -> Bool {
        switch kind {
        case .new, .replace: !overrun.isOn
        default: source == .admin ? hasCommandRoom() : !overrun.isOn
        }
    }

    private mutating func send(_ answer: CommandReply, _ source: CommandSource) {
        guard source == .admin else { return }
        var answer = answer
        answer.killEpoch = killObeyed
        answer.liveOrders = UInt32(truncatingIfNeeded: ledger.liveCount)
        // A full reply ring means the admin thread has long stopped waiting.
        _ = mailbox.replies.push(answer)
    }

    /// Cold may trade for the strategies it was granted, tighten, stop and tell; it may never arm,
    /// loosen or resolve (semantics.md §4.3).
    private func isAllowed(_ command: Command, _ source: CommandSource) -> Bool {
        guard source == .cold else { return true }
        // An id that is not of the epoch it claims would make repeats of all that follow.
        guard command.id >> 32 == UInt64(command.coldEpoch) else { return false }
        switch command.kind {
        case .new, .replace:
            guard Int(command.strategy) < config.strategyCount else { return false }
            let rule = image.strategy(Int(command.strategy))
            return rule.coldMay != 0 && rule.account == command.account
                && command.owner == Owner.cold
        case .cancel, .kill, .massCancel, .algo, .limit, .clearTrigger, .ping, .none: return true
        case .arm, .trigger, .resolve, .adjust, .sessionRoll, .stop, .hang, .exclude, .refused,
            .overrideAsk, .overrideConfirm:
            return false
        }
    }

    /// Cold's ids are (epoch, number) and rise: what is at or below the highest recorded, in this
    /// run of hot or any before it, is a repeat, whatever it asks (semantics.md §2.8).
    private func isRepeated(_ command: Command, _ source: CommandSource) -> Bool {
        source == .cold && command.kind != .ping && command.kind != .none
            && command.id <= ledger.firm.coldCommand
    }

    /// One line a live order to the admin thread, then the end mark; bounded by the ring's room.
    private mutating func list(_ command: Command) {
        guard command.detail == Mailbox.pingList else { return }
        var cursor = ledger.walk(.firm)
        var line = OrderLine()
        line.id = command.id
        while mailbox.orderLines.count < mailbox.orderLines.capacity - 1 {
            let slot = ledger.next(&cursor)
            if slot.isNone { break }
            let order = ledger.order(slot)
            line.orderID = order.orderID
            line.px = order.px
            line.qty = order.qty
            line.leavesQty = OrderQty(units: overrun.openQty(slot, order))
            line.cumQty = OrderQty(units: order.cumQty.units &+ overrun.filledQty(slot))
            line.instrument = order.instrument
            line.account = order.account
            line.strategy = order.strategy
            line.side = order.side
            line.status = order.status.rawValue
            line.venue = order.venue
            line.timeInForce = order.timeInForce
            line.ordType = order.ordType
            _ = mailbox.orderLines.push(line)
        }
        line.isEnd = 1
        _ = mailbox.orderLines.push(line)
    }

    /// The limit in force, for whoever asks what the gate decides by.
    private func showLimit(_ command: Command, _ answer: inout CommandReply) {
        guard command.detail == Mailbox.pingLimit else { return }
        guard let field = LimitField(rawValue: UInt32(truncatingIfNeeded: command.value)) else {
            answer.code = RiskCode.notPermitted.rawValue
            return
        }
        let row =
            switch field.row {
            case .instrument: Int(command.instrument)
            case .account: Int(command.account)
            case .strategy: Int(command.strategy)
            case .venue: Int(command.venue)
            case .firm: 0
            }
        if field == .locate, row < config.instrumentCount, command.account != noIndex16 {
            answer.value =
                ledger.unit(account: command.account, instrument: command.instrument).locate
            return
        }
        guard let value = ledger.limit(field, row: row) else {
            answer.code = RiskCode.noLimits.rawValue
            return
        }
        answer.value = value
    }

    private mutating func commandNew(
        _ command: Command,
        _ source: CommandSource,
        _ answer: inout CommandReply
    ) {
        var intent = OrderIntent()
        intent.owner = source == .cold ? Owner.cold : Owner.operator
        intent.client = noIndex16
        intent.account = command.account
        intent.strategy = command.strategy
        intent.instrument = command.instrument
        intent.side = command.side
        intent.qty = command.qty
        intent.px = command.px
        intent.ordType = command.ordType
        intent.timeInForce = command.timeInForce
        intent.venue = command.venue
        intent.parent = command.parent
        intent.parentQty = command.parentQty
        intent.commandID = command.id
        intent.flags = source == .cold ? .fromCold : .fromOperator
        intent.permitted = strategyMay(command.strategy, command.instrument)
        intent.venuesAllowed = strategyVenues(command.strategy)
        let appendage = ClientRules.appendage(of: command)
        intent.supported = ClientRules.supports(command, appendage)
        if Int(command.strategy) < config.strategyCount {
            intent.ownerGroup = image.strategy(Int(command.strategy)).ownerGroup
        }
        var extras = extras(of: intent, appendage)
        extras.display = command.display
        let entered = unsafe enter(
            intent,
            extras,
            raw: nil,
            rawCount: 0,
            clOrdID: .blank,
            stale: isStale(command)
        )
        answer.code = entered.code.rawValue
        answer.orderID = entered.orderID
        answer.venue = entered.venue
        answer.status = entered.code == .ok ? .pendingNew : .rejected
    }

    /// Commands to trade expire; commands to stop never do (semantics.md §2.8).
    private func isStale(_ command: Command) -> Bool {
        command.validUntilNs != 0 && nowNs > command.validUntilNs
    }

    /// Whoever asked for a change has been told that the engine does not answer: it is not made. A
    /// trade's lateness is the gate's to say, in its place.
    private func isTooLate(_ command: Command) -> Bool {
        switch command.kind {
        case .arm, .limit, .trigger, .exclude, .sessionRoll, .resolve, .adjust, .overrideAsk,
            .overrideConfirm:
            isStale(command)
        case .algo: command.letsTrade && isStale(command)
        default: false
        }
    }

    /// A parent let loose behind a kill would trade as soon as that is armed, and no person said so
    /// since: it is refused as its first order would be.
    private func latchAgainst(_ command: Command) -> RiskCode {
        guard command.letsTrade else { return .ok }
        return ledger.latchAgainst(
            account: command.account,
            strategy: command.strategy,
            instrument: command.instrument
        )
    }

    private mutating func commandCancel(
        _ command: Command,
        _ source: CommandSource,
        _ answer: inout CommandReply
    ) {
        let slot = ledger.find(command.orderID)
        guard !slot.isNone else {
            answer.code = RiskCode.orderNotFound.rawValue
            return
        }
        if source == .cold, ledger.order(slot).owner != Owner.cold {
            answer.code = RiskCode.notPermitted.rawValue
            return
        }
        answer.orderID = command.orderID
        let ceiling = OrderQty(units: max(0, command.qty.units))
        guard !ledger.order(slot).ignores(ceiling: ceiling) else {
            answer.status = ledger.order(slot).status
            return recordOperator(command, code: .ok)
        }
        unsafe cancel(
            slot,
            ceiling: ceiling,
            CancelOrigin(
                flags: source == .cold ? .fromCold : .fromOperator,
                commandID: command.id,
                uid: command.uid
            )
        )
        answer.status = ledger.order(slot).status
    }

    private mutating func commandReplace(
        _ command: Command,
        _ source: CommandSource,
        _ answer: inout CommandReply
    ) {
        let slot = ledger.find(command.orderID)
        guard !slot.isNone else {
            answer.code = RiskCode.orderNotFound.rawValue
            return
        }
        let order = ledger.order(slot)
        // A client's order is the client's to change: two hands on one chain lose count of it.
        let isFree = order.client == noIndex16 && ledger.parent(order.parent)?.isRouted != true
        let mine = source == .cold ? order.owner == Owner.cold : isFree
        guard mine else {
            answer.code = RiskCode.notPermitted.rawValue
            return
        }
        var intent = intent(of: slot)
        intent.replacing = slot
        intent.qty = command.qty
        intent.px = command.px
        intent.commandID = command.id
        intent.flags = [.replace, source == .cold ? .fromCold : .fromOperator]
        intent.permitted = true
        intent.supported = true
        // What was not said stays: a hidden order is not brought to light by a new price.
        var extras = OrderExtras()
        extras.display = order.display
        let entered = unsafe replace(
            intent,
            extras,
            raw: nil,
            rawCount: 0,
            clOrdID: .blank,
            stale: isStale(command)
        )
        answer.code = entered.code.rawValue
        answer.orderID = command.orderID
    }

    /// Records an operator's or cold's action with who, from where and why.
    mutating func recordOperator(
        _ command: Command,
        code: RiskCode,
        kind: RecordKind = .operator
    ) {
        begin(kind)
        unsafe scratch.pointee.detail = UInt32(command.kind.rawValue)
        unsafe scratch.pointee.code = code.rawValue
        fillCommand(command)
        commitText(command)
    }

    mutating func fillCommand(_ command: Command) {
        if askerIsCold { unsafe scratch.pointee.flags.insert(.fromCold) }
        unsafe scratch.pointee.uid = command.uid
        unsafe scratch.pointee.gid = command.gid
        // From where: about no order's number, so the field tells the asking process.
        unsafe scratch.pointee.origUserRefNum = command.pid
        unsafe scratch.pointee.commandID = command.id
        unsafe scratch.pointee.instrument = command.instrument
        unsafe scratch.pointee.account = command.account
        unsafe scratch.pointee.strategy = command.strategy
        unsafe scratch.pointee.orderID = command.orderID
        unsafe scratch.pointee.parent = command.parent
        unsafe scratch.pointee.qty = command.qty
        unsafe scratch.pointee.px = command.px
        unsafe scratch.pointee.value = command.value
    }

    /// Commits the scratch record with the command's words as raw bytes.
    @discardableResult
    mutating func commitText(_ command: Command) -> Applied {
        let words = unsafe reply + 512
        unsafe words.storeBytes(of: command.text, as: CommandText.self)
        return unsafe commit(words, min(Int(command.textLength), 127))
    }
}
