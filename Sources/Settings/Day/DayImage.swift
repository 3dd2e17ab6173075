internal import Crossing
internal import Vocabulary

extension Settings {
    /// Puts what the date begins with over what the configuration says.
    ///
    /// - Throws: a name that the configuration does not have: what is held there would be forgotten.
    func apply(_ day: DayStart, to image: inout HotImageWriter) throws(SettingsError) {
        for row in day.reference ?? [] {
            guard let index = instruments.firstIndex(where: { $0.symbol.description == row.symbol })
            else { continue }
            image.instruments[index].tick = row.tick
            image.instruments[index].lot = row.lot
            image.instruments[index].priorClose = row.priorClose
            image.instruments[index].adv = row.adv
        }
        for symbol in day.restricted ?? [] {
            let row = instruments.firstIndex { $0.symbol.description == symbol }
            if let row { image.instruments[row].restricted = 1 }
        }
        if let locates = day.locates {
            for index in image.instruments.indices { image.instruments[index].startLocate = 0 }
            for row in locates {
                image.holdings.append(try holding(row, isLocate: true, image))
            }
        }
        // Positions come from one place: what the configuration says holds for a first day only.
        if let positions = day.positions {
            for index in image.instruments.indices { image.instruments[index].startPosition = 0 }
            for row in positions where row.qty != 0 {
                image.holdings.append(try holding(row, isLocate: false, image))
            }
        }
        for latch in day.latches { image.latches.append(try self.latch(latch)) }
        for file in day.files { image.dayFiles.append(Self.dayFile(file)) }
    }

    private func holding(
        _ row: DayStart.Holding,
        isLocate: Bool,
        _ image: HotImageWriter
    ) throws(SettingsError) -> ImageHolding {
        let account = accounts.firstIndex { $0.name.description == row.account }
        let instrument = instruments.firstIndex { $0.symbol.description == row.symbol }
        guard let account, let instrument else {
            let missing = account == nil ? "account \(row.account)" : "instrument \(row.symbol)"
            throw SettingsError(
                file,
                "\(missing) is missing, and \(row.account) begins with \(row.qty) \(row.symbol); "
                    + "keep it until they are gone"
            )
        }
        var result = ImageHolding()
        result.account = UInt16(account)
        result.instrument = UInt16(instrument)
        result.kind = isLocate ? 1 : 0
        result.qty = row.qty
        let close = image.instruments[instrument].priorClose
        result.px = row.px > 0 ? row.px : close == noLimit ? 0 : close
        return result
    }

    private func latch(_ latch: DayStart.Latch) throws(SettingsError) -> ImageLatch {
        let row: Int?
        switch latch.scope {
        case .firm: row = 0
        case .account: row = accounts.firstIndex { $0.name.description == latch.name }
        case .strategy: row = strategies.firstIndex { $0.name.description == latch.name }
        case .symbol: row = instruments.firstIndex { $0.symbol.description == latch.name }
        case .venue: row = venues.firstIndex { $0.name.description == latch.name }
        }
        guard let row else {
            throw SettingsError(
                file,
                "\(latch.scope) \(latch.name) is missing, and is latched since \(latch.since); keep "
                    + "it until it is armed"
            )
        }
        var result = ImageLatch()
        result.scope = latch.scope.rawValue
        result.code = latch.code
        result.row = UInt16(row)
        result.uid = latch.uid
        result.since = latch.since
        (result.text, result.textLength) = CommandText.make(latch.carriedReason)
        return result
    }

    private static func dayFile(_ file: DayStart.File) -> ImageDayFile {
        var row = ImageDayFile()
        row.kind = file.kind.rawValue
        row.rows = UInt32(clamping: file.rows)
        row.checksum = UInt64(file.sha256.prefix(16), radix: 16) ?? 0
        let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
        let words = file.sha256.isEmpty ? name : "\(file.sha256) \(name)"
        (row.text, row.textLength) = CommandText.make("\(file.source) \(words)")
        return row
    }
}

extension DayStart.Latch {
    private static let prefix = "carried since "

    /// What the new date's `kill` record says.
    package var carriedReason: String { "\(Self.prefix)\(since): \(reason)" }

    /// The words of a `kill` record taken apart again, so that they do not grow from day to day.
    package static func words(
        of text: String,
        on tradingDate: UInt32
    ) -> (since: UInt32, reason: String) {
        guard text.hasPrefix(prefix) else { return (tradingDate, text) }
        let rest = text.dropFirst(prefix.count)
        guard let since = UInt32(rest.prefix(8)), rest.dropFirst(8).hasPrefix(": ") else {
            return (tradingDate, text)
        }
        return (since, String(rest.dropFirst(10)))
    }
}
