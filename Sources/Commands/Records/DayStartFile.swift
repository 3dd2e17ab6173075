internal import Crossing
internal import Settings
internal import Vocabulary

/// `journal/<date>/start.json`: what a date begins with. `day roll` writes what it carries, the
/// first `up` of the date adds what its files say; from the date's first record on it never changes.
enum DayStartFile {
    private static func path(_ directory: StateDirectory, _ date: UInt32) -> String {
        "\(directory.day(date))/start.json"
    }

    /// What is wrong with beginning `date`: a date behind a recorded one begins with what a roll
    /// carries, or positions, kills and latches would be gone.
    static func withoutRoll(_ directory: StateDirectory, _ date: TradingDate) -> String? {
        guard !directory.hasJournal(date.number), (try? read(directory, date.number)) == nil,
            let last = directory.lastJournal(before: date.number)
        else { return nil }
        return "\(date) would begin without the positions, kills and latches of \(last); "
            + "`apus day roll --date \(date) --state \(directory.path)` carries them"
    }

    /// The date's start, decided now unless the date has begun.
    ///
    /// - Parameters:
    ///   - settings: The configuration, at that trading date.
    ///   - directory: Where the journal is.
    ///   - accepting: Why positions may differ from what was carried; empty: they may not.
    /// - Returns: What the date begins with; `nil` for a date begun before starts were kept.
    /// - Throws: 65 with file:line of what is wrong, 77 with every difference.
    static func settle(
        _ settings: Settings,
        _ directory: StateDirectory,
        accepting: String
    ) throws -> DayStart? {
        let date = settings.tradingDate.number
        let known = try read(directory, date)
        guard !directory.hasJournal(date) else { return known }
        var day = known ?? DayStart(tradingDate: date)
        (day.positions, day.locates, day.restricted, day.reference) = (nil, nil, nil, nil)
        try settings.readDayFiles(into: &day)
        let differences = day.differences()
        guard differences.isEmpty || !accepting.isEmpty else {
            throw Failure(
                .refused,
                "positions of \(date) differ from what was carried, `apus up --accept-positions "
                    + "REASON` takes them: \(differences.joined(separator: "; "))"
            )
        }
        day.accepted = differences.isEmpty ? "" : accepting
        settings.fill(&day, differences.count)
        try write(day, directory)
        return day
    }

    static func write(_ day: DayStart, _ directory: StateDirectory) throws(Failure) {
        try StateDirectory.make(directory.journal)
        try StateDirectory.make(directory.day(day.tradingDate))
        try FileBytes.writeDurably(
            Array((json(day).text + "\n").utf8),
            to: path(directory, day.tradingDate)
        )
    }

    /// `nil` when nothing has been decided for that date; 65 when what stands there cannot be read:
    /// a start without its latches would be no start.
    static func read(_ directory: StateDirectory, _ date: UInt32) throws(Failure) -> DayStart? {
        let path = path(directory, date)
        guard FileBytes.exists(path) else { return nil }
        guard let json = JSON.parse(try FileBytes.read(path)), let day = day(json),
            day.tradingDate == date
        else { throw Failure(.badInput, "\(path): is not what \(date) begins with") }
        return day
    }

    // MARK: JSON

    private static func json(_ day: DayStart) -> JSON {
        func rows<Row>(_ list: [Row]?, _ row: (Row) -> JSON) -> JSON {
            list.map { .array($0.map(row)) } ?? .null
        }
        func holding(_ row: DayStart.Holding) -> JSON {
            [
                "account": .string(row.account), "symbol": .string(row.symbol),
                "qty": .int(row.qty), "px": .int(row.px),
            ]
        }
        return [
            "tradingDate": .number(day.tradingDate), "from": .number(day.from),
            "carried": rows(day.carried, holding), "latches": rows(day.latches, latch),
            "positions": rows(day.positions, holding), "locates": rows(day.locates, holding),
            "restricted": rows(day.restricted) { .string($0) },
            "reference": rows(day.reference) { row in
                [
                    "symbol": .string(row.symbol), "tick": .int(row.tick), "lot": .int(row.lot),
                    "priorClose": .int(row.priorClose), "adv": .int(row.adv),
                ]
            },
            "files": rows(day.files) { file in
                [
                    "kind": .number(file.kind.rawValue), "source": .string(file.source),
                    "file": .string(file.path), "sha256": .string(file.sha256),
                    "rows": .number(file.rows),
                ]
            },
            "accepted": .string(day.accepted),
        ]
    }

    private static func latch(_ latch: DayStart.Latch) -> JSON {
        [
            "scope": .number(latch.scope.rawValue), "name": .string(latch.name),
            "code": .number(latch.code), "uid": .number(latch.uid),
            "since": .number(latch.since), "reason": .string(latch.reason),
        ]
    }

    /// `nil` when a part is missing or no such thing: nothing is passed over.
    private static func day(_ json: JSON) -> DayStart? {
        func whole<Value: FixedWidthInteger>(_ json: JSON, _ key: String) -> Value? {
            json[key]?.int.flatMap { Value(exactly: $0) }
        }
        func rows<Row>(_ key: String, _ row: (JSON) -> Row?) -> [Row]?? {
            guard let member = json[key] else { return nil }
            if member == .null { return .some(nil) }
            guard let items = member.array else { return nil }
            let made = items.compactMap(row)
            return made.count == items.count ? made : nil
        }
        func holding(_ json: JSON) -> DayStart.Holding? {
            guard let account = json["account"]?.string, let symbol = json["symbol"]?.string,
                let qty: Int64 = whole(json, "qty"), let px: Int64 = whole(json, "px")
            else { return nil }
            return DayStart.Holding(account: account, symbol: symbol, qty: qty, px: px)
        }
        guard let date: UInt32 = whole(json, "tradingDate"), let from: UInt32 = whole(json, "from"),
            let carried = rows("carried", holding), let latches = rows("latches", latch),
            let positions = rows("positions", holding), let locates = rows("locates", holding),
            let restricted = rows("restricted", { $0.string }),
            let reference = rows("reference", reference), let files = rows("files", file)
        else { return nil }
        var day = DayStart(tradingDate: date)
        day.from = from
        day.carried = carried ?? []
        day.latches = latches ?? []
        day.positions = positions
        day.locates = locates
        day.restricted = restricted
        day.reference = reference
        day.files = files ?? []
        day.accepted = json["accepted"]?.string ?? ""
        return day
    }

    private static func latch(_ json: JSON) -> DayStart.Latch? {
        guard let scope = json["scope"]?.int.flatMap({ UInt8(exactly: $0) }),
            let scope = KillScope(rawValue: scope), let name = json["name"]?.string,
            let code = json["code"]?.int.flatMap({ UInt16(exactly: $0) }),
            let uid = json["uid"]?.int.flatMap({ UInt32(exactly: $0) }),
            let since = json["since"]?.int.flatMap({ UInt32(exactly: $0) }),
            let reason = json["reason"]?.string
        else { return nil }
        return DayStart.Latch(
            scope: scope,
            name: name,
            code: code,
            uid: uid,
            since: since,
            reason: reason
        )
    }

    private static func reference(_ json: JSON) -> DayStart.Reference? {
        guard let symbol = json["symbol"]?.string, let tick = json["tick"]?.int,
            let lot = json["lot"]?.int, let close = json["priorClose"]?.int,
            let adv = json["adv"]?.int
        else { return nil }
        return DayStart.Reference(
            symbol: symbol,
            tick: tick,
            lot: lot,
            priorClose: close,
            adv: adv
        )
    }

    private static func file(_ json: JSON) -> DayStart.File? {
        guard let kind = json["kind"]?.int.flatMap({ UInt8(exactly: $0) }),
            let kind = DayFileKind(rawValue: kind), let source = json["source"]?.string,
            let path = json["file"]?.string, let sum = json["sha256"]?.string,
            let rows = json["rows"]?.int
        else { return nil }
        return DayStart.File(
            kind: kind,
            source: source,
            path: path,
            sha256: sum,
            rows: Int(clamping: rows)
        )
    }
}

extension Settings {
    /// What no file says: carried over, else as the configuration says. Each part has a source.
    fileprivate func fill(_ day: inout DayStart, _ differences: Int) {
        let start = instruments.filter { $0.startPosition != 0 }
        if day.positions == nil {
            let account = accounts[0].name.description
            day.positions =
                day.from != 0
                ? day.carried
                : start.map { row in
                    DayStart.Holding(
                        account: account,
                        symbol: row.symbol.description,
                        qty: row.startPosition
                    )
                }
        }
        for kind in DayFileKind.allCases where !day.files.contains(where: { $0.kind == kind }) {
            let isCarried = kind == .positions && day.from != 0
            let rows =
                switch kind {
                case .positions: day.positions?.count ?? 0
                case .reference: instruments.count
                case .restricted: instruments.count { $0.restricted }
                case .locates: instruments.count { $0.startLocate != 0 }
                }
            day.files.append(
                DayStart.File(
                    kind: kind,
                    source: isCarried ? "carried" : "configuration",
                    path: isCarried ? "from \(day.from)" : file,
                    sha256: "",
                    rows: rows
                )
            )
        }
        day.files.sort { $0.kind.rawValue < $1.kind.rawValue }
    }
}

extension DayStart {
    /// One line for `up`.
    var summary: String {
        let held = (positions ?? []).filter { $0.qty != 0 }.count
        let origin = from == 0 ? "" : ", carried from \(from)"
        let latched = latches.isEmpty ? "" : ", \(latches.count) latched\(origin)"
        return "\(tradingDate) begins with \(held) positions\(latched.isEmpty ? origin : latched)"
            + (accepted.isEmpty ? "" : " (differences accepted: \(accepted))")
    }
}
