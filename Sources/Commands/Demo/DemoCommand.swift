internal import ArgumentParser
internal import Glibc
internal import Settings
internal import Vocabulary

/// `./dev demo`: everything once, from nothing to a verdict, in under 90 seconds.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Bring up three venues, hot and cold; trade; drain; prove that it adds up.",
        shouldDisplay: false
    )

    @Option(name: .customLong("config"), help: "Configuration file.")
    var file = "config/demo.yaml"
    @Option(help: "Play a recorded ITCH 5.0 BinaryFILE of AAPL on the venues.") var itch: String?
    @Option(name: .customLong("state"), help: "State directory, fresh.") var state: String?

    func run() throws {
        let directory = state ?? "./state/demo-\(Self.stamp())"
        let settings = try demoSettings(directory)
        guard !FileBytes.exists("\(directory)/journal") else {
            throw Failure(.badInput, "--state \(directory): has a journal; the demo starts fresh")
        }
        StopSignal.listen()
        let system = try System(settings)
        let plan = itch == nil ? DemoPlan.generated : DemoPlan.recorded
        let result: DemoResult
        do {
            try Launcher(system).launch()
            result = try DemoRun(system, plan).trade()
        } catch {
            system.end(patience: 5) { Console.out("  \($0)") }
            throw error
        }
        Console.out("going down")
        system.end { Console.out("  \($0)") }
        let report = try DemoReport(system, result)
        Console.out(report.text)
        guard report.isClean, !result.interrupted else { throw Failure.notClean }
    }

    private func demoSettings(_ directory: String) throws -> Settings {
        if directory.hasPrefix("./state/") { _ = mkdir("./state", 0o750) }
        let over = Override(origin: .flag("--state"), path: ["state_dir"], value: directory)
        var settings = try Settings.load(
            file: file,
            environment: ProcessEnvironment.variables,
            overrides: [over]
        )
        if let itch {
            try settings.playing([itch])
            settings.adaptToRecording()
        }
        return settings
    }

    private static func stamp() -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y%m%d-%H%M%S", &parts)
        return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension Settings {
    /// Five thin pre-market hours of one symbol in most of a minute.
    ///
    /// The file spans 17 536 s with 370 s between some trades. At 300 times its speed, and silences
    /// cut at 100 ms, it lasts 47 s. A quote then is seldom older than that 0.1 s, and always
    /// younger than 5 s; early books are dollars wide, so the spread limit is 20 and the collar 10 %.
    mutating func adaptToRecording() {
        instruments = instruments.filter { $0.symbol.description == "AAPL" }
        for index in instruments.indices {
            instruments[index].limits.maxSpread = 200_000
            instruments[index].limits.collarBps = 1000
            instruments[index].limits.maxRefAgeNs = 5_000_000_000
        }
        for index in venues.indices {
            venues[index].simulate?.symbols = nil
            venues[index].simulate?.speedMilli = 300_000
            venues[index].simulate?.maxGapNs = 100_000_000
        }
        for index in strategies.indices { strategies[index].symbols = nil }
        for index in clients.indices { clients[index].symbols = nil }
    }
}
