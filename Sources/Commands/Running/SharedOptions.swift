internal import ArgumentParser
internal import ExchangeSimulator
internal import Settings

/// Which running Apus is meant.
struct StateOptions: ParsableArguments {
    @Option(name: .customLong("state"), help: "State directory (default: APUS_STATE_DIR, ./state).")
    var given: String?

    var directory: String {
        given ?? ProcessEnvironment.variables["APUS_STATE_DIR"] ?? "./state"
    }

    var hot: HotClient { HotClient(stateDir: directory) }
    var cold: ColdClient { ColdClient(stateDir: directory) }
}

/// Every read takes it.
struct OutputOptions: ParsableArguments {
    @Flag(name: .customLong("json"), help: "One JSON value instead of a table.")
    var json = false
}

/// What lies over the configuration file.
struct OverrideOptions: ParsableArguments {
    @Option(name: .customLong("set"), help: "Lay a value over the file, as in hot.cpu=3.")
    var values: [String] = []

    @Option(name: .customLong("state"), help: "State directory; lies over state_dir.")
    var state: String?

    func load(file: String) throws -> Settings {
        var overrides: [Override] = []
        for value in values { overrides.append(try Override.flag(value)) }
        if let state {
            overrides.append(Override(origin: .flag("--state"), path: ["state_dir"], value: state))
        }
        let settings = try Settings.load(
            file: file,
            environment: ProcessEnvironment.variables,
            overrides: overrides
        )
        try settings.checkFaults()
        return settings
    }
}

extension Settings {
    /// What simulated venues are to do wrong is written in their words: theirs is the reader.
    fileprivate func checkFaults() throws(SettingsError) {
        for venue in venues {
            for fault in venue.simulate?.faults ?? [] where FaultOrder(fault.value) == nil {
                throw SettingsError(
                    fault.origin,
                    "venues[\(venue.name)].simulate.faults: \"\(fault.value)\" is not one of "
                        + FaultOrder.forms
                )
            }
        }
    }
}
