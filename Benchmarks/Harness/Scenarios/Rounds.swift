import Crossing
import HotPath
import Vocabulary

/// Runs the contenders in turn and keeps what each block said.
struct Rounds {
    /// By contender, then leg; the subject is contender 0.
    private(set) var series: [[Series]]
    private(set) var gaps = GapWatch()
    private(set) var hops: [Series] = []
    /// Time inside the subject's blocks, ns, and exchanges in it.
    private var subjectNs = 0.0
    private var exchanges = 0
    private let watch: HopWatch?
    private let options: BenchOptions

    init(_ names: [String], legs: Int, hops: HopWatch?, _ options: BenchOptions) {
        series = names.map { name in (0..<legs).map { _ in Series(name) } }
        watch = hops
        self.hops = hops == nil ? [] : HopWatch.names.map { Series($0) }
        self.options = options
    }

    mutating func run(_ contenders: [any Contender], _ clock: BenchClock) throws(BenchError) {
        let order = Interleave(
            blocks: options.blocks,
            samples: options.samples,
            warmUp: options.warmUp,
            clock: clock
        )
        let legs = series.first?.count ?? 1
        var (series, gaps, hops) = (series, gaps, hops)
        var (subjectNs, exchanges) = (subjectNs, exchanges)
        try order.run(contenders, legs: legs, &gaps) { index, blocks, elapsed in
            for leg in 0..<legs { series[index][leg].absorb(blocks[leg], clock) }
            guard index == 0 else { return }
            subjectNs += elapsed
            exchanges += blocks[0].count
            guard let watch else { return }
            for hop in hops.indices {
                hops[hop].absorb(watch.blocks[hop], clock, from: options.warmUp)
            }
            watch.clear()
        }
        (self.series, self.gaps, self.hops) = (series, gaps, hops)
        (self.subjectNs, self.exchanges) = (subjectNs, exchanges)
    }

    func comparisons(leg: Int, _ title: String, compared: Set<String>) -> Comparisons {
        let all = series.map { $0[leg] }
        return Comparisons(title, all[0], floors: Array(all.dropFirst()), compared: compared)
    }

    func report(
        _ scenario: Scenario,
        _ options: BenchOptions,
        _ clock: BenchClock,
        _ engine: EngineBench? = nil,
        main: Comparisons,
        back: Comparisons? = nil
    ) -> Report {
        var environment = Environment(cpus: [options.driverCPU, options.subjectCPU])
        environment.add("tsc", "\(Int(clock.tscHz / 1_000)) kHz")
        environment.add("tscDriftPpm", Table.ratio(clock.driftPpm))
        environment.add("blocks", "\(options.blocks) × \(options.samples), interleaved")
        if let engine {
            environment.add("transport", "\(engine.mode)")
            environment.add("memoryLocked", engine.isMemoryLocked ? "yes" : "no")
        }
        let perExchange = exchanges > 0 ? subjectNs / Double(exchanges) : 0
        return Report(
            scenario: scenario.rawValue,
            commit: options.commit,
            environment: environment,
            main: main,
            report: back,
            perSecond: perExchange > 0 ? 1e9 / perExchange : 0,
            nsPerMessage: perExchange,
            gaps: gaps,
            growth: engine?.growth,
            hops: hops.filter { $0.summary.n > 0 }
        )
    }
}

/// The engine's own stamps in the records of new orders: where inside it the time goes.
final class HopWatch {
    static var names: [String] {
        ["received to decoded", "decoded to decided", "decided to recorded"]
    }
    let blocks: [SampleBlock]

    init(capacity: Int) {
        blocks = Self.names.map { _ in SampleBlock(capacity: capacity) }
    }

    func note(_ record: UnsafePointer<AuditRecord>) {
        guard record.pointee.kind == .new else { return }
        let stamps = [
            record.pointee.tscReceived, record.pointee.tscDecoded, record.pointee.tscDecided,
            record.pointee.tscRecorded,
        ]
        guard stamps == stamps.sorted(), stamps[0] > 0 else { return }
        for hop in blocks.indices { blocks[hop].add(cycles: stamps[hop + 1] - stamps[hop]) }
    }

    func clear() { for block in blocks { block.clear() } }
}
