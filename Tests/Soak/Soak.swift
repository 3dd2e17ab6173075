import ArgumentParser
import Foundation

/// Kills hot and cold of real systems at moments nobody chose, under load, and judges what is left:
/// the journal against every venue's own log, the client's own account of its orders, the state of
/// the gate. `./dev soak`; docs/soak.md says what was measured.
struct Deaths: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deaths",
        abstract: "Kills hot and cold under load and checks that nothing is lost.",
        discussion: """
            Each run is a fresh system with its own state directory. Exit 1 when a verdict is not \
            clean; the folder of such a run is kept and named.
            """
    )

    @Option(help: "kill -9 of each of hot and cold, over all runs.") var kills = 200
    @Option(help: "Ends of hot between an order's record and its bytes, over all runs.")
    var crashes = 25
    @Option(help: "kill -9 of each in one run.") var perRun = 5
    @Option(help: "No run begins that would end later than so many minutes.") var minutes = 9.0
    @Option(help: "Orders a second offered.") var rate = 20_000
    @Option(help: "The least that must be accepted a second while the client is logged in.")
    var rateMin = 5000
    @Option(help: "Seconds of trading before the first death of a run.") var lead = 0.0
    @Option(help: "Moments and victims follow from it; printed.") var seed: UInt64?
    @Option(help: "Folder of the binaries.") var bin = ""
    @Option(help: "The configuration the runs' own is derived from.") var config =
        "config/demo.yaml"
    @Flag(help: "Keep the folders of clean runs too.") var keep = false

    func validate() throws {
        guard kills >= 0, crashes >= 0 else { throw ValidationError("--kills, --crashes: from 0") }
        guard perRun > 0 else { throw ValidationError("--per-run \(perRun): from 1") }
        guard (100...100_000).contains(rate) else {
            throw ValidationError("--rate \(rate): from 100 to 100000")
        }
    }

    func run() throws {
        let first = seed ?? UInt64.random(in: 1...999_999)
        let binaries = bin.isEmpty ? ProcessInfo.processInfo.environment["APUS_BIN"] ?? "" : bin
        let runs = max(1, (kills + perRun - 1) / perRun, (crashes + 4) / 5)
        say(
            "soak: seed \(first); \(kills) kills each of hot and cold, \(crashes) crashes, "
                + "\(runs) runs; \(rate) orders/s offered"
        )
        say(SoakReport.head)
        let end = monotonicNs() + Int64(minutes * 60e9)
        var report = SoakReport(rateMin: rateMin)
        for index in 0..<runs {
            let longest = report.longestNs
            guard monotonicNs() + longest < end else {
                say("soak: --minutes \(minutes): \(runs - index) of \(runs) runs were not begun")
                break
            }
            let plan = SoakPlan(
                number: index + 1,
                seed: first &+ UInt64(index),
                kills: share(kills, index, runs),
                crashes: share(crashes, index, runs),
                rate: rate,
                lead: lead
            )
            let result = SoakRun(plan, binaries: binaries, config: config).carriedOut(keep: keep)
            report.add(result)
            say(report.line(result))
            for fault in result.faults { say("       NOT CLEAN: \(fault)") }
        }
        say(report.summary)
        if !report.isClean { throw ExitCode(1) }
    }

    /// `total` spread evenly over the runs.
    private func share(_ total: Int, _ index: Int, _ runs: Int) -> Int {
        total * (index + 1) / runs - total * index / runs
    }
}

@main
struct Soak: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus-soak",
        abstract: "Real systems under load and in distress, judged by what is left of them.",
        subcommands: [Deaths.self, Fills.self],
        defaultSubcommand: Deaths.self
    )
}

/// What one run is to do; everything random in it follows from its seed.
struct SoakPlan {
    var number: Int
    var seed: UInt64
    /// Of each of hot and cold.
    var kills: Int
    var crashes: Int
    var rate: Int
    /// Seconds of trading before anybody dies.
    var lead: Double
}

/// A line on standard output, there at once also in a file.
func say(_ line: String) {
    print(line)
    fflush(nil)
}

/// Monotonic ns.
func monotonicNs() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// Looks again every `everyUs` until it is so; `false` when it was not within the time.
func waits(_ seconds: Double, everyUs: UInt32 = 2000, until holds: () -> Bool) -> Bool {
    let end = monotonicNs() + Int64(seconds * 1e9)
    while true {
        if holds() { return true }
        if monotonicNs() > end { return false }
        usleep(everyUs)
    }
}

/// SplitMix64: small, seeded, the same everywhere.
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Something the run could not do without.
struct Missed: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
