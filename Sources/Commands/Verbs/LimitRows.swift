internal import Crossing
internal import Vocabulary

/// All limits as rows: whose, which, how much.
struct LimitRow: Equatable {
    let of: String
    let field: String
    var value: Int64
    var changed = false
}

enum LimitRows {
    static func all(_ image: HotImageView) -> [LimitRow] {
        var rows = firm(image.header)
        for index in 0..<image.instrumentCount { rows += symbol(image.instrument(index)) }
        for index in 0..<image.accountCount { rows += account(image.account(index)) }
        for index in 0..<image.strategyCount {
            let strategy = image.strategy(index)
            let name = strategy.name.description
            rows.append(LimitRow(of: name, field: "strategyLossLimit", value: strategy.lossLimit))
            rows.append(LimitRow(of: name, field: "rate", value: Int64(strategy.ratePerS)))
            rows.append(LimitRow(of: name, field: "burst", value: Int64(strategy.burst)))
        }
        for index in 0..<image.venueCount {
            let venue = image.venue(index)
            let name = venue.name.description
            rows.append(LimitRow(of: name, field: "venueRate", value: Int64(venue.ratePerS)))
            rows.append(LimitRow(of: name, field: "venueBurst", value: Int64(venue.burst)))
        }
        return rows
    }

    private static func firm(_ header: ImageHeader) -> [LimitRow] {
        [
            LimitRow(of: "firm", field: "firmMaxGross", value: header.firmMaxGross),
            LimitRow(of: "firm", field: "firmMaxOpenOrders", value: header.firmMaxOpenOrders),
            LimitRow(of: "firm", field: "duplicateWindow", value: header.dupWindowNs),
            LimitRow(of: "firm", field: "duplicateMax", value: header.dupMax),
            LimitRow(
                of: "firm",
                field: "rejectsMax",
                value: header.rejectsMax == 0 ? noLimit : Int64(header.rejectsMax)
            ),
            LimitRow(of: "firm", field: "rejectsWindow", value: header.rejectsWindowNs),
            LimitRow(of: "firm", field: "executionsMax", value: header.executionsMax),
            LimitRow(of: "firm", field: "executionsWindow", value: header.executionsWindowNs),
        ] + watch(header)
    }

    /// What cold watches; 0 in the image is off.
    private static func watch(_ header: ImageHeader) -> [LimitRow] {
        func row(_ field: String, _ value: Int64) -> LimitRow {
            LimitRow(of: "firm", field: field, value: value == 0 ? noLimit : value)
        }
        return [
            row("orderToTradeMax", Int64(header.orderToTradeMax)),
            LimitRow(of: "firm", field: "orderToTradeFrom", value: Int64(header.orderToTradeFrom)),
            row("drawdownDailyBps", Int64(header.drawdownDailyBps)),
            row("drawdownRapidBps", Int64(header.drawdownRapidBps)),
            row("markAge", Int64(header.markAgeMs) * 1_000_000),
            row("concentrationMax", Int64(header.concentrationMax)),
            LimitRow(of: "firm", field: "concentrationAbove", value: header.concentrationFrom),
            row("leverageMax", Int64(header.leverageMaxMilli)),
        ]
    }

    private static func symbol(_ row: ImageInstrument) -> [LimitRow] {
        let name = row.symbol.description
        return [
            LimitRow(of: name, field: "maxOrderQty", value: row.maxOrderQty),
            LimitRow(of: name, field: "maxOrderNotional", value: row.maxOrderNotional),
            LimitRow(of: name, field: "maxRefAge", value: row.maxRefAgeNs),
            LimitRow(of: name, field: "maxLong", value: row.maxLong),
            LimitRow(of: name, field: "maxShort", value: row.maxShort),
            LimitRow(of: name, field: "maxDayQty", value: row.maxDayQty),
            LimitRow(
                of: name,
                field: "maxAdvBps",
                value: row.maxAdvBps == 0 ? noLimit : Int64(row.maxAdvBps)
            ),
            LimitRow(of: name, field: "collarBps", value: Int64(row.collarBps)),
            LimitRow(of: name, field: "marketCollarBps", value: Int64(row.marketCollarBps)),
            LimitRow(of: name, field: "passiveBps", value: Int64(row.passiveBps)),
            LimitRow(of: name, field: "maxSpread", value: row.maxSpread),
            LimitRow(of: name, field: "restricted", value: Int64(row.restricted)),
            LimitRow(of: name, field: "locate", value: row.startLocate),
        ]
    }

    private static func account(_ row: ImageAccount) -> [LimitRow] {
        let name = row.name.description
        return [
            LimitRow(of: name, field: "maxOpenNotional", value: row.maxOpenNotional),
            LimitRow(of: name, field: "maxGross", value: row.maxGross),
            LimitRow(of: name, field: "maxNet", value: row.maxNet),
            LimitRow(of: name, field: "maxDayBuy", value: row.maxDayBuy),
            LimitRow(of: name, field: "maxDaySell", value: row.maxDaySell),
            LimitRow(of: name, field: "maxOpenOrders", value: row.maxOpenOrders),
            LimitRow(of: name, field: "lossLimit", value: row.lossLimit),
        ]
    }

    /// Lays what hot tells (one frame a limit: `detail` the field, a name, `value`) over the image.
    static func merging(_ rows: [LimitRow], _ frames: [ControlFrame]) -> [LimitRow] {
        var rows = rows
        for frame in frames {
            guard let known = LimitName.all.first(where: { $0.raw == frame.detail }) else {
                continue
            }
            let owner =
                switch known.row {
                case .symbol: frame.symbol.description
                case .account: frame.account.description
                case .strategy: frame.strategy.description
                case .venue: frame.venue.description
                case .firm: "firm"
                }
            let found = rows.firstIndex { $0.of == owner && $0.field == known.name }
            guard let found, rows[found].value != frame.value else { continue }
            rows[found].value = frame.value
            rows[found].changed = true
        }
        return rows
    }

    static func table(_ rows: [LimitRow]) -> Table {
        var table = Table(["of", "limit", "value", ""])
        for row in rows {
            let known = LimitName.all.first { $0.name == row.field }
            let value = known?.text(row.value) ?? String(row.value)
            table.add([row.of, row.field, value, row.changed ? "changed while running" : ""])
        }
        return table
    }

    static func json(_ rows: [LimitRow]) -> JSON {
        .array(
            rows.map { row in
                [
                    "of": .string(row.of), "limit": .string(row.field),
                    "value": row.value == noLimit ? .null : .int(row.value),
                    "changed": .bool(row.changed),
                ]
            }
        )
    }
}
