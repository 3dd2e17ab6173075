import Glibc

/// Two connected sockets of this process over 127.0.0.1, both non-blocking.
struct Loopback {
    /// The measuring end.
    let driver: Int32
    /// The measured end.
    let subject: Int32

    func closeBoth() {
        close(driver)
        close(subject)
    }

    /// TCP without Nagle, both ways.
    static func stream() throws(BenchError) -> Loopback {
        let listener = try bound(SOCK_STREAM)
        defer { close(listener) }
        guard listen(listener, 1) == 0 else { throw failed("listen") }
        let driver = try made(SOCK_STREAM)
        try connect(driver, to: listener)
        let subject = accept(listener, nil, nil)
        guard subject >= 0 else { throw failed("accept") }
        for end in [driver, subject] {
            var on: Int32 = 1
            setsockopt(end, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        }
        return try nonBlocking(Loopback(driver: driver, subject: subject))
    }

    /// UDP, driver to subject.
    static func datagram() throws(BenchError) -> Loopback {
        let subject = try bound(SOCK_DGRAM)
        var bytes: Int32 = 4 << 20
        setsockopt(subject, SOL_SOCKET, SO_RCVBUF, &bytes, 4)
        let driver = try made(SOCK_DGRAM)
        try connect(driver, to: subject)
        return try nonBlocking(Loopback(driver: driver, subject: subject))
    }

    private static func made(_ type: __socket_type) throws(BenchError) -> Int32 {
        let fd = socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard fd >= 0 else { throw failed("socket") }
        return fd
    }

    private static func bound(_ type: __socket_type) throws(BenchError) -> Int32 {
        let fd = try made(type)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let done = withSocketAddress(&address) { bind(fd, $0, $1) }
        guard done == 0 else { throw failed("bind") }
        return fd
    }

    private static func connect(_ fd: Int32, to other: Int32) throws(BenchError) {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withSocketAddress(&address) { pointer, _ in getsockname(other, pointer, &length) }
        let done = withSocketAddress(&address) { Glibc.connect(fd, $0, $1) }
        guard done == 0 else { throw failed("connect") }
    }

    private static func nonBlocking(_ pair: Loopback) throws(BenchError) -> Loopback {
        for end in [pair.driver, pair.subject] {
            guard fcntl(end, F_SETFL, O_NONBLOCK) == 0 else { throw failed("fcntl") }
        }
        return pair
    }

    private static func failed(_ what: String) -> BenchError { .system(what: what, errno: errno) }

    private static func withSocketAddress(
        _ address: inout sockaddr_in,
        _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
