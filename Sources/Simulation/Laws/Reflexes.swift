import Crossing
import Vocabulary

/// Law L21: an order of a trigger is of one that stands, on its side, no worse than its limit and for
/// no more than is left of it; what is taken back (a kill or mass cancel of its scope, a refusal, an
/// order that never left) fires no more, in this run of hot or any after it.
struct Reflexes {
    private struct Standing {
        var commandID: UInt64
        var side: UInt8
        var limit: Int64
        var left: Int64
        var account: UInt16
        var strategy: UInt16

        var isBuy: Bool { side == Side.buy.rawValue }
    }

    /// By instrument.
    private var standing: [UInt16: Standing] = [:]

    /// Takes one record; what law it breaks, in words.
    mutating func take(_ record: AuditRecord) -> String? {
        switch record.kind {
        case .operator where record.code == 0: asked(record)
        case .kill where RiskCode(rawValue: record.code)?.latchCancels == true: killed(record)
        case .new where record.owner == Owner.trigger: return fired(record)
        case .reject where record.owner == Owner.trigger && record.flags.contains(.gate):
            end(record)
        case .canceled where record.owner == Owner.trigger && record.flags.contains(.byProof):
            if record.detail == Proof.notSent.rawValue { standing[record.instrument] = nil }
        default: break
        }
        return nil
    }

    private mutating func fired(_ record: AuditRecord) -> String? {
        guard var trigger = standing[record.instrument], trigger.commandID == record.commandID
        else { return "an order of a trigger that does not stand" }
        let past = record.px.units - trigger.limit
        guard record.side == trigger.side, record.account == trigger.account,
            record.strategy == trigger.strategy
        else { return "an order of another side or account than its trigger" }
        if trigger.isBuy ? past > 0 : past < 0 { return "its trigger's limit is \(trigger.limit)" }
        trigger.left -= record.qty.units
        if trigger.left < 0 { return "\(-trigger.left) shares more than its trigger has left" }
        standing[record.instrument] = trigger.left > 0 ? trigger : nil
        return nil
    }

    private mutating func end(_ record: AuditRecord) {
        guard standing[record.instrument]?.commandID == record.commandID else { return }
        standing[record.instrument] = nil
    }

    private mutating func asked(_ record: AuditRecord) {
        switch record.detail {
        case UInt32(Command.Kind.trigger.rawValue):
            standing[record.instrument] = Standing(
                commandID: record.commandID,
                side: record.side,
                limit: record.px.units,
                left: record.qty.units,
                account: record.account,
                strategy: record.strategy
            )
        case UInt32(Command.Kind.clearTrigger.rawValue): standing[record.instrument] = nil
        case UInt32(Command.Kind.massCancel.rawValue) where record.venue == noIndex8:
            standing = standing.filter { instrument, trigger in
                let isTaken =
                    (record.instrument == noIndex16 || record.instrument == instrument)
                    && (record.account == noIndex16 || record.account == trigger.account)
                    && (record.strategy == noIndex16 || record.strategy == trigger.strategy)
                    && (record.side == 0 || record.side == trigger.side
                        || (record.side == Side.sell.rawValue && !trigger.isBuy))
                return !isTaken
            }
        default: break
        }
    }

    private mutating func killed(_ record: AuditRecord) {
        standing = standing.filter { instrument, trigger in
            switch KillScope(rawValue: UInt8(truncatingIfNeeded: record.detail)) {
            case .firm: false
            case .account: record.account != trigger.account
            case .strategy: record.strategy != trigger.strategy
            case .symbol: record.instrument != instrument
            case .venue, nil: true
            }
        }
    }
}
