import CShims
import Glibc
import HotPath
import Testing
import Vocabulary

/// How a socket leaves the port: exactly one `.closed` for each adoption, whatever happened.
@Suite("A port, as sockets come and go")
struct PortLifeTests {
    @Test("the peer's end closes the slot, after its last bytes", arguments: everyMode)
    func peerEnds(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.tcp()
        #expect(port.adopt(slot: 4, fd: sockets.near, datagram: false))
        #expect(sockets.send([1, 2]) == 2)
        close(sockets.far)
        #expect(
            port.hear(atLeast: 2) == [
                Heard(kind: .data, slot: 4, bytes: [1, 2]),
                Heard(kind: .closed, slot: 4, error: 0),
            ]
        )
        #expect(!port.canSend(slot: 4))
        #expect(port.gather(slot: 4, bytes: 1) == nil)
        #expect(port.hear().isEmpty)
        close(sockets.near)
    }

    @Test("a reset closes the slot with ECONNRESET", arguments: everyMode)
    func reset(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.tcp()
        #expect(port.adopt(slot: 4, fd: sockets.near, datagram: false))
        #expect(port.hear().isEmpty)
        #expect(shim_socket_reset(sockets.far) == 0)
        #expect(
            port.hear(atLeast: 1) == [Heard(kind: .closed, slot: 4, error: ECONNRESET)]
        )
        sockets.closeBoth()
    }

    @Test("a send to a peer that is gone closes the slot with its errno", arguments: everyMode)
    func sendFails(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.streams()
        #expect(port.adopt(slot: 4, fd: sockets.near, datagram: false))
        // The far end stops reading but could still write: only a send can find out.
        shutdown(sockets.far, Int32(SHUT_RD))
        #expect(port.write([1], slot: 4))
        port.flush()
        #expect(port.hear(atLeast: 1) == [Heard(kind: .closed, slot: 4, error: EPIPE)])
        sockets.closeBoth()
    }

    @Test("a reset cuts a blocked SEND short and closes once", arguments: everyMode)
    func resetWhileSending(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.tcp()
        #expect(port.adopt(slot: 1, fd: sockets.near, datagram: false))
        _ = port.fill(slot: 1, pieces: 16_384)
        #expect(!port.canSend(slot: 1))
        #expect(shim_socket_reset(sockets.far) == 0)
        let heard = port.hear(atLeast: 1)
        #expect(heard.map(\.kind) == [.closed])
        // A SEND cut short takes the socket's ECONNRESET with it; the next call says EPIPE.
        #expect([[ECONNRESET], [EPIPE]].contains(heard.map(\.error)))
        for _ in 0..<50 { #expect(port.hear().isEmpty) }
        sockets.closeBoth()
    }

    @Test("a release answers with one closed and drops what still arrives", arguments: everyMode)
    func release(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.tcp()
        #expect(port.adopt(slot: 7, fd: sockets.near, datagram: false))
        #expect(port.hear().isEmpty)
        #expect(sockets.send([1, 2, 3]) == 3)
        port.release(slot: 7)
        port.release(slot: 7)
        #expect(port.hear(atLeast: 1) == [Heard(kind: .closed, slot: 7, error: 0)])
        for _ in 0..<50 { #expect(port.hear().isEmpty) }
        // Nothing but the test holds the socket now: closing it is seen at the far end.
        close(sockets.near)
        var seen: [UInt8]? = nil
        for _ in 0..<1_000 where seen == nil { seen = sockets.receive() }
        #expect(seen == [] || shim_socket_send(sockets.far, [1], 1) < 0)
        close(sockets.far)
    }

    @Test("a release with a SEND that never ends still closes", arguments: everyMode)
    func releaseBlocked(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.tcp()
        #expect(port.adopt(slot: 1, fd: sockets.near, datagram: false))
        _ = port.fill(slot: 1, pieces: 16_384)
        port.release(slot: 1)
        #expect(port.hear(atLeast: 1) == [Heard(kind: .closed, slot: 1, error: 0)])
        sockets.closeBoth()
    }

    @Test("a slot in use is not adopted again, an impossible one never", arguments: everyMode)
    func inUse(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.streams()
        defer { sockets.closeBoth() }
        #expect(port.adopt(slot: 2, fd: sockets.near, datagram: false))
        #expect(!port.adopt(slot: 2, fd: sockets.far, datagram: false))
        #expect(!port.adopt(slot: 8, fd: sockets.far, datagram: false))
        #expect(!port.adopt(slot: 3, fd: -1, datagram: false))
        #expect(!port.adopt(slot: 3, fd: 1_000_000, datagram: false))
    }

    @Test(
        "a slot's next socket hears nothing of its last",
        arguments: everyMode,
        [1, 2, 3] as [UInt64]
    )
    func reuse(mode: PortMode, seed: UInt64) throws {
        let port = try TestPort(.test(mode))
        var random = SplitMix64(seed: seed)
        // The far end of the life before stays open and goes on talking.
        var former: Int32 = -1
        defer { close(former) }
        for life in 0..<300 {
            let sockets = SocketPair.streams()
            guard port.adopt(slot: 3, fd: sockets.near, datagram: false) else {
                Issue.record("life \(life) not adopted, seed \(seed)")
                return
            }
            // Bytes that say which life they belong to; some are left unread in the ring.
            let mark = UInt8(truncatingIfNeeded: life)
            if former >= 0 { _ = shim_socket_send(former, [mark &- 1], 1) }
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                _ = sockets.send([UInt8](repeating: mark, count: 100))
            }
            if Bool.random(using: &random) {
                _ = port.write([mark], slot: 3)
                port.flush()
            }
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                for event in port.hear(max: 1) {
                    #expect(event.bytes.allSatisfy { $0 == mark }, "life \(life), seed \(seed)")
                }
            }
            // A descriptor closed twice would be another test's: the far end is closed once.
            let isReleased = Bool.random(using: &random)
            if isReleased { port.release(slot: 3) } else { close(sockets.far) }
            if former >= 0 { close(former) }
            former = isReleased ? sockets.far : -1
            var closed = false
            for _ in 0..<20_000 where !closed {
                for event in port.hear(max: 2, mayWait: true) {
                    #expect(event.bytes.allSatisfy { $0 == mark }, "life \(life), seed \(seed)")
                    closed = closed || event.kind == .closed
                }
            }
            #expect(closed, "life \(life), seed \(seed)")
            close(sockets.near)
        }
    }

    @Test("an idle port sleeps, and an arrival or the millisecond wakes it", arguments: everyMode)
    func idle(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.tcp()
        defer { sockets.closeBoth() }
        #expect(port.adopt(slot: 0, fd: sockets.near, datagram: false))
        for _ in 0..<17 { #expect(port.hear(mayWait: true).isEmpty) }
        // Asleep now each time: a hundred polls take about a hundred milliseconds.
        let before = ThreadCounters.read().voluntarySwitches
        for _ in 0..<20 { #expect(port.hear(mayWait: true).isEmpty) }
        #expect(ThreadCounters.read().voluntarySwitches - before >= 15)
        #expect(sockets.send([8]) == 1)
        #expect(port.hear(mayWait: true) == [Heard(kind: .data, slot: 0, bytes: [8])])
    }

    @Test("a port that may not wait, or spins, never sleeps", arguments: everyMode)
    func spin(mode: PortMode) throws {
        var config = PortConfig.test(mode)
        config.idle = .spin
        let port = try TestPort(config)
        let before = port.systemCallCount
        for _ in 0..<1_000 { #expect(port.hear(mayWait: true).isEmpty) }
        // With nothing adopted not even the sockets transport has anything to ask.
        #expect(port.systemCallCount == before)
    }

    @Test("polling an idle io_uring port costs no system call", arguments: everyMode)
    func quiet(mode: PortMode) throws {
        guard mode != .sockets else { return }
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.tcp()
        defer { sockets.closeBoth() }
        #expect(port.adopt(slot: 0, fd: sockets.near, datagram: false))
        #expect(port.hear().isEmpty)
        let before = port.systemCallCount
        for _ in 0..<1_000 { #expect(port.hear().isEmpty) }
        #expect(port.systemCallCount == before)
        #expect(sockets.send([1]) == 1)
        #expect(port.hear(atLeast: 1).count == 1)
        // One enter to collect it, where the kernel leaves that to us.
        #expect(port.systemCallCount <= before + 1)
    }
}
