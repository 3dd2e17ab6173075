internal import Crossing
internal import Journal
internal import Vocabulary

/// The end of the demo: fills, prices, cost, latency and the journal's verdict.
struct DemoReport {
    private let system: System
    private let result: DemoResult
    private let story: DayStory
    private let verdict: JournalVerdict

    init(_ system: System, _ result: DemoResult) throws {
        self.system = system
        self.result = result
        story = try DayStory(system.directory, date: nil)
        let day = try JournalOfDay(system.directory, date: nil)
        verdict = try day.check(venueLogs: day.venueLogs, everyVenue: true)
    }

    var isClean: Bool { verdict.isClean && verdict.openOrders == 0 && !story.fills.isEmpty }

    var text: String {
        [
            "", "orders", orders.text, "", "parents", parents, "", "hops of approved orders, ns",
            hops, "", story.text, "", "journal check with the logs of \(verdict.venueLogs) venues",
            verdict.description, "", furtherText,
        ].joined(separator: "\n")
    }

    /// By hand one line each; children of a parent together.
    private var orders: Table {
        var table = Table([
            "who", "symbol", "side", "orders", "qty", "filled", "avg", "arrival", "slip bps",
            "venues",
        ])
        var groups: [(key: String, orders: [DayStory.Order])] = []
        for id in story.sequence {
            guard let order = story.orders[id] else { continue }
            let key = order.new.parent == 0 ? id.description : "parent \(order.new.parent)"
            if let index = groups.firstIndex(where: { $0.key == key }) {
                groups[index].orders.append(order)
            } else {
                groups.append((key, [order]))
            }
        }
        for group in groups { table.add(cells(group.key, group.orders)) }
        return table
    }

    private func cells(_ key: String, _ orders: [DayStory.Order]) -> [String] {
        guard let first = orders.first else { return [] }
        let filled = orders.reduce(0) { $0 + $1.cumQty }
        let paid = orders.reduce(0) { $0 + $1.paid }
        let arrival = first.new.refPx.units
        let side = Side(rawValue: first.new.side)
        var slippage = "-"
        if filled > 0, arrival > 0 {
            let average = Double(paid) / Double(filled)
            let bps = Double(side?.sign ?? 1) * (average - Double(arrival)) / Double(arrival) * 1e4
            slippage = Format.places(bps, 2)
        }
        let venues = Set(orders.map { story.venue($0.new.venue) }).sorted()
        return [
            key, story.symbol(first.new.instrument), side?.description ?? "?", String(orders.count),
            String(orders.reduce(0) { $0 + $1.last.qty.units }), String(filled),
            filled == 0 ? "-" : Format.price(Int64(clamping: paid / Int128(filled))),
            arrival == 0 ? "-" : Format.price(arrival), slippage, venues.joined(separator: " "),
        ]
    }

    private var parents: String {
        let rows = result.report["parents"]?.array ?? []
        guard !rows.isEmpty else { return "cold did not report" }
        let columns = [
            "id", "symbol", "side", "qty", "cumQty", "state", "arrivalTwiceMid", "slippageBps",
            "fees", "totalBps",
        ]
        return ColdTable.table(rows, columns).text
    }

    private var hops: String {
        guard let members = result.report["hops"]?.members, !members.isEmpty else {
            return "cold did not report"
        }
        var table = Table(["hop", "n", "p50", "p90", "p99", "p99.9", "max"])
        let order = [
            "receivedToDecoded", "decodedToDecided", "decidedToRecorded", "recordedToSubmitted",
            "receivedToRecorded", "receivedToSubmitted",
        ]
        for name in order {
            guard let hop = members.first(where: { $0.0 == name })?.1, hop["n"]?.int ?? 0 > 0 else {
                continue
            }
            table.add(
                [name] + ["n", "p50", "p90", "p99", "p999", "max"].map { hop[$0]?.text ?? "-" }
            )
        }
        return table.isEmpty ? "none measured" : table.text
    }

    private var furtherText: String {
        let state = system.directory.path
        let last = story.sequence.last?.description ?? "ID"
        let refusal = story.firstRefusal.map {
            "\n  apus order why \($0) --state \(state)   (the refused one)"
        }
        return """
            state directory: \(state)
            look further:
              apus order why \(last) --state \(state)\(refusal ?? "")
              apus journal print --json --state \(state)
              apus journal check --all-venues --state \(state)
              apus day report --state \(state)
            """
    }
}
