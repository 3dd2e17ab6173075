package import Crossing
package import Vocabulary

/// The gate's answer, with the numbers it was reached by.
package struct Verdict: BitwiseCopyable, Sendable {
    package internal(set) var code: RiskCode = .ok
    /// A replace down to what has executed already: a cancel, allowed whatever the limits say.
    package internal(set) var amountsToCancel = false
    /// Quantity counted against exposure limits.
    package internal(set) var exposureQty: OrderQty = .zero
    package internal(set) var notional: Int64 = 0
    /// The order as it would leave: market orders have become IOC limits, a replace carries its
    /// original's names.
    package internal(set) var intent = OrderIntent()
    package internal(set) var market = MarketView()
    package internal(set) var nowNs: Int64 = 0
    /// The override this order uses up; 0 when nothing stood in its way.
    package internal(set) var token: UInt64 = 0

    init() {}

    package var approved: Approved? { code == .ok ? Approved(self) : nil }
}

/// An order the gate has let through. Nobody else can make one, and the send path takes nothing
/// else, so an unchecked order does not compile.
package struct Approved: BitwiseCopyable, Sendable {
    package let verdict: Verdict
    package var intent: OrderIntent { verdict.intent }

    // In this file only: `Verdict.approved` is the one door.
    fileprivate init(_ verdict: Verdict) { self.verdict = verdict }
}

/// What applying a record did.
package struct Applied: BitwiseCopyable, Sendable {
    package enum Outcome: UInt8, BitwiseCopyable, Sendable {
        /// The state is what the record says.
        case applied
        /// A fill for an order that is over or unknown: the position moved all the same.
        case lateFill
        /// Not a step this protocol allows: counted, nothing changed.
        case illegal
        /// Seen before: nothing changed.
        case duplicate
        /// No such order, trade or row: counted, nothing changed.
        case unknown
    }

    package var outcome: Outcome = .applied
    /// The order concerned; still readable when `ended`.
    package var slot = OrderSlot.none
    package var status: OrdStatus = .vacant
    /// This record ended the order.
    package var ended = false
    /// Something that must not happen did; the record carries the flag too.
    package var incident = false
    /// The venue holds the order for more shares, or at a worse price, than was asked: its symbol
    /// waits for a person (112), and the engine cancels it.
    package var exceeds = false
    /// Breakers this record tripped that were not tripped before.
    package var trips = Trips(rawValue: 0)
    package var latched: Bool { trips.rawValue != 0 }

    package init() {}
}

/// Breakers the ledger trips by itself, with the scope each latches.
package struct Trips: OptionSet, BitwiseCopyable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static var accountLoss: Trips { Trips(rawValue: 1) }
    package static var strategyLoss: Trips { Trips(rawValue: 2) }
    package static var executions: Trips { Trips(rawValue: 4) }
    package static var rejects: Trips { Trips(rawValue: 8) }
    /// A broken trade left the account beyond a limit: toward flat only (108).
    package static var accountBeyond: Trips { Trips(rawValue: 16) }
}

/// Breakers a record tripped whose `kill` records have not been seen: hot ended between the two, or it
/// never tripped them, because the limits it had were others.
package struct UntoldTrips: BitwiseCopyable, Sendable, Equatable {
    package var trips = Trips(rawValue: 0)
    package var account = noIndex16
    package var strategy = noIndex16

    package init() {}

    package init(_ trips: Trips, _ record: AuditRecord) {
        self.trips = trips
        account = record.account
        strategy = record.strategy
    }

    package var isEmpty: Bool { trips.rawValue == 0 }

    /// What of them that `kill` record tells.
    package func told(by record: AuditRecord) -> Trips {
        guard record.kind == .kill, record.detail <= UInt32(UInt8.max) else {
            return Trips(rawValue: 0)
        }
        switch (KillScope(rawValue: UInt8(record.detail)), RiskCode(rawValue: record.code)) {
        case (.account, .lossLimit) where record.account == account: return .accountLoss
        case (.account, .reduceOnly) where record.account == account: return .accountBeyond
        case (.strategy, .lossLimit) where record.strategy == strategy: return .strategyLoss
        case (.strategy, .repeatedExecution) where record.strategy == strategy:
            return .executions
        case (.strategy, .consecutiveRejects) where record.strategy == strategy: return .rejects
        default: return Trips(rawValue: 0)
        }
    }
}
