internal import ArgumentParser
internal import Glibc
internal import Settings

struct UpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Check the machine, then launch venues, hot and cold, and watch over them.",
        discussion: """
            Stays in the foreground; Ctrl-C is `apus down`. With --detach it returns once the gate \
            is open, and `apus down` stops it.

            Cold, and on paper hot, is started again when it dies, at most 3 times a minute; the \
            fourth time, or when a venue dies, all goes down.

            Simulated venues forget a day when they end. When orders were still open then, --settle \
            starts with the gate shut, so that `apus order resolve` can say how each ended; after \
            that `apus down` and `apus day roll` begin the next date.
            """
    )

    @Option(name: .customLong("config"), help: "Configuration file.")
    var file = "config/demo.yaml"
    @Flag(help: "Return once the gate is open; run on behind.") var detach = false
    @Option(help: "A BinaryFILE of ITCH 5.0 for the venues: one for all, or one each, in order.")
    var itch: [String] = []
    @Option(help: "Begin with positions.file although it differs from what was carried; why.")
    var acceptPositions: String?
    @Flag(help: "With the gate shut: for orders whose simulated venues are gone.") var settle =
        false
    @Flag(help: .hidden) var behind = false
    @OptionGroup var overrides: OverrideOptions

    func run() throws {
        var settings = try overrides.load(file: file)
        try settings.playing(itch)
        if detach {
            try Detached(settings, arguments: forwarded).launch()
            return
        }
        StopSignal.listen()
        let system = try System(settings)
        system.acceptPositions = acceptPositions ?? ""
        let launcher = Launcher(system, settles: settle)
        do {
            try launcher.launch()
            Console.out(launcher.readyText)
            try watch(system)
        } catch {
            system.end(patience: 3) { Console.out("  \($0)") }
            throw error
        }
        system.end { Console.out("  \($0)") }
        try LeftOpen.report(system.directory)
    }

    private func watch(_ system: System) throws {
        while !StopSignal.isWanted {
            try system.supervise()
            usleep(50_000)
        }
        Console.out("going down")
    }

    private var forwarded: [String] {
        var words = ["--config", file]
        for path in itch { words += ["--itch", path] }
        for value in overrides.values { words += ["--set", value] }
        if settle { words.append("--settle") }
        if let acceptPositions { words += ["--accept-positions", acceptPositions] }
        if let state = overrides.state { words += ["--state", state] }
        return words
    }
}

extension Settings {
    /// Lets the simulated venues play recordings.
    mutating func playing(_ files: [String]) throws(Failure) {
        for file in files where !FileBytes.exists(file) {
            throw Failure(.badInput, "--itch \"\(file)\": no such file")
        }
        guard !files.isEmpty else { return }
        for (place, index) in venues.indices.filter({ venues[$0].simulate != nil }).enumerated() {
            venues[index].simulate?.itch = files[min(place, files.count - 1)]
        }
    }
}
