package import ColdCore
import Glibc

/// `cold.sock`: u32 little-endian length, then JSON; one answer a request, in order.
///
/// The desk's thread serves everybody through poll(2) and non-blocking sockets: a caller that
/// stalls, floods or talks nonsense costs the others nothing but its share of one turn.
package final class ColdServer {
    static let requestBytesMax = 65_536
    static let answerBytesMax = 16 << 20
    static let callersMax = 64
    static let requestsPerTurn = 8
    /// Answers of one turn to all callers together: the desk's thread has records to journal.
    static let turnNs: Int64 = 5_000_000
    /// A caller that began a request or owes us reading, and did nothing for so long, is dropped.
    static let stallNs: Int64 = 10_000_000_000

    private let path: String
    private let clockNs: () -> Int64
    private let listener: Int32
    private var callers: [ColdCaller] = []
    /// Who is asked first: the turn's time may not reach all of them.
    private var first = 0
    package private(set) var refusedCallers = 0
    package private(set) var badRequests = 0

    /// What answers a request; the caller's uid and gid come from the kernel.
    package typealias Answer = (_ request: JSON, _ uid: UInt32, _ gid: UInt32) -> JSON

    /// `clockNs`: a steady clock, ns, for the time of a turn.
    package init(
        path: String,
        clockNs: @escaping () -> Int64 = { DeskTime.read().monotonicNs }
    ) throws(DeskError) {
        self.path = path
        self.clockNs = clockNs
        listener = try Self.listen(path)
    }

    deinit {
        for caller in callers { close(caller.fd) }
        close(listener)
        unlink(path)
    }

    package var callerCount: Int { callers.count }

    /// Waits at most `timeoutMs` for a caller, then serves all that are ready, a bounded part each.
    package func serve(
        timeoutMs: Int32,
        nowNs: Int64,
        allowed: (UInt32, UInt32) -> Bool,
        _ answer: Answer
    ) {
        var polled = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        for caller in callers {
            var events: Int16 = 0
            if caller.mayRead { events |= Int16(POLLIN) }
            if caller.owes { events |= Int16(POLLOUT) }
            polled.append(pollfd(fd: caller.fd, events: events, revents: 0))
        }
        let backlog = callers.contains { $0.hasWholeRequest }
        guard poll(&polled, nfds_t(polled.count), backlog ? 0 : timeoutMs) >= 0 else { return }

        for (index, caller) in callers.enumerated() {
            let events = polled[index + 1].revents
            if events & Int16(POLLIN | POLLHUP | POLLERR) != 0, caller.mayRead {
                caller.read(nowNs: nowNs)
            }
        }
        answerAll(answer)
        for caller in callers where caller.owes { caller.write(nowNs: nowNs) }
        drop(nowNs)
        if polled[0].revents != 0 { accept(nowNs, allowed) }
    }

    /// One request at least, then as many as the turn's time holds; the next turn goes on behind
    /// the last caller that was asked.
    private func answerAll(_ answer: Answer) {
        guard !callers.isEmpty else { return }
        let endNs = clockNs() + Self.turnNs
        first %= callers.count
        for _ in 0..<callers.count {
            let caller = callers[first]
            first = (first + 1) % callers.count
            for _ in 0..<Self.requestsPerTurn {
                guard serveOne(caller, answer) else { break }
                if clockNs() >= endNs { return }
            }
        }
    }

    /// `false`: this caller has no whole request now.
    private func serveOne(_ caller: ColdCaller, _ answer: Answer) -> Bool {
        guard caller.mayAnswer, let request = caller.takeRequest() else { return false }
        switch request {
        case .whole(let bytes): caller.send(reply(to: bytes, caller, answer))
        case .tooLong(let length):
            badRequests += 1
            caller.send(Self.failure("length: \(length) is above \(Self.requestBytesMax) bytes"))
            caller.closing = true
        }
        return true
    }

    private func reply(to bytes: [UInt8], _ caller: ColdCaller, _ answer: Answer) -> JSON {
        do {
            return answer(try JSON(bytes: bytes), caller.uid, caller.gid)
        } catch {
            badRequests += 1
            return Self.failure("\(error)")
        }
    }

    static func failure(_ reason: String) -> JSON { ["ok": false, "error": .string(reason)] }

    private func drop(_ nowNs: Int64) {
        callers.removeAll { caller in
            let stalled = caller.isMidway && nowNs - caller.lastNs > Self.stallNs
            guard caller.isDone || stalled else { return false }
            close(caller.fd)
            return true
        }
    }

    private func accept(_ nowNs: Int64, _ allowed: (UInt32, UInt32) -> Bool) {
        while true {
            let fd = Glibc.accept(listener, nil, nil)
            guard fd >= 0 else { return }
            let peer = Self.peer(fd)
            guard callers.count < Self.callersMax, let peer, allowed(peer.uid, peer.gid) else {
                refusedCallers += 1
                close(fd)
                continue
            }
            Self.makeNonBlocking(fd)
            callers.append(ColdCaller(fd: fd, uid: peer.uid, gid: peer.gid, nowNs: nowNs))
        }
    }

    // MARK: Sockets

    private static func listen(_ path: String) throws(DeskError) -> Int32 {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard bytes.count <= room else {
            throw DeskError(
                .badFile,
                "\(path): a socket's path has at most \(room) bytes; choose a shorter state_dir"
            )
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }

        let fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard fd >= 0 else { throw SystemFile.failure(.badFile, path, "socket") }
        // Left over by a cold that was killed; we hold the lock, so nobody else's.
        unlink(path)
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(fd, $0, size) }
        }
        guard bound == 0, chmod(path, 0o660) == 0, Glibc.listen(fd, 64) == 0 else {
            let error = SystemFile.failure(.badFile, path, "bind")
            close(fd)
            throw error
        }
        makeNonBlocking(fd)
        return fd
    }

    private static func makeNonBlocking(_ fd: Int32) {
        _ = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK)
        _ = fcntl(fd, F_SETFD, FD_CLOEXEC)
    }

    /// SO_PEERCRED: pid, uid, gid as the kernel knows them.
    private static func peer(_ fd: Int32) -> (uid: UInt32, gid: UInt32)? {
        var credentials: (pid: Int32, uid: UInt32, gid: UInt32) = (0, .max, .max)
        var size = socklen_t(12)
        guard getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0, size == 12 else {
            return nil
        }
        return (credentials.uid, credentials.gid)
    }
}
