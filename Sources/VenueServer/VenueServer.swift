package import ExchangeSimulator
import Glibc
import NIOCore
import NIOPosix

/// The sockets, the clock and the files around a ``Venue``.
///
/// One event loop thread touches the venue and everything here after ``start()``; that is what makes
/// `@unchecked Sendable` true. ``start()`` and ``stop()`` may be called from outside and wait.
package final class VenueServer: @unchecked Sendable {
    let venue: Venue
    let options: ServerOptions
    let group: MultiThreadedEventLoopGroup
    let loop: any EventLoop
    let logDescriptor: Int32
    /// What the venue reads from for as long as it lives.
    private let recording: MappedFile?

    var feedChannel: (any Channel)?
    var channels: [ConnectionID: any Channel] = [:]
    var lines = FeedLines(fixed: [])
    var timer: Scheduled<Void>?
    var timerDue: Int64 = .max
    var hasLostLog = false
    package internal(set) var ports = BoundPorts()

    /// Opens the log and calls `makeVenue` with the start time, Unix ns.
    package init(
        _ options: ServerOptions,
        recording: MappedFile? = nil,
        makeVenue: (Int64) -> Venue
    ) throws(VenueServerError) {
        self.options = options
        self.recording = recording
        logDescriptor = try Self.openLog(options.logPath)
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = group.next()
        venue = makeVenue(Self.now())
    }

    private static func openLog(_ path: String?) throws(VenueServerError) -> Int32 {
        guard let path else { return -1 }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw .badFile("--log", path, errno: errno) }
        return descriptor
    }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    // MARK: Start and stop

    /// Binds everything, publishes the ports, lets time run. On failure nothing is left behind.
    package func start() throws {
        do {
            try bind()
            if let path = options.portsPath {
                let text = ports.json(name: venue.configuration.name, pid: getpid())
                try Files.writeAtomically(text, to: path, flag: "--ports-file")
            }
        } catch {
            try? group.syncShutdownGracefully()
            throw error
        }
        // What opens the day leaves before anybody can ask for it.
        try loop.submit { self.drain() }.wait()
        if let after = options.endAfterNs {
            loop.scheduleTask(in: .nanoseconds(after)) { _ = kill(getpid(), SIGTERM) }
        }
        if options.diesWithParent { watchParent(getppid()) }
    }

    /// Ends the day, says so to everybody, closes; waits until it is done.
    ///
    /// - Returns: How far a recorded day was left; `nil` when none was played.
    @discardableResult
    package func stop() -> DriftReport? {
        let drift = try? loop.submit {
            self.endDay()
            return self.venue.drift
        }.wait()
        // The end of the feed is said more than once: datagrams get lost.
        for _ in 0..<3 {
            usleep(50_000)
            try? loop.submit { self.repeatEnd() }.wait()
        }
        try? loop.submit { self.timer?.cancel() }.wait()
        try? group.syncShutdownGracefully()
        if logDescriptor >= 0 {
            fsync(logDescriptor)
            Glibc.close(logDescriptor)
        }
        return drift ?? nil
    }

    private func endDay() {
        venue.end(now: Self.now())
        drain()
    }

    private func repeatEnd() {
        guard let channel = feedChannel else { return }
        send([venue.mold.endPacket], on: channel, Self.now())
    }

    /// Reads the venue in its own thread; for tests.
    package func withVenue<Result: Sendable>(
        _ body: @escaping @Sendable (Venue) -> Result
    ) throws -> Result {
        try loop.submit {
            let result = body(self.venue)
            self.drain()
            return result
        }.wait()
    }

    /// An orphan ends as if told to. Looked at ten times a second: no signal is asked of the kernel,
    /// because Swift cannot call its variadic `prctl`.
    private func watchParent(_ parent: pid_t) {
        loop.scheduleTask(in: .milliseconds(100)) {
            guard getppid() == parent else {
                _ = kill(getpid(), SIGTERM)
                return
            }
            self.watchParent(parent)
        }
    }

    // MARK: What handlers tell, on the loop

    func opened(_ channel: any Channel, _ door: Door) -> ConnectionID {
        let id = venue.opened(door, now: Self.now())
        channels[id] = channel
        drain()
        return id
    }

    func received(_ buffer: ByteBuffer, on id: ConnectionID) {
        let now = Self.now()
        buffer.withUnsafeReadableBytes { venue.received($0, on: id, now: now) }
    }

    func writable(_ isWritable: Bool, _ id: ConnectionID) {
        venue.writable(isWritable, id, now: Self.now())
        drain()
    }

    func closed(_ id: ConnectionID) {
        channels[id] = nil
        venue.closed(id, now: Self.now())
        drain()
    }
}
