import CFloors
import CShims
import HotPath

/// One of those measured in turn: the engine or a floor. Its thread sleeps while another's turn is.
protocol Contender: AnyObject {
    var name: String { get }
    /// Its thread runs when this returns.
    func resume() throws(BenchError)
    /// Its thread sleeps when this returns.
    func park() throws(BenchError)
    /// Times `samples` exchanges, one block a leg.
    func measure(_ samples: Int, into legs: [SampleBlock]) throws(BenchError)
}

/// A thread of the harness behind a gate: a floor's, or the other end of a ring.
final class ParkedThread {
    private let gate: UnsafeMutablePointer<floors_gate>
    private var thread: UInt64 = 0

    /// Starts `body` on `cpu` (-1: anywhere); returns once it is parked at `gate`, whose state says
    /// running until then.
    init(
        cpu: Int32,
        gate: UnsafeMutablePointer<floors_gate>,
        context: UnsafeMutableRawPointer,
        body: @convention(c) (UnsafeMutableRawPointer?) -> Void
    ) throws(BenchError) {
        self.gate = gate
        let failure = shim_thread_start(cpu, 1 << 20, body, context, &thread)
        guard failure == 0 else { throw .system(what: "thread on CPU \(cpu)", errno: -failure) }
        floors_gate_park(gate)
    }

    /// Whole lines of its own, saying "running" until the thread has parked.
    static func makeGate() -> UnsafeMutablePointer<floors_gate> {
        let memory = lines(MemoryLayout<floors_gate>.size)
        let gate = memory.bindMemory(to: floors_gate.self, capacity: 1)
        gate.pointee.state = UInt32(floors_running)
        return gate
    }

    /// Zeroed memory that shares no line with anybody.
    static func lines(_ bytes: Int) -> UnsafeMutableRawPointer {
        let rounded = (bytes + 127) / 128 * 128
        let memory = UnsafeMutableRawPointer.allocate(byteCount: rounded, alignment: 128)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: rounded)
        return memory
    }

    func resume() { floors_gate_open(gate) }
    func park() { floors_gate_park(gate) }

    func end() {
        floors_gate_end(gate)
        _ = shim_thread_join(thread)
    }
}

/// Runs contenders in turn, A B A B, so that what the machine does slowly it does to all of them.
struct Interleave {
    let blocks: Int
    let samples: Int
    /// Exchanges before the first sample of a block: caches and predictors of a thread that slept.
    let warmUp: Int
    let clock: BenchClock
    private static var parkedMaxNs: Int64 { 1_000_000_000 }

    /// Calls back after each block with the contender's index, its legs, and how long it took, ns.
    func run(
        _ contenders: [any Contender],
        legs: Int,
        _ gaps: inout GapWatch,
        _ absorb: (Int, [SampleBlock], Double) -> Void
    ) throws(BenchError) {
        let room = (0..<legs).map { _ in SampleBlock(capacity: samples) }
        let spare = (0..<legs).map { _ in SampleBlock(capacity: warmUp) }
        var subjectRan = Deadline.nowNs()
        for _ in 0..<blocks {
            for (index, contender) in contenders.enumerated() {
                // The subject's rules about silence count in seconds; on a machine under load the
                // floors' blocks may take longer.
                if index > 0, Deadline.nowNs() - subjectRan > Self.parkedMaxNs {
                    try contenders[0].resume()
                    try contenders[0].park()
                    subjectRan = Deadline.nowNs()
                }
                gaps.watch(ns: 500_000, clock)
                try contender.resume()
                for block in room + spare { block.clear() }
                try contender.measure(warmUp, into: spare)
                let before = ThreadCounters.read()
                let begin = BenchClock.now()
                try contender.measure(samples, into: room)
                let elapsed = clock.ns(BenchClock.now() &- begin)
                let after = ThreadCounters.read()
                try contender.park()
                if index == 0 { subjectRan = Deadline.nowNs() }
                gaps.watch(ns: 500_000, clock)
                gaps.involuntarySwitches +=
                    after.involuntarySwitches - before.involuntarySwitches
                absorb(index, room, elapsed)
            }
        }
    }
}
