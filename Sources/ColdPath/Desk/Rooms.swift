package import ColdCore
import Crossing
package import ExecutionAlgos
package import Monitoring
package import OrderManagement
package import Portfolio
package import Reconciliation
package import RiskWatch
import Vocabulary

/// All rooms of the day. A record goes through every one of them, in one order: live, after a
/// restart and in a replay alike, so what they hold is a function of the records.
package struct Rooms: Sendable {
    package let reference: Reference
    package var orders = OrderManagement()
    package var portfolio: Portfolio
    package var algos: ExecutionAlgos
    package var monitoring = Monitoring()
    package var venues: VenueWatch
    package var reconciliation: Reconciliation
    package var risk: RiskWatch

    package init(reference: Reference) {
        self.reference = reference
        portfolio = Portfolio(reference: reference)
        algos = ExecutionAlgos(reference: reference)
        venues = VenueWatch(reference: reference)
        reconciliation = Reconciliation(reference: reference)
        risk = RiskWatch(reference: reference)
    }

    package mutating func apply(_ record: Record, tscHz: UInt64) {
        guard record.isPlausible else {
            monitoring.sawImplausible()
            return
        }
        orders.apply(record)
        portfolio.apply(record)
        algos.apply(record)
        venues.apply(record)
        reconciliation.apply(record)
        risk.apply(record)
        monitoring.apply(record, tscHz: tscHz)
        if record.kind == .kill || record.kind == .arm {
            monitoring.latched(record, of: scopeName(record))
        }
    }

    /// What a kill or arm is about, as a person would say it.
    private func scopeName(_ record: Record) -> String {
        switch KillScope(rawValue: UInt8(truncatingIfNeeded: record.detail)) {
        case .account: "account \(reference.accountName(record.account))"
        case .strategy: "strategy \(reference.strategyName(record.strategy))"
        case .symbol: "symbol \(reference.symbol(record.instrument))"
        case .venue: "venue \(reference.venueName(record.venue))"
        case .firm, nil: "firm"
        }
    }
}
