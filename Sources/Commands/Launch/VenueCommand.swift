internal import Settings
internal import Vocabulary

/// How `apus-venue` is told to be one of the configured venues.
struct VenueCommand {
    let name: String
    let portsFile: String
    let arguments: [String]

    init(_ settings: Settings, _ index: Int, _ directory: StateDirectory) {
        let venue = settings.venues[index]
        name = venue.name.description
        portsFile = "\(directory.venues)/\(name).ports.json"
        let secrets = Secrets(folder: directory.path)
        let host = Endpoint.text(venue.ouch.host)
        var words = [
            "--name", name, "--mic", venue.mic.description,
            "--ouch", "\(host):\(venue.ouch.port)", "--drop-copy", "\(host):0",
            "--feed-subscribe", venue.feedA.description, "--request", venue.request.description,
            "--user", venue.ouch.user.description,
            "--password-file", secrets.path(venue.ouch.passwordFile), "--firm", venue.ouch.firm,
            "--cancel-on-disconnect", venue.ouch.cancelOnDrop ? "yes" : "no",
            "--cancel-on-logout", venue.ouch.cancelOnLogout ? "yes" : "no",
            "--trading-date", "\(settings.tradingDate.number)",
            "--midnight-ns", "\(settings.tradingDate.midnightNs)",
            "--log", directory.venueLog(name), "--ports-file", portsFile, "--die-with-parent",
        ]
        if let flow = venue.simulate { words += Self.flow(flow, settings) }
        arguments = words
    }

    private static func flow(_ flow: VenueSettings.Simulation, _ settings: Settings) -> [String] {
        let listed = flow.symbols?.map { settings.instruments[$0] } ?? settings.instruments
        var words = ["--symbols", listed.map(\.symbol.description).joined(separator: ",")]
        for fault in flow.faults { words += ["--fault", fault.value] }
        if let itch = flow.itch {
            words += ["--itch", itch, "--speed", Decimals.text(flow.speedMilli, places: 3)]
            if flow.maxGapNs > 0 { words += ["--max-gap", "\(flow.maxGapNs / 1_000_000)ms"] }
            // Nothing of the recording is missed: it begins when hot listens.
            words.append("--hold-flow-until-join")
            return words
        }
        words += ["--seed", "\(flow.seed)", "--rate", "\(flow.ratePerS)"]
        for instrument in listed {
            words += ["--mid", "\(instrument.symbol)=\(Decimals.text(instrument.priorClose))"]
        }
        return words
    }
}
