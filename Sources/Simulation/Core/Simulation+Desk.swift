import ColdCore
import Desk
import HotPath
import OrderManagement
import Vocabulary

/// Law L13: what the desk tells its callers is what hot and the venues have. Asked of it as an operator
/// would, in its own words.
extension Simulation {
    private func asked(_ verb: String) -> JSON? {
        cold?.desk.answer(["verb": .string(verb)], uid: 1_000, gid: 1_000, deskTime)
    }

    /// Nothing a record says is true after it may differ from what the desk's own mirror computed.
    func checkMirror() {
        guard let orders = cold?.desk.rooms.orders, orders.counts.breaks != mirrorBreaks else {
            return
        }
        mirrorBreaks = orders.counts.breaks
        guard mirrorBreaks > 0 else { return }
        let last = orders.lastBreak ?? "the desk counts \(mirrorBreaks) breaks"
        // A venue that fills more than there is takes a parent over its total, and the desk says so.
        if profile.has(.nonsense), last.contains("children of parent") { return }
        laws.fail("L13", last)
    }

    /// Once it has read all there is.
    func judgeDesk(_ ledger: borrowing Ledger) {
        checkMirror()
        let orders = asked("status")?["orders"]
        if orders?["open"]?.integer != Int64(ledger.liveCount) {
            laws.fail("L13", "the desk says \(orders?["open"]?.integer ?? -1) orders are open")
        }
        if orders?["fills"]?.integer != Int64(laws.fillCount) {
            laws.fail(
                "L13",
                "the desk says \(orders?["fills"]?.integer ?? -1) fills, recorded are \(laws.fillCount)"
            )
        }
        judgeHoldings(ledger)
    }

    private func judgeHoldings(_ ledger: borrowing Ledger) {
        let names = ["MAIN", "SIDE"]
        var told: [String: Int64] = [:]
        for line in asked("positions")?["positions"]?.list ?? [] {
            let place = "\(line["account"]?.text ?? "?") \(line["symbol"]?.text ?? "?")"
            told[place, default: 0] += line["position"]?.integer ?? 0
        }
        for (row, symbol) in SimImage.symbols.enumerated() {
            for (account, name) in names.enumerated() {
                let place = "\(name) \(symbol)"
                let held = ledger.position(account: UInt16(account), instrument: UInt16(row)).pos
                if told[place, default: 0] != held {
                    laws.fail(
                        "L13",
                        "\(place): the desk says \(told[place, default: 0]), hot has \(held)"
                    )
                }
            }
            let all = told.filter { $0.key.hasSuffix(" " + symbol) }.reduce(0) { $0 + $1.value }
            let held = ledger.instrument(UInt16(row)).pos
            if all != held { laws.fail("L13", "\(symbol): the desk says \(all), hot has \(held)") }
        }
    }
}
