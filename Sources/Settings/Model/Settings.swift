package import Crossing
internal import Vocabulary

/// The whole configuration, every value in the unit the image uses. Built only by reading, so what
/// exists has been checked: names exist, limits are there, paper mode trades simulated venues.
package struct Settings: Sendable {
    /// The file it came from, as given.
    package var file: String
    package var stateDir: String
    /// yyyymmdd.
    package var tradingDate: TradingDate
    package var instance: UInt8
    package var paper: Bool
    package var idle: Idle
    package var expose: Bool
    package var clientListen: Endpoint
    package var hot: HotSettings
    package var venues: [VenueSettings]
    package var instruments: [InstrumentSettings]
    package var accounts: [AccountSettings]
    package var strategies: [StrategySettings]
    package var clients: [ClientSettings]
    package var firm: FirmLimits
    package var roles: [RoleSettings]
    package var twoPersons: TwoPersons
    package var cold: ColdSettings
    package var journal: JournalSettings
    package var day: DaySettings

    package static let keys = [
        "version", "state_dir", "trading_date", "instance", "paper", "idle", "expose",
        "client_listen", "hot", "venues", "instruments", "accounts", "strategies", "clients",
        "limits", "roles", "two_persons", "cold", "journal", "day",
    ]
}

package enum Idle: UInt8, Sendable {
    case spin = 0
    case yield = 1
}

extension Settings {
    /// Reads a checked configuration.
    ///
    /// - Parameters:
    ///   - file: The YAML file's path; complaints begin with it.
    ///   - environment: The process's variables; `APUS_…` ones lie over the file.
    ///   - overrides: Command-line values; they lie over everything.
    ///   - today: The trading date when the file says `today`.
    /// - Returns: Settings in which every name is known and every limit is there.
    /// - Throws: The first thing that is wrong, with its place.
    package static func load(
        file: String,
        environment: [String: String] = [:],
        overrides: [Override] = [],
        today: TradingDate = .todayEastern()
    ) throws(SettingsError) -> Settings {
        let yaml = try TextFile.read(file)
        return try parse(
            yaml: yaml,
            file: file,
            environment: environment,
            overrides: overrides,
            today: today
        )
    }

    package static func parse(
        yaml: String,
        file: String,
        environment: [String: String] = [:],
        overrides: [Override] = [],
        today: TradingDate = .todayEastern()
    ) throws(SettingsError) -> Settings {
        var root = try ConfigNode.parse(yaml: yaml, file: file)
        guard root.entries != nil else {
            throw SettingsError(
                root.origin,
                "the configuration is \(root.kind), not a group of keys"
            )
        }
        for override in try Override.environment(environment, topKeys: keys) + overrides {
            root = try root.applying(override)
        }
        return try Settings(root, file: file, today: today)
    }

    private init(_ root: ConfigNode, file: String, today: TradingDate) throws(SettingsError) {
        let top = try Section(root, "", keys: Self.keys)
        let version = try top.required("version", .integer(0...Int64(Int32.max)))
        guard version == 1 else {
            throw SettingsError(
                try top.child("version").origin,
                "version: \(version) is not a version this build reads; it reads 1"
            )
        }
        self.file = file
        stateDir = try top.optional("state_dir", .text, default: "./state")
        tradingDate = try top.optional("trading_date", .tradingDate(today: today), default: today)
        instance = UInt8(try top.optional("instance", .integer(0...15), default: 0))
        paper = try top.optional("paper", .flag, default: true)
        idle = try top.optional(
            "idle",
            .choice(["spin": Idle.spin, "yield": Idle.yield]),
            default: .yield
        )
        expose = try top.optional("expose", .flag, default: false)
        clientListen = try top.optional("client_listen", .endpoint, default: .loopbackAny)
        hot = try HotSettings(top)
        cold = try ColdSettings(top)
        journal = try JournalSettings(top)
        day = try DaySettings(top)

        let limits = try top.section("limits", keys: ["firm", "account", "symbol", "strategy"])
        firm = try FirmLimits(limits)
        instruments = try InstrumentSettings.all(top, limits)
        let symbols = Index("symbol", instruments.map(\.symbol.description))
        venues = try VenueSettings.all(top, symbols)
        let venueIndex = Index("venue", venues.map(\.name.description))
        accounts = try AccountSettings.all(top, limits)
        let accountIndex = Index("account", accounts.map(\.name.description))
        strategies = try StrategySettings.all(
            top,
            limits,
            symbols: symbols,
            venues: venueIndex,
            accounts: accountIndex
        )
        clients = try ClientSettings.all(
            top,
            symbols: symbols,
            venues: venueIndex,
            accounts: accountIndex,
            strategies: Index("strategy", strategies.map(\.name.description))
        )
        roles = try RoleSettings.all(top)
        twoPersons = try RoleSettings.twoPersons(top)
        try checkWhole(top)
    }

    /// Laws that more than one key decides.
    private func checkWhole(_ top: Section) throws(SettingsError) {
        let venueNodes = try top.sections("venues", naming: "name", keys: VenueSettings.keys)
        for (venue, section) in zip(venues, venueNodes) where paper && venue.simulate == nil {
            throw SettingsError(
                section.node.origin,
                "venue \(venue.name) has no simulate, and paper: true trades simulated venues only"
            )
        }
        for (venue, section) in zip(venues, venueNodes) where !paper && venue.simulate != nil {
            throw SettingsError(
                section.node.origin,
                "venue \(venue.name) is simulated; that needs paper: true"
            )
        }
        for (venue, section) in zip(venues, venueNodes)
        where venue.simulate == nil && section.node["drop_copy"] == nil {
            throw SettingsError(
                section.node.origin,
                "\(section.path).drop_copy is missing; give its host, port, user and "
                    + "password_file, or none: \"why\""
            )
        }
        if !paper, let kind = day.missing.first {
            throw SettingsError(
                top.node.origin,
                "day.\(kind) is missing; a real day begins with its file and source"
            )
        }
        if !expose, !clientListen.isLoopback {
            throw SettingsError(
                try top.child("client_listen").origin,
                "client_listen: \(clientListen) is not a loopback address; that needs expose: true"
            )
        }
    }
}
