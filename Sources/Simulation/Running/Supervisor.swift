import Glibc

/// Children over seeds, one seed after the other in each; a page they share says where each stands.
final class Supervisor {
    /// One child's line of the page: the seed it is at, its step, how many it has done, how failed.
    private struct Line {
        var seed: UInt64 = 0
        var step: UInt64 = 0
        var done: UInt64 = 0
        var failed: UInt64 = 0
        var records: UInt64 = 0
        var orders: UInt64 = 0
        var fills: UInt64 = 0
        var steps: UInt64 = 0
        var hash: UInt64 = 0
        var asked: UInt64 = 0
        var accepted: UInt64 = 0
        var routed: UInt64 = 0
        var remarked: UInt64 = 0
        var expired: UInt64 = 0
        var restated: UInt64 = 0
        var daysLost: UInt64 = 0
        var clocksSet: UInt64 = 0
        var triggered: UInt64 = 0
        var lossStops: UInt64 = 0

        mutating func add(_ counts: Simulation.Counts, steps count: Int) {
            records += UInt64(counts.records)
            orders += UInt64(counts.orders)
            fills += UInt64(counts.fills)
            steps += UInt64(count)
            asked += UInt64(counts.asked)
            accepted += UInt64(counts.accepted)
            routed += UInt64(counts.routed)
            remarked += UInt64(counts.remarked)
            expired += UInt64(counts.expired)
            restated += UInt64(counts.restated)
            daysLost += UInt64(counts.daysLost)
            clocksSet += UInt64(counts.clocksSet)
            triggered += UInt64(counts.triggered)
            lossStops += UInt64(counts.lossStops)
        }

        mutating func add(_ other: Line) {
            done += other.done
            failed += other.failed
            records += other.records
            orders += other.orders
            fills += other.fills
            steps += other.steps
            asked += other.asked
            accepted += other.accepted
            routed += other.routed
            remarked += other.remarked
            expired += other.expired
            restated += other.restated
            daysLost += other.daysLost
            clocksSet += other.clocksSet
            triggered += other.triggered
            lossStops += other.lossStops
            hash ^= other.hash
        }
    }

    /// So many lines fit the page.
    private static let jobsMax = 32

    private let runner: SeedRunner
    private let page: UnsafeMutablePointer<Line>
    private var children: [pid_t] = []
    /// The next seed each child begins with.
    private var failures = 0

    init(_ runner: SeedRunner) {
        self.runner = runner
        let mapped = mmap(
            nil,
            Self.jobsMax * MemoryLayout<Line>.stride,
            PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS,
            -1,
            0
        )
        page = mapped!.bindMemory(to: Line.self, capacity: Self.jobsMax)
        page.initialize(repeating: Line(), count: Self.jobsMax)
    }

    func run() -> Int32 {
        let request = runner.request
        let jobs = max(1, min(request.jobs, Self.jobsMax))
        let last = request.first + UInt64(request.count)
        let began = seconds()
        children = (0..<jobs).map {
            start($0, from: request.first + UInt64($0), step: jobs, before: last)
        }
        var watched = (0..<jobs).map { _ in (seed: UInt64(0), step: UInt64(0), since: began) }
        var running = jobs
        while running > 0 {
            usleep(20_000)
            for job in 0..<jobs where children[job] > 0 {
                var status: Int32 = 0
                let line = page[job]
                if waitpid(children[job], &status, WNOHANG) == children[job] {
                    SimFolder.removeAll(of: children[job])
                    children[job] = 0
                    running -= 1
                    guard status != 0 else { continue }
                    trapped(line, "the process ended with status \(status)")
                    if request.stopsAtFirst { continue }
                    guard line.seed + UInt64(jobs) < last else { continue }
                    children[job] = start(
                        job,
                        from: line.seed + UInt64(jobs),
                        step: jobs,
                        before: last
                    )
                    running += 1
                    continue
                }
                if watched[job].seed != line.seed || watched[job].step != line.step {
                    watched[job] = (line.seed, line.step, seconds())
                } else if seconds() - watched[job].since > SimulationRunner.hangS {
                    Glibc.kill(children[job], SIGKILL)
                    watched[job].since = seconds()
                }
                if request.stopsAtFirst, failed > 0 { Glibc.kill(children[job], SIGTERM) }
            }
        }
        summary(jobs, seconds() - began)
        return failed + failures == 0 ? 0 : 1
    }

    private var failed: Int { (0..<Self.jobsMax).reduce(0) { $0 + Int(page[$1].failed) } }

    private func trapped(_ line: Line, _ why: String) {
        if runner.request.stopsAtFirst, failed > 0 { return }
        failures += 1
        let violation = Violation(law: "L19", text: why, step: Int(line.step))
        say(runner.line(line.seed, violation))
    }

    private func start(_ job: Int, from seed: UInt64, step: Int, before last: UInt64) -> pid_t {
        let child = forkChild()
        guard child == 0 else { return child }
        var seed = seed
        while seed < last {
            page[job].seed = seed
            page[job].step = 0
            let result = runner.run(seed) { [page] in page[job].step = UInt64($0) }
            if let violation = result.violation {
                say(runner.line(seed, violation))
                page[job].failed += 1
                if runner.request.stopsAtFirst { exit(0) }
            }
            page[job].done += 1
            page[job].add(result.counts, steps: result.steps)
            page[job].hash ^= result.hash &* (2 &* seed &+ 1)
            seed += UInt64(step)
        }
        exit(0)
    }

    private func summary(_ jobs: Int, _ tookS: Double) {
        var total = Line()
        for job in 0..<jobs { total.add(page[job]) }
        let rate = Int(Double(total.steps) / max(0.001, tookS))
        say(
            "\(total.done) seeds, \(total.steps) steps, \(total.records) records, "
                + "\(total.orders) orders, \(total.accepted) accepted, \(total.fills) fills, "
                + "\(total.routed) routed, \(total.remarked) remarked, \(total.expired) expired, "
                + "\(total.restated) restated, \(total.triggered) triggered, "
                + "\(total.lossStops) stopped for a loss, \(total.daysLost) days lost, "
                + "\(total.clocksSet) clocks set in \(Int(tookS)) s (\(rate) steps/s), "
                + "hash \(String(total.hash, radix: 16)); \(failed + failures) failed\n"
        )
        judge(total)
    }

    /// A world in which nothing happens breaks no law: over many, orders must be let through, be
    /// accepted and trade. How many of a few seeds nobody can say.
    private func judge(_ total: Line) {
        let request = runner.request
        guard total.done >= 20, request.steps >= 1_000, request.until == nil,
            request.recordNotSent == nil
        else { return }
        let isSane =
            total.orders * 10 > total.asked && total.accepted * 2 > total.orders
            && total.fills * 10 > total.accepted
        guard !isSane else { return }
        failures += 1
        say(
            "apus-sim: REST of \(total.asked) orders asked for \(total.orders) were approved, "
                + "\(total.accepted) of them accepted, and there were \(total.fills) fills; "
                + "a tenth, a half and a tenth are the least\n"
        )
    }

    private func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// `fork`, which the importer hides: this process has one thread, so its copy may go on.
private func forkChild() -> pid_t {
    typealias Fork = @convention(c) () -> pid_t
    let symbol = dlsym(nil, "fork")
    return unsafeBitCast(symbol, to: Fork.self)()
}
