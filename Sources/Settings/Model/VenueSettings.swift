package import Vocabulary

/// One venue: where its order port and its feed are, and, in paper mode, how to simulate it.
package struct VenueSettings: Sendable {
    package var name: Name
    package var mic: Symbol
    package var ouch: Ouch
    package var feedA: Endpoint
    /// Port 0 and host 0: there is no line B.
    package var feedB: Endpoint
    /// Who sends a multicast line; 0: anybody, and the configuration says why.
    package var feedASource: UInt32
    package var feedBSource: UInt32
    /// The card multicast comes in by, as an address of this host; 0: where the routes say.
    package var feedInterface: UInt32
    package var request: Endpoint
    /// 1e-4 price units per 100 quantity units; a negative one is the other way round.
    package var removeFee: Int32
    package var addRebate: Int32
    /// ns of the day; both -1: the venue's own events govern.
    package var openNs: Int64
    package var closeNs: Int64
    package var simulate: Simulation?
    /// `nil`: there is none, and the configuration says why.
    package var dropCopy: DropCopy?
    /// Order to answer, 99th percentile, above which cold alerts; 0 off.
    package var ackAlertNs: Int64

    package struct Ouch: Sendable {
        package var host: UInt32
        package var port: UInt16
        package var user: Symbol
        package var passwordFile: String
        package var firm: String
        package var cancelOnDrop: Bool
        package var cancelOnLogout: Bool
        package var rate: Rate
    }

    /// Where the venue tells a second time what it did with our orders.
    package struct DropCopy: Sendable {
        package var host: UInt32
        package var port: UInt16
        package var user: Symbol
        package var passwordFile: String
    }

    /// What `apus-venue` is told (paper mode).
    package struct Simulation: Sendable {
        /// `nil`: every instrument.
        package var symbols: [Int]?
        package var seed: UInt64
        /// Background messages a second of the seeded flow.
        package var ratePerS: UInt32
        package var itch: String?
        /// File time ÷ wall time; "1.0" is real time. In thousandths.
        package var speedMilli: Int64
        package var maxGapNs: Int64
        /// What it is to do wrong and when, in `apus-venue`'s words, which are not checked here.
        package var faults: [(value: String, origin: Origin)] = []
    }

    static let keys = [
        "name", "mic", "ouch", "feed", "fees", "hours", "simulate", "drop_copy", "ack_alert",
    ]

    private static let feedKeys = [
        "a", "b", "request", "a_source", "b_source", "any_source_reason", "interface",
    ]

    static func all(_ top: Section, _ symbols: Index) throws(SettingsError) -> [VenueSettings] {
        let sections = try top.sections("venues", naming: "name", keys: keys)
        try Index.checkUnique("venue", sections, key: "name")
        guard (1...16).contains(sections.count) else {
            throw SettingsError(
                try top.child("venues").origin,
                "venues has \(sections.count) entries; 1 to 16 are possible"
            )
        }
        var result: [VenueSettings] = []
        for section in sections { result.append(try VenueSettings(section, symbols)) }
        return result
    }

    private init(_ section: Section, _ symbols: Index) throws(SettingsError) {
        name = try section.required("name", .name)
        mic = try section.required("mic", .symbol)
        ouch = try Ouch(section)
        let feed = try section.section("feed", keys: Self.feedKeys)
        feedA = try feed.required("a", .endpoint)
        feedB = try feed.optional("b", .endpoint, default: Endpoint(host: 0, port: 0))
        request = try feed.required("request", .endpoint)
        feedASource = try Self.source("a", of: feedA, in: feed)
        feedBSource = try Self.source("b", of: feedB, in: feed)
        feedInterface = try feed.optional("interface", .address, default: 0)
        let fees = try section.section("fees", keys: ["remove", "add_rebate"])
        // Per share with four more places than a price: 100 shares in 1e-4 units.
        let range: ClosedRange<Int64> = -1_000_000...1_000_000
        removeFee = Int32(try fees.required("remove", .decimal(places: 6, in: range)))
        addRebate = Int32(try fees.required("add_rebate", .decimal(places: 6, in: range)))
        let hours = try section.optionalSection("hours", keys: ["open", "close"])
        openNs = try hours?.required("open", .timeOfDayNs) ?? -1
        closeNs = try hours?.required("close", .timeOfDayNs) ?? -1
        if let hours, closeNs <= openNs {
            throw SettingsError(hours.node.origin, "\(hours.path): close is not after open")
        }
        simulate = try Simulation(section, symbols)
        dropCopy = try DropCopy(section, ouch, isSimulated: simulate != nil)
        ackAlertNs = try section.optional("ack_alert", .durationNs.orOff(0), default: 0)
    }

    /// Anybody on the network may send to a group, so a multicast line names its sender. A unicast
    /// line has one already.
    private static func source(
        _ line: String,
        of endpoint: Endpoint,
        in feed: Section
    ) throws(SettingsError) -> UInt32 {
        let key = "\(line)_source"
        guard feed.node[key] == nil else {
            guard endpoint.isMulticast else {
                throw SettingsError(
                    try feed.child(key).origin,
                    "\(feed.path).\(key) is for a multicast line; \(line) is \(endpoint)"
                )
            }
            return try feed.required(key, .address)
        }
        guard endpoint.isMulticast, feed.node["any_source_reason"] == nil else { return 0 }
        throw SettingsError(
            try feed.child(line).origin,
            """
            \(feed.path).\(line): \(endpoint) is a multicast group anybody may send to; name the \
            venue's sender in \(key), or say why not in any_source_reason
            """
        )
    }
}

extension VenueSettings.Ouch {
    init(_ venue: Section) throws(SettingsError) {
        let keys = [
            "host", "port", "user", "password_file", "firm", "cancel_on_disconnect",
            "cancel_on_logout", "no_cancel_reason", "rate",
        ]
        let section = try venue.section("ouch", keys: keys)
        host = try section.required("host", .address)
        port = UInt16(try section.required("port", .integer(0...65535)))
        // SoupBinTCP: user 6, password 10 characters.
        user = Symbol(try section.required("user", .ascii(6))) ?? .blank
        passwordFile = try section.required("password_file", .text)
        firm = try section.required("firm", .ascii(4))
        cancelOnDrop = try section.optional("cancel_on_disconnect", .flag, default: true)
        cancelOnLogout = try section.optional("cancel_on_logout", .flag, default: true)
        rate = try Rate(section, "rate")
        if !cancelOnDrop, section.node["no_cancel_reason"] == nil {
            throw SettingsError(
                try section.child("cancel_on_disconnect").origin,
                """
                \(section.path).cancel_on_disconnect: false leaves orders alone at a dead line; \
                say why in no_cancel_reason
                """
            )
        }
    }
}

extension VenueSettings.DropCopy {
    /// A simulated venue has one, with the login of its order port. A real one is named, or left
    /// out with a reason (`checkWhole`): without it nothing outside hot says whether hot's records
    /// are true.
    init?(
        _ venue: Section,
        _ ouch: VenueSettings.Ouch,
        isSimulated: Bool
    ) throws(SettingsError) {
        let keys = ["host", "port", "user", "password_file", "none"]
        guard let section = try venue.optionalSection("drop_copy", keys: keys) else {
            guard isSimulated else { return nil }
            host = ouch.host
            port = 0
            user = ouch.user
            passwordFile = ouch.passwordFile
            return
        }
        if section.node["none"] != nil {
            let reason = try section.required("none", .text)
            guard reason.isEmpty || section.node.entries?.count != 1 else { return nil }
            throw SettingsError(
                section.node.origin,
                "\(section.path).none stands alone, with the reason why there is no drop copy"
            )
        }
        host = try section.optional("host", .address, default: ouch.host)
        port = UInt16(try section.required("port", .integer(0...65535)))
        user = Symbol(try section.required("user", .ascii(6))) ?? .blank
        passwordFile = try section.required("password_file", .text)
    }
}

extension VenueSettings.Simulation {
    init?(_ venue: Section, _ index: Index) throws(SettingsError) {
        let keys = ["symbols", "seed", "rate", "itch", "speed", "max_gap", "faults"]
        guard let section = try venue.optionalSection("simulate", keys: keys) else { return nil }
        symbols = try index.set("symbols", in: section)
        seed = UInt64(try section.required("seed", .integer(0...Int64.max)))
        ratePerS = UInt32(try section.required("rate", .integer(0...10_000_000)))
        let file = try section.optional("itch", .text, default: "")
        itch = file.isEmpty ? nil : file
        speedMilli = try section.optional(
            "speed",
            .decimal(places: 3, in: 1...Int64(1_000_000_000)),
            default: 1000
        )
        maxGapNs = try section.optional("max_gap", .durationNs, default: 0)
        if section.node["faults"] != nil {
            faults = try section.list("faults", .text)
        }
    }
}
