import Glibc
import Vocabulary

/// What `apus-sim run` was asked.
package struct SimulationRequest: Sendable {
    package var first: UInt64
    package var count: Int
    package var steps: Int
    package var until: Int?
    package var jobs: Int
    package var only: String?
    package var without: String
    package var traces: Bool
    package var checksDeterminism: Bool
    package var stopsAtFirst: Bool
    /// Instead of steps: a crash between record and bytes at each of so many orders.
    package var recordNotSent: Int?

    package init(
        first: UInt64,
        count: Int,
        steps: Int,
        until: Int?,
        jobs: Int,
        only: String?,
        without: String,
        traces: Bool,
        checksDeterminism: Bool,
        stopsAtFirst: Bool
    ) {
        self.first = first
        self.count = count
        self.steps = steps
        self.until = until
        self.jobs = jobs
        self.only = only
        self.without = without
        self.traces = traces
        self.checksDeterminism = checksDeterminism
        self.stopsAtFirst = stopsAtFirst
    }

    /// The groups named in a list; `nil` and a line on standard error for one that is unknown.
    static func groups(_ list: String) -> Set<FaultGroup>? {
        var found: Set<FaultGroup> = []
        for word in list.split(separator: ",") {
            guard let group = FaultGroup(rawValue: String(word)) else {
                let known = FaultGroup.allCases.map(\.rawValue).joined(separator: ", ")
                say("apus-sim: \(word): no group of faults; known are \(known)\n", to: 2)
                return nil
            }
            found.insert(group)
        }
        return found
    }
}

func say(_ text: String, to fd: Int32 = 1) {
    let bytes = Array(text.utf8)
    _ = write(fd, bytes, bytes.count)
}

/// How one seed ended.
struct SeedResult {
    var violation: Violation?
    var hash: UInt64
    var counts: Simulation.Counts
    var steps: Int
}

/// Runs seeds one after the other, each range in a process of its own, so that a trap or a hang is
/// the finding of one seed and not the end of all.
package enum SimulationRunner {
    /// A seed that takes longer than this hangs.
    static let hangS = 60.0

    package static func run(_ request: SimulationRequest) -> Int32 {
        guard let without = SimulationRequest.groups(request.without) else { return 64 }
        var only: Set<FaultGroup>?
        if let list = request.only {
            guard let groups = SimulationRequest.groups(list) else { return 64 }
            only = groups
        }
        // A full disk is made of a limit on file sizes: a write beyond it is to fail, not to kill.
        signal(SIGXFSZ, SIG_IGN)
        let runner = SeedRunner(request: request, only: only, without: without)
        if request.count == 1 {
            let result = runner.run(request.first)
            runner.report(request.first, result)
            return result.violation == nil ? 0 : 1
        }
        return Supervisor(runner).run()
    }
}

/// One seed, in this process.
struct SeedRunner {
    let request: SimulationRequest
    let only: Set<FaultGroup>?
    let without: Set<FaultGroup>

    func run(_ seed: UInt64, progress: ((Int) -> Void)? = nil) -> SeedResult {
        let first = once(seed, progress)
        guard request.checksDeterminism, first.violation == nil else { return first }
        let second = once(seed, progress)
        guard second.hash != first.hash else { return first }
        var differing = first
        differing.violation = Violation(law: "DETERMINISM", text: "two runs of the seed differ")
        return differing
    }

    private func once(_ seed: UInt64, _ progress: ((Int) -> Void)?) -> SeedResult {
        do {
            let profile = Profile(seed: seed, only: only, without: without)
            let world = try Simulation(seed: seed, profile: profile, traces: request.traces)
            world.progress = progress
            if let orders = request.recordNotSent {
                return SeedResult(
                    violation: world.recordNotSent(orders: orders),
                    hash: world.hash.value,
                    counts: world.counts,
                    steps: world.stepsDone
                )
            }
            var violation = world.run(steps: min(request.until ?? .max, request.steps))
            if violation == nil, request.until == nil { violation = world.bringToRest() }
            return SeedResult(
                violation: violation,
                hash: world.hash.value,
                counts: world.counts,
                steps: world.stepsDone
            )
        } catch {
            let violation = Violation(law: "START", text: "\(error)")
            return SeedResult(violation: violation, hash: 0, counts: .init(), steps: 0)
        }
    }

    func report(_ seed: UInt64, _ result: SeedResult) {
        if let violation = result.violation {
            say(line(seed, violation))
        } else {
            let counts = result.counts
            say(
                "seed \(seed): \(result.steps) steps, hash \(String(result.hash, radix: 16)), "
                    + "\(counts.hotTurns) turns, \(counts.records) records, \(counts.orders) orders, "
                    + "\(counts.fills) fills, \(counts.refused) refused, \(counts.cuts) cuts, "
                    + "\(counts.hotCrashes) + \(counts.coldCrashes) crashes\n"
            )
        }
    }

    /// The one line that makes it happen again.
    func line(_ seed: UInt64, _ violation: Violation) -> String {
        var flags = "--seed \(seed) --steps \(request.steps)"
        if violation.step > 0, violation.step < request.steps {
            flags += " --until \(violation.step)"
        }
        if let list = request.only { flags += " --only \(list)" }
        if let orders = request.recordNotSent { flags += " --record-not-sent \(orders)" }
        if !request.without.isEmpty { flags += " --without \(request.without)" }
        return "apus-sim run \(flags)  # \(violation.law) \(violation.text)\n"
    }
}
