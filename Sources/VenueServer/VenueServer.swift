package import ExchangeSimulator
import Glibc
import NIOCore
import NIOPosix

/// The sockets, the clock and the files around a ``Venue``.
///
/// One event loop thread touches the venue and everything here after ``start()``; that is what makes
/// `@unchecked Sendable` true. ``start()`` and ``stop()`` may be called from outside and wait.
package final class VenueServer: @unchecked Sendable {
    private let venue: Venue
    private let options: ServerOptions
    private let group: MultiThreadedEventLoopGroup
    private let loop: any EventLoop
    private let logDescriptor: Int32
    /// What the venue reads from for as long as it lives.
    private let recording: MappedFile?

    private var listeners: [any Channel] = []
    private var feedChannel: (any Channel)?
    private var channels: [ConnectionID: any Channel] = [:]
    private var lines = FeedLines(fixed: [])
    private var timer: Scheduled<Void>?
    private var timerDue: Int64 = .max
    private var hasLostLog = false
    package private(set) var ports = BoundPorts()

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

    // MARK: Out, and the next wake-up

    /// Log first, then feed, then answers: nobody hears of what the log does not hold.
    func drain() {
        let now = Self.now()
        venue.advance(to: now)
        let output = venue.takeOutput(now: now)
        writeLog(output.log)
        if let channel = feedChannel, !output.packets.isEmpty {
            send(output.packets, on: channel, now)
        }
        for (id, bytes) in output.writes {
            guard let channel = channels[id] else { continue }
            let buffer = channel.allocator.buffer(bytes: bytes)
            guard output.closes.contains(id) else {
                channel.writeAndFlush(buffer, promise: nil)
                continue
            }
            channel.writeAndFlush(buffer).whenComplete { _ in channel.close(promise: nil) }
        }
        let written = Set(output.writes.map(\.connection))
        for id in output.closes where !written.contains(id) { channels[id]?.close(promise: nil) }
        for id in output.closes { channels[id] = nil }
        wake(at: venue.nextDue, now)
    }

    private func wake(at due: Int64, _ now: Int64) {
        guard due != timerDue || timer == nil else { return }
        timer?.cancel()
        timerDue = due
        timer = loop.scheduleTask(in: .nanoseconds(max(0, due - now))) {
            self.timer = nil
            self.timerDue = .max
            self.drain()
        }
    }

    private func writeLog(_ bytes: [UInt8]) {
        guard logDescriptor >= 0, !bytes.isEmpty else { return }
        guard !Files.writeAll(bytes, to: logDescriptor), !hasLostLog else { return }
        hasLostLog = true
        let why = String(cString: strerror(errno))
        say("apus-venue: --log \(options.logPath ?? ""): \(why); the log has a hole from here on")
    }

    private func send(_ packets: [[UInt8]], on channel: any Channel, _ now: Int64) {
        for packet in packets {
            let buffer = channel.allocator.buffer(bytes: packet)
            for address in lines.destinations(drops: venue.floor.faults.feedDrops, now: now) {
                let envelope = AddressedEnvelope(remoteAddress: address, data: buffer)
                channel.write(envelope, promise: nil)
            }
        }
        channel.flush()
    }

    /// One line on standard error.
    package func say(_ line: String) {
        _ = Files.writeAll(Array((line + "\n").utf8), to: STDERR_FILENO)
    }

    // MARK: The UDP ports

    func answerRequest(_ buffer: ByteBuffer) -> [UInt8]? {
        buffer.withUnsafeReadableBytes { venue.answer(request: $0.bytes) }
    }

    /// `JOIN A`, `JOIN B`, `LEAVE`; and from an operator on this host `FAULT <form>`.
    func answerFeedPort(_ sender: SocketAddress, _ buffer: ByteBuffer) -> [UInt8]? {
        let text = String(buffer: buffer)
        let words = text.split { $0.isWhitespace || $0 == "\0" }.map(String.init)
        let now = Self.now()
        switch (words.first, words.dropFirst().first) {
        case ("JOIN", let name?):
            guard let line = FeedLine(rawValue: name) else { return nil }
            guard lines.join(sender, line, now: now) else { return nil }
            venue.releaseFlow(now: now)
            drain()
            return venue.mold.heartbeatPacket
        case ("LEAVE", _):
            lines.leave(sender)
            return nil
        case ("FAULT", let form?):
            guard let order = FaultOrder(form) else {
                return Array("ERR \(form): one of \(FaultOrder.forms)\n".utf8)
            }
            venue.order(order, now: now)
            drain()
            return Array("OK \(form)\n".utf8)
        default: return nil
        }
    }

    // MARK: Binding

    private func bind() throws {
        lines = FeedLines(fixed: try options.feedTo.map { try $0.socketAddress() })
        ports.orderEntry = try listen(options.orderEntry, .orderEntry, flag: "--ouch")
        ports.dropCopy = try listen(options.dropCopy, .dropCopy, flag: "--drop-copy")
        let request = try datagram(options.request, flag: "--request") { _, buffer in
            self.answerRequest(buffer)
        }
        ports.request = request.localAddress?.port ?? 0
        let feed = try datagram(options.feed, flag: "--feed-subscribe") { sender, buffer in
            self.answerFeedPort(sender, buffer)
        }
        ports.feed = feed.localAddress?.port ?? 0
        if options.feedTo.contains(where: \.isMulticast) { try aimMulticast(feed) }
        try loop.submit { self.feedChannel = feed }.wait()
    }

    private func listen(_ endpoint: Endpoint, _ door: Door, flag: String) throws -> Int {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(SoupHandler(self, door))
                }
            }
        let channel = try named(flag, endpoint) {
            try bootstrap.bind(host: endpoint.host, port: endpoint.port).wait()
        }
        return channel.localAddress?.port ?? 0
    }

    private func datagram(
        _ endpoint: Endpoint,
        flag: String,
        answer: @escaping @Sendable (SocketAddress, ByteBuffer) -> [UInt8]?
    ) throws -> any Channel {
        let bootstrap = DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramHandler(answer: answer))
                }
            }
        return try named(flag, endpoint) {
            try bootstrap.bind(host: endpoint.host, port: endpoint.port).wait()
        }
    }

    /// Multicast leaves by the interface named, and is heard on this host too.
    private func aimMulticast(_ channel: any Channel) throws {
        guard let provider = channel as? any SocketOptionProvider else { return }
        // By way of raw memory: the C headers are in two modules, and the initialiser of `in_addr`
        // belongs to the one we do not import.
        let address = withUnsafeTemporaryAllocation(of: in_addr.self, capacity: 1) { memory in
            inet_pton(AF_INET, options.multicastInterface, memory.baseAddress) == 1
                ? memory[0] : nil
        }
        guard let address else {
            throw VenueServerError.badValue(
                "--multicast-interface",
                options.multicastInterface,
                "an IPv4 address of this host"
            )
        }
        try provider.setIPMulticastIF(address).wait()
        try provider.setIPMulticastLoop(1).wait()
    }

    private func named<Value>(
        _ flag: String,
        _ endpoint: Endpoint,
        _ body: () throws -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch let error as IOError {
            guard error.errnoCode == EADDRINUSE else {
                let text = "\(endpoint.host):\(endpoint.port)"
                throw VenueServerError.badFile(flag, text, errno: error.errnoCode)
            }
            throw VenueServerError.portInUse(flag, endpoint)
        }
    }
}
