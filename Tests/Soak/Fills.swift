import ArgumentParser
import Foundation

/// Cold stands still and a million fills of one share arrive: the ladder of a ring that fills, over
/// real processes. `./dev soak fills`; docs/soak.md says what was measured.
struct Fills: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fills",
        abstract: "Stops cold while fills of one share arrive until the ring is full, and beyond.",
        discussion: """
            The venue loses every cancel meanwhile, else the ladder's own mass cancel would end the \
            fills. Exit 1 when a step of the ladder is missing or anything is lost.
            """
    )

    @Option(help: "Fills of one share.") var fills = 1_000_000
    @Option(help: "Slots of the audit ring, a power of two.") var ringSlots = 1 << 20
    @Option(help: "No more fills are asked for after so many seconds.") var seconds = 90
    @Option(help: "Folder of the binaries.") var bin = ""
    @Option(help: "The configuration the run's own is derived from.") var config =
        "config/demo.yaml"
    @Flag(help: "Keep the folder of a clean run too.") var keep = false

    func validate() throws {
        guard (1000...10_000_000).contains(fills) else {
            throw ValidationError("--fills \(fills): from 1000 to 10000000")
        }
    }

    func run() throws {
        let binaries = bin.isEmpty ? ProcessInfo.processInfo.environment["APUS_BIN"] ?? "" : bin
        let run = FillsRun(
            fills: fills,
            ringSlots: ringSlots,
            seconds: seconds,
            binaries: binaries,
            config: config
        )
        let faults = run.carriedOut(keep: keep)
        for fault in faults { say("NOT CLEAN: \(fault)") }
        if !faults.isEmpty { throw ExitCode(1) }
        say("clean")
    }
}
