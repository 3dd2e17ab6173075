import Crossing
import Vocabulary

/// What cold watches over the whole day and hot cannot see in one order (risk-controls.md §2,
/// controls 25–27, 34). 0 switches a rule off.
package struct RiskPolicy: Equatable, Sendable {
    /// Messages (new, cancel, replace) a fill may cost a strategy in one symbol; judged only from
    /// `orderToTradeFrom` messages on.
    package var orderToTradeMax: Int64 = 0
    package var orderToTradeFrom: Int64 = 0
    /// Equity of the firm at the start of the day, price units.
    package var equity: Int64 = 0
    package var dailyBps: Int64 = 0
    package var rapidBps: Int64 = 0
    package var windowNs: Int64 = 0
    /// A held position without a mark for this long closes the firm to new risk.
    package var markAgeNs: Int64 = 0
    /// Herfindahl index of gross weights, in points of 10 000; judged above `concentrationFrom`.
    package var concentrationMax: Int64 = 0
    package var concentrationFrom: Int64 = 0
    /// Gross over equity, in thousandths.
    package var leverageMaxMilli: Int64 = 0
    /// Executions of a strategy within the window; hot stops it at this, cold tells from 80 % on.
    package var executionsMax: Int64 = 0
    package var executionsWindowNs: Int64 = 0
    package var executionsKept: Int64 = 0

    package init() {}
}

extension RiskPolicy {
    /// An operator's limit while running, as hot's ledger took or refused it.
    ///
    /// - Returns: `true` when it is one of these and in force.
    package mutating func set(_ record: Record) -> Bool {
        guard record.kind == .limit, let field = LimitField(rawValue: record.detail),
            field.isPossible(record.value), !field.isOfEquity || equity > 0
        else { return false }
        let inForce = record.value == noLimit ? 0 : record.value
        switch field {
        case .orderToTradeMax: orderToTradeMax = inForce
        case .orderToTradeFrom: orderToTradeFrom = inForce
        case .drawdownDailyBps: dailyBps = inForce
        case .drawdownRapidBps: rapidBps = inForce
        case .markAgeNs: markAgeNs = inForce
        case .concentrationMax: concentrationMax = inForce
        case .concentrationFrom: concentrationFrom = inForce
        case .leverageMaxMilli: leverageMaxMilli = inForce
        // Hot counts no more than the configuration keeps room for.
        case .executionsMax where inForce <= executionsKept: executionsMax = inForce
        case .executionsWindowNs: executionsWindowNs = max(0, inForce)
        default: return false
        }
        return true
    }
}
