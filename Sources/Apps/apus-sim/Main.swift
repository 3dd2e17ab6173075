import ArgumentParser
import Simulation

/// `apus-sim`: the whole system from one seed, as often as asked.
@main
struct ApusSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus-sim",
        abstract: "Runs all of Apus in one thread, from a seed, with every accident it knows.",
        subcommands: [Run.self]
    )

    struct Run: ParsableCommand {
        @Option(help: "How many seeds.") var seeds = 1
        @Option(help: "The first seed.") var from: UInt64 = 1
        @Option(help: "Just this seed.") var seed: UInt64?
        @Option(help: "Steps a seed.") var steps = 2_000
        @Option(help: "Ends at this step, before the system is brought to rest.") var until: Int?
        @Option(help: "Processes side by side.") var jobs = 1
        @Option(help: "Only these groups of faults, separated by commas.") var only: String?
        @Option(help: "Without these groups of faults.") var without = ""
        @Option(help: "Instead: hot dies between record and bytes at each of so many orders.")
        var recordNotSent: Int?
        @Flag(help: "Says what happens.") var trace = false
        @Flag(help: "Runs each seed twice and compares.") var checkDeterminism = false
        @Flag(help: "Ends at the first seed that fails.") var stopAtFirst = false

        func run() throws {
            var request = SimulationRequest(
                first: seed ?? from,
                count: seed == nil ? seeds : 1,
                steps: steps,
                until: until,
                jobs: jobs,
                only: only,
                without: without,
                traces: trace,
                checksDeterminism: checkDeterminism,
                stopsAtFirst: stopAtFirst
            )
            request.recordNotSent = recordNotSent
            throw ExitCode(SimulationRunner.run(request))
        }
    }
}
