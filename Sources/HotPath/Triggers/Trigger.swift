package import Crossing
package import Vocabulary

/// The one reflex of an instrument: take what is displayed when the opposite best crosses `limit`.
///
/// Its owner is the operator who set it, so it outlives cold's death and hot's (semantics.md §3.5):
/// records say when it was set, what it took and what ended it, and recovery makes it anew of them.
/// A kill or a mass cancel by command ends those of its scope, and whoever arms it sets what is wanted
/// again; a refused reflex is not repeated.
package struct Trigger: BitwiseCopyable, Sendable, Equatable {
    package var isSet = false
    package var side: Side = .buy
    package var limit: Price = .zero
    /// Still to be taken.
    package var remaining: OrderQty = .zero
    package var account: UInt16 = 0xFFFF
    package var strategy: UInt16 = 0xFFFF
    package var commandID: UInt64 = 0

    package init() {}

    /// What an `operator` record of a trigger command says: set, or none.
    package init(setBy record: AuditRecord) {
        guard record.detail == UInt32(Command.Kind.trigger.rawValue),
            let side = Side(rawValue: record.side)
        else { return }
        isSet = true
        self.side = side
        limit = record.px
        remaining = record.qty
        account = record.account
        strategy = record.strategy
        commandID = record.commandID
    }

    /// The trigger after a record about an order it gave: taken, refused, or never sent.
    package mutating func note(_ record: AuditRecord) {
        guard isSet, record.owner == Owner.trigger else { return }
        switch record.kind {
        case .new where record.commandID == commandID:
            remaining = OrderQty(units: remaining.units - record.qty.units)
            if remaining.units <= 0 { isSet = false }
        case .reject where record.flags.contains(.gate) && record.commandID == commandID:
            isSet = false
        case .canceled
        where record.flags.contains(.byProof) && record.detail == Proof.notSent.rawValue:
            isSet = false
        default: break
        }
    }

    /// The trigger of `instrument` after a record that takes back all of a scope: a kill that cancels
    /// what lives, or a mass cancel by command. Says whether that ended it.
    @discardableResult
    package mutating func note(takenBack record: AuditRecord, instrument: Int) -> Bool {
        guard isSet, isKilled(record, instrument) || isCanceled(record, instrument) else {
            return false
        }
        self = Trigger()
        return true
    }

    private func isKilled(_ record: AuditRecord, _ instrument: Int) -> Bool {
        guard record.kind == .kill, (RiskCode(rawValue: record.code) ?? .ok).latchCancels else {
            return false
        }
        return switch KillScope(rawValue: UInt8(truncatingIfNeeded: record.detail)) {
        case .firm: true
        case .account: record.account == account
        case .strategy: record.strategy == strategy
        case .symbol: Int(record.instrument) == instrument
        case .venue, nil: false
        }
    }

    /// What a client cancels, by message or by leaving, has no such record and ends none. A trigger
    /// is of no venue: what is canceled at one leaves it.
    private func isCanceled(_ record: AuditRecord, _ instrument: Int) -> Bool {
        guard Trigger.isMassCancel(record), record.venue == noIndex8 else { return false }
        return Engine.CancelFilter(record).takes(
            instrument: UInt16(truncatingIfNeeded: instrument),
            account: account,
            strategy: strategy,
            side: side.rawValue
        )
    }

    package static func isMassCancel(_ record: AuditRecord) -> Bool {
        record.kind == .operator && record.code == RiskCode.ok.rawValue
            && record.detail == UInt32(Command.Kind.massCancel.rawValue)
    }

    /// What to take of `displayed` at `best`, or zero.
    @inline(__always)
    func take(best: Price, displayed: OrderQty) -> OrderQty {
        guard isSet, best.units > 0, displayed.units > 0 else { return .zero }
        let crosses = side.isBuy ? best <= limit : best >= limit
        guard crosses else { return .zero }
        return min(displayed, remaining)
    }
}
