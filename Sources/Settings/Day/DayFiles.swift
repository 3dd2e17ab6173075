internal import Vocabulary

extension Settings {
    /// Reads the files of `tradingDate` that the configuration names into `day`.
    ///
    /// - Throws: the first line that is wrong, as file:line; `day` is then what it was.
    package func readDayFiles(into start: inout DayStart) throws(SettingsError) {
        var day = start
        day.files = []
        for source in self.day.sources {
            let file = try DayFile(source, for: tradingDate)
            switch source.kind {
            case .positions: day.positions = try positions(file)
            case .reference: day.reference = try reference(file)
            case .restricted: day.restricted = try restricted(file)
            case .locates: day.locates = try locates(file)
            }
            day.files.append(
                DayStart.File(
                    kind: source.kind,
                    source: source.source,
                    path: file.path,
                    sha256: file.sha256,
                    rows: file.rows.count
                )
            )
        }
        start = day
    }

    /// Every row must be ours: a holding nobody can trade or value is not a start.
    private func positions(_ file: DayFile) throws(SettingsError) -> [DayStart.Holding] {
        var seen: [String: Int] = [:]
        var result: [DayStart.Holding] = []
        for row in file.rows {
            let account = try account(file, row)
            let symbol = try symbol(file, row, 1)
            guard isOurs(symbol) else {
                throw file.refuse(row, 1, "is no instrument of \(self.file); one of \(symbols)")
            }
            try once("\(account) \(symbol)", file, row, 1, &seen)
            let qty = try file.whole(row, 2, -1_000_000_000...1_000_000_000)
            let px = try file.price(row, 3)
            result.append(DayStart.Holding(account: account, symbol: symbol, qty: qty, px: px))
        }
        return result
    }

    /// A whole market's file may be given; ours must all be in it.
    private func reference(_ file: DayFile) throws(SettingsError) -> [DayStart.Reference] {
        var seen: [String: Int] = [:]
        var result: [DayStart.Reference] = []
        for row in file.rows {
            let symbol = try symbol(file, row, 0)
            try once(symbol, file, row, 0, &seen)
            let line = DayStart.Reference(
                symbol: symbol,
                tick: try file.price(row, 1),
                lot: try file.whole(row, 2, 1...1_000_000),
                priorClose: try file.price(row, 3),
                adv: try file.whole(row, 4, 0...1_000_000_000_000)
            )
            if isOurs(symbol) { result.append(line) }
        }
        for instrument in instruments where seen[instrument.symbol.description] == nil {
            throw SettingsError(
                file.path,
                "has no row for \(instrument.symbol); every instrument of \(self.file) needs one"
            )
        }
        return result
    }

    private func restricted(_ file: DayFile) throws(SettingsError) -> [String] {
        var seen: [String: Int] = [:]
        var result: [String] = []
        for row in file.rows {
            let symbol = try symbol(file, row, 0)
            guard !row.fields[1].isEmpty else {
                throw file.refuse(row, 1, "is empty; why \(symbol) is restricted belongs here")
            }
            try once(symbol, file, row, 0, &seen)
            if isOurs(symbol) { result.append(symbol) }
        }
        return result
    }

    /// One row a unit and symbol: a locate is the unit's, by whichever of its accounts it is named.
    private func locates(_ file: DayFile) throws(SettingsError) -> [DayStart.Holding] {
        var seen: [String: Int] = [:]
        var result: [DayStart.Holding] = []
        for row in file.rows {
            let account = try account(file, row)
            let symbol = try symbol(file, row, 1)
            let unit = accounts.first { $0.name.description == account }?.unit ?? 0
            try once("\(unit) \(symbol)", file, row, 1, &seen)
            let qty = try file.whole(row, 2, 0...1_000_000_000)
            guard isOurs(symbol) else { continue }
            result.append(DayStart.Holding(account: account, symbol: symbol, qty: qty))
        }
        return result
    }

    private func account(_ file: DayFile, _ row: DayFile.Row) throws(SettingsError) -> String {
        let name = String(row.fields[0])
        let names = accounts.map(\.name.description)
        guard names.contains(name) else {
            throw file.refuse(row, 0, "is none of \(self.file); one of \(Self.some(names))")
        }
        return name
    }

    /// A symbol as the tape writes it. Of a whole market's file we take ours alone; " AAPL" or
    /// "aapl" would be another's, and a restriction or a locate meant for us would be passed over.
    private func symbol(
        _ file: DayFile,
        _ row: DayFile.Row,
        _ column: Int
    ) throws(SettingsError) -> String {
        let text = String(row.fields[column])
        guard Symbol(text) != nil, !text.utf8.contains(0x20) else {
            throw file.refuse(row, column, "is not 1 to 8 ASCII characters without spaces")
        }
        let upper = text.uppercased()
        guard isOurs(text) || !isOurs(upper) else {
            throw file.refuse(row, column, "is not how \(self.file) writes it; \(upper)")
        }
        return text
    }

    private func isOurs(_ symbol: String) -> Bool {
        instruments.contains { $0.symbol.description == symbol }
    }

    private var symbols: String { Self.some(instruments.map(\.symbol.description)) }

    /// As many names as a line of a log bears.
    private static func some(_ names: [String]) -> String {
        names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
    }

    /// `key` is what may stand in a file once; the complaint shows the field it is told apart by.
    private func once(
        _ key: String,
        _ file: DayFile,
        _ row: DayFile.Row,
        _ column: Int,
        _ seen: inout [String: Int]
    ) throws(SettingsError) {
        if let line = seen[key] {
            throw file.refuse(row, column, "repeats line \(line); one row each belongs here")
        }
        seen[key] = row.line
    }
}
