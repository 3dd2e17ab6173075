import Crossing
import Vocabulary

/// What one person may not do alone (risk-controls.md §3, semantics.md §2.16).
extension Engine {
    /// One order past a hard block, asked for: symbol, side, most shares, most aggressive price and
    /// a time of at most a minute. `answer.value` is the token another person has to confirm.
    mutating func askOverride(_ command: Command, _ answer: inout CommandReply) {
        let token = ledger.nextToken(nowNs: nowNs)
        let isWhole =
            Int(command.instrument) < config.instrumentCount && Side(rawValue: command.side) != nil
            && command.qty.units > 0 && command.px.units > 0
            && (1...Authority.longestNs).contains(command.value)
        let code: RiskCode = !isWhole ? .unsupported : token == 0 ? .poolOrIDSpace : .ok
        begin(.operator)
        unsafe scratch.pointee.detail = UInt32(Command.Kind.overrideAsk.rawValue)
        unsafe scratch.pointee.code = code.rawValue
        unsafe scratch.pointee.reason = Command.Kind.new.rawValue
        fillCommand(command)
        unsafe scratch.pointee.side = command.side
        unsafe scratch.pointee.match = token
        unsafe scratch.pointee.value = nowNs &+ max(0, min(command.value, Authority.longestNs))
        commitText(command)
        answer.code = code.rawValue
        answer.value = Int64(token)
    }

    /// The second person's word on an override; from now on one order may use it.
    mutating func confirmOverride(_ command: Command, _ answer: inout CommandReply) {
        let token = UInt64(max(0, command.value))
        var code = ledger.mayAgree(token, uid: command.uid, nowNs: nowNs)
        if code == .ok, ledger.authority(token)?.act != .new { code = .orderNotFound }
        recordAgreement(command, token: token, code)
        answer.code = code.rawValue
        answer.value = Int64(token)
    }

    /// True when `command` may be done now: its kind needs no second person, or this is the second
    /// one and says what the first said. The first one's words are kept for a minute.
    mutating func isAgreed(_ command: Command, _ answer: inout CommandReply) -> Bool {
        guard config.twoPersons.contains(command.kind) else { return true }
        let wanted = authority(of: command)
        var token = ledger.openRequest(wanted, nowNs: nowNs)
        if token != 0 {
            let code = ledger.mayAgree(token, uid: command.uid, nowNs: nowNs)
            recordAgreement(command, token: token, code)
            answer.code = code.rawValue
            return code == .ok
        }
        token = ledger.nextToken(nowNs: nowNs)
        let code: RiskCode = token == 0 ? .poolOrIDSpace : .ok
        begin(.operator)
        unsafe scratch.pointee.detail = UInt32(Command.Kind.overrideAsk.rawValue)
        unsafe scratch.pointee.code = code.rawValue
        unsafe scratch.pointee.reason = command.kind.rawValue
        fillCommand(command)
        unsafe scratch.pointee.venue = command.venue
        unsafe scratch.pointee.status = OrdStatus(rawValue: wanted.outcome) ?? .vacant
        unsafe scratch.pointee.match = token
        commitText(command)
        answer.code = code.rawValue
        answer.value = CommandReply.awaitsSecondPerson
        return false
    }

    private func authority(of command: Command) -> Authority {
        var wanted = Authority()
        wanted.act = command.kind
        wanted.orderID = command.orderID
        wanted.instrument = command.instrument
        wanted.account = command.account
        wanted.strategy = command.strategy
        wanted.venue = command.venue
        wanted.qty = command.qty
        wanted.px = command.px
        wanted.value = command.value
        if command.kind == .resolve { wanted.outcome = UInt8(truncatingIfNeeded: command.detail) }
        return wanted
    }

    private mutating func recordAgreement(_ command: Command, token: UInt64, _ code: RiskCode) {
        begin(.operator)
        unsafe scratch.pointee.detail = UInt32(Command.Kind.overrideConfirm.rawValue)
        unsafe scratch.pointee.code = code.rawValue
        unsafe scratch.pointee.reason = command.kind.rawValue
        fillCommand(command)
        unsafe scratch.pointee.match = token
        commitText(command)
    }
}
