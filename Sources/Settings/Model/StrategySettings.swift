package import Vocabulary

/// A strategy: which account it books to, what it may trade, how fast, and how much it may lose.
package struct StrategySettings: Sendable {
    package var name: Name
    /// OUCH GroupID, tag 24.
    package var groupID: UInt16
    package var account: UInt16
    package var ownerGroup: UInt16
    /// `nil`: all.
    package var venues: [Int]?
    package var symbols: [Int]?
    /// May cold's algos trade under this name?
    package var algos: Bool
    /// As OUCH says it; of orders by hand and of algos. A client's are its login's.
    package var capacity: UInt8
    package var locateBroker: String
    package var rate: Rate
    /// 1e-4.
    package var lossLimit: Int64

    static let keys = [
        "name", "group_id", "account", "owner_group", "venues", "symbols", "algos", "capacity",
        "locate_broker",
    ]

    static func all(
        _ top: Section,
        _ limits: Section,
        symbols: Index,
        venues: Index,
        accounts: Index
    ) throws(SettingsError) -> [StrategySettings] {
        let sections = try top.sections("strategies", naming: "name", keys: keys)
        try Index.checkUnique("strategy", sections, key: "name")
        try Index.checkUnique("group_id", sections, key: "group_id")
        guard (1...64).contains(sections.count) else {
            throw SettingsError(
                try top.child("strategies").origin,
                "strategies has \(sections.count) entries; 1 to 64 are possible"
            )
        }
        let names = try sections.map { section throws(SettingsError) in
            try section.required("name", .text)
        }
        let limitKeys = ["per_second", "burst", "loss_limit"]
        let table = try LimitTable(limits, "strategy", names: names, keys: limitKeys)
        var result: [StrategySettings] = []
        for section in sections {
            let name = try section.required("name", .name)
            let row = try table.row(name.description)
            let rate = Rate(
                perSecond: UInt32(try row.required("per_second", .integer(1...10_000_000))),
                burst: UInt32(try row.required("burst", .integer(1...1_000_000)))
            )
            result.append(
                StrategySettings(
                    name: name,
                    groupID: UInt16(try section.required("group_id", .integer(0...65534))),
                    account: UInt16(try accounts.find("account", in: section)),
                    ownerGroup: UInt16(try section.required("owner_group", .integer(0...65534))),
                    venues: try venues.set("venues", in: section),
                    symbols: try symbols.set("symbols", in: section),
                    algos: try section.required("algos", .flag),
                    capacity: try section.optional("capacity", .capacity, default: 0x50),
                    locateBroker: try section.optional("locate_broker", .ascii(4), default: ""),
                    rate: rate,
                    lossLimit: try row.required("loss_limit", .money)
                )
            )
        }
        return result
    }
}
