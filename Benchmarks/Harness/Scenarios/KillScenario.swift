import CFloors
import Crossing
import Glibc
import HotPath
import Vocabulary
import Wire

/// How long from an operator's kill to the engine's obedience, and to the first and the last cancel
/// at the venue, with 1 000 orders alive, cold not reading and the feed silent?
///
/// Two situations, each on an engine of its own: the audit ring full, and room in it while the client
/// goes on sending new orders. Timed from before the kill word is raised (the admin thread's part of
/// `apus kill` is a frame read before it). The venue answers no cancel, so that all 1 000 live on
/// until the kill. What counts beside the times: order bytes at the venue after the acknowledgement.
enum KillScenario {
    static func run(_ options: BenchOptions) throws(BenchError) -> Report {
        var options = options
        options.warmUp = 0
        var clock = try BenchClock(calibrateNs: options.calibrateNs)
        let full = KillRuns(.ringFull, options, clock)
        let busy = KillRuns(.clientSending, options, clock)
        let contenders: [any Contender] = [full, busy, TimerFloor()]
        var rounds = Rounds(contenders.map(\.name), legs: 3, hops: nil, options)
        try rounds.run(contenders, clock)
        clock.measureDrift()
        let main = rounds.comparisons(
            leg: 0,
            "kill → obeyed, ring full",
            compared: [TimerFloor.title]
        )
        var report = rounds.report(.kill, options, clock, main: main)
        for (index, name) in ["ring full", "client sending"].enumerated() {
            for (leg, what) in ["obeyed", "first cancel", "last cancel"].enumerated() {
                report.spans.append(("\(name): kill → \(what)", rounds.series[index][leg]))
            }
        }
        for runs in [full, busy] {
            report.notes.append(
                "\(runs.name): \(runs.count) kills, \(runs.cancels) cancels at the venue, "
                    + "unsent bytes reported \(runs.unsent), "
                    + "new-order bytes after the acknowledgement: \(runs.late)"
            )
            if runs.late > 0 { report.failures.append("orders after a kill was acknowledged") }
        }
        return report
    }
}

/// One kill a sample, each on a fresh engine.
private final class KillRuns: Contender {
    enum Situation: String { case ringFull, clientSending }
    static var orders: Int { 1_000 }

    let name: String
    private let situation: Situation
    private let options: BenchOptions
    private let line: Wireline
    private(set) var count = 0
    private(set) var cancels = 0
    private(set) var unsent = 0
    private(set) var late = 0

    init(_ situation: Situation, _ options: BenchOptions, _ clock: BenchClock) {
        self.situation = situation
        self.options = options
        name = situation.rawValue
        line = Wireline(clock, isPatient: options.isPatient)
    }

    func resume() {}
    func park() {}

    func measure(_ samples: Int, into legs: [SampleBlock]) throws(BenchError) {
        for _ in 0..<samples { try once(legs) }
    }

    private func once(_ legs: [SampleBlock]) throws(BenchError) {
        var config = EngineBench.Config(options, orders: 8 * Self.orders)
        config.auditSlots = situation == .ringFull ? 16_384 : 65_536
        config.lockMemory = false
        let engine = try EngineBench(config)
        defer { engine.end() }
        engine.resume()
        let venue = VenueTap(try engine.openVenue())
        let feed = try engine.openFeed()
        try TickTraffic("apus", engine, feed: feed, venue: venue.fd, line).quote()
        let desk = KillDesk(client: try engine.openClient(), venue, line)
        try desk.fill(Self.orders, engine)
        if situation == .ringFull {
            try desk.fillRing(engine)
        } else {
            desk.send(16)
        }
        try kill(engine, venue, desk, legs)
        count += 1
    }

    private func kill(
        _ engine: EngineBench,
        _ venue: VenueTap,
        _ desk: KillDesk,
        _ legs: [SampleBlock]
    ) throws(BenchError) {
        let cancelsBefore = venue.cancels
        var command = Command()
        command.kind = .kill
        command.id = 1 << 32 | UInt64(count + 1)
        command.scope = KillScope.firm.rawValue
        let begin = BenchClock.now()
        let epoch = engine.mailbox.wantKill()
        command.value = Int64(epoch)
        _ = engine.mailbox.commands.push(command)
        var (obeyed, first, last) = (UInt64(0), UInt64(0), UInt64(0))
        let deadline = Deadline()
        while obeyed == 0 || venue.cancels - cancelsBefore < Self.orders {
            if obeyed == 0, engine.mailbox.killObeyed >= epoch { obeyed = BenchClock.now() }
            let seen = venue.cancels
            try venue.read()
            if venue.cancels > seen {
                last = BenchClock.now()
                if first == 0 { first = last }
            }
            if deadline.isOver {
                let heard = venue.cancels - cancelsBefore
                throw .stuck("a kill: obeyed \(obeyed > 0), \(heard) cancels")
            }
        }
        for (leg, stamp) in [obeyed, first, last].enumerated() {
            legs[leg].add(cycles: stamp &- begin)
        }
        cancels += venue.cancels - cancelsBefore
        if let reply = engine.mailbox.nextReply() { unsent += Int(reply.unsentBytes) }
        // Everything written before the acknowledgement is here by now; what comes is late.
        try venue.read()
        let orders = venue.orders
        desk.send(16)
        let watched = Deadline(ns: 2_000_000)
        while !watched.isOver { try venue.read() }
        late += venue.orders - orders
    }
}

/// The client, and the venue's answers to its orders.
private final class KillDesk {
    private let client: Int32
    private let venue: VenueTap
    private let line: Wireline
    private var refNum: UInt32 = 0
    private let waste = UnsafeMutableRawPointer.allocate(byteCount: 1 << 18, alignment: 64)

    init(client: Int32, _ venue: VenueTap, _ line: Wireline) {
        self.client = client
        self.venue = venue
        self.line = line
    }

    deinit { waste.deallocate() }

    /// That many orders, accepted.
    func fill(_ count: Int, _ engine: EngineBench) throws(BenchError) {
        while Int(refNum) < count {
            send(min(50, count - Int(refNum)))
            try engine.wait("orders at the venue") { _ in
                (try? venue.read()) != nil && venue.orders == Int(refNum)
            }
            for number in venue.takeOrders() {
                let bytes = line.writeAccepted(
                    to: line.outgoing,
                    refNum: number,
                    px: Price(units: 990_000),
                    timeInForce: .day
                )
                try line.transmit(venue.fd, line.outgoing, bytes)
            }
            hear()
        }
        try engine.wait("orders accepted") { $0.region.counters.get(.acks) >= UInt64(count) }
        hear()
    }

    /// Refused orders until no record fits any more; cold is not read.
    func fillRing(_ engine: EngineBench) throws(BenchError) {
        let deadline = Deadline()
        while engine.region.counters.get(.recordsUnwritten) == 0 {
            let before = engine.region.counters.get(.clientMessages)
            send(40, qty: 0)
            // No faster than it reads: who floods is sent away.
            while engine.region.counters.get(.clientMessages) < before + 40,
                engine.region.counters.get(.recordsUnwritten) == 0
            {
                hear()
                try venue.read()
                if deadline.isOver { throw .stuck("the audit ring to fill") }
            }
        }
        // The ladder's own cancels are over when the venue has heard nothing for a while.
        var quiet = Deadline(ns: 3_000_000)
        while !quiet.isOver {
            let seen = venue.cancels
            try venue.read()
            hear()
            if venue.cancels != seen { quiet = Deadline(ns: 3_000_000) }
        }
    }

    /// New orders as fast as the socket takes them; a client that was sent away sends nothing.
    func send(_ count: Int, qty: Int64 = 100) {
        var bytes = 0
        for _ in 0..<count {
            refNum += 1
            let message = OUCH.EnterOrder(
                userRefNum: refNum,
                side: Side.buy.rawValue,
                quantity: OrderQty(units: qty),
                symbol: TickTraffic.symbol,
                price: Price(units: 990_000),
                timeInForce: TimeInForce.day.rawValue,
                display: UInt8(ascii: "Y"),
                capacity: UInt8(ascii: "P"),
                interMarketSweep: UInt8(ascii: "N"),
                crossType: UInt8(ascii: "N"),
                clOrdID: ClOrdIDField("BENCH") ?? .blank
            )
            let target = line.outgoing + bytes
            let length = message.write(to: target + 3)
            bytes += length
            bytes += Soup.writeHeader(.unsequencedData, payloadLength: length, to: target)
        }
        _ = Glibc.send(client, line.outgoing, bytes, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }

    private func hear() {
        while recv(client, waste, 1 << 18, Int32(MSG_DONTWAIT)) > 0 {}
    }
}

/// The venue's end of the session: counts what arrives, by type, answers nothing.
private final class VenueTap {
    let fd: Int32
    private(set) var orders = 0
    private(set) var cancels = 0
    private var numbers: [UInt32] = []
    private let room = UnsafeMutableRawPointer.allocate(byteCount: 1 << 18, alignment: 64)
    private var held = 0

    init(_ fd: Int32) { self.fd = fd }
    deinit { room.deallocate() }

    /// Numbers of the orders since the last call.
    func takeOrders() -> [UInt32] {
        defer { numbers.removeAll(keepingCapacity: true) }
        return numbers
    }

    func read() throws(BenchError) {
        let count = recv(fd, room + held, (1 << 18) - held, Int32(MSG_DONTWAIT))
        if count == 0 { throw .engine("the engine closed the venue's session") }
        guard count > 0 else { return }
        held += count
        var at = 0
        while held - at >= 3 {
            let length = Int(UInt16(bigEndian: (room + at).loadUnaligned(as: UInt16.self)))
            guard held - at >= 2 + length else { break }
            if length > 5 { note(room + at + 3) }
            at += 2 + length
        }
        held -= at
        if at > 0, held > 0 { memmove(room, room + at, held) }
    }

    private func note(_ message: UnsafeRawPointer) {
        switch message.load(as: UInt8.self) {
        case UInt8(ascii: "O"), UInt8(ascii: "U"):
            orders += 1
            let number = message.loadUnaligned(fromByteOffset: 1, as: UInt32.self)
            numbers.append(UInt32(bigEndian: number))
        case UInt8(ascii: "X"): cancels += 1
        default: break
        }
    }
}
