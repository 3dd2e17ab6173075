internal import Crossing
internal import Vocabulary

/// One start-of-day file: comma-separated, strict, whole or not at all.
///
///     positions,2026-11-23           its kind and the trading date it is for
///     account,symbol,shares,price    its columns, in this order
///     DESK1,AAPL,300,324.00
///     end,1                          how many rows there were: a file cut short has no such line
struct DayFile {
    struct Row {
        let line: Int
        let fields: [Substring]
    }

    let path: String
    let kind: DayFileKind
    let sha256: String
    let rows: [Row]

    init(_ source: DaySettings.Source, for date: TradingDate) throws(SettingsError) {
        let path = Self.path(source.file, date)
        let bytes: [UInt8]
        do throws(SettingsError) { bytes = try TextFile.bytes(path) } catch {
            throw SettingsError(source.origin, "day.\(source.kind).file: \(error)")
        }
        let sum = SHA256.hex(bytes)
        if let wanted = source.sha256, wanted != sum {
            throw SettingsError(
                path,
                "its SHA-256 is \(sum), day.\(source.kind).sha256 is \(wanted)"
            )
        }
        self.path = path
        kind = source.kind
        sha256 = sum
        rows = try Self.rows(bytes, path, source.kind, date)
    }

    static func path(_ pattern: String, _ date: TradingDate) -> String {
        pattern.replacing("{date}", with: "\(date.number)")
    }

    private static func rows(
        _ bytes: [UInt8],
        _ path: String,
        _ kind: DayFileKind,
        _ date: TradingDate
    ) throws(SettingsError) -> [Row] {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            Substring(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        func refuse(_ line: Int, _ message: String) -> SettingsError {
            SettingsError("\(path):\(line)", message)
        }
        let head = "\(kind),\(date)"
        guard let first = lines.first else { throw refuse(1, "is empty; \"\(head)\" comes first") }
        guard first == head else {
            throw refuse(1, "\"\(first)\" is not \"\(head)\": this is not that day's file")
        }
        let columns = kind.columns.joined(separator: ",")
        guard lines.count > 1, lines[1] == columns else {
            throw refuse(2, "\"\(lines.count > 1 ? lines[1] : "")\" is not \"\(columns)\"")
        }
        guard lines.count > 2, lines[lines.count - 1].hasPrefix("end,") else {
            throw refuse(
                lines.count,
                "the last line is no \"end,\(max(0, lines.count - 2))\": the file was cut short"
            )
        }
        let count = lines.count - 3
        guard lines[lines.count - 1] == "end,\(count)" else {
            throw refuse(
                lines.count,
                "\"\(lines[lines.count - 1])\" is not \"end,\(count)\": there are \(count) rows"
            )
        }
        var rows: [Row] = []
        for index in 2..<lines.count - 1 {
            let fields = lines[index].split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == kind.columns.count else {
                throw refuse(
                    index + 1,
                    "\"\(lines[index])\" has \(fields.count) fields, \(kind.columns.count) belong here: "
                        + columns
                )
            }
            rows.append(Row(line: index + 1, fields: fields))
        }
        return rows
    }

    // MARK: Fields

    /// "FILE:LINE: COLUMN: "VALUE" WHAT IS WRONG AND WHAT WOULD BE RIGHT".
    func refuse(_ row: Row, _ column: Int, _ message: String) -> SettingsError {
        let field = "\(kind.columns[column]): \"\(row.fields[column])\""
        return SettingsError("\(path):\(row.line)", "\(field) \(message)")
    }

    func whole(
        _ row: Row,
        _ column: Int,
        _ range: ClosedRange<Int64>
    ) throws(SettingsError) -> Int64 {
        guard let value = Int64(row.fields[column]), range.contains(value) else {
            throw refuse(
                row,
                column,
                "is not a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    func price(_ row: Row, _ column: Int) throws(SettingsError) -> Int64 {
        let units = Decimals.units(String(row.fields[column]), places: 4)
        guard let units, (1...1_999_999_900).contains(units) else {
            throw refuse(
                row,
                column,
                "is not a price from 0.0001 to 199999.99 with at most 4 places"
            )
        }
        return units
    }
}
