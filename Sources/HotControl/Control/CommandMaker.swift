package import Crossing
import HotPath
import Vocabulary

/// A request in names becomes a ``Command`` in indexes. What the gate decides, it leaves to it.
package struct CommandMaker {
    /// A trade asked for by hand and not begun within this is refused with 508 (semantics.md §2.8).
    static let validForNs: Int64 = 250_000_000

    let names: HotNames

    package init(names: HotNames) { self.names = names }

    /// `nowNs` is the engine's time, ns UTC: see ``EngineTime``.
    package func command(
        _ frame: ControlFrame,
        id: UInt64,
        caller: Caller,
        nowNs: Int64
    ) throws(Malformed) -> Command {
        var command = Command()
        command.id = id
        command.uid = caller.uid
        command.gid = caller.gid
        command.pid = UInt32(bitPattern: caller.pid)
        command.owner = Owner.operator
        command.text = frame.text
        command.textLength = UInt8(min(frame.textLength, 127))
        switch frame.verb {
        case .orderNew: try new(frame, nowNs, &command)
        case .orderCancel: try existing(.cancel, frame, &command)
        case .orderReplace:
            try existing(.replace, frame, &command)
            command.px = frame.px
            command.validUntilNs = nowNs + Self.validForNs
        case .resolve: try resolve(frame, &command)
        case .kill: try latch(.kill, frame, &command)
        case .arm:
            try latch(.arm, frame, &command)
            command.value = frame.force == 0 ? 0 : 1
        case .trigger, .clearTrigger: try trigger(frame, &command)
        case .limitSet, .limitShow: try limit(frame, &command)
        case .sessionRoll:
            command.kind = .sessionRoll
            try said("reason", frame)
            command.venue = try wanted(frame.venue)
        case .exclude:
            command.kind = .exclude
            try said("reason", frame)
            command.venue = try wanted(frame.venue)
            command.value = frame.value
        case .adjust: try adjust(frame, &command)
        case .massCancel: try massCancel(frame, &command)
        case .overrideAsk: try askOverride(frame, &command)
        case .overrideConfirm:
            command.kind = .overrideConfirm
            command.value = frame.value
            try said("reason", frame)
        case .stop: command.kind = .stop
        case .hang:
            command.kind = .hang
            command.value = frame.value
        case .orderList:
            command.kind = .ping
            command.detail = Mailbox.pingList
        case .triggerList:
            command.kind = .ping
            command.detail = Mailbox.pingTriggers
            command.value = frame.value
        case .latchShow:
            command.kind = .ping
            command.detail = Mailbox.pingLatch
            command.value = frame.value
        case .status, .hardKill, .none: command.kind = .ping
        }
        if !frame.verb.isDoneAtAnyAge && command.validUntilNs == 0 {
            command.validUntilNs = nowNs + ControlServer.answerWithinNs
        }
        return command
    }

    private func new(
        _ frame: ControlFrame,
        _ nowNs: Int64,
        _ command: inout Command
    ) throws(Malformed) {
        command.kind = .new
        try order(frame, &command)
        command.timeInForce = frame.timeInForce
        command.ordType = frame.ordType
        command.display = frame.display
        command.venue = try names.venue(frame.venue)
        command.validUntilNs = nowNs + Self.validForNs
        command.minQty = try shares(frame.fields.0, "minQty")
        command.maxFloor = try shares(frame.fields.1, "maxFloor")
        command.expireSeconds = try expiry(frame, nowNs)
        command.postOnly = frame.force != 0
    }

    /// A time of the day that is over would end the order as soon as it is accepted.
    private func expiry(_ frame: ControlFrame, _ nowNs: Int64) throws(Malformed) -> UInt32 {
        let seconds = frame.fields.2
        guard (0..<86_400).contains(seconds) else {
            throw Malformed(field: "until", value: "\(seconds)", wanted: "seconds of a day")
        }
        guard frame.timeInForce == TimeInForce.goodTillTime.rawValue else { return UInt32(seconds) }
        let dayNs: Int64 = 86_400_000_000_000
        let intoDay = (nowNs &- names.midnightNs) % dayNs
        let now = (intoDay < 0 ? intoDay + dayNs : intoDay) / 1_000_000_000
        guard seconds > now else {
            throw Malformed(
                field: "until",
                value: Self.timeOfDay(seconds),
                wanted: "after \(Self.timeOfDay(now)), the Eastern time now"
            )
        }
        return UInt32(seconds)
    }

    private static func timeOfDay(_ seconds: Int64) -> String {
        [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            .joined(separator: ":")
    }

    private func shares(_ value: Int64, _ field: StaticString) throws(Malformed) -> Int64 {
        guard (0...1_000_000_000).contains(value) else {
            throw Malformed(field: field, value: "\(value)", wanted: "0 to 1 000 000 000 shares")
        }
        return value
    }

    private func massCancel(_ frame: ControlFrame, _ command: inout Command) throws(Malformed) {
        command.kind = .massCancel
        try said("reason", frame)
        command.instrument = try names.instrument(frame.symbol)
        command.account = try names.account(frame.account)
        command.strategy = try names.strategy(frame.strategy)
        command.venue = try names.venue(frame.venue)
        guard frame.side == 0 || Side(rawValue: frame.side) != nil else {
            throw Malformed(field: "side", value: "\(frame.side)", wanted: "0, B, S, T or E")
        }
        command.side = frame.side
    }

    private func trigger(_ frame: ControlFrame, _ command: inout Command) throws(Malformed) {
        if frame.verb == .clearTrigger {
            command.kind = .clearTrigger
            command.instrument = try wanted(frame.symbol)
            return
        }
        command.kind = .trigger
        try order(frame, &command)
        command.venue = try names.venue(frame.venue)
    }

    /// What an order and a trigger have in common.
    private func order(_ frame: ControlFrame, _ command: inout Command) throws(Malformed) {
        command.instrument = try wanted(frame.symbol)
        let trader = try names.trader(account: frame.account, strategy: frame.strategy)
        command.account = trader.account
        command.strategy = trader.strategy
        guard Side(rawValue: frame.side) != nil else {
            throw Malformed(field: "side", value: "\(frame.side)", wanted: "B, S, T or E")
        }
        command.side = frame.side
        command.px = frame.px
        command.qty = frame.qty
    }

    private func askOverride(_ frame: ControlFrame, _ command: inout Command) throws(Malformed) {
        command.kind = .overrideAsk
        command.instrument = try wanted(frame.symbol)
        command.account = try names.account(frame.account)
        command.strategy = try names.strategy(frame.strategy)
        guard Side(rawValue: frame.side) != nil else {
            throw Malformed(field: "side", value: "\(frame.side)", wanted: "B, S, T or E")
        }
        command.side = frame.side
        command.qty = frame.qty
        command.px = frame.px
        guard frame.qty.units > 0, frame.px.units > 0 else {
            throw Malformed(
                field: "qty, px",
                value: "\(frame.qty.units), \(frame.px.units)",
                wanted: "the most it may be, both above 0"
            )
        }
        guard (1...Authority.longestNs).contains(frame.value) else {
            throw Malformed(field: "time", value: "\(frame.value) ns", wanted: "at most 60 s")
        }
        command.value = frame.value
        try said("reason", frame)
    }

    private func existing(
        _ kind: Command.Kind,
        _ frame: ControlFrame,
        _ command: inout Command
    ) throws(Malformed) {
        guard frame.orderID != .none else {
            throw Malformed(field: "orderID", value: "", wanted: "the id of an order")
        }
        command.kind = kind
        command.orderID = frame.orderID
        command.qty = frame.qty
        command.detail = frame.detail
        command.value = frame.value
    }

    private func resolve(_ frame: ControlFrame, _ command: inout Command) throws(Malformed) {
        try existing(.resolve, frame, &command)
        command.px = frame.px
        let outcome = OrdStatus(rawValue: UInt8(truncatingIfNeeded: frame.detail))
        switch outcome {
        case .filled where frame.value <= 0:
            throw Malformed(field: "filled", value: "\(frame.value)", wanted: "above 0")
        case .rejected where frame.value != 0:
            throw Malformed(field: "filled", value: "\(frame.value)", wanted: "0 when rejected")
        case .filled, .canceled, .rejected: break
        default:
            throw Malformed(
                field: "outcome",
                value: "\(frame.detail)",
                wanted: "filled, canceled or rejected"
            )
        }
        guard frame.value >= 0 else {
            throw Malformed(field: "filled", value: "\(frame.value)", wanted: "0 or more")
        }
        try said("evidence", frame)
    }

    /// A kill or arm: of the scope itself, or of the one latch `detail` names. Never without why.
    private func latch(
        _ kind: Command.Kind,
        _ frame: ControlFrame,
        _ command: inout Command
    ) throws(Malformed) {
        try said("reason", frame)
        try scoped(kind, frame, &command)
        let code = RiskCode(rawValue: UInt16(clamping: frame.detail))
        let isKillItself = frame.detail == 0 || (kind == .arm && code == .killFirm)
        guard isKillItself || code?.isLatch == true else {
            throw Malformed(
                field: "latch",
                value: "\(frame.detail)",
                wanted: "0 or one of 108, 112, 113, 114, 115, 415, 504, 505"
            )
        }
        command.detail = frame.detail
    }

    private func scoped(
        _ kind: Command.Kind,
        _ frame: ControlFrame,
        _ command: inout Command
    ) throws(Malformed) {
        guard let scope = KillScope(rawValue: frame.scope) else {
            throw Malformed(field: "scope", value: "\(frame.scope)", wanted: "0 to 4")
        }
        command.kind = kind
        command.scope = frame.scope
        switch scope {
        case .firm: break
        case .account:
            command.account = try names.account(frame.account)
            try present("account", command.account != noIndex16)
        case .strategy:
            command.strategy = try names.strategy(frame.strategy)
            try present("strategy", command.strategy != noIndex16)
        case .symbol: command.instrument = try wanted(frame.symbol)
        case .venue: command.venue = try wanted(frame.venue)
        }
    }

    private func limit(_ frame: ControlFrame, _ command: inout Command) throws(Malformed) {
        guard let field = LimitField(rawValue: frame.detail) else {
            throw Malformed(
                field: "limit",
                value: "\(frame.detail)",
                wanted: "a limit this build of hot knows; are apus and hot of one build?"
            )
        }
        let isShow = frame.verb == .limitShow
        command.kind = isShow ? .ping : .limit
        command.detail = isShow ? Mailbox.pingLimit : frame.detail
        command.value = isShow ? Int64(frame.detail) : frame.value
        if !isShow { try said("reason", frame) }
        let isOff = frame.value == noLimit || field.isOff(frame.value)
        if !isShow, isOff ? !field.mayBeOff : !field.operatorRange.contains(frame.value) {
            let range = field.operatorRange
            let most = range.upperBound == .max ? "or more" : "to \(range.upperBound)"
            throw Malformed(
                field: "limit",
                value: frame.value == noLimit ? "off" : "\(frame.value)",
                wanted:
                    "\(range.lowerBound) \(most)\(field.mayBeOff ? ", or off" : "; it has no off")"
            )
        }
        if !isShow, frame.value != noLimit { try possible(field, frame.value) }
        switch field.row {
        case .instrument:
            command.instrument = try wanted(frame.symbol)
            // Locates belong to the account's aggregation unit.
            if field == .locate { command.account = try names.account(frame.account) }
        case .account:
            command.account = try names.account(frame.account)
            try present("account", command.account != noIndex16)
        case .strategy:
            command.strategy = try names.strategy(frame.strategy)
            try present("strategy", command.strategy != noIndex16)
        case .venue: command.venue = try wanted(frame.venue)
        case .firm: break
        }
    }

    /// What the configuration left no room for.
    private func possible(_ field: LimitField, _ value: Int64) throws(Malformed) {
        let kept = names.executionsKept
        if field == .executionsMax, value > kept {
            throw Malformed(
                field: "executionsMax",
                value: "\(value)",
                wanted: kept == 0
                    ? "possible: the configuration has it off; a max there is in force at the next start"
                    : "1 to \(kept): the configuration's at start, no more are kept; or off"
            )
        }
        if field.isOfEquity, !names.hasEquity {
            throw Malformed(
                field: "limit",
                value: "\(value)",
                wanted: "possible: the configuration names no drawdown.equity to take a share of"
            )
        }
    }

    private func adjust(_ frame: ControlFrame, _ command: inout Command) throws(Malformed) {
        command.kind = .adjust
        try said("reason", frame)
        command.instrument = try wanted(frame.symbol)
        try present("account", frame.account != .blank)
        command.account = try names.holder(frame.account)
        command.strategy = try names.strategy(frame.strategy)
        let most = EngineConfig.adjustedSharesMax
        guard (-most...most).contains(frame.qty.units) else {
            throw Malformed(
                field: "shares",
                value: "\(frame.qty.units)",
                wanted: "-1 000 000 000 to 1 000 000 000 shares in one adjustment"
            )
        }
        guard (.zero...EngineConfig.adjustedPriceMax).contains(frame.px) else {
            throw Malformed(
                field: "price",
                value: "\(frame.px)",
                wanted: "0 to \(EngineConfig.adjustedPriceMax) a share"
            )
        }
        command.qty = frame.qty
        command.px = frame.px
        command.value = frame.value
    }

    private func wanted(_ symbol: Symbol) throws(Malformed) -> UInt16 {
        let index = try names.instrument(symbol)
        try present("symbol", index != noIndex16)
        return index
    }

    private func wanted(_ venue: Name) throws(Malformed) -> UInt8 {
        let index = try names.venue(venue)
        try present("venue", index != noIndex8)
        return index
    }

    /// Not empty: the journal keeps why.
    private func said(_ field: StaticString, _ frame: ControlFrame) throws(Malformed) {
        guard frame.textLength > 0 else {
            throw Malformed(field: field, value: "", wanted: "a reason: say why, it is recorded")
        }
    }

    private func present(_ field: StaticString, _ isPresent: Bool) throws(Malformed) {
        guard isPresent else {
            throw Malformed(field: field, value: "", wanted: "a name (this verb needs one)")
        }
    }
}
