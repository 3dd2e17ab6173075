package import Vocabulary

extension Ledger {
    /// The one gate. Pure: reads, never changes; the first failing check of risk-controls.md §4
    /// wins.
    package borrowing func decide(
        _ intent: OrderIntent,
        _ market: MarketView,
        _ world: GateWorld,
        nowNs: Int64
    ) -> Verdict {
        var verdict = Verdict()
        verdict.intent = intent
        verdict.market = market
        verdict.nowNs = nowNs
        return verdict
    }

    /// Cancels pass every control but one: the order must be there (213).
    package func decideCancel(_ slot: OrderSlot) -> RiskCode {
        pool.holds(slot) && pool[slot.index].isLive ? .ok : .orderNotFound
    }
}
