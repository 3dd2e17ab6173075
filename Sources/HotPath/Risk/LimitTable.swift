import Crossing
import Vocabulary

/// Every limit twice: what operators set, and what cold tightened it to. What is in force is the
/// smaller; the tables the gate reads hold only that.
@safe
struct LimitTable: ~Copyable {
    private static var fieldsPerRow: Int { 16 }
    private let rowStarts: (instrument: Int, account: Int, strategy: Int, firm: Int, venue: Int)
    private let rowCounts: (instrument: Int, account: Int, strategy: Int, firm: Int, venue: Int)
    private var byOperator: HotTable<Int64>
    private var byCold: HotTable<Int64>

    init(_ config: LedgerConfig) {
        rowCounts = (
            config.instruments.count, config.accounts.count, config.strategies.count, 1,
            config.venues.count
        )
        rowStarts = (
            0, rowCounts.instrument, rowCounts.instrument + rowCounts.account,
            rowCounts.instrument + rowCounts.account + rowCounts.strategy,
            rowCounts.instrument + rowCounts.account + rowCounts.strategy + 1
        )
        let rows = rowStarts.venue + rowCounts.venue
        byOperator = HotTable(repeating: noLimit, count: rows * Self.fieldsPerRow)
        byCold = HotTable(repeating: noLimit, count: rows * Self.fieldsPerRow)
    }

    /// Where a field of a row lives; -1 when there is no such row.
    private func place(_ field: LimitField, row: Int) -> Int {
        let (start, count) =
            switch field.row {
            case .instrument: (rowStarts.instrument, rowCounts.instrument)
            case .account: (rowStarts.account, rowCounts.account)
            case .strategy: (rowStarts.strategy, rowCounts.strategy)
            case .firm: (rowStarts.firm, rowCounts.firm)
            case .venue: (rowStarts.venue, rowCounts.venue)
            }
        guard row >= 0 && row < count else { return -1 }
        return (start + row) * Self.fieldsPerRow + Int(field.rawValue & 15)
    }

    mutating func visitState(_ body: StateVisit) {
        unsafe byOperator.visit(body)
        unsafe byCold.visit(body)
    }

    /// Both sides of every limit.
    func forEach(_ body: (_ byOperator: Int64, _ byCold: Int64) -> Void) {
        for at in 0..<byOperator.count { body(byOperator[at], byCold[at]) }
    }

    func has(_ field: LimitField, row: Int) -> Bool { place(field, row: row) >= 0 }

    /// Stores a value and returns what is in force now, or `nil` when there is no such row.
    mutating func set(
        _ field: LimitField,
        row: Int,
        to value: Int64,
        byCold fromCold: Bool
    )
        -> Int64?
    {
        let at = place(field, row: row)
        guard at >= 0 else { return nil }
        if fromCold { byCold[at] = value } else { byOperator[at] = value }
        return inForce(byOperator[at], byCold[at])
    }

    /// What is in force, or `nil` when there is no such row.
    func value(_ field: LimitField, row: Int) -> Int64? {
        let at = place(field, row: row)
        return at >= 0 ? inForce(byOperator[at], byCold[at]) : nil
    }

    private func inForce(_ byOperator: Int64, _ byCold: Int64) -> Int64 {
        // Cold cannot give a limit where the operator gave none: absent stays absent.
        byOperator == noLimit || byCold == noLimit ? byOperator : min(byOperator, byCold)
    }
}
