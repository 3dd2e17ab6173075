internal import ArgumentParser
internal import Crossing

/// Reads the counters where the engine keeps them: asks nobody, disturbs nobody, works while
/// everything else hangs.
struct StatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat",
        abstract: "The engine's counters, read from shared memory."
    )

    @Flag(help: "Zero ones too.") var all = false
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let region = try SharedRegions(StateDirectory(path: state.directory)).hot()
        let counters = region.counters
        let values = HotCounter.allCases.map { ($0.name, counters.get($0)) }
        if output.json {
            Console.out(JSON.object(values.map { ($0.0, .number($0.1)) }).text)
            return
        }
        var table = Table(["counter", "value"])
        for (name, value) in values where all || value != 0 { table.add([name, String(value)]) }
        Console.out(table.isEmpty ? "all counters are 0" : table.text)
    }
}

/// Finds the shared files through ports.json and attaches them for reading.
struct SharedRegions {
    private let directory: StateDirectory

    init(_ directory: StateDirectory) { self.directory = directory }

    var folder: String {
        guard let bytes = try? FileBytes.read(directory.ports),
            let named = JSON.parse(bytes)?["shm_dir"]?.string
        else { return directory.sharedMemory }
        return named
    }

    func hot() throws(Failure) -> HotRegion {
        do {
            return try HotRegion.attach(path: "\(folder)/hot.shm", writable: false)
        } catch {
            if case .missing(let path) = error {
                throw Failure(.notRunning, "hot has not run: \(path) is not there")
            }
            throw Failure(.badInput, "\(error)")
        }
    }
}
