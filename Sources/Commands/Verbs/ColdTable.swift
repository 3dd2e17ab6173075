/// A table of objects that cold answered: the columns asked for, with numbers as people read them.
/// `--json` prints the answer as it came.
struct ColdTable {
    let verb: String
    /// The key of the answer that holds the rows.
    let rows: String
    let columns: [String]

    func print(
        _ state: StateOptions,
        _ output: OutputOptions,
        _ arguments: [(String, JSON)] = []
    ) throws {
        let answer = try state.cold.ask(verb, arguments)
        guard !output.json else {
            Console.out(answer.text)
            return
        }
        let table = Self.table(answer.json[rows]?.array ?? [], columns)
        Console.out(table.isEmpty ? "no \(rows)" : table.text)
    }

    static func table(_ rows: [JSON], _ columns: [String]) -> Table {
        var table = Table(columns.map(head))
        for row in rows { table.add(columns.map { cell($0, row[$0] ?? .null) }) }
        return table
    }

    /// One object as lines of key and value.
    static func lines(_ object: JSON, _ columns: [String]) -> String {
        columns.map { "\(head($0).padding(14)) \(cell($0, object[$0] ?? .null))" }.joined(
            separator: "\n"
        )
    }

    /// Cold keeps twice the mid, for a mid may lie between two ticks of price; people read the mid.
    private static func head(_ key: String) -> String {
        key == "arrivalTwiceMid" ? "arrivalMid" : key
    }

    static func cell(_ key: String, _ value: JSON) -> String {
        switch value {
        case .null: return "-"
        case .string(let text): return text.isEmpty ? "-" : text
        case .bool(let flag): return flag ? "yes" : "no"
        case .double(let number):
            return prices.contains(key)
                ? Format.places(number / 10_000, 4) : Format.places(number, 2)
        case .int(let number): return whole(key, number)
        case .array, .object: return value.text
        }
    }

    // Prices in 1e-4, money in 1e-6 (cold's moneyScale), times in ns since the epoch, spans in ns.
    private static let prices: Set = ["px", "lastPx", "mark", "avgPx", "bidPx", "askPx", "refPx"]
    private static let money: Set = [
        "realized", "gross", "unrealized", "fees", "fee", "total", "openCost", "delay", "trading",
        "opportunity",
    ]
    private static let times: Set = ["tNs", "openedNs", "changedNs", "startedNs", "endedNs"]
    private static let spans: Set = ["answerNsP50", "answerNsP99", "refAgeNs"]

    private static func whole(_ key: String, _ number: Int64) -> String {
        if prices.contains(key) { return Format.price(number) }
        if money.contains(key) { return Format.money(number / 100) }
        if times.contains(key) { return Format.time(number) }
        if spans.contains(key) { return Format.duration(number) }
        if key == "arrivalTwiceMid" {
            let isPrice = number.isMultiple(of: 2)
            return isPrice ? Format.price(number / 2) : Format.places(Double(number) / 20_000, 5)
        }
        return String(number)
    }
}
