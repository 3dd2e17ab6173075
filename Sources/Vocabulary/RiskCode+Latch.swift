/// Which codes a kill can latch beside the kill itself, and what each of them does to what lives.
extension RiskCode {
    /// A latch with a code of its own: reduce-only, reconcile break, loss, drawdown, repeated
    /// execution, portfolio, order-to-trade ratio, consecutive rejects (risk-controls.md §2).
    @inlinable public var isLatch: Bool {
        switch self {
        case .reduceOnly, .unknownOrderOnSymbol, .lossLimit, .rapidDrawdown, .repeatedExecution,
            .portfolioLimit, .orderToTradeRatio, .consecutiveRejects:
            true
        default: false
        }
    }

    /// The kill itself, loss and drawdown cancel what lives in their scope; the rest only refuse
    /// new orders.
    @inlinable public var latchCancels: Bool {
        switch self {
        case .ok, .killFirm, .killAccount, .killStrategy, .lossLimit, .rapidDrawdown: true
        default: false
        }
    }
}
