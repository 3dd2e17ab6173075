import Crossing
import Vocabulary

extension Ledger {
    /// An `ack` with the `adopted` flag for an order nobody here knows: the host died with its
    /// record, or somebody else trades on our port. It counts in full from now on, in the account
    /// the record names; the engine cancels it at once. The house's, when nobody can claim it: then
    /// its symbol waits for a person (semantics.md §2.1).
    mutating func adopt(_ record: inout AuditRecord) -> Applied {
        let known = Int(record.instrument) < instruments.count
        guard record.flags.contains(.adopted), known, record.qty > .zero else {
            if known { instruments[Int(record.instrument)].blocked = true }
            return outcome(.unknown, incident: true)
        }
        if record.px < .zero || record.px > .ouchLimitMax {
            // No order can have this price; it counts at the highest one that can.
            record.px = .ouchLimitMax
        }
        if record.orderID == .none {
            // The echo was not one of our ids. The record keeps the one given here, so that replay
            // does not give another.
            record.orderID = ClOrdID(firm.lastCounter &+ 1)
        }
        // What the venue has seen must not be used again, neither id nor number.
        if record.orderID.instance == rules.instance {
            firm.lastCounter = max(firm.lastCounter, record.orderID.counter)
        }
        noteUserRefNum(record)
        var applied = begin(&record)
        guard applied.outcome == .applied else { return applied }
        let index = applied.slot.index
        lift(index)
        settle(index, record.flags.contains(.dead) ? .canceled : .new, &applied)
        fillIn(&record, &applied, index)
        return applied
    }
}
