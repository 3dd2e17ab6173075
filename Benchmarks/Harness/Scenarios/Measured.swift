import CFloors
import Crossing
import Glibc

/// What a traffic has sent so far.
struct Sent {
    /// Bytes towards the measured thread's first and second socket.
    var first = 0
    var second = 0
    /// The same, as the engine counts: feed messages, and ends of orders.
    var feedPackets: UInt64 = 0
    var feedMessages: UInt64 = 0
    var cancels: UInt64 = 0
}

/// Between the driver's sockets: the engine, or a relay.
protocol Measured: AnyObject {
    func resume()
    func park()
    func end()
    /// Returns once all that was sent is taken in and acted on, so that the next sample finds an
    /// idle thread.
    func settle(_ sent: Sent) throws(BenchError)
}

/// Waiting for a thread that is busy on another CPU: it usually takes less than a µs, and on a
/// machine under load that thread may be waiting for ours to yield.
struct Patience {
    private var looks = 0
    private var deadline: Deadline?

    mutating func lookAgain(_ what: String) throws(BenchError) {
        looks += 1
        guard looks & 0xFFF == 0 else { return }
        sched_yield()
        if deadline == nil { deadline = Deadline() }
        if deadline?.isOver == true { throw .stuck(what) }
    }
}

extension EngineBench: Measured {
    func settle(_ sent: Sent) throws(BenchError) {
        var patience = Patience()
        while region.counters.get(.feedPackets) < sent.feedPackets
            || region.counters.get(.feedMessages) < sent.feedMessages
            || region.counters.get(.cancels) < sent.cancels
        {
            try patience.lookAgain("the engine to take in what was sent")
        }
        try drain()
    }
}

/// The least that stands between the same sockets: a C loop that takes bytes in and puts bytes out.
final class RelayFloor: Measured {
    enum Kind: String, CaseIterable {
        case sockets = "relaySockets"
        case ring = "relayRing"
    }

    private let relay: UnsafeMutablePointer<floors_relay>
    private var thread: ParkedThread?
    private var constants: [UnsafeMutablePointer<UInt8>] = []
    private let pairs: [Loopback]

    /// `sides` says what each socket's bytes are answered with, on the other one.
    init(
        _ kind: Kind,
        cpu: Int32,
        pairs: (Loopback, Loopback),
        sides: (Side, Side)
    ) throws(BenchError) {
        self.pairs = [pairs.0, pairs.1]
        let memory = ParkedThread.lines(MemoryLayout<floors_relay>.size)
        relay = memory.bindMemory(to: floors_relay.self, capacity: 1)
        relay.pointee.gate.state = UInt32(floors_running)
        relay.pointee.sides.0 = made(sides.0, pairs.0.subject)
        relay.pointee.sides.1 = made(sides.1, pairs.1.subject)
        thread = try ParkedThread(
            cpu: cpu,
            gate: gate,
            context: relay,
            body: kind == .ring ? { floors_relay_ring($0) } : { floors_relay_sockets($0) }
        )
        let failure = relay.pointee.failure
        guard failure == 0 else {
            end()
            throw .system(what: "io_uring of the relay", errno: -failure)
        }
    }

    deinit {
        for pair in pairs { pair.closeBoth() }
        for bytes in constants { bytes.deallocate() }
        relay.deallocate()
    }

    enum Side {
        /// Read and dropped.
        case dropped
        /// Passed on as it came.
        case forwarded
        /// Answered with these bytes when it carries `mark` at `offset`.
        case answered(with: [UInt8], mark: UInt8, at: Int)
    }

    private func made(_ side: Side, _ fd: Int32) -> floors_side {
        var result = floors_side()
        result.fd = fd
        result.mark_offset = -1
        switch side {
        case .dropped: break
        case .forwarded: result.answers = true
        case .answered(let bytes, let mark, let offset):
            let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
            copy.initialize(from: bytes, count: bytes.count)
            constants.append(copy)
            result.answers = true
            result.mark = mark
            result.mark_offset = Int32(offset)
            result.constant = UnsafeRawPointer(copy)
            result.constant_bytes = bytes.count
        }
        return result
    }

    private var gate: UnsafeMutablePointer<floors_gate> {
        UnsafeMutableRawPointer(relay).assumingMemoryBound(to: floors_gate.self)
    }

    func resume() { thread?.resume() }
    func park() { thread?.park() }

    func end() {
        thread?.end()
        thread = nil
    }

    func settle(_ sent: Sent) throws(BenchError) {
        var patience = Patience()
        while floors_relay_taken(relay, 0) < sent.first
            || floors_relay_taken(relay, 1) < sent.second
        {
            try patience.lookAgain("the relay to take in what was sent")
        }
    }
}
