import CFloors
import HotPath

/// How long from a tick (UDP) to the order it causes (TCP), through the whole hot path, beside a C
/// relay of the same packets?
///
/// Process to process over loopback: both kernels' halves of the stack are in it, on both sides
/// alike; NIC, interrupts and wire are not.
enum TickScenario {
    static func run(_ options: BenchOptions) throws(BenchError) -> Report {
        var clock = try BenchClock(calibrateNs: options.calibrateNs)
        let line = Wireline(clock, isPatient: options.isPatient)
        let engine = try EngineBench(EngineBench.Config(options))
        defer { engine.end() }
        let (traffic, order) = try open(engine, line, options)

        var contenders: [any Contender] = [traffic]
        var notes: [String] = []
        var relays: [RelayFloor] = []
        defer { for relay in relays { relay.end() } }
        for kind in RelayFloor.Kind.allCases {
            do throws(BenchError) {
                let pairs = (try Loopback.datagram(), try Loopback.stream())
                let relay = try RelayFloor(
                    kind,
                    cpu: options.subjectCPU,
                    pairs: pairs,
                    sides: (
                        .answered(
                            with: order,
                            mark: UInt8(ascii: "A"),
                            at: TickTraffic.typeOffset
                        ), .dropped
                    )
                )
                relays.append(relay)
                let its = TickTraffic(
                    kind.rawValue,
                    relay,
                    feed: pairs.0.driver,
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
        var rounds = Rounds(contenders.map(\.name), legs: 1, hops: hops, options)
        try rounds.run(contenders, clock)
        clock.measureDrift()
        engine.onRecord = nil

        let relayNames = Set(RelayFloor.Kind.allCases.map(\.rawValue))
        let main = rounds.comparisons(leg: 0, "tick → order, Apus", compared: relayNames)
        var report = rounds.report(.t2t, options, clock, engine, main: main)
        report.notes = notes
        return report
    }

    /// Sessions, book and trigger; the engine warmed up and parked. Its order's bytes are the
    /// floors' constant.
    private static func open(
        _ engine: EngineBench,
        _ line: Wireline,
        _ options: BenchOptions
    ) throws(BenchError) -> (TickTraffic, order: [UInt8]) {
        engine.resume()
        let venue = try engine.openVenue()
        let feed = try engine.openFeed()
        let traffic = TickTraffic("apus", engine, feed: feed, venue: venue, line)
        try traffic.quote()
        try engine.setTrigger(limit: TickTraffic.limit)
        let result = try traffic.once()
        let order = UnsafeRawBufferPointer(start: line.incoming, count: Int(result.got))
        let bytes = Array(order)
        engine.park()
        try warm(traffic, options)
        return (traffic, bytes)
    }

    private static func warm(_ traffic: TickTraffic, _ options: BenchOptions) throws(BenchError) {
        let spare = [SampleBlock(capacity: options.firstWarmUp)]
        try traffic.resume()
        try traffic.measure(options.firstWarmUp, into: spare)
        traffic.park()
    }
}
