internal import Crossing
internal import Glibc

/// What cold said at the end of trading, while it still ran.
struct DemoResult {
    var interrupted = false
    /// `report` of cold.sock: parents with their cost, hops, venues, profit.
    var report: JSON = .null
    var coldRestarts = 0
}

/// Trading, from the open gate to nothing open.
struct DemoRun {
    private let system: System
    private let plan: DemoPlan
    private let board: DemoBoard

    init(_ system: System, _ plan: DemoPlan) {
        self.system = system
        self.plan = plan
        board = DemoBoard(system)
    }

    func trade() throws -> DemoResult {
        let trader = DemoTrader(system, try DemoMarket(system), plan)
        var result = DemoResult()
        Console.out("trading")
        let start = Ticks.now
        var seconds = 0.0
        while seconds < plan.seconds {
            if StopSignal.isWanted {
                result.interrupted = true
                break
            }
            seconds = Double(Ticks.now - start) / 1e9
            try system.supervise()
            trader.step(atSeconds: seconds)
            for line in trader.takeNews() { board.say(line) }
            board.show(seconds: seconds, of: plan.seconds)
            if trader.isDone, parentsAreOver(trader), seconds > plan.seconds * 0.7 { break }
            usleep(200_000)
        }
        board.erase()
        drain(trader, interrupted: result.interrupted)
        result.report = (try? cold.ask("report"))?.json ?? .null
        return result
    }

    private var cold: ColdClient { ColdClient(stateDir: system.directory.path) }

    private func parentsAreOver(_ trader: DemoTrader) -> Bool {
        guard let rows = (try? cold.ask("algo.list"))?.json["parents"]?.array else { return false }
        let over: Set = ["filled", "expired", "canceled"]
        return rows.count == trader.parents.count
            && rows.allSatisfy { over.contains($0["state"]?.string ?? "") }
    }

    /// Parents are canceled, then what lives; then everybody's answer is waited for.
    private func drain(_ trader: DemoTrader, interrupted: Bool) {
        Console.out(interrupted ? "interrupted: canceling" : "draining")
        if !parentsAreOver(trader) {
            for id in trader.parents { _ = try? cold.ask("algo.cancel", [("id", .string(id))]) }
        }
        let end = Ticks.now + 8_000_000_000
        var askedNs: Int64 = 0
        while Ticks.now < end {
            let live = system.status()?.liveOrders ?? 0
            if live == 0, interrupted || parentsAreOver(trader) { return }
            if live > 0, Ticks.now - askedNs > 1_000_000_000 {
                askedNs = Ticks.now
                let count = trader.cancelAll()
                Console.out("  canceled \(count) by hand, \(live) live")
            }
            usleep(100_000)
        }
    }
}
