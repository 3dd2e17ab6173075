import CShims
import Crossing
import Glibc
import HotControl
import HotPath
import Testing
import Vocabulary
import Wire

@Suite("Sockets of hot: dialled, accepted, opened, closed")
struct DialerTests {
    static let loopback: UInt32 = 0x7F00_0001

    /// A venue's order port of the test's own.
    private struct Listener {
        let fd: Int32
        let port: UInt16

        init(port: UInt16 = 0) {
            var bound: UInt16 = 0
            fd = shim_tcp_listen(DialerTests.loopback, port, 8, 3_000, &bound)
            self.port = bound
        }

        func accept() -> Int32 {
            var host: UInt32 = 0
            for _ in 0..<200 {
                let fd = shim_tcp_accept(fd, &host)
                if fd >= 0 { return fd }
                var list = [pollfd(fd: self.fd, events: Int16(POLLIN), revents: 0)]
                _ = poll(&list, 1, 10)
            }
            return -1
        }
    }

    func fixture(_ change: (inout HotImageWriter) -> Void) -> HotImageView {
        var fixture = ImageFixture()
        change(&fixture.writer)
        return fixture.view()
    }

    func dial(
        _ mailbox: Mailbox,
        _ change: (inout HotImageWriter) -> Void
    ) throws -> Dialer {
        try Dialer(image: fixture(change), mailbox: mailbox, log: AdminLog(fd: -1))
    }

    /// Polls the dialer until a socket comes out of the mailbox.
    private func handover(_ dialer: inout Dialer, _ mailbox: Mailbox) -> SocketHandover? {
        for _ in 0..<300 {
            if let socket = mailbox.nextHandover() { return socket }
            dialer.poll(timeoutMs: 10)
        }
        return nil
    }

    private func option(_ fd: Int32, _ level: Int32, _ option: Int32) -> Int32 {
        var value: Int32 = -1
        var size: socklen_t = 4
        getsockopt(fd, level, option, &value, &size)
        return value
    }

    private func linger(_ fd: Int32) -> (on: Int32, seconds: Int32) {
        var value = Glibc.linger()
        var size = socklen_t(MemoryLayout<Glibc.linger>.size)
        getsockopt(fd, SOL_SOCKET, SO_LINGER, &value, &size)
        return (value.l_onoff, value.l_linger)
    }

    @Test("a venue is dialled, its socket tuned to die fast, and handed over")
    func venue() throws {
        let listener = Listener()
        defer { close(listener.fd) }
        let mailbox = Mailbox(slots: 72)
        var dialer = try dial(mailbox) {
            $0.venues[1].ouchHost = Self.loopback
            $0.venues[1].ouchPort = listener.port
        }
        let socket = try #require(handover(&dialer, mailbox))
        #expect(socket.slot == 1)
        #expect(!socket.isDatagram)
        #expect(mailbox.socket(slot: 1) == socket.fd)
        #expect(option(socket.fd, Int32(IPPROTO_TCP), TCP_NODELAY) == 1)
        let userTimeoutMs = option(socket.fd, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT)
        #expect(userTimeoutMs > 0 && userTimeoutMs <= 3_000)
        #expect(linger(socket.fd) == (1, 0))
        #expect(fcntl(socket.fd, F_GETFL) & O_NONBLOCK != 0)
        #expect(fcntl(socket.fd, F_GETFD) & FD_CLOEXEC != 0)

        // Given back, it is closed by RST and dialled again.
        let first = listener.accept()
        #expect(mailbox.releases.push(SocketRelease(slot: 1, reason: .lost, error: ECONNRESET)))
        let again = try #require(handover(&dialer, mailbox))
        #expect(again.slot == 1)
        #expect(heard(first) == Int(-ECONNRESET))
        close(first)
        close(again.fd)
    }

    @Test("an orderly end says goodbye instead of RST")
    func orderly() throws {
        let listener = Listener()
        defer { close(listener.fd) }
        let mailbox = Mailbox(slots: 72)
        var dialer = try dial(mailbox) {
            $0.venues[0].ouchHost = Self.loopback
            $0.venues[0].ouchPort = listener.port
        }
        let socket = try #require(handover(&dialer, mailbox))
        #expect(socket.slot == 0)
        let venue = listener.accept()
        #expect(mailbox.releases.push(SocketRelease(slot: 0, reason: .orderly)))
        dialer.tick(nowNs: ClockNow.monotonicNs())
        #expect(heard(venue) == 0)
        close(venue)
    }

    @Test("a venue that is not there yet is tried until it is")
    func late() throws {
        var listener = Listener()
        let port = listener.port
        close(listener.fd)
        let mailbox = Mailbox(slots: 72)
        var dialer = try dial(mailbox) {
            $0.venues[0].ouchHost = Self.loopback
            $0.venues[0].ouchPort = port
        }
        for _ in 0..<20 { dialer.poll(timeoutMs: 5) }
        #expect(mailbox.nextHandover() == nil)
        listener = Listener(port: port)
        defer { close(listener.fd) }
        let socket = try #require(handover(&dialer, mailbox))
        close(socket.fd)
    }

    @Test("after a stop nothing is dialled again and nobody is let in")
    func stopping() throws {
        let listener = Listener()
        defer { close(listener.fd) }
        let mailbox = Mailbox(slots: 72)
        var dialer = try dial(mailbox) {
            $0.venues[0].ouchHost = Self.loopback
            $0.venues[0].ouchPort = listener.port
        }
        _ = try #require(handover(&dialer, mailbox))
        dialer.stop()
        #expect(mailbox.releases.push(SocketRelease(slot: 0, reason: .lost)))
        for _ in 0..<50 { dialer.poll(timeoutMs: 5) }
        #expect(mailbox.nextHandover() == nil)
        #expect(mailbox.socket(slot: 0) == -1)
        #expect(dialer.watched.isEmpty)
    }

    @Test("a real venue is never dialled in paper mode")
    func paper() throws {
        let listener = Listener()
        defer { close(listener.fd) }
        let mailbox = Mailbox(slots: 72)
        var dialer = try dial(mailbox) {
            $0.venues[0].ouchHost = Self.loopback
            $0.venues[0].ouchPort = listener.port
            $0.venues[0].real = 1
        }
        for _ in 0..<20 { dialer.poll(timeoutMs: 5) }
        #expect(mailbox.nextHandover() == nil)
    }

    // MARK: Clients

    private func client(_ dialer: borrowing Dialer) -> Int32 {
        shim_tcp_dial(Self.loopback, dialer.clientPort, 3_000)
    }

    @Test("a client is accepted into the first free slot with every option set")
    func accept() throws {
        let mailbox = Mailbox(slots: 72)
        var dialer = try dial(mailbox) { $0.header.clientConnectionsMax = 2 }
        #expect(dialer.clientPort != 0)
        let fds = [client(dialer), client(dialer)]
        let first = try #require(handover(&dialer, mailbox))
        let second = try #require(handover(&dialer, mailbox))
        #expect([first.slot, second.slot] == [64, 65])
        for socket in [first, second] {
            #expect(option(socket.fd, Int32(IPPROTO_TCP), TCP_NODELAY) == 1)
            #expect(option(socket.fd, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT) == 3_000)
            #expect(fcntl(socket.fd, F_GETFL) & O_NONBLOCK != 0)
        }
        // Over the cap, and everybody has logged in: turned away at once.
        mailbox.setAdmitted(slot: 64, true)
        mailbox.setAdmitted(slot: 65, true)
        let third = client(dialer)
        for _ in 0..<20 { dialer.poll(timeoutMs: 5) }
        #expect(mailbox.nextHandover() == nil)
        #expect(heard(third) == Int(-ECONNRESET))
        // A slot given back is used again.
        #expect(mailbox.releases.push(SocketRelease(slot: 64, reason: .orderly)))
        dialer.tick(nowNs: ClockNow.monotonicNs())
        #expect(heard(fds[0]) == 0)
        let fourth = client(dialer)
        #expect(handover(&dialer, mailbox)?.slot == 64)
        for fd in fds + [third, fourth] { close(fd) }
    }

    @Test("idle connections keep no client out: the oldest that gave no password makes room")
    func makesRoom() throws {
        let mailbox = Mailbox(slots: 72)
        var dialer = try dial(mailbox) { $0.header.clientConnectionsMax = 3 }
        let fds = (0..<3).map { _ in client(dialer) }
        for _ in fds { _ = try #require(handover(&dialer, mailbox)) }
        mailbox.setAdmitted(slot: 64, true)
        let late = client(dialer)
        let listener = dialer.watched.last!.fd
        var list = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        _ = poll(&list, 1, 1_000)
        let nowNs = ClockNow.monotonicNs()
        dialer.serve(ready: [listener], nowNs: nowNs - 1_000_000_000)
        #expect(heard(fds[1]) == nil, "it still has time for its password")
        dialer.tick(nowNs: nowNs + 60_000_000)
        #expect(heard(fds[0]) == nil)
        #expect(heard(fds[1]) == 0)
        #expect(heard(fds[2]) == nil, "one waits, one leaves")
        #expect(mailbox.nextHandover() == nil)
        #expect(mailbox.releases.push(SocketRelease(slot: 65, reason: .lost)))
        dialer.tick(nowNs: nowNs + 61_000_000)
        #expect(mailbox.nextHandover()?.slot == 65)
        for fd in fds + [late] { close(fd) }
    }

    @Test("after a refused login the next connection from that address waits, then comes in")
    func backOff() throws {
        let mailbox = Mailbox(slots: 72)
        var dialer = try dial(mailbox) { $0.header.clientConnectionsMax = 2 }
        let first = client(dialer)
        #expect(handover(&dialer, mailbox)?.slot == 64)
        #expect(mailbox.releases.push(SocketRelease(slot: 64, reason: .loginFailed)))
        let nowNs = ClockNow.monotonicNs()
        dialer.tick(nowNs: nowNs)
        let second = client(dialer)
        let listener = dialer.watched.last!.fd
        var list = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        _ = poll(&list, 1, 1_000)
        dialer.serve(ready: [listener], nowNs: nowNs + 1)
        dialer.tick(nowNs: nowNs + 99_000_000)
        #expect(mailbox.nextHandover() == nil)
        dialer.tick(nowNs: nowNs + 101_000_000)
        #expect(mailbox.nextHandover()?.slot == 64)
        close(first)
        close(second)
    }

    @Test("an expelled client is cut off by RST")
    func expelled() throws {
        let mailbox = Mailbox(slots: 72)
        var dialer = try dial(mailbox) { _ in }
        let fd = client(dialer)
        #expect(handover(&dialer, mailbox) != nil)
        #expect(mailbox.releases.push(SocketRelease(slot: 64, reason: .expelled)))
        dialer.tick(nowNs: ClockNow.monotonicNs())
        #expect(heard(fd) == Int(-ECONNRESET))
        close(fd)
    }

    @Test("what a client did wrong is one line: who, from where, what, and what would be right")
    func complaint() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let mailbox = Mailbox(slots: 72)
        let view = fixture {
            var desk = ImageClient()
            desk.user = Symbol("DESKA")!
            $0.clients.append(desk)
        }
        var dialer = try Dialer(image: view, mailbox: mailbox, log: AdminLog(fd: ends[1]))
        let fd = client(dialer)
        #expect(handover(&dialer, mailbox)?.slot == 64)
        var wrong = ClientComplaint()
        wrong.slot = 64
        wrong.login = 0
        wrong.fault = .packetLength
        wrong.length = 65_535
        #expect(mailbox.complaints.push(wrong))
        wrong.fault = .message
        wrong.type = UInt8(ascii: "X")
        wrong.error = .wrongLength(expected: 9, actual: 4)
        for _ in 0..<30 { #expect(mailbox.complaints.push(wrong)) }
        #expect(mailbox.releases.push(SocketRelease(slot: 64, reason: .orderly)))
        dialer.tick(nowNs: ClockNow.monotonicNs())
        close(ends[1])
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = read(ends[0], &bytes, bytes.count)
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 20, "a guesser does not fill the disk")
        #expect(
            lines[0].hasSuffix(
                """
                "client DESKA from 127.0.0.1: SoupBinTCP packet length 65535; \
                right is 1 to 1024; disconnected"}
                """
            ),
            "\(lines[0])"
        )
        #expect(
            lines[1].hasSuffix(
                """
                "client DESKA from 127.0.0.1: OUCH 'X': message of 4 bytes; \
                its structure needs 9; ignored"}
                """
            ),
            "\(lines[1])"
        )
        close(ends[0])
        close(fd)
    }

    @Test("a port in use is one clear line, before anything else is opened")
    func portInUse() throws {
        let taken = Listener()
        defer { close(taken.fd) }
        let error = #expect(throws: DialError.self) {
            _ = try dial(Mailbox(slots: 72)) { $0.header.clientPort = taken.port }
        }
        let text = "\(try #require(error))"
        #expect(text.hasPrefix("client port 127.0.0.1:\(taken.port): Address already in use"))
    }
}
