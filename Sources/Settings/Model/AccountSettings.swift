internal import Crossing
package import Vocabulary

/// An account and its limits (controls 12–16, 26). Values in 1e-4.
package struct AccountSettings: Sendable {
    package var name: Name
    /// Aggregation unit for short marks and locates, numbered in order of appearance; 0 for those
    /// that name none.
    package var unit: UInt16
    package var maxOpenNotional: Int64
    package var maxGross: Int64
    package var maxNet: Int64
    package var maxDayBuy: Int64
    package var maxDaySell: Int64
    package var maxOpenOrders: Int64
    package var lossLimit: Int64

    static let limitKeys = [
        "max_open_notional", "max_gross", "max_net", "max_day_buy", "max_day_sell",
        "max_open_orders", "loss_limit",
    ]

    static func all(_ top: Section, _ limits: Section) throws(SettingsError) -> [AccountSettings] {
        let sections = try top.sections("accounts", naming: "name", keys: ["name", "unit"])
        try Index.checkUnique("account", sections, key: "name")
        guard (1...1024).contains(sections.count) else {
            throw SettingsError(
                try top.child("accounts").origin,
                "accounts has \(sections.count) entries; 1 to 1024 are possible"
            )
        }
        let names = try sections.map { section throws(SettingsError) in
            try section.required("name", .text)
        }
        let table = try LimitTable(limits, "account", names: names, keys: limitKeys)
        var result: [AccountSettings] = []
        var units: [Name] = [.blank]
        for section in sections {
            let name = try section.required("name", .name)
            let unit = try section.optional("unit", .name, default: .blank)
            if !units.contains(unit) { units.append(unit) }
            let number = UInt16(units.firstIndex(of: unit) ?? 0)
            result.append(try AccountSettings(name, number, try table.row(name.description)))
        }
        return result
    }

    private init(_ name: Name, _ unit: UInt16, _ row: LimitRow) throws(SettingsError) {
        self.name = name
        self.unit = unit
        maxOpenNotional = try row.required("max_open_notional", .money)
        maxGross = try row.required("max_gross", .money)
        maxNet = try row.required("max_net", .money)
        maxDayBuy = try row.required("max_day_buy", .money)
        maxDaySell = try row.required("max_day_sell", .money)
        maxOpenOrders = try row.required("max_open_orders", .integer(1...1_000_000))
        lossLimit = try row.required("loss_limit", .money)
    }
}

/// Limits over everything the firm does (controls 13, 16, 19, 21, 23, 24).
package struct FirmLimits: Sendable {
    package var maxGross: Int64
    package var maxOpenOrders: Int64
    package var duplicateWindowNs: Int64
    package var duplicateMax: Int64
    package var rejectsMax: UInt32
    package var rejectsWindowNs: Int64
    /// `noLimit`: off.
    package var executionsMax: Int64
    package var executionsWindowNs: Int64
    package var selfTradeFirmWide: Bool

    static let keys = [
        "max_gross", "max_open_orders", "duplicates", "rejects", "executions", "self_trade",
    ]

    init(_ limits: Section) throws(SettingsError) {
        let firm = try limits.section("firm", keys: Self.keys)
        maxGross = try firm.required("max_gross", .money)
        maxOpenOrders = try firm.required("max_open_orders", .integer(1...1_000_000))
        let duplicates = try firm.section("duplicates", keys: ["max", "window"])
        duplicateMax = try duplicates.required("max", .integer(1...1_000_000))
        duplicateWindowNs = try duplicates.required("window", .windowNs)
        let rejects = try firm.section("rejects", keys: ["max", "window"])
        rejectsMax = UInt32(try rejects.required("max", .integer(1...1_000_000)))
        rejectsWindowNs = try rejects.required("window", .windowNs)
        let executions = try firm.section("executions", keys: ["max", "window"])
        executionsMax = try executions.required("max", .integer(1...Int64.max).orOff(noLimit))
        executionsWindowNs = try executions.required("window", .windowNs)
        selfTradeFirmWide = try firm.required(
            "self_trade",
            .choice(["venue": false, "firm": true])
        )
    }
}
