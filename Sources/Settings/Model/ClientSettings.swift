package import Vocabulary

/// One client login on our own OUCH port (semantics.md §5.1).
package struct ClientSettings: Sendable {
    package var user: Symbol
    package var passwordFile: String
    package var desk: Name
    package var trader: Name
    package var account: UInt16
    package var ownerGroup: UInt16
    package var firm: String
    /// As OUCH says it.
    package var capacity: UInt8
    /// Empty: none.
    package var locateBroker: String
    /// The first one is the default; others by GroupID.
    package var strategies: [Int]
    package var venues: [Int]?
    package var symbols: [Int]?
    /// 0 direct: one order at one venue, translated. 1 routed: Apus accepts, and splits.
    package var mode: UInt8
    package var mayISO: Bool
    package var cancelOnDrop: Bool
    package var cancelOnLogout: Bool
    package var rate: Rate

    static let keys = [
        "user", "password_file", "desk", "trader", "account", "owner_group", "firm", "strategies",
        "venues", "symbols", "mode", "iso", "cancel_on_disconnect", "cancel_on_logout", "rate",
        "capacity", "locate_broker",
    ]

    static func all(
        _ top: Section,
        symbols: Index,
        venues: Index,
        accounts: Index,
        strategies: Index
    ) throws(SettingsError) -> [ClientSettings] {
        guard top.node["clients"] != nil else { return [] }
        let sections = try top.sections("clients", naming: "user", keys: keys)
        try Index.checkUnique("client", sections, key: "user")
        guard sections.count <= 256 else {
            throw SettingsError(
                try top.child("clients").origin,
                "clients has \(sections.count) entries; at most 256 are possible"
            )
        }
        var result: [ClientSettings] = []
        for section in sections {
            let mode: UInt8 = try section.required("mode", .choice(["direct": 0, "routed": 1]))
            guard let own = try strategies.set("strategies", in: section), !own.isEmpty else {
                throw SettingsError(
                    section.node.origin,
                    "\(section.path).strategies must list at least one; the first is the default"
                )
            }
            result.append(
                ClientSettings(
                    user: Symbol(try section.required("user", .ascii(6))) ?? .blank,
                    passwordFile: try section.required("password_file", .text),
                    desk: try section.required("desk", .name),
                    trader: try section.required("trader", .name),
                    account: UInt16(try accounts.find("account", in: section)),
                    ownerGroup: UInt16(try section.required("owner_group", .integer(0...65534))),
                    firm: try section.required("firm", .ascii(4)),
                    capacity: try section.optional("capacity", .capacity, default: 0x50),
                    locateBroker: try section.optional("locate_broker", .ascii(4), default: ""),
                    strategies: own,
                    venues: try venues.set("venues", in: section),
                    symbols: try symbols.set("symbols", in: section),
                    mode: mode,
                    mayISO: try section.optional("iso", .flag, default: false),
                    cancelOnDrop: try section.optional(
                        "cancel_on_disconnect",
                        .flag,
                        default: true
                    ),
                    cancelOnLogout: try section.optional("cancel_on_logout", .flag, default: true),
                    rate: try Rate(section, "rate")
                )
            )
        }
        return result
    }
}

extension Reader where Value == UInt8 {
    /// In whose name an order trades, as OUCH says it.
    static var capacity: Reader {
        .choice([
            "agency": UInt8(ascii: "A"), "principal": UInt8(ascii: "P"),
            "riskless": UInt8(ascii: "R"), "other": UInt8(ascii: "O"),
        ])
    }
}
