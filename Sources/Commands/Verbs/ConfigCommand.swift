internal import ArgumentParser
internal import Crossing
internal import Settings
internal import Vocabulary

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check a configuration, compile it to hot.image, compare two.",
        subcommands: [Check.self, Compile.self, Diff.self]
    )

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Is it sound? Exit 65 with file and line when it is not."
        )

        @Argument(help: "Configuration file.")
        var file = "config/demo.yaml"

        @OptionGroup var overrides: OverrideOptions

        @OptionGroup var output: OutputOptions

        func run() throws {
            var settings = try overrides.load(file: file)
            try settings.checkDayFiles()
            Console.out(output.json ? settings.summaryJSON.text : settings.summary)
        }
    }

    struct Compile: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write hot.image, all that hot and cold read."
        )

        @Argument(help: "Configuration file.")
        var file = "config/demo.yaml"

        @OptionGroup var overrides: OverrideOptions

        @Option(name: .customLong("out"), help: "Where to (default: <state_dir>/hot.image).")
        var out: String?

        func run() throws {
            var settings = try overrides.load(file: file)
            try StateDirectory.make(settings.stateDir)
            if settings.paper { try settings.makeSecrets() }
            let directory = StateDirectory(path: settings.stateDir)
            if out == nil {
                // The state's own image goes on from where the state stands.
                settings.adoptRolledDay(directory)
                if let wrong = DayStartFile.withoutRoll(directory, settings.tradingDate) {
                    throw Failure(.refused, wrong)
                }
            }
            let day = try DayStartFile.read(directory, settings.tradingDate.number)
            let image = try settings.compile(secrets: Secrets(folder: settings.stateDir), day: day)
            let path = out ?? "\(settings.stateDir)/hot.image"
            let bytes = image.bytes()
            if out == nil { try DayImages.keep(bytes, directory, settings.tradingDate.number) }
            try ImageFile.write(bytes, to: path)
            Console.out("\(path): \(bytes.count) bytes, trading date \(settings.tradingDate)")
        }
    }

    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What would change? Exit 1 when something does."
        )

        @Argument(help: "The configuration as it is.")
        var old: String

        @Argument(help: "The configuration as it would be.")
        var new: String

        func run() throws {
            // Both must be sound before a difference means anything.
            _ = try Settings.load(file: old)
            _ = try Settings.load(file: new)
            let changes = ConfigNode.changes(
                from: try ConfigNode.parse(yaml: try TextFile.read(old), file: old),
                to: try ConfigNode.parse(yaml: try TextFile.read(new), file: new)
            )
            for change in changes { Console.out(change) }
            if !changes.isEmpty { throw Failure.notClean }
        }
    }
}

extension Settings {
    /// The files the next `up` would begin the date with; a date that has begun needs none of them.
    fileprivate mutating func checkDayFiles() throws(SettingsError) {
        let directory = StateDirectory(path: stateDir)
        adoptRolledDay(directory)
        guard !directory.hasJournal(tradingDate.number) else { return }
        var day = DayStart(tradingDate: tradingDate.number)
        try readDayFiles(into: &day)
    }

    /// The later of the configuration's day and the one a `day roll` has compiled.
    mutating func adoptRolledDay(_ directory: StateDirectory) {
        let rolled = try? directory.withImage { $0.header.tradingDate }
        guard let rolled, rolled > tradingDate.number, let date = TradingDate(number: rolled) else {
            return
        }
        tradingDate = date
    }

    func makeSecrets() throws(SettingsError) {
        let secrets = Secrets(folder: stateDir)
        for file in passwordFiles { try secrets.make(file) }
    }

    var summary: String {
        """
        \(file): sound
          trading date  \(tradingDate), day begins at \
        \(Format.time(tradingDate.midnightNs)) UTC
          mode          \(paper ? "paper: simulated venues only" : "real")
          venues        \(venues.map(\.name.description).joined(separator: ", "))
          instruments   \(instruments.count), accounts \(accounts.count), strategies \
        \(strategies.count), client logins \(clients.count), roles \(roles.count)
          sizes         \(hot.sizes.ordersMax) orders, audit ring \(hot.sizes.auditSlots) slots = \
        \(Int(hot.sizes.auditSlots) * 128 / 1_048_576) MiB
        """
    }

    var summaryJSON: JSON {
        [
            "file": .string(file), "tradingDate": .string(tradingDate.description),
            "midnightNs": .int(tradingDate.midnightNs), "paper": .bool(paper),
            "venues": .array(venues.map { .string($0.name.description) }),
            "instruments": .array(instruments.map { .string($0.symbol.description) }),
            "accounts": .array(accounts.map { .string($0.name.description) }),
            "strategies": .array(strategies.map { .string($0.name.description) }),
            "clients": .array(clients.map { .string($0.user.description) }),
            "ordersMax": .number(hot.sizes.ordersMax), "auditSlots": .number(hot.sizes.auditSlots),
        ]
    }
}
