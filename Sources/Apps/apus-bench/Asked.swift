import ArgumentParser
import Glibc
import Harness

/// The flags every scenario takes, and what is done with its report.
struct Asked: ParsableArguments {
    @Option(help: "Write the report as one JSON object; - is standard output.")
    var json: String?
    @Option(help: "Write the subject's histogram as an .hgrm table.")
    var hgrm: String?
    @Option(help: "Blocks of each contender.")
    var blocks = 30
    @Option(help: "Exchanges a block; for jitter the block's length in µs.")
    var samples: Int?
    @Option(help: "CPU of the measuring thread, then of the measured one.")
    var cpus: String?
    @Option(help: "auto, io_uring or sockets.")
    var transport = "auto"

    func validate() throws {
        guard (1...100_000).contains(blocks) else {
            throw ValidationError("--blocks \(blocks): 1 to 100000")
        }
        if let samples, !(1...10_000_000).contains(samples) {
            throw ValidationError("--samples \(samples): 1 to 10000000")
        }
        guard BenchTransport(rawValue: transport) != nil else {
            throw ValidationError("--transport \(transport): auto, io_uring or sockets")
        }
        if let cpus, Self.pair(cpus) == nil {
            throw ValidationError("--cpus \(cpus): two CPUs, as in 0,1")
        }
    }

    func run(_ scenario: Scenario) throws {
        let report = try orEnd { () throws(BenchError) -> Report in
            try scenario.run(try options(scenario))
        }
        if json != "-" { print(report.text, terminator: "") }
        try orEnd { () throws(BenchError) in
            if let json { try ReportFile.write(report.json + "\n", to: json) }
            if let hgrm { try ReportFile.write(report.hgrm, to: hgrm) }
        }
        if report.hasFailed { throw ExitCode(1) }
    }

    func count(_ orders: Int) throws {
        let growth = try orEnd { () throws(BenchError) -> Growth in
            var counting = try options(.order)
            counting.isPatient = true
            return try Scenario.countOrders(orders, counting)
        }
        if json != "-" { print("\(orders) orders there and back; \(growth.line)") }
        try orEnd { () throws(BenchError) in
            if let json { try ReportFile.write(growth.json(orders: orders) + "\n", to: json) }
        }
        if growth.hasGrown { throw ExitCode(1) }
    }

    private func options(_ scenario: Scenario) throws(BenchError) -> BenchOptions {
        var options = BenchOptions()
        if let cpus, let pair = Self.pair(cpus) {
            (options.driverCPU, options.subjectCPU) = pair
        } else {
            (options.driverCPU, options.subjectCPU) = try BenchOptions.defaultCPUs()
        }
        options.blocks = blocks
        options.samples = samples ?? scenario.samplesByDefault
        options.use(BenchTransport(rawValue: transport) ?? .auto)
        options.commit = Environment.commit()
        return options
    }

    private static func pair(_ text: String) -> (Int32, Int32)? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            .map { Int32($0) }
        guard parts.count == 2, let driver = parts[0], let subject = parts[1],
            driver >= 0, subject >= 0, driver != subject
        else { return nil }
        return (driver, subject)
    }

    /// A machine that cannot be measured on is a bad value (65), said in one line.
    private func orEnd<Result>(_ body: () throws(BenchError) -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            ReportFile.complain("apus-bench: \(error)\n")
            throw ExitCode(65)
        }
    }
}
