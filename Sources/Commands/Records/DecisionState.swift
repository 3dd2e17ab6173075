internal import Crossing
internal import HotPath
internal import Journal
internal import Recovery
internal import Vocabulary

/// What the gate decided one record on, besides the market: the state that all records before it make
/// of that day's configuration, as hot's own start would make it.
struct DecisionState {
    /// Position, open quantities and orders, of the decision's account and symbol.
    let counters: String
    /// "    AAPL maxOrderQty 5000", one a limit in force.
    let limits: [String]

    /// - Throws: 65 when the configuration is lost or the records do not replay.
    init(
        _ directory: StateDirectory,
        _ tradingDate: UInt32,
        of decision: AuditRecord,
        at sequence: UInt64
    ) throws {
        let image = try DayImages.load(directory, tradingDate, at: sequence)
        var recovery = Recovery(image: image.view)
        do {
            var reader = try JournalReader(journal: directory.journal, tradingDate: tradingDate)
            try recovery.readJournal(&reader, upTo: sequence - 1)
        } catch {
            recovery.discard()
            throw Failure(.badInput, "\(error)")
        }
        counters = Self.counters(recovery.ledger, decision)
        limits = Self.limits(recovery.ledger, image.view, decision)
        recovery.discard()
    }

    private static func counters(_ ledger: borrowing Ledger, _ decision: AuditRecord) -> String {
        guard Int(decision.instrument) < ledger.instrumentCount else { return "of no symbol" }
        let cell = ledger.position(account: decision.account, instrument: decision.instrument)
        let account = ledger.account(decision.account)
        return "position \(cell.pos), open buys \(cell.openBuy), open sells \(cell.openSell), "
            + "live orders of the account \(account.openOrders)"
    }

    private static func limits(
        _ ledger: borrowing Ledger,
        _ image: HotImageView,
        _ decision: AuditRecord
    ) -> [String] {
        let rows: [(LimitName.Row, UInt16, String?)] = [
            (
                .symbol, decision.instrument,
                Int(decision.instrument) < image.instrumentCount
                    ? image.instrument(Int(decision.instrument)).symbol.description : nil
            ),
            (
                .account, decision.account,
                Int(decision.account) < image.accountCount
                    ? image.account(Int(decision.account)).name.description : nil
            ),
            (
                .strategy, decision.strategy,
                Int(decision.strategy) < image.strategyCount
                    ? image.strategy(Int(decision.strategy)).name.description : nil
            ),
            (.firm, 0, "firm"),
        ]
        let configured = LimitRows.all(image)
        var lines: [String] = []
        for (kind, row, name) in rows {
            guard let name else { continue }
            for known in LimitName.all where known.row == kind {
                guard
                    let first = configured.first(where: { $0.of == name && $0.field == known.name }
                    ),
                    let value = value(ledger, known, row, decision)
                else { continue }
                let note =
                    known.name == "locate"
                    ? " left" : value == first.value ? "" : ", changed while running"
                lines.append("    \(name) \(known.name) \(known.text(value))\(note)")
            }
        }
        return lines
    }

    /// In force; of a locate what was left of it.
    private static func value(
        _ ledger: borrowing Ledger,
        _ known: LimitName,
        _ row: UInt16,
        _ decision: AuditRecord
    ) -> Int64? {
        guard let field = LimitField(rawValue: known.raw) else { return nil }
        guard field == .locate else { return ledger.limit(field, row: Int(row)) }
        return ledger.unit(account: decision.account, instrument: row).locate
    }
}
