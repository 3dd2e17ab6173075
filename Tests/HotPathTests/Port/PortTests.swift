import CShims
import Glibc
import HotPath
import Testing
import Vocabulary

/// What the engine may rely on, whichever way the bytes go.
@Suite("A port, over io_uring and over sockets")
struct PortTests {
    @Test("comes up in the best mode it is granted, and says which", arguments: everyMode)
    func mode(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        #expect(port.activeTransport == mode)
    }

    @Test("falls back to sockets when io_uring is denied, unless it must be io_uring")
    func denied() throws {
        var config = PortConfig.test(.ringDeferTaskrun)
        config.deniedModes = .anyRing
        let port = try TestPort(config)
        #expect(port.activeTransport == .sockets)

        config.transport = .ioUring
        #expect(throws: PortError.ringSetupFailed(errno: EPERM, entries: 256)) {
            _ = try TestPort(config)
        }
    }

    @Test("the simulation's memory transport refuses to come up without a wire, and uses no socket")
    func memory() throws {
        var config = PortConfig.test(.sockets)
        config.transport = .memory
        do throws(PortError) {
            _ = try Port(config)
            Issue.record("a memory port came up without a wire")
        } catch { #expect(error == .noWire) }

        let wire = MemoryWire(ends: 8)
        defer { wire.deallocate() }
        var port = try Port(config, wire: wire)
        #expect(port.activeTransport == .memory)
        wire.open(3, datagram: false)
        let adopted = port.adopt(slot: 3, fd: 3, datagram: false)
        #expect(adopted)
        let room = UnsafeMutablePointer<PortEvent>.allocate(capacity: 4)
        defer { room.deallocate() }
        let bytes: [UInt8] = [7, 8, 9]
        _ = bytes.withUnsafeBytes { wire.push(3, $0.baseAddress!, 3) }
        var count = port.poll(into: room, max: 4, mayWait: false)
        #expect(count == 1 && room[0].kind == .data && room[0].count == 3)

        // Two bytes of five find room, the rest when there is more.
        wire.setSendRoom(3, bytes: 2)
        guard let target = port.gather(slot: 3, bytes: 5) else {
            Issue.record("no room to gather five bytes")
            return
        }
        target.copyMemory(from: [1, 2, 3, 4, 5] as [UInt8], byteCount: 5)
        port.gathered(slot: 3, bytes: 5)
        port.flush()
        let mayStill = port.canSend(slot: 3)
        #expect(wire.waiting(3) == 2 && !mayStill)
        wire.setSendRoom(3, bytes: .max)
        count = port.poll(into: room, max: 4, mayWait: false)
        let mayAgain = port.canSend(slot: 3)
        #expect(count == 0 && wire.waiting(3) == 5 && mayAgain)

        // The peer's end comes once, behind what it had sent.
        _ = bytes.withUnsafeBytes { wire.push(3, $0.baseAddress!, 3) }
        wire.hangUp(3, error: 0)
        count = port.poll(into: room, max: 4, mayWait: false)
        #expect(count == 1 && room[0].kind == .data)
        count = port.poll(into: room, max: 4, mayWait: false)
        #expect(count == 1 && room[0].kind == .closed)
        count = port.poll(into: room, max: 4, mayWait: false)
        #expect(count == 0)
        #expect(port.systemCallCount == 0)
    }

    @Test("delivers what arrives, in order, with its slot", arguments: everyMode)
    func receive(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.streams()
        defer { sockets.closeBoth() }
        #expect(port.adopt(slot: 3, fd: sockets.near, datagram: false))

        #expect(sockets.send([1, 2, 3]) == 3)
        #expect(port.hear(atLeast: 1) == [Heard(kind: .data, slot: 3, bytes: [1, 2, 3])])
        #expect(sockets.send([4]) == 1)
        #expect(port.hear(atLeast: 1) == [Heard(kind: .data, slot: 3, bytes: [4])])
        #expect(port.hear().isEmpty)
    }

    @Test("delivers what arrived before the adoption", arguments: everyMode)
    func early(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.streams()
        defer { sockets.closeBoth() }
        #expect(sockets.send([9]) == 1)
        #expect(port.adopt(slot: 0, fd: sockets.near, datagram: false))
        #expect(port.hear(atLeast: 1) == [Heard(kind: .data, slot: 0, bytes: [9])])
    }

    @Test("sends what is gathered only at flush, in one piece", arguments: everyMode)
    func send(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.tcp()
        defer { sockets.closeBoth() }
        #expect(port.adopt(slot: 1, fd: sockets.near, datagram: false))
        #expect(port.hear().isEmpty)

        #expect(port.write([1, 2], slot: 1))
        #expect(port.write([3], slot: 1))
        #expect(sockets.receive() == nil)
        #expect(port.unsentBytes(slot: 1) == 3)
        let before = port.systemCallCount
        port.flush()
        #expect(port.systemCallCount == before + 1)
        #expect(sockets.receive() == [1, 2, 3])
        #expect(port.canSend(slot: 1))
        #expect(port.unsentBytes(slot: 1) == 0)
        port.flush()
        #expect(port.systemCallCount == before + 1)
    }

    @Test("sends to many slots with one system call in io_uring mode", arguments: everyMode)
    func sendMany(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let pairs = (0..<8).map { _ in SocketPair.tcp() }
        defer { pairs.forEach { $0.closeBoth() } }
        for (slot, pair) in pairs.enumerated() {
            #expect(port.adopt(slot: slot, fd: pair.near, datagram: false))
        }
        #expect(port.hear().isEmpty)
        for slot in 0..<8 { #expect(port.write([UInt8(slot)], slot: slot)) }
        let before = port.systemCallCount
        port.flush()
        #expect(port.systemCallCount == before + (mode == .sockets ? 8 : 1))
        for (slot, pair) in pairs.enumerated() { #expect(pair.receive() == [UInt8(slot)]) }
    }

    @Test(
        "has no room for more than a gather buffer, and none in a vacant slot",
        arguments: everyMode
    )
    func room(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.tcp()
        defer { sockets.closeBoth() }
        #expect(port.gather(slot: 1, bytes: 1) == nil)
        #expect(!port.canSend(slot: 1))
        #expect(port.adopt(slot: 1, fd: sockets.near, datagram: false))
        #expect(port.gather(slot: 1, bytes: 65_537) == nil)
        #expect(port.write(pattern(65_536), slot: 1))
        #expect(port.gather(slot: 1, bytes: 1) == nil)
    }

    @Test(
        "a peer that does not read leaves one SEND outstanding and then no room",
        arguments: everyMode
    )
    func blockedPeer(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.tcp()
        defer { sockets.closeBoth() }
        #expect(port.adopt(slot: 2, fd: sockets.near, datagram: false))

        // Fill the kernel, then the buffer in flight, then the one that gathers.
        let written = port.fill(slot: 2, pieces: 8_192)
        #expect(!port.canSend(slot: 2))
        #expect(port.unsentBytes(slot: 2) > 65_536 - 8_192)

        // Once it reads again everything arrives, once and in order.
        var received: [UInt8] = []
        var polls = 0
        while received.count < written, polls < 100_000 {
            received += sockets.receive() ?? []
            port.flush()
            #expect(port.hear().isEmpty)
            polls += 1
        }
        #expect(received == pattern(written))
        #expect(port.canSend(slot: 2))
    }

    @Test("echoes 100 000 messages of random sizes whole", arguments: everyMode)
    func echo(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.tcp()
        defer { sockets.closeBoth() }
        #expect(port.adopt(slot: 5, fd: sockets.near, datagram: false))
        let seed: UInt64 = 20_201
        var random = SplitMix64(seed: seed)
        // Two periods, so that a message may begin anywhere in the first.
        let source = pattern(32_768) + pattern(32_768)
        let events = UnsafeMutablePointer<PortEvent>.allocate(capacity: 16)
        var back = [UInt8](repeating: 0, count: 65_536)
        defer { events.deallocate() }

        var messages = 0
        var sentBytes = 0
        var backBytes = 0
        var wrong = 0
        var idle = 0
        while messages < 100_000 || backBytes < sentBytes {
            if messages < 100_000, sentBytes - backBytes < 16_384 {
                let size = Int.random(in: 1...1_400, using: &random)
                let start = sentBytes & 0x7FFF
                let taken = source.withUnsafeBytes {
                    shim_socket_send(sockets.far, $0.baseAddress! + start, size)
                }
                if taken > 0 {
                    sentBytes += taken
                    messages += 1
                }
            }
            let count = port.poll(into: events, max: 16, mayWait: false)
            for index in 0..<count {
                let event = events[index]
                guard let room = port.gather(slot: 5, bytes: event.count) else {
                    Issue.record("no room for \(event.count) bytes, seed \(seed)")
                    return
                }
                room.copyMemory(from: event.bytes, byteCount: event.count)
                port.gathered(slot: 5, bytes: event.count)
            }
            port.flush()
            let got = back.withUnsafeMutableBytes {
                shim_socket_receive(sockets.far, $0.baseAddress, 65_536)
            }
            idle = count == 0 && got <= 0 ? idle + 1 : 0
            guard idle < 1_000_000 else {
                Issue.record("stuck at message \(messages), seed \(seed)")
                return
            }
            guard got > 0 else { continue }
            for index in 0..<got where back[index] != source[(backBytes + index) & 0x7FFF] {
                wrong += 1
            }
            backBytes += got
        }
        #expect(wrong == 0)
        #expect(backBytes == sentBytes)
    }

    @Test("datagrams arrive whole and one by one", arguments: everyMode)
    func datagrams(mode: PortMode) throws {
        let port = try TestPort(.test(mode, slots: 32))
        let sockets = SocketPair.udp()
        defer { sockets.closeBoth() }
        #expect(port.adopt(slot: 16, fd: sockets.near, datagram: true))
        for size in [1, 1_472, 7] { #expect(sockets.send(pattern(size)) == size) }
        #expect(
            port.hear(atLeast: 3)
                == [1, 1_472, 7].map { Heard(kind: .datagram, slot: 16, bytes: pattern($0)) }
        )
        #expect(port.write([5, 6], slot: 16))
        #expect(port.gather(slot: 16, bytes: 1) == nil, "one datagram at a time")
        port.flush()
        #expect(sockets.receive() == [5, 6])
    }

    @Test("an empty datagram and a refused one do not end a datagram socket", arguments: everyMode)
    func hardyDatagrams(mode: PortMode) throws {
        let port = try TestPort(.test(mode, slots: 64))
        let sockets = SocketPair.udp()
        #expect(port.adopt(slot: 48, fd: sockets.near, datagram: true))
        #expect(sockets.send([]) == 0)
        #expect(sockets.send([1]) == 1)
        #expect(port.hear(atLeast: 1) == [Heard(kind: .datagram, slot: 48, bytes: [1])])

        // Nobody at the other end: the send is refused, and the socket lives on.
        var far = boundAddress(sockets.far)
        var near = boundAddress(sockets.near)
        close(sockets.far)
        #expect(port.write([2], slot: 48))
        port.flush()
        for _ in 0..<100 { #expect(port.hear().isEmpty) }
        #expect(port.datagramErrors > 0)
        #expect(port.isOpen(slot: 48))

        let again = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        bindTo(again, &far)
        _ = withSockaddr(&near) { connect(again, $0, $1) }
        let next = SocketPair(near: sockets.near, far: again)
        defer { next.closeBoth() }
        #expect(next.send([3]) == 1)
        #expect(port.hear(atLeast: 1) == [Heard(kind: .datagram, slot: 48, bytes: [3])])
        #expect(port.write([4], slot: 48))
        port.flush()
        #expect(next.receive() == [4])
    }

    @Test("a burst beyond the receive buffers loses nothing the socket held", arguments: everyMode)
    func burst(mode: PortMode) throws {
        let port = try TestPort(.test(mode, slots: 32))
        let sockets = SocketPair.udp()
        defer { sockets.closeBoth() }
        #expect(port.adopt(slot: 16, fd: sockets.near, datagram: true))
        // 64 buffers, 300 datagrams, no poll between.
        for index in 0..<300 { #expect(sockets.send(pattern(100, from: index)) == 100) }
        let heard = port.hear(atLeast: 300)
        #expect(
            heard
                == (0..<300).map { index in
                    Heard(kind: .datagram, slot: 16, bytes: pattern(100, from: index))
                }
        )
        if mode != .sockets { #expect(port.bufferShortages > 0) }
    }

    @Test("a stream of more bytes than all buffers arrives whole", arguments: everyMode)
    func flood(mode: PortMode) throws {
        let port = try TestPort(.test(mode))
        let sockets = SocketPair.streams()
        defer { sockets.closeBoth() }
        #expect(port.adopt(slot: 0, fd: sockets.near, datagram: false))
        var sent = 0
        var received: [UInt8] = []
        var turns = 0
        while received.count < 1 << 20, turns < 100_000 {
            turns += 1
            if sent < 1 << 20 {
                let taken = sockets.send(pattern(16_384, from: sent))
                if taken > 0 { sent += taken }
            }
            // Seldom polled: the buffers run out now and then.
            if turns % 8 == 0 { for event in port.hear() { received += event.bytes } }
        }
        #expect(received == pattern(sent))
    }
}
