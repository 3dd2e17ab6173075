import CFloors
import Crossing
import Glibc
import Vocabulary

/// What does a record cost through the audit ring to another core and back, beside one cache line
/// bounced both ways?
///
/// Two audit rings, as between hot and cold: a record of 256 bytes there, the same record back.
/// Service time only: neither side does anything with it.
enum RingScenario {
    static func run(_ options: BenchOptions) throws(BenchError) -> Report {
        var clock = try BenchClock(calibrateNs: options.calibrateNs)
        let ring = try RingBench(cpu: options.subjectCPU)
        defer { ring.end() }
        let bounce = try BounceFloor(cpu: options.subjectCPU)
        defer { bounce.end() }
        let queue = try QueueFloor(cpu: options.subjectCPU)
        defer { queue.end() }
        let contenders: [any Contender] = [ring, bounce, queue, TimerFloor()]
        var rounds = Rounds(contenders.map(\.name), legs: 1, hops: nil, options)
        try rounds.run(contenders, clock)
        clock.measureDrift()
        let main = rounds.comparisons(
            leg: 0,
            "audit ring, there and back",
            compared: [bounce.name, queue.name]
        )
        return rounds.report(.ring, options, clock, main: main)
    }
}

/// The measured thread takes a record from one audit ring and puts it into the other.
private final class RingBench: Contender {
    let name = "auditRing"
    private let gate: UnsafeMutablePointer<floors_gate>
    private let there: RingEnds
    private let back: RingEnds
    private let record = UnsafeMutableRawPointer.allocate(byteCount: 512, alignment: 64)
    private var writer: AuditWriter
    private var reader: AuditReader
    private var thread: ParkedThread?

    init(cpu: Int32) throws(BenchError) {
        gate = ParkedThread.makeGate()
        there = RingEnds()
        back = RingEnds()
        writer = there.writer()
        reader = back.reader()
        record.initializeMemory(as: UInt8.self, repeating: 0, count: 512)
        record.storeBytes(of: AuditRecord(), as: AuditRecord.self)
        record.assumingMemoryBound(to: AuditRecord.self).pointee.kind = .new
        thread = try ParkedThread(
            cpu: cpu,
            gate: gate,
            context: Unmanaged.passUnretained(self).toOpaque(),
            body: { Unmanaged<RingBench>.fromOpaque($0!).takeUnretainedValue().serve() }
        )
    }

    deinit {
        there.free()
        back.free()
        record.deallocate()
        gate.deallocate()
    }

    func resume() { thread?.resume() }
    func park() { thread?.park() }
    func end() {
        thread?.end()
        thread = nil
    }

    func measure(_ samples: Int, into legs: [SampleBlock]) throws(BenchError) {
        let message = record.assumingMemoryBound(to: AuditRecord.self)
        for _ in 0..<samples {
            let begin = BenchClock.now()
            _ = writer.append(message, raw: nil)
            var answer = reader.next(into: record)
            while answer == .empty { answer = reader.next(into: record) }
            legs[0].add(cycles: BenchClock.now() &- begin)
            guard case .record = answer else { throw .engine("audit ring unreadable") }
            back.give(reader.position)
        }
    }

    /// The other thread.
    private func serve() {
        var reader = there.reader()
        var writer = back.writer()
        let room = UnsafeMutableRawPointer.allocate(byteCount: 512, alignment: 64)
        defer { room.deallocate() }
        let message = room.bindMemory(to: AuditRecord.self, capacity: 2)
        while floors_gate_pass(gate) {
            while floors_gate_is_open(gate) {
                // Many looks at the ring for one at the gate: the gate is another line.
                var looks = 0
                while looks < 4_096 {
                    looks += 1
                    guard case .record = reader.next(into: room) else { continue }
                    _ = writer.append(message, raw: nil)
                    there.give(reader.position)
                    looks = 0
                }
            }
        }
    }
}

/// Memory of one audit ring, with the cursor its reader gives slots back by.
private struct RingEnds: @unchecked Sendable {
    private static var slots: Int { 1_024 }
    private let base: UnsafeMutableRawPointer
    private let control: UnsafeMutableRawPointer
    private let cursor: UnsafeMutableRawPointer
    private let ring: AuditRing

    init() {
        base = Self.zeroed(Self.slots * AuditRecord.slotBytes)
        control = Self.zeroed(ControlPage.bytes)
        cursor = Self.zeroed(256)
        ring = AuditRing(base: base, slots: Self.slots, epoch: 1, control: control)
        SharedWord(at: cursor + 128).store(1)
    }

    private static func zeroed(_ bytes: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 4_096)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        return memory
    }

    func free() { for memory in [base, control, cursor] { memory.deallocate() } }

    func writer() -> AuditWriter {
        AuditWriter(
            ring: ring,
            consumer: ConsumerCursor(
                cursor: SharedWord(at: cursor),
                epoch: SharedWord(at: cursor + 128)
            )
        )
    }
    func reader() -> AuditReader { AuditReader(ring: ring, from: 0, owns: true) }
    func give(_ position: UInt64) { SharedWord(at: cursor).store(position) }
}

/// One cache line, written by each side in turn: what no exchange between two cores can beat.
private final class BounceFloor: Contender {
    let name = "lineBounce"
    private let bounce: UnsafeMutablePointer<floors_bounce>
    private var thread: ParkedThread?

    init(cpu: Int32) throws(BenchError) {
        let memory = ParkedThread.lines(MemoryLayout<floors_bounce>.size)
        bounce = memory.bindMemory(to: floors_bounce.self, capacity: 1)
        bounce.pointee.gate.state = UInt32(floors_running)
        thread = try ParkedThread(
            cpu: cpu,
            gate: UnsafeMutableRawPointer(bounce).assumingMemoryBound(to: floors_gate.self),
            context: bounce,
            body: { floors_bounce_serve($0) }
        )
    }

    deinit { bounce.deallocate() }

    func resume() { thread?.resume() }
    func park() { thread?.park() }
    func end() {
        thread?.end()
        thread = nil
    }
    func measure(_ samples: Int, into legs: [SampleBlock]) {
        floors_bounce_rounds(bounce, legs[0].cycles, samples)
        legs[0].filled(samples)
    }
}

/// The least queue that carries as many bytes as a record.
private final class QueueFloor: Contender {
    let name = "plainQueue"
    private let pair: OpaquePointer
    private var thread: ParkedThread?

    init(cpu: Int32) throws(BenchError) {
        guard let pair = floors_queue_make(), let gate = floors_queue_gate(pair) else {
            throw .system(what: "memory of the plain queue", errno: ENOMEM)
        }
        self.pair = pair
        gate.pointee.state = UInt32(floors_running)
        thread = try ParkedThread(
            cpu: cpu,
            gate: gate,
            context: UnsafeMutableRawPointer(pair),
            body: { floors_queue_serve($0) }
        )
    }

    deinit { floors_queue_free(pair) }

    func resume() { thread?.resume() }
    func park() { thread?.park() }
    func end() {
        thread?.end()
        thread = nil
    }
    func measure(_ samples: Int, into legs: [SampleBlock]) {
        floors_queue_rounds(pair, legs[0].cycles, samples)
        legs[0].filled(samples)
    }
}
