import CShims
import Crossing
import Glibc
import HotControl
import HotPath
import Testing

// Feed lines: who is asked, who is heard.
extension DialerTests {
    @Test("a unicast line asks to join from the very socket it hands over, a request line connects")
    func feeds() throws {
        var granted: Int32 = 0
        let venue = shim_udp_open(Self.loopback, 0, &granted)
        defer { close(venue) }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(venue, $0, &size)
            }
        }
        let port = UInt16(bigEndian: address.sin_port)
        let mailbox = Mailbox(slots: 72)
        var dialer = try dial(mailbox) {
            $0.venues[0].feedAHost = Self.loopback
            $0.venues[0].feedAPort = port
            $0.venues[0].feedBHost = Self.loopback
            $0.venues[0].feedBPort = port
            $0.venues[0].requestHost = Self.loopback
            $0.venues[0].requestPort = port
        }
        dialer.tick(nowNs: 0)
        var slots: [UInt16: Int32] = [:]
        while let socket = mailbox.nextHandover() {
            #expect(socket.isDatagram)
            slots[socket.slot] = socket.fd
        }
        #expect(Set(slots.keys) == [16, 32, 48])
        #expect(
            joins(venue) == [
                "JOIN A": slots[16].map(localPort), "JOIN B": slots[32].map(localPort),
            ]
        )

        // Not again before 10 s, then again.
        dialer.tick(nowNs: 9_999_999_999)
        #expect(joins(venue).isEmpty)
        dialer.tick(nowNs: 10_000_000_001)
        #expect(joins(venue).count == 2)
        #expect(send(slots[48] ?? -1, "x", 1, 0) == 1, "the request socket is connected")
    }

    @Test("what anybody but the venue sends to a unicast line is not heard")
    func strangers() throws {
        var granted: Int32 = 0
        let venue = shim_udp_open(Self.loopback, 0, &granted)
        let stranger = shim_udp_open(Self.loopback, 0, &granted)
        defer { [venue, stranger].forEach { _ = close($0) } }
        let mailbox = Mailbox(slots: 72)
        var dialer = try dial(mailbox) {
            $0.venues[0].feedAHost = Self.loopback
            $0.venues[0].feedAPort = localPort(venue)
            $0.venues[0].feedBPort = 0
            $0.venues[0].requestPort = 0
        }
        dialer.tick(nowNs: 0)
        let line = try #require(mailbox.nextHandover()).fd
        defer { close(line) }
        for fd in [stranger, venue, stranger] {
            let word = fd == venue ? "venue" : "stranger"
            _ = shim_udp_send_to(fd, Self.loopback, localPort(line), word, word.utf8.count)
        }
        #expect(words(at: line) == ["venue"])
    }

    @Test(
        "a multicast line hears its source, or anybody if the configuration says so",
        arguments: [(0x7F00_0001, true), (0, true), (0x7F00_0002, false)] as [(UInt32, Bool)]
    )
    func multicastSource(source: UInt32, hears: Bool) throws {
        let group: UInt32 = 0xEFFF_4D09
        var granted: Int32 = 0
        let sender = shim_udp_open(Self.loopback, 0, &granted)
        defer { close(sender) }
        var interface = in_addr(s_addr: Self.loopback.bigEndian)
        let size = socklen_t(MemoryLayout<in_addr>.size)
        #expect(setsockopt(sender, Int32(IPPROTO_IP), IP_MULTICAST_IF, &interface, size) == 0)
        // Others of this host that joined the group for anybody open no door to this socket.
        let everybody = shim_udp_open(group, 0, &granted)
        defer { close(everybody) }
        #expect(shim_udp_join(everybody, group, 0, Self.loopback) == 0)
        let mailbox = Mailbox(slots: 72)
        var dialer = try dial(mailbox) {
            $0.venues[0].multicast = 1
            $0.venues[0].feedAHost = group
            $0.venues[0].feedAPort = localPort(everybody)
            $0.venues[0].feedASource = source
            $0.venues[0].feedInterface = Self.loopback
            $0.venues[0].feedBPort = 0
            $0.venues[0].requestPort = 0
        }
        dialer.tick(nowNs: 0)
        let line = try #require(mailbox.nextHandover()).fd
        defer { close(line) }
        _ = shim_udp_send_to(sender, group, localPort(line), "tick", 4)
        #expect(words(at: everybody) == ["tick"])
        #expect(words(at: line) == (hears ? ["tick"] : []))
    }

    /// What waits at a socket: loopback delivers before the send returns.
    private func words(at fd: Int32) -> [String] {
        var room = [UInt8](repeating: 0, count: 64)
        var words: [String] = []
        while case let got = recv(fd, &room, room.count, Int32(MSG_DONTWAIT)), got > 0 {
            words.append(String(decoding: room.prefix(got), as: UTF8.self))
        }
        return words
    }

    private func localPort(_ fd: Int32) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = getsockname(fd, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Words that wait at `venue`, each with the port it came from.
    private func joins(_ venue: Int32) -> [String: UInt16?] {
        var words: [String: UInt16?] = [:]
        var room = [UInt8](repeating: 0, count: 64)
        while true {
            var address = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let got = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(venue, &room, room.count, Int32(MSG_DONTWAIT), $0, &size)
                }
            }
            guard got > 0 else { return words }
            words[String(decoding: room.prefix(got), as: UTF8.self)] =
                UInt16(bigEndian: address.sin_port)
        }
    }
}
