internal import Vocabulary

/// The live table: redrawn in place on a terminal, one line a second elsewhere.
final class DemoBoard {
    private let system: System
    private var drawn = 0
    private var lastSecond = -1
    private let isTerminal = Console.isTerminal
    private var cold: ColdClient { ColdClient(stateDir: system.directory.path) }

    init(_ system: System) { self.system = system }

    /// Says something above the table, so that it stays.
    func say(_ line: String) {
        erase()
        Console.out("  \(line)")
    }

    func show(seconds: Double, of total: Double) {
        if isTerminal {
            draw(table(seconds, total))
        } else if Int(seconds) != lastSecond, Int(seconds) % 2 == 0 {
            lastSecond = Int(seconds)
            Console.out(line(seconds, total))
        }
    }

    func erase() {
        guard drawn > 0 else { return }
        Console.out("\u{1B}[\(drawn)A\u{1B}[J", terminator: "")
        drawn = 0
    }

    private func draw(_ lines: [String]) {
        erase()
        Console.out(lines.joined(separator: "\n"))
        drawn = lines.count
    }

    private func line(_ seconds: Double, _ total: Double) -> String {
        let status = system.status()
        let parents = (try? cold.ask("algo.list"))?.json["parents"]?.array ?? []
        let progress = parents.map { parent in
            "\(ColdTable.cell("cumQty", parent["cumQty"] ?? .null))/\(ColdTable.cell("qty", parent["qty"] ?? .null))"
        }
        let fills = (try? cold.ask("fills", [("limit", 1)]))?.json["total"]?.int ?? 0
        return "\(Format.places(seconds, 0)) s of \(Format.places(total, 0)): "
            + "\(status?.line ?? "hot does not answer"), \(fills) fills, parents "
            + "\(progress.isEmpty ? "none" : progress.joined(separator: " "))"
    }

    private func table(_ seconds: Double, _ total: Double) -> [String] {
        var lines = ["", line(seconds, total)]
        let positions = (try? cold.ask("positions"))?.json["positions"]?.array ?? []
        let columns = ["account", "symbol", "position", "boughtQty", "soldQty", "fills", "mark"]
        let table = ColdTable.table(positions, columns)
        if !table.isEmpty { lines += table.lines }
        let venues = (try? cold.ask("venues"))?.json["venues"]?.array ?? []
        let more = [
            "venue", "session", "orders", "acks", "fills", "rejects", "cancels", "answerNsP50",
        ]
        if !venues.isEmpty { lines += ColdTable.table(venues, more).lines }
        return lines
    }
}
