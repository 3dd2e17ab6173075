internal import CShims
internal import Glibc

/// One connection to a Unix stream socket, blocking, with a time limit on every step.
struct LocalSocket: ~Copyable {
    private let descriptor: Int32
    private let path: String

    /// Connects; exit 69 when nobody listens.
    init(path: String, what: String, timeoutMs: Int = 5000) throws(Failure) {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure(path, "cannot make a socket") }
        var limit = timeval(tv_sec: timeoutMs / 1000, tv_usec: timeoutMs % 1000 * 1000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)

        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < capacity else {
            let tooLong = Failure(
                .badInput,
                "\(path): longer than the \(capacity - 1) bytes of a socket's name; use a shorter --state"
            )
            throw tooLong
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else {
            if errno == ENOENT || errno == ECONNREFUSED {
                throw Failure(.notRunning, "\(what) is not running: \(path); `apus up` starts it")
            }
            if errno == EACCES {
                throw Failure(.refused, "\(path): not permitted for this user")
            }
            throw Self.failure(path, "cannot connect")
        }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            // Closed by who answered without being asked: what it said is still to be read.
            if count < 0, errno == EPIPE || errno == ECONNRESET { return }
            guard count > 0 else { throw Self.failure(path, "cannot send") }
            rest = rest.dropFirst(count)
        }
    }

    /// Who listens there, as the kernel knows it; 0 when it does not.
    var peer: pid_t {
        var peer = shim_peer()
        return shim_socket_peer(descriptor, &peer) == 0 ? peer.pid : 0
    }

    /// Exactly `count` bytes, or the reason why not; `silence` is the one for no answer in time.
    func receive(_ count: Int, silence: HotSilence? = nil) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                recv(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, 0)
            }
            if got < 0, errno == EINTR { continue }
            if got == 0 || got < 0 && errno == ECONNRESET { throw ended(silence) }
            if got < 0, errno == EAGAIN, let silence { throw silence.failure }
            if got < 0, errno == EAGAIN { throw silent }
            guard got > 0 else { throw Self.failure(path, "cannot read the answer") }
            filled += got
        }
        return bytes
    }

    /// Cold is there and does not answer. What was asked to trade it refuses when it reads it late,
    /// what stops is done then.
    private var silent: Failure {
        let stands =
            peer > 0 && ProcessState.isStopped(peer)
            ? "cold (pid \(peer)) is stopped, `kill -CONT \(peer)` lets it run" : "cold is busy"
        return Failure(
            .notRunning,
            "\(path): no answer in time: \(stands). What was asked to trade is refused when it reads it "
                + "late, what stops is done; `apus order list` and `apus kill` need no cold"
        )
    }

    private func ended(_ silence: HotSilence?) -> Failure {
        silence?.ended
            ?? Failure(
                .notRunning,
                "\(path): cold ended, or closed the connection, before it had answered; what was "
                    + "asked may have been done: `apus algo list` and `apus order list` show it"
            )
    }

    private static func failure(_ path: String, _ what: String) -> Failure {
        Failure(.notRunning, "\(path): \(what): \(String(cString: strerror(errno)))")
    }
}
