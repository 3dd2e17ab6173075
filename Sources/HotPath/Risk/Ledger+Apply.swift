package import Crossing

extension Ledger {
    /// The only mutation: makes true what the record says, and writes into it what is true after
    /// (status, leavesQty, cumQty, flags).
    package mutating func apply(_ record: inout AuditRecord) -> Applied {
        Applied()
    }
}
