internal import Vocabulary

/// What cold watches over the day; each group may be absent, and is off then.
package struct WatchSettings: Sendable {
    package var orderToTradeMax: UInt32 = 0
    package var orderToTradeFrom: UInt32 = 0
    /// 1e-4.
    package var equity: Int64 = 0
    package var dailyBps: UInt16 = 0
    package var rapidBps: UInt16 = 0
    package var windowNs: Int64 = 0
    package var markAgeNs: Int64 = 0
    /// Points of 10 000.
    package var concentrationMax: UInt32 = 0
    package var concentrationFrom: Int64 = 0
    /// Thousandths.
    package var leverageMaxMilli: UInt32 = 0

    init(_ cold: Section) throws(SettingsError) {
        let keys = ["order_to_trade", "drawdown", "concentration", "leverage"]
        guard let section = try cold.optionalSection("watch", keys: keys) else { return }
        if let ratio = try section.optionalSection("order_to_trade", keys: ["max", "from"]) {
            orderToTradeMax = UInt32(try ratio.required("max", .integer(1...1_000_000)))
            orderToTradeFrom = UInt32(try ratio.required("from", .integer(1...1_000_000_000)))
        }
        if let drawdown = try section.optionalSection(
            "drawdown",
            keys: ["equity", "daily_bps", "rapid_bps", "window", "mark_age"]
        ) {
            equity = try drawdown.required("equity", .money)
            dailyBps = UInt16(try drawdown.required("daily_bps", .integer(1...10_000).orOff(0)))
            rapidBps = UInt16(try drawdown.required("rapid_bps", .integer(1...10_000).orOff(0)))
            windowNs = try drawdown.required("window", .windowNs)
            markAgeNs = try drawdown.required("mark_age", .durationNs.orOff(0))
            guard equity > 0 else {
                throw SettingsError(
                    try drawdown.child("equity").origin,
                    "\(drawdown.path).equity must be above 0: losses are shares of it"
                )
            }
        }
        if let book = try section.optionalSection("concentration", keys: ["max", "above"]) {
            concentrationMax = UInt32(try book.required("max", .integer(1...10_000)))
            concentrationFrom = try book.required("above", .money)
        }
        guard section.node["leverage"] != nil else { return }
        leverageMaxMilli = UInt32(
            try section.required("leverage", .decimal(places: 3, in: 1...Int64(UInt32.max)))
        )
        guard equity > 0 else {
            throw SettingsError(
                try section.child("leverage").origin,
                "\(section.path).leverage is gross over equity; give drawdown.equity too"
            )
        }
    }
}
