internal import Vocabulary

extension Settings {
    /// Reads the files of `tradingDate` that the configuration names into `day`.
    ///
    /// - Throws: the first line that is wrong, as file:line.
    package func readDayFiles(into day: inout DayStart) throws(SettingsError) {
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
    }

    /// Every row must be ours: a holding nobody can trade or value is not a start.
    private func positions(_ file: DayFile) throws(SettingsError) -> [DayStart.Holding] {
        var seen: [String: Int] = [:]
        var result: [DayStart.Holding] = []
        for row in file.rows {
            let account = try account(file, row)
            let symbol = String(row.fields[1])
            guard isOurs(symbol) else {
                throw file.refuse(row, "symbol \"\(symbol)\" is no instrument of \(self.file)")
            }
            try once("\(account) \(symbol)", file, row, &seen)
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
            let symbol = String(row.fields[0])
            try once(symbol, file, row, &seen)
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
            throw SettingsError(file.path, "has no row for \(instrument.symbol)")
        }
        return result
    }

    private func restricted(_ file: DayFile) throws(SettingsError) -> [String] {
        var seen: [String: Int] = [:]
        var result: [String] = []
        for row in file.rows {
            let symbol = String(row.fields[0])
            guard !symbol.isEmpty, !row.fields[1].isEmpty else {
                throw file.refuse(row, "a symbol and why it is restricted belong here")
            }
            try once(symbol, file, row, &seen)
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
            let symbol = String(row.fields[1])
            let unit = accounts.first { $0.name.description == account }?.unit ?? 0
            try once("\(unit) \(symbol)", file, row, &seen)
            let qty = try file.whole(row, 2, 0...1_000_000_000)
            guard isOurs(symbol) else { continue }
            result.append(DayStart.Holding(account: account, symbol: symbol, qty: qty))
        }
        return result
    }

    private func account(_ file: DayFile, _ row: DayFile.Row) throws(SettingsError) -> String {
        let name = String(row.fields[0])
        guard accounts.contains(where: { $0.name.description == name }) else {
            throw file.refuse(row, "account \"\(name)\" is none of \(self.file)")
        }
        return name
    }

    private func isOurs(_ symbol: String) -> Bool {
        instruments.contains { $0.symbol.description == symbol }
    }

    private func once(
        _ key: String,
        _ file: DayFile,
        _ row: DayFile.Row,
        _ seen: inout [String: Int]
    ) throws(SettingsError) {
        if let line = seen[key] { throw file.refuse(row, "repeats line \(line)") }
        seen[key] = row.line
    }
}
