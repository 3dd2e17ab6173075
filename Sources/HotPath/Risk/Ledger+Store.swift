extension Ledger {
    /// Every byte of the state, for a snapshot: copied out of one ledger and into another that was
    /// made of the same image, the other is this one. Rules are the image's and not part of it.
    package mutating func visitState(_ body: StateVisit) {
        unsafe pool.visitState(body)
        unsafe byOrderID.visitState(body)
        unsafe byVenueRef.visitState(body)
        unsafe byClientRef.visitState(body)
        unsafe fills.visitState(body)
        unsafe numbers.visitState(body)
        unsafe duplicates.visitState(body)
        unsafe parentIndex.visitState(body)
        unsafe parentByClientRef.visitState(body)
        unsafe instruments.visit(body)
        unsafe accounts.visit(body)
        unsafe strategies.visit(body)
        unsafe venues.visit(body)
        unsafe clients.visit(body)
        unsafe parents.visit(body)
        unsafe cells.visit(body)
        unsafe unitCells.visit(body)
        unsafe authorities.visit(body)
        unsafe strategyCells.visit(body)
        unsafe executionTimes.visit(body)
        unsafe ownerHeads.visit(body)
        unsafe limits.visitState(body)
        unsafe visit(&liveHead, body)
        unsafe visit(&liveTail, body)
        unsafe visit(&counters, body)
        unsafe visit(&firm, body)
    }
}
