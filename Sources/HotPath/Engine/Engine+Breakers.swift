import Crossing
import Vocabulary

/// Breakers that trip by themselves. `apply` has latched them with the record that tripped them; here
/// it is said, at once, and what lives is canceled. A latch without its `kill` record is none to a
/// later start: it may be another configuration's limit that the old records are beyond. Only the very
/// last record may lack it, because hot ended in between; then the next start says it.
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
        recordStop(scope, code, account, strategy)
        guard code.latchCancels else { return }
        let live: LiveScope = scope == .account ? .account(account) : .strategy(strategy)
        _ = unsafe cancelAll(live, CancelOrigin(flags: .incident))
    }

    /// Before `engineStarted`; the mass cancel that is the first message of each session cancels.
    mutating func tellUntold() {
        let (account, strategy) = (untold.account, untold.strategy)
        if untold.trips.contains(.accountLoss) {
            recordStop(.account, .lossLimit, account, strategy)
        }
        if untold.trips.contains(.strategyLoss) {
            recordStop(.strategy, .lossLimit, account, strategy)
        }
        if untold.trips.contains(.executions) {
            recordStop(.strategy, .repeatedExecution, account, strategy)
        }
        if untold.trips.contains(.rejects) {
            recordStop(.strategy, .consecutiveRejects, account, strategy)
        }
        if untold.trips.contains(.accountBeyond) {
            recordStop(.account, .reduceOnly, account, strategy)
        }
    }

    /// Into the room that is kept for kills.
    private mutating func recordStop(
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
        unsafe commitUrgently(nil, 0)
        endTriggers()
    }
}
