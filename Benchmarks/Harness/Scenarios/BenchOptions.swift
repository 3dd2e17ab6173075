package import HotPath

/// What is asked of a scenario.
package struct BenchOptions: Sendable {
    /// The measuring and the measured thread's CPU, -1 not pinned.
    package var driverCPU: Int32 = -1
    package var subjectCPU: Int32 = -1
    /// Blocks of each contender; below 30 the interval is not worth printing.
    package var blocks = 30
    /// Exchanges a block.
    package var samples = 2_000
    /// Exchanges before a block's first sample, and before the first block.
    package var warmUp = 100
    package var firstWarmUp = 5_000
    package var transport: PortConfig.Transport = .automatic
    package var calibrateNs: Int64 = 1_000_000_000
    package var lockMemory = true
    /// The measuring thread sleeps while it waits: its figures mean nothing then.
    package var isPatient = false
    package var commit = "unknown"

    package init() {}

    /// Small enough to run with the tests: nothing of it is worth reading.
    package static var smoke: BenchOptions {
        var options = BenchOptions()
        options.blocks = 2
        options.samples = 20
        options.warmUp = 5
        options.firstWarmUp = 20
        options.calibrateNs = 20_000_000
        options.lockMemory = false
        options.isPatient = true
        return options
    }
}

package enum Scenario: String, CaseIterable, Sendable {
    case t2t, order, ring, risk, kill, jitter

    /// Runs on a thread of its own, pinned to the driver's CPU; the caller waits.
    package func run(_ options: BenchOptions) throws(BenchError) -> Report {
        try DriverThread.run(cpu: options.driverCPU) { () throws(BenchError) -> Report in
            switch self {
            case .t2t: try TickScenario.run(options)
            case .order: try OrderScenario.run(options)
            case .ring: try RingScenario.run(options)
            case .risk: try RiskScenario.run(options)
            case .kill: try KillScenario.run(options)
            case .jitter: try JitterScenario.run(options)
            }
        }
    }
}

extension Scenario {
    /// Exchanges a block when none are asked for: a block of a few tens of ms.
    package var samplesByDefault: Int {
        switch self {
        case .t2t, .order: 2_000
        case .ring: 20_000
        // Every second of these sleeps 10 ms first.
        case .risk: 300
        // Kills: each starts an engine of its own.
        case .kill: 17
        case .jitter: 100_000
        }
    }
}

/// How the engine moves bytes, by the names of the flag.
package enum BenchTransport: String, Sendable {
    case auto
    case ring = "io_uring"
    case sockets
}

extension BenchOptions {
    package mutating func use(_ wanted: BenchTransport) {
        switch wanted {
        case .auto: transport = .automatic
        case .ring: transport = .ioUring
        case .sockets: transport = .sockets
        }
    }
}
