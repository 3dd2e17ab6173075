import CFloors
import Crossing
import HotPath

/// How long from a client's order to the venue, and from the venue's report to the client, beside
/// a C relay between the same sockets?
enum OrderScenario {
    static func run(_ options: BenchOptions) throws(BenchError) -> Report {
        var clock = try BenchClock(calibrateNs: options.calibrateNs)
        let line = Wireline(clock, isPatient: options.isPatient)
        let orders = options.firstWarmUp + options.blocks * (options.samples + options.warmUp) + 1
        let engine = try EngineBench(EngineBench.Config(options, orders: orders))
        defer { engine.end() }
        let (traffic, order) = try open(engine, line, options)

        var contenders: [any Contender] = [traffic]
        var notes: [String] = []
        var relays: [RelayFloor] = []
        defer { for relay in relays { relay.end() } }
        for kind in RelayFloor.Kind.allCases {
            do throws(BenchError) {
                let pairs = (try Loopback.stream(), try Loopback.stream())
                let relay = try RelayFloor(
                    kind,
                    cpu: options.subjectCPU,
                    pairs: pairs,
                    sides: (.answered(with: order, mark: UInt8(ascii: "U"), at: 2), .forwarded)
                )
                relays.append(relay)
                let its = OrderTraffic(
                    kind.rawValue,
                    relay,
                    client: pairs.0.driver,
                    venue: pairs.1.driver,
                    line
                )
                try warm(its, options)
                contenders.append(its)
                // Awake between two long parks, for its rules about silence.
                try traffic.resume()
                traffic.park()
            } catch {
                notes.append("\(kind.rawValue) left out: \(error)")
            }
        }
        contenders.append(TimerFloor())
        engine.isCounting = true
        let hops = HopWatch(capacity: options.samples + options.warmUp)
        engine.onRecord = { hops.note($0) }
        var rounds = Rounds(contenders.map(\.name), legs: 2, hops: hops, options)
        try rounds.run(contenders, clock)
        clock.measureDrift()
        engine.onRecord = nil

        let relayNames = Set(RelayFloor.Kind.allCases.map(\.rawValue))
        let main = rounds.comparisons(leg: 0, "client → venue, Apus", compared: relayNames)
        let back = rounds.comparisons(leg: 1, "venue → client, Apus", compared: relayNames)
        var report = rounds.report(.order, options, clock, engine, main: main, back: back)
        report.notes = notes
        return report
    }

    /// `orders` orders from a client to the venue and back, counting and not timing: what the
    /// engine thread allocated, faulted and asked of the kernel after the warm-up.
    package static func count(
        orders: Int,
        _ options: BenchOptions
    ) throws(BenchError) -> Growth {
        let clock = try BenchClock(calibrateNs: options.calibrateNs)
        let line = Wireline(clock, isPatient: options.isPatient)
        var config = EngineBench.Config(options, orders: orders + options.firstWarmUp + 1)
        config.watchSystemCalls = true
        let engine = try EngineBench(config)
        defer { engine.end() }
        let (traffic, _) = try open(engine, line, options)
        engine.isCounting = true
        try traffic.resume()
        let spare = [SampleBlock(capacity: 1), SampleBlock(capacity: 1)]
        try traffic.measure(orders, into: spare)
        traffic.park()
        return engine.growth
    }

    private static func open(
        _ engine: EngineBench,
        _ line: Wireline,
        _ options: BenchOptions
    ) throws(BenchError) -> (OrderTraffic, order: [UInt8]) {
        engine.resume()
        let venue = try engine.openVenue()
        let feed = try engine.openFeed()
        let ticks = TickTraffic("apus", engine, feed: feed, venue: venue, line)
        try ticks.quote()
        let client = try engine.openClient()
        let traffic = OrderTraffic("apus", engine, client: client, venue: venue, line)
        traffic.keepAlive = { () throws(BenchError) in try ticks.heartbeat() }
        let spare = SampleBlock(capacity: 1)
        var order: [UInt8] = []
        try traffic.once(spare, spare) { line, count in
            order = Array(UnsafeRawBufferPointer(start: line.incoming, count: count))
        }
        engine.park()
        try warm(traffic, options)
        return (traffic, order)
    }

    private static func warm(_ traffic: OrderTraffic, _ options: BenchOptions) throws(BenchError) {
        let spare = [SampleBlock(capacity: 1), SampleBlock(capacity: 1)]
        try traffic.resume()
        try traffic.measure(options.firstWarmUp, into: spare)
        traffic.park()
    }
}

extension EngineBench.Config {
    /// `orders` is how many orders of a client its store must have room for.
    init(_ options: BenchOptions, orders: Int = 0) {
        self.init()
        cpu = options.subjectCPU
        transport = options.transport
        lockMemory = options.lockMemory
        // Two answers an order, and what the engine keeps free for venue events.
        storeMessages = 2 * orders + EngineConfig.storeReserveMessages + 1_024
    }
}

extension Scenario {
    /// The count of the first issue: orders there and back, nothing allocated, no page faulted, no
    /// system call but the port's.
    package static func countOrders(
        _ orders: Int,
        _ options: BenchOptions
    ) throws(BenchError) -> Growth {
        try DriverThread.run(cpu: options.driverCPU) { () throws(BenchError) -> Growth in
            try OrderScenario.count(orders: orders, options)
        }
    }
}
