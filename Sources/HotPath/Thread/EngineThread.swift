import CShims
import Glibc
import Vocabulary

/// How the engine's thread is to be.
package struct ThreadConfig: Sendable {
    /// -1 does not pin.
    package var cpu: Int32 = -1
    package var requireIsolatedCPU = false
    package var lockMemory = true
    /// 8 MiB as glibc's main thread has; 256 KiB of it are touched before the loop starts.
    package var stackBytes = 8 << 20
    /// Folder that stands for `/` when reading what the kernel says about CPUs.
    package var root = ""

    package init() {}
}

/// What became of a ``ThreadConfig``. Words are in HotControl.
package struct ThreadFacts: Equatable, Sendable {
    /// -1 when not pinned.
    package var cpu: Int32 = -1
    package var isIsolated = false
    package var isMemoryLocked = false
    /// Why memory is not locked, 0 when it is or was not asked for.
    package var lockErrno: Int32 = 0
    package var numaNodes: Int32 = 1
    /// -1 when not bound: one node only, or the kernel refused (`numaErrno`).
    package var numaNode: Int32 = -1
    package var numaErrno: Int32 = 0
    package var timerSlackErrno: Int32 = 0

    package init() {}
}

/// Why the hot thread refused to start. Nothing here is built once trading has begun.
package enum HotThreadError: Error, Equatable {
    case cpuNotIsolated(cpu: Int32, isolated: String)
    case cpuAbsent(cpu: Int32, online: String)
    case startFailed(errno: Int32, cpu: Int32)
    case ringSetupFailed(errno: Int32, entries: UInt32)
}

/// The one thread that decides.
package struct EngineThread: Sendable {
    package let facts: ThreadFacts
    private let thread: UInt64

    /// Starts the thread on its CPU, prepares it (name, memory, NUMA, timer slack, stack), then runs
    /// `body` on it to its end. Returns once it is prepared.
    package static func start(
        _ config: ThreadConfig,
        body: @escaping @Sendable (ThreadFacts) -> Void
    ) throws(HotThreadError) -> EngineThread {
        var facts = ThreadFacts()
        if config.cpu >= 0 {
            facts.cpu = config.cpu
            facts.isIsolated = try checkCPU(config)
        }
        let start = ThreadStart(config: config, facts: facts, body: body)
        // Balanced by takeRetainedValue on the new thread, or below when there is none.
        let context = unsafe Unmanaged.passRetained(start).toOpaque()
        var thread: UInt64 = 0
        let failure = unsafe shim_thread_start(
            config.cpu,
            config.stackBytes,
            { raw in
                guard let raw = unsafe raw else { return }
                let start = unsafe Unmanaged<ThreadStart>.fromOpaque(raw).takeRetainedValue()
                start.run()
            },
            context,
            &thread
        )
        guard failure == 0 else {
            unsafe Unmanaged<ThreadStart>.fromOpaque(context).release()
            throw .startFailed(errno: -failure, cpu: config.cpu)
        }
        return EngineThread(facts: start.waitUntilPrepared(), thread: thread)
    }

    package func join() {
        _ = shim_thread_join(thread)
    }

    /// Whether the CPU is isolated; throws when it must be and is not, or does not exist.
    private static func checkCPU(_ config: ThreadConfig) throws(HotThreadError) -> Bool {
        let folder = config.root + "/sys/devices/system/cpu/"
        let online = readLine(folder + "online")
        if !online.isEmpty && !CPUList.contains(online, config.cpu) {
            throw .cpuAbsent(cpu: config.cpu, online: online)
        }
        let isolated = readLine(folder + "isolated")
        let isIsolated = CPUList.contains(isolated, config.cpu)
        if config.requireIsolatedCPU && !isIsolated {
            throw .cpuNotIsolated(cpu: config.cpu, isolated: isolated)
        }
        return isIsolated
    }
}

/// A kernel list of CPUs: `0-3,6`.
package enum CPUList {
    package static func contains(_ list: String, _ cpu: Int32) -> Bool {
        for part in list.split(separator: ",") {
            let ends = part.split(separator: "-").compactMap { Int32($0) }
            if ends.count == 1 && ends[0] == cpu { return true }
            if ends.count == 2 && ends[0] <= cpu && cpu <= ends[1] { return true }
        }
        return false
    }
}

/// First line of a small file, empty when there is none.
private func readLine(_ path: String) -> String {
    let fd = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard fd >= 0 else { return "" }
    defer { close(fd) }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = unsafe read(fd, &bytes, bytes.count)
    guard count > 0 else { return "" }
    return String(decoding: bytes.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self)
}

/// What crosses from the starting thread to the started one.
@safe
private final class ThreadStart: @unchecked Sendable {
    // Sendable: the new thread alone writes `facts`, before it posts `prepared`; the starting
    // thread reads it after.
    private let config: ThreadConfig
    private var facts: ThreadFacts
    private let body: @Sendable (ThreadFacts) -> Void
    private let prepared: UnsafeMutablePointer<sem_t>

    init(
        config: ThreadConfig,
        facts: ThreadFacts,
        body: @escaping @Sendable (ThreadFacts) -> Void
    ) {
        self.config = config
        self.facts = facts
        self.body = body
        unsafe prepared = .allocate(capacity: 1)
        unsafe prepared.initialize(to: sem_t())
        unsafe sem_init(prepared, 0, 0)
    }

    deinit {
        unsafe sem_destroy(prepared)
        unsafe prepared.deallocate()
    }

    func waitUntilPrepared() -> ThreadFacts {
        while unsafe sem_wait(prepared) != 0 {}
        return facts
    }

    func run() {
        prepare()
        let facts = facts
        let body = body
        unsafe sem_post(prepared)
        body(facts)
    }

    private func prepare() {
        _ = unsafe shim_thread_name("apus-engine")
        facts.timerSlackErrno = -shim_thread_timer_slack(1)
        bindMemory()
        if config.lockMemory {
            let answer = shim_memory_lock()
            facts.isMemoryLocked = answer == 0
            facts.lockErrno = -answer
        }
        shim_stack_touch()
    }

    /// On a machine with one node there is nothing to choose.
    private func bindMemory() {
        facts.numaNodes = shim_numa_nodes()
        guard facts.numaNodes > 1, config.cpu >= 0 else { return }
        let node = shim_numa_node_of_cpu(config.cpu)
        guard node >= 0 else { return }
        let answer = shim_numa_bind(node)
        if answer == 0 { facts.numaNode = node } else { facts.numaErrno = -answer }
    }
}
