import HotPath
import Vocabulary

/// Worlds with one accident, again and again.
extension Simulation {
    /// Hot dies between the record of an order and its bytes, at each of `orders` orders. After each
    /// restart nothing may be in doubt, at the end every owner has its answer.
    package func recordNotSent(orders: Int) -> Violation? {
        runUntil(nowNs + 300_000_000)
        var tries = 0
        while counts.orders < orders, tries < 20 * orders, laws.violation == nil {
            tries += 1
            stepsDone = tries
            progress?(tries)
            if crash == nil {
                crash = CrashPlan(
                    variant: .clean,
                    part: 255,
                    sent: 0,
                    restartAfterNs: 1_000_000,
                    needsOrder: true
                )
            }
            let before = counts.hotCrashes
            for client in clients { enter(client) }
            runUntil(nowNs + 10_000_000)
            guard counts.hotCrashes > before else { continue }
            runUntil(nowNs + 400_000_000)
            check()
            guard let hot else { continue }
            if hot.engine.ledger.counters.unknownOrders != 0 || hot.engine.ledger.liveCount != 0 {
                laws.fail("REST", "\(hot.engine.ledger.liveCount) orders live after the restart")
            }
        }
        return violation ?? bringToRest()
    }
}
