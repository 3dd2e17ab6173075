import CShims
import Glibc
import HotPath

/// Every way a port can move bytes of a kernel; the tests run over all of them.
let everyMode: [PortMode] = PortMode.allCases.filter { $0 != .memory }

extension PortConfig {
    /// A small port that must come up in exactly `mode`.
    static func test(_ mode: PortMode, slots: Int = 8) -> PortConfig {
        var config = PortConfig(clientConnections: 0)
        config.slots = slots
        config.streamBuffers = 64
        config.streamBufferBytes = 4_096
        config.datagramBuffers = 64
        config.streamSendBytes = 65_536
        config.emptyPollsMax = 16
        if mode == .sockets { config.transport = .sockets }
        for better in PortMode.allCases where better.rawValue < mode.rawValue && mode != .sockets {
            config.deniedModes.insert(PortModes(better))
        }
        return config
    }
}

/// A pair of connected, non-blocking sockets; the far end is the test's, the near the port's.
struct SocketPair {
    var near: Int32
    var far: Int32

    static func streams() -> SocketPair { pair(Int32(SOCK_STREAM.rawValue)) }
    /// Unix datagrams: whole, in order, never lost.
    static func datagrams() -> SocketPair { pair(Int32(SOCK_DGRAM.rawValue)) }

    private static func pair(_ kind: Int32) -> SocketPair {
        var ends: [Int32] = [-1, -1]
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let made = socketpair(AF_UNIX, kind | flags, 0, &ends)
        precondition(made == 0, "a socket pair")
        return SocketPair(near: ends[0], far: ends[1])
    }

    /// TCP over loopback, so that resets and send queues are real.
    static func tcp() -> SocketPair {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(port: 0)
        bindTo(listener, &address)
        precondition(listen(listener, 1) == 0, "a listener")
        address = boundAddress(listener)
        let near = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let connected = withSockaddr(&address) { connect(near, $0, $1) }
        precondition(connected == 0, "a connection")
        let far = accept(listener, nil, nil)
        close(listener)
        _ = fcntl(far, F_SETFD, FD_CLOEXEC)
        for fd in [near, far] { _ = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) }
        return SocketPair(near: near, far: far)
    }

    /// Two UDP sockets connected to each other.
    static func udp() -> SocketPair {
        let near = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        let far = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        for fd in [near, far] {
            var address = loopback(port: 0)
            bindTo(fd, &address)
            var room: Int32 = 4 << 20
            setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, 4)
        }
        var nearAddress = boundAddress(near)
        var farAddress = boundAddress(far)
        _ = withSockaddr(&farAddress) { connect(near, $0, $1) }
        _ = withSockaddr(&nearAddress) { connect(far, $0, $1) }
        return SocketPair(near: near, far: far)
    }

    func closeBoth() {
        close(near)
        close(far)
    }

    func send(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { shim_socket_send(far, $0.baseAddress, $0.count) }
    }

    /// What waits at the far end: bytes, empty at the end of the stream, nil when nothing waits.
    func receive(max: Int = 65_536) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: max)
        let got = bytes.withUnsafeMutableBytes { shim_socket_receive(far, $0.baseAddress, max) }
        return got < 0 ? nil : Array(bytes.prefix(got))
    }
}

func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
}

func withSockaddr<Result>(
    _ address: inout sockaddr_in,
    _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
) -> Result {
    withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}

func bindTo(_ fd: Int32, _ address: inout sockaddr_in) {
    let bound = withSockaddr(&address) { bind(fd, $0, $1) }
    precondition(bound == 0, "a bound socket")
}

func boundAddress(_ fd: Int32) -> sockaddr_in {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withSockaddr(&address) { pointer, _ in getsockname(fd, pointer, &size) }
    return address
}

/// What a test needs of an event, copied while the bytes are good.
struct Heard: Equatable {
    var kind: PortEvent.Kind
    var slot: Int
    var error: Int32 = 0
    var bytes: [UInt8] = []
}

/// A port the expectation macros can take apart: they want something that can be copied.
final class TestPort {
    private var port: Port

    init(_ config: PortConfig) throws(PortError) { port = try Port(config) }

    var activeTransport: PortMode { port.activeTransport }
    var systemCallCount: UInt64 { port.systemCallCount }
    var bufferShortages: UInt64 { port.bufferShortages }
    var datagramErrors: UInt64 { port.datagramErrors }

    func adopt(slot: Int, fd: Int32, datagram: Bool) -> Bool {
        port.adopt(slot: slot, fd: fd, datagram: datagram)
    }
    func release(slot: Int) { port.release(slot: slot) }
    func isOpen(slot: Int) -> Bool { port.isOpen(slot: slot) }
    func canSend(slot: Int) -> Bool { port.canSend(slot: slot) }
    func unsentBytes(slot: Int) -> Int { port.unsentBytes(slot: slot) }
    func gather(slot: Int, bytes: Int) -> UnsafeMutableRawPointer? {
        port.gather(slot: slot, bytes: bytes)
    }
    func gathered(slot: Int, bytes: Int) { port.gathered(slot: slot, bytes: bytes) }
    func flush() { port.flush() }
    func poll(into events: UnsafeMutablePointer<PortEvent>, max: Int, mayWait: Bool) -> Int {
        port.poll(into: events, max: max, mayWait: mayWait)
    }

    /// One poll, its events copied.
    func hear(max: Int = 64, mayWait: Bool = false) -> [Heard] {
        let events = UnsafeMutablePointer<PortEvent>.allocate(capacity: max)
        defer { events.deallocate() }
        let count = poll(into: events, max: max, mayWait: mayWait)
        return (0..<count).map { index in
            let event = events[index]
            return Heard(
                kind: event.kind,
                slot: Int(event.slot),
                error: event.error,
                bytes: Array(UnsafeRawBufferPointer(start: event.bytes, count: event.count))
            )
        }
    }

    /// Polls until `count` events came, at most `polls` times.
    func hear(atLeast count: Int, polls: Int = 20_000) -> [Heard] {
        var heard: [Heard] = []
        for _ in 0..<polls where heard.count < count { heard += hear(mayWait: true) }
        return heard
    }

    /// Gathers `bytes` whole; false when there is no room.
    func write(_ bytes: [UInt8], slot: Int) -> Bool {
        guard let room = gather(slot: slot, bytes: bytes.count) else { return false }
        bytes.withUnsafeBytes { room.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        gathered(slot: slot, bytes: bytes.count)
        return true
    }
}

extension TestPort {
    /// Writes the pattern until the kernel and both gather buffers are full; how many bytes.
    func fill(slot: Int, pieces: Int) -> Int {
        var written = 0
        var refusals = 0
        // The kernel takes a little more after a while: only a slot that stays full is full.
        while refusals < 200 {
            if write(pattern(pieces, from: written), slot: slot) {
                written += pieces
                refusals = 0
            } else {
                refusals += 1
            }
            flush()
            _ = hear()
        }
        return written
    }
}

/// Bytes that differ by position and seed, so that a lost, doubled or shuffled one shows.
func pattern(_ count: Int, from start: Int = 0) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: (start + $0) &* 31 &+ (start + $0) >> 8) }
}
