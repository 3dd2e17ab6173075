import Crossing
package import Vocabulary

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
        if record.orderID.instance == rules.instance, !mayHaveGiven(record.orderID) {
            disown(&record)
        }
        if record.orderID == .none {
            guard hasCounter else {
                instruments[Int(record.instrument)].blocked = true
                return outcome(.unknown, incident: true)
            }
            // The echo was not one of our ids. The record keeps the one given here, so that replay
            // does not give another.
            record.orderID = nextOrderID(epoch: 0, owner: Owner.house)
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

    /// Whether an id of our instance that we do not remember can be one of ours.
    ///
    /// An order leaves after its record stands in the ring, and what the journal may miss is the ring
    /// of a region lost: its counter is beyond the highest recorded by no more than a ring has slots.
    /// Further ahead is a venue's error or lie: believed, it would use up the day's ids at once.
    package func mayHaveGiven(_ orderID: ClOrdID) -> Bool {
        orderID == .none || orderID.counter <= firm.lastCounter &+ rules.countersLost
    }

    /// An id we never gave names nobody: its order is the house's, under an id given now.
    private func disown(_ record: inout AuditRecord) {
        record.orderID = .none
        record.owner = Owner.house
        record.account = noIndex16
        record.strategy = noIndex16
        record.client = noIndex16
    }
}
