import Crossing
import Vocabulary

/// Breakers that trip by themselves. `apply` has latched them with the record that tripped them,
/// so a crash in between leaves them latched; here it is said, and what lives is canceled.
extension Engine {
    /// One `kill` record a breaker, naming code and scope. Loss cancels the scope (113); repeated
    /// execution and rejects in a row only stop the strategy (115, 505).
    @inline(never)
    mutating func trip(_ trips: Trips) {
        let account = unsafe scratch.pointee.account
        let strategy = unsafe scratch.pointee.strategy
        if trips.contains(.accountLoss) { tell(.account, .lossLimit, account, strategy) }
        if trips.contains(.strategyLoss) { tell(.strategy, .lossLimit, account, strategy) }
        if trips.contains(.executions) { tell(.strategy, .repeatedExecution, account, strategy) }
        if trips.contains(.rejects) { tell(.strategy, .consecutiveRejects, account, strategy) }
        if trips.contains(.accountBeyond) { tell(.account, .reduceOnly, account, strategy) }
    }

    /// Records the stop, and cancels what lives where the code asks for it.
    mutating func tell(
        _ scope: KillScope,
        _ code: RiskCode,
        _ account: UInt16,
        _ strategy: UInt16
    ) {
        begin(.kill)
        unsafe scratch.pointee.detail = UInt32(scope.rawValue)
        unsafe scratch.pointee.code = code.rawValue
        unsafe scratch.pointee.account = account
        unsafe scratch.pointee.strategy = strategy
        unsafe scratch.pointee.flags = .incident
        unsafe commit(nil, 0)
        endTriggers()
        guard code.latchCancels else { return }
        let live: LiveScope = scope == .account ? .account(account) : .strategy(strategy)
        _ = unsafe cancelAll(live, CancelOrigin(flags: .incident))
    }
}
