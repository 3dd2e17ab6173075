import CFloors
import CShims
import Crossing
import Glibc
import HotPath
import Vocabulary

/// The real engine on a thread of its own, between real sockets and real shared files; cold's part
/// (heartbeat, audit cursor) is played by the measuring thread.
///
/// `@unchecked Sendable`: what both threads touch goes through mailbox, shared files and gate; the
/// rest the engine thread writes only while the measuring thread waits at the gate.
final class EngineBench: @unchecked Sendable {
    struct Config {
        var cpu: Int32 = -1
        var transport: PortConfig.Transport = .automatic
        /// Answers the client's store must hold.
        var storeMessages = 4_096
        var auditSlots = 65_536
        var lockMemory = true
        /// Counts system calls that are not the port's; slows all of them down.
        var watchSystemCalls = false
    }

    let config: Config
    private let folder: String
    let view: HotImageView
    let region: HotRegion
    let cold: ColdRegion
    let mailbox: Mailbox
    private let board = ColdBoard()
    private let gate: UnsafeMutablePointer<floors_gate>
    private var thread: EngineThread?
    private var reader: AuditReader
    private let record: UnsafeMutableRawPointer
    /// Every file descriptor to close at the end.
    var sockets: [Loopback] = []

    // The engine thread's, read while it is parked.
    private(set) var failure: String?
    private(set) var mode: PortMode = .sockets
    private(set) var growth = Growth()
    /// Set while the engine is parked: from now on ``growth`` counts.
    var isCounting = false

    /// Told of every record, in order, by the measuring thread.
    var onRecord: ((UnsafePointer<AuditRecord>) -> Void)?

    init(_ config: Config) throws(BenchError) {
        self.config = config
        folder = try Self.makeFolder()
        let image = BenchImage.bytes()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: image.count, alignment: 64)
        image.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        do {
            view = try HotImageView(memory, count: image.count)
            region = try HotRegion.create(
                path: folder + "/hot.shm",
                sizes: Self.sizes(view, config),
                epoch: 1,
                createdNs: 1
            )
            cold = try ColdRegion.create(
                path: folder + "/cold.shm",
                sizes: ColdRegionSizes(commandSlots: 64, instruments: view.instrumentCount),
                epoch: 1,
                createdNs: 1,
                auditEpoch: 1
            )
        } catch {
            throw .engine("\(error)")
        }
        mailbox = Mailbox(slots: SlotMap.firstClient + Int(view.header.clientConnectionsMax))
        reader = AuditReader(ring: region.audit, from: 0, owns: true)
        record = .allocate(byteCount: 512, alignment: 64)
        gate = ParkedThread.makeGate()
        cold.control[ColdWord.heartbeat] = 1
        board.post(ColdView(cold))
        try start()
    }

    deinit {
        for name in ["/hot.shm", "/cold.shm"] { unlink(folder + name) }
        rmdir(folder)
        for pair in sockets { pair.closeBoth() }
        record.deallocate()
        gate.deallocate()
    }

    private func start() throws(BenchError) {
        var thread = ThreadConfig()
        thread.cpu = config.cpu
        thread.lockMemory = config.lockMemory
        do {
            self.thread = try EngineThread.start(thread) { [self] facts in runEngine(facts) }
        } catch {
            throw .engine("\(error)")
        }
        floors_gate_park(gate)
        if let failure {
            end()
            throw .engine(failure)
        }
    }

    /// Ends the thread; the last call.
    func end() {
        mailbox.wantStop()
        floors_gate_end(gate)
        thread?.join()
        thread = nil
    }

    var isMemoryLocked: Bool { thread?.facts.isMemoryLocked ?? false }

    // MARK: The measuring thread

    func resume() {
        beat()
        mailbox.wantStop(false)
        floors_gate_open(gate)
    }

    func park() {
        floors_gate_want_parked(gate)
        mailbox.wantStop()
        floors_gate_park(gate)
    }

    /// Plays cold: reads every record there is, gives the slots back, shows that it lives.
    func drain() throws(BenchError) {
        while true {
            switch reader.next(into: record) {
            case .record:
                onRecord?(UnsafePointer(record.assumingMemoryBound(to: AuditRecord.self)))
            case .empty:
                cold.control[ColdWord.auditCursor] = reader.position
                beat()
                return
            case .overrun, .corrupt: throw .engine("audit ring unreadable at \(reader.position)")
            }
        }
    }

    private func beat() { cold.control[ColdWord.heartbeat] &+= 1 }

    // MARK: The engine thread

    private func runEngine(_ facts: ThreadFacts) {
        do {
            var engine = Engine(try parts(), region: region)
            mode = engine.port.activeTransport
            var clock = TSCClock.calibrated()
            engine.start(nowNs: clock.utcNs(shim_rdtsc()))
            if config.watchSystemCalls { watch() }
            while floors_gate_pass(gate) {
                let usage = ThreadCounters.read()
                var before = Counts(engine.port)
                engine.run(&clock)
                before.subtract(from: Counts(engine.port))
                if isCounting { growth.add(before, usage, ThreadCounters.read(), region) }
            }
        } catch {
            failure = "\(error)"
            while floors_gate_pass(gate) {}
        }
    }

    private func watch() {
        let allowed: [Int32] = [
            Int32(floors_call_io_uring_enter), Int32(floors_call_recvfrom),
            Int32(floors_call_sendto),
        ]
        let answer = floors_watch_system_calls(allowed, allowed.count)
        if answer == 0 { growth.unexpectedCalls = 0 }
    }

    private func parts() throws -> EngineParts {
        var ports = PortConfig(clientConnections: Int(view.header.clientConnectionsMax))
        ports.transport = config.transport
        ports.idle = .spin
        let ledger = Ledger(LedgerConfig(view))
        let names = OrderNames(capacity: ledger.pool.capacity)
        return EngineParts(
            config: EngineConfig(view.header, epoch: 1),
            image: view,
            ledger: ledger,
            names: names,
            books: Books(
                venueCount: view.venueCount,
                symbols: (0..<view.instrumentCount).map { view.instrument($0).symbol },
                ordersMax: 1_024,
                levelsMax: 64
            ),
            port: try Port(ports),
            mailbox: mailbox,
            coldBoard: board,
            restored: RestoredSessions()
        )
    }

    // MARK: Making

    private static func sizes(_ view: HotImageView, _ config: Config) -> HotRegionSizes {
        HotRegionSizes(
            auditSlots: config.auditSlots,
            telemetrySlots: 1_024,
            instruments: view.instrumentCount,
            venues: view.venueCount,
            clients: view.clientCount,
            storeBytes: config.storeMessages * ClientStore.messageBytesMax,
            storeMessages: config.storeMessages,
            imageBytes: view.count
        )
    }

    private static func makeFolder() throws(BenchError) -> String {
        var template = Array("/dev/shm/apus-bench-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            mkdtemp(buffer.baseAddress!).map { String(cString: $0) }
        }
        guard let made else { throw .system(what: "mkdtemp in /dev/shm", errno: errno) }
        chmod(made, 0o750)
        return made
    }
}

/// The counters that cost no system call to read, at one end of a run.
private struct Counts {
    var allocations = floors_allocations()
    var frees = floors_frees()
    var unexpected = floors_unexpected_calls()
    var lastUnexpected = floors_unexpected_last()
    var portCalls: UInt64

    init(_ port: borrowing Port) { portCalls = port.systemCallCount }

    mutating func subtract(from later: Counts) {
        allocations = later.allocations - allocations
        frees = later.frees - frees
        unexpected = later.unexpected - unexpected
        lastUnexpected = later.lastUnexpected
        portCalls = later.portCalls - portCalls
    }
}

extension Growth {
    fileprivate mutating func add(
        _ counts: Counts,
        _ before: ThreadCounters,
        _ after: ThreadCounters,
        _ region: borrowing HotRegion
    ) {
        allocations += counts.allocations
        frees += counts.frees
        portCalls += counts.portCalls
        if let known = unexpectedCalls {
            unexpectedCalls = known + counts.unexpected
            if counts.unexpected > 0 { unexpectedLast = counts.lastUnexpected }
        }
        minorFaults += after.minorFaults - before.minorFaults
        majorFaults += after.majorFaults - before.majorFaults
        voluntarySwitches += after.voluntarySwitches - before.voluntarySwitches
        involuntarySwitches += after.involuntarySwitches - before.involuntarySwitches
        turns = region.counters.get(.turns)
    }
}
