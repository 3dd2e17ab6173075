import CShims
import ColdCore
import DropCopy
import Glibc
import Vocabulary

/// One venue's drop copy: the non-blocking socket around a ``CopySession``.
///
/// Desk's thread only. A line that is down is dialled again once a second, for as long as cold runs.
final class CopyLine {
    static let redialNs: Int64 = 1_000_000_000
    /// SoupBinTCP's usual bound: a line silent this long is dead.
    static let deadNs: Int64 = 15_000_000_000
    /// The kernel gives up on a peer that acknowledges nothing for this long.
    static let deadMs: Int32 = 3_000
    static let chunkBytes = 65_536
    /// Bytes of one line a turn, so that the day's replay does not starve the ring.
    static let chunksPerTurn = 4

    private let place: Reference.DropCopy
    private(set) var session: CopySession
    /// The last read found the socket empty.
    private(set) var isRead = false
    private var fd: Int32 = -1
    private var isConnecting = false
    private var triedNs: Int64?
    /// When it last was not up, or nothing was heard for long: what silence is counted from.
    private(set) var aliveNs: Int64
    private let chunk = UnsafeMutableRawBufferPointer.allocate(
        byteCount: CopyLine.chunkBytes,
        alignment: 16
    )

    init(_ place: Reference.DropCopy, venue: UInt8, midnightNs: Int64) {
        self.place = place
        aliveNs = 0
        session = CopySession(
            user: place.user,
            password: place.password,
            decoder: CopyDecoder(venue: venue, midnightNs: midnightNs)
        )
    }

    deinit {
        hangUp()
        chunk.deallocate()
    }

    /// Dials, reads and writes what can be done at once.
    func serve(_ nowNs: Int64) -> [VenueFact] {
        if aliveNs == 0 { aliveNs = nowNs }
        if fd < 0 { dial(nowNs) }
        if fd >= 0, isConnecting { settle(nowNs) }
        guard fd >= 0, !isConnecting else { return [] }
        read(nowNs)
        session.tick(nowNs: nowNs)
        if fd >= 0, session.hasOutput { send() }
        if let heard = session.heardNs {
            aliveNs = max(aliveNs, heard)
            if nowNs - heard > Self.deadNs { hangUp() }
        }
        return session.takeFacts()
    }

    /// The venue's next stream counts from 1.
    func forget() {
        hangUp()
        session.forget()
        triedNs = nil
    }

    private func dial(_ nowNs: Int64) {
        if let triedNs, nowNs - triedNs < Self.redialNs { return }
        triedNs = nowNs
        let dialled = shim_tcp_dial(place.host, place.port, Self.deadMs)
        guard dialled >= 0 else { return }
        fd = dialled
        isConnecting = true
    }

    private func settle(_ nowNs: Int64) {
        var poll = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
        guard Glibc.poll(&poll, 1, 0) > 0 else {
            if nowNs - (triedNs ?? nowNs) > Self.deadNs { hangUp() }
            return
        }
        guard shim_socket_error(fd) == 0 else { return hangUp() }
        isConnecting = false
        session.connected(nowNs: nowNs)
    }

    private func read(_ nowNs: Int64) {
        isRead = false
        for _ in 0..<Self.chunksPerTurn {
            let got = shim_socket_receive(fd, chunk.baseAddress, chunk.count)
            if got == -Int(EAGAIN) || got == -Int(EINTR) {
                isRead = true
                return
            }
            guard got > 0 else { return hangUp() }
            guard session.received(chunk[0..<got], nowNs: nowNs) else { return hangUp() }
            guard got == chunk.count else {
                isRead = true
                return
            }
        }
    }

    private func send() {
        let bytes = session.takeOutput()
        let sent = shim_socket_send(fd, bytes, bytes.count)
        if sent == -Int(EAGAIN) || sent == -Int(EINTR) {
            session.putBack(bytes[...])
        } else if sent < 0 {
            hangUp()
        } else if sent < bytes.count {
            session.putBack(bytes[sent...])
        }
    }

    private func hangUp() {
        guard fd >= 0 else { return }
        close(fd)
        fd = -1
        isConnecting = false
        isRead = false
        session.disconnected()
    }
}
