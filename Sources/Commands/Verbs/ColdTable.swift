/// A table of whatever objects cold answers: columns are their keys. Prices and sums (keys that end
/// in Px, px, or name money) are shown as decimals; `--json` prints the answer as it came.
enum ColdTable {
    static func print(
        _ state: StateOptions,
        _ output: OutputOptions,
        verb: String,
        _ arguments: [(String, JSON)] = [],
        rows: String
    ) throws {
        let answer = try state.cold.ask(verb, arguments)
        Console.out(output.json ? answer.text : text(answer, rows: rows))
    }

    static func text(_ answer: JSON, rows key: String? = nil) -> String {
        if let key, let rows = answer[key]?.array { return table(rows) }
        if let rows = answer.array { return table(rows) }
        return (answer.members ?? []).map { name, value in
            if let rows = value.array, rows.first?.members != nil {
                return "\(name)\n\(table(rows))"
            }
            return "\(name)  \(cell(name, value))"
        }.joined(separator: "\n")
    }

    private static func table(_ rows: [JSON]) -> String {
        guard let first = rows.first?.members else {
            return rows.isEmpty ? "none" : rows.map(\.text).joined(separator: "\n")
        }
        let head = first.map(\.0)
        var table = Table(head)
        for row in rows { table.add(head.map { cell($0, row[$0] ?? .null) }) }
        return table.text
    }

    static func cell(_ key: String, _ value: JSON) -> String {
        switch value {
        case .null: return "-"
        case .string(let text): return text
        case .int(let units):
            if isPrice(key) { return Format.price(units) }
            if isMoney(key) { return Format.money(units) }
            if key == "t" { return Format.time(units) }
            return String(units)
        default: return value.text
        }
    }

    private static func isPrice(_ key: String) -> Bool {
        key == "px" || key.hasSuffix("Px") || key.hasSuffix("_px") || key == "mark"
    }

    private static func isMoney(_ key: String) -> Bool {
        let words = ["realized", "unrealized", "total", "fees", "notional", "value", "cash"]
        return words.contains { key.lowercased().contains($0) }
    }
}
