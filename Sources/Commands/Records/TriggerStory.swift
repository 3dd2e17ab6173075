internal import Crossing
internal import HotPath
internal import Journal
internal import Vocabulary

/// What became of each trigger of a day, out of its records: set, what it asked for and got, and what ended it.
///
/// Which record ends one is not said here: what a restarted hot takes from the records is asked.
final class TriggerStory {
    struct Life {
        /// The operator's record that set it.
        let set: AuditRecord
        var asked: Int64 = 0
        var filled: Int64 = 0
        var orders = 0
        /// The record that ended it; nil while it stands.
        var end: AuditRecord?
    }

    private(set) var lives: [Life] = []
    /// Places in `lives` of those that stand, by instrument.
    private var standing: [UInt16: Int] = [:]
    /// The place of the trigger that gave each order.
    private var giver: [ClOrdID: Int] = [:]
    private let restored = RestoredSessions()

    deinit { restored.deallocate() }

    func add(_ record: AuditRecord) {
        restored.note(record)
        let place = standing[record.instrument]
        if let place, record.kind == .new, record.owner == Owner.trigger {
            lives[place].asked &+= record.qty.units
            lives[place].orders += 1
            giver[record.orderID] = place
        }
        if record.kind == .fill, !record.flags.contains(.duplicate),
            let place = giver[record.orderID]
        {
            lives[place].filled &+= record.lastQty.units
        }
        for (row, place) in standing where !stands(row, lives[place].set) {
            lives[place].end = record
            standing[row] = nil
        }
        if isSetting(record), restored.trigger(Int(record.instrument)).isSet {
            standing[record.instrument] = lives.count
            lives.append(Life(set: record))
        }
    }

    /// The trigger that gave the order of `record`, as it was before that record.
    func giver(of record: AuditRecord) -> Life? {
        guard record.owner == Owner.trigger else { return nil }
        return lives.last { $0.set.commandID == record.commandID }
    }

    private func stands(_ row: UInt16, _ set: AuditRecord) -> Bool {
        let trigger = restored.trigger(Int(row))
        return trigger.isSet && trigger.commandID == set.commandID
    }

    private func isSetting(_ record: AuditRecord) -> Bool {
        record.kind == .operator && record.code == RiskCode.ok.rawValue
            && record.detail == UInt32(Command.Kind.trigger.rawValue)
    }
}

extension TriggerStory.Life {
    /// "buy 700 AAPL at 99.995 or better, account MAIN, strategy HAND, set 14:30:00.000 by uid 1000".
    func terms(_ names: JournalNames) -> String {
        "\(side) \(set.qty.units) \(names.symbol(set.instrument)) at "
            + "\(Format.price(set.px.units)) or better, account \(names.account(set.account)), "
            + "strategy \(names.strategy(set.strategy)), set \(Format.time(set.t))\(by(set))"
    }

    func text(_ names: JournalNames) -> String {
        let took =
            orders == 0
            ? "asked for nothing" : "asked for \(asked) in \(orders) orders, \(filled) filled"
        return "trigger \(terms(names)); \(took); \(ending(names))"
    }

    /// What ended it, in words.
    func ending(_ names: JournalNames) -> String {
        guard let end else { return "stands" }
        return "ended \(Format.time(end.t)): \(why(end, names))"
    }

    private func why(_ end: AuditRecord, _ names: JournalNames) -> String {
        switch end.kind {
        case .new: return "all asked for"
        case .reject:
            let meaning = RiskCode(rawValue: end.code)?.meaning ?? "?"
            return "its order was refused with \(end.code): \(meaning)"
        case .canceled: return "its order was never sent"
        case .kill:
            let latch = RiskCode(rawValue: end.code) ?? .ok
            let what = latch == .ok ? "kill" : "\(end.code) \(latch.meaning)"
            return "\(what) of \(names.scope(end))\(by(end))"
        default: break
        }
        switch Command.Kind(rawValue: UInt8(truncatingIfNeeded: end.detail)) {
        case .massCancel: return "mass cancel\(by(end))"
        case .trigger: return "replaced by another\(by(end))"
        default: return "cleared\(by(end))"
        }
    }

    /// As it was asked for.
    private var side: String {
        switch Side(rawValue: set.side) {
        case .buy: "buy"
        case .sell: "sell"
        case .sellShort: "short"
        case .sellShortExempt: "exempt"
        case nil: "?"
        }
    }

    private func by(_ record: AuditRecord) -> String {
        if record.flags.contains(.fromCold) { return " by cold" }
        return record.uid == UInt32.max ? " by hot itself" : " by uid \(record.uid)"
    }
}

extension JournalNames {
    fileprivate func symbol(_ row: UInt16) -> String { text(row, symbols) }
    fileprivate func account(_ row: UInt16) -> String { text(row, accounts) }
    fileprivate func strategy(_ row: UInt16) -> String { text(row, strategies) }

    /// Whom a `kill` record names.
    fileprivate func scope(_ record: AuditRecord) -> String {
        switch KillScope(rawValue: UInt8(truncatingIfNeeded: record.detail)) {
        case .account: "account \(account(record.account))"
        case .strategy: "strategy \(strategy(record.strategy))"
        case .symbol: "symbol \(symbol(record.instrument))"
        case .venue: "venue \(venue(record.venue))"
        case .firm, nil: "firm"
        }
    }

    private func text(_ row: UInt16, _ table: [String]) -> String {
        name(Int(row), in: table, absent: Int(noIndex16)) ?? "-"
    }
}
