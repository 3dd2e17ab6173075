import ColdCore
import Crossing
import Monitoring
import RiskWatch
import Vocabulary

/// What the day adds up to, and what is done about it.
extension Desk {
    func watchRisk(_ time: DeskTime) {
        let isMarked =
            isHotAlive(time)
            && rooms.risk.held.allSatisfy { quotes.twiceMid($0) != nil }
        rooms.risk.look(isMarked: isMarked, nowNs: engineNow(time))
        for (latch, text) in rooms.risk.takeLatches(nowNs: engineNow(time)) {
            switch latch.scope {
            case .firm: outbox.push(.latch(.firm, row: 0, code: latch.code, reason: text))
            case .strategy(let row):
                outbox.push(.latch(.strategy, row: row, code: latch.code, reason: text))
            }
        }
        tellBroken(time)
        tellBusy(time)
        tellCases(time)
    }

    /// At the end also what waits for its second to be over.
    func tellCases(_ time: DeskTime, atEnd: Bool = false) {
        tellRest(time, atEnd: false)
        for found in rooms.risk.takeCases() { tell(found, time) }
        for (pattern, count) in rooms.risk.takeUntold() {
            caseLines.count(pattern.rawValue, count)
        }
        if atEnd { tellRest(time, atEnd: true) }
    }

    private func tellBroken(_ time: DeskTime) {
        var names: Set<String> = []
        for (latch, text) in rooms.risk.broken {
            let name = "risk-\(latch.code.rawValue):\(scopeName(latch.scope))"
            names.insert(name)
            raise(name, .critical, true, "\(scopeName(latch.scope)): \(text)", time)
        }
        clear("risk-", except: names, time)
    }

    private func tellBusy(_ time: DeskTime) {
        var names: Set<String> = []
        for (strategy, count) in rooms.risk.busy {
            let name = "executions-near:\(reference.strategyName(strategy))"
            names.insert(name)
            raise(
                name,
                .warning,
                true,
                "\(reference.strategyName(strategy)): \(count) executions without a human's hand, "
                    + "stopped at \(rooms.risk.policy.executionsMax)",
                time
            )
        }
        clear("executions-near:", except: names, time)
    }

    private func clear(_ prefix: String, except names: Set<String>, _ time: DeskTime) {
        for name in rooms.monitoring.alerts.keys
        where name.hasPrefix(prefix) && !names.contains(name) {
            raise(name, .critical, false, "", time)
        }
    }

    private func scopeName(_ scope: RiskWatch.Scope) -> String {
        switch scope {
        case .firm: "firm"
        case .strategy(let row): reference.strategyName(row)
        }
    }

    /// One line for all that had none, behind its second.
    private func tellRest(_ time: DeskTime, atEnd: Bool) {
        guard let rest = caseLines.takeRest(monotonicNs: time.monotonicNs, atEnd: atEnd) else {
            return
        }
        let counts = rest.sorted { $0.key < $1.key }
        let words = counts.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        rooms.monitoring.log(
            time.nowNs,
            "cases",
            "\(rest.values.reduce(0, +)) more without a line of their own: \(words)",
            .object(counts.map { JSON.Member($0.key, .number($0.value)) })
        )
    }

    /// A line of its own for the file of the case, while the log bears it; the alert stands for the
    /// rest of the day.
    private func tell(_ found: RiskWatch.Case, _ time: DeskTime) {
        let strategy = reference.strategyName(found.strategy)
        let symbol = reference.symbol(found.instrument)
        if caseLines.tells(found.pattern.rawValue, monotonicNs: time.monotonicNs) {
            rooms.monitoring.log(
                time.nowNs,
                "case",
                found.text,
                [
                    "pattern": .string(found.pattern.rawValue), "recordNs": .int(found.t),
                    "strategy": .string(strategy), "symbol": .string(symbol),
                    "account": .string(reference.accountName(found.account)),
                    "orderID": .string("\(found.orderID)"),
                ]
            )
        }
        raise(
            "surveillance-\(found.pattern.rawValue):\(strategy):\(symbol)",
            .warning,
            true,
            "\(strategy) in \(symbol): \(found.text)",
            time
        )
    }
}
