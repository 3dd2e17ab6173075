import Glibc
import Testing
import Vocabulary
import Wire

/// Plain blocking sockets with a deadline, nothing of NIO's: the server is met by another's code.
struct Loopback {
    static func address(_ port: Int, host: String = "127.0.0.1") -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        inet_pton(AF_INET, host, &address.sin_addr)
        return address
    }

    static func with<Result>(
        _ address: sockaddr_in,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Waits at most 5 s for something to read.
    static func waitReadable(_ descriptor: Int32) throws {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        try #require(poll(&poller, 1, 5_000) == 1, "nothing came in 5 s")
    }
}

/// A Soup client in a few lines.
final class TinyClient {
    struct Packet: Equatable {
        let type: Character
        let payload: [UInt8]
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var isOpen = true

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let connected = Loopback.with(Loopback.address(port)) {
            Glibc.connect(descriptor, $0, $1)
        }
        try #require(connected == 0, "connect to \(port): errno \(errno)")
    }

    deinit { close() }

    func close() {
        if isOpen { Glibc.close(descriptor) }
        isOpen = false
    }

    /// Closes so that the peer sees a reset: a crashed process, a pulled cable.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout.size(ofValue: linger))
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, size)
        close()
    }

    func send(_ type: Character, _ payload: [UInt8] = []) {
        let length = payload.count + 1
        let bytes = [UInt8(length >> 8), UInt8(length & 0xFF), type.asciiValue ?? 0] + payload
        _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
    }

    func logIn(_ user: String = "hot01", password: String = "secret", next: UInt64 = 1) throws {
        let pad = { (text: String, count: Int) in
            Array(text.utf8) + Array(repeating: UInt8(0x20), count: count - text.utf8.count)
        }
        let number = "\(next)"
        let blank = String(repeating: " ", count: 30 - number.utf8.count)
        send("L", pad(user, 6) + pad(password, 10) + Array((blank + number).utf8))
    }

    /// The next packet that is no heartbeat; `nil` once the server has closed.
    func next() throws -> Packet? {
        while true {
            if let packet = takePacket() {
                if packet.type == "H" { continue }
                return packet
            }
            try Loopback.waitReadable(descriptor)
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk[0..<count]
        }
    }

    private func takePacket() -> Packet? {
        guard buffer.count >= 2 else { return nil }
        let length = Int(buffer[0]) << 8 | Int(buffer[1])
        guard buffer.count >= 2 + length else { return nil }
        let type = Character(UnicodeScalar(buffer[2]))
        let packet = Packet(type: type, payload: Array(buffer[3..<(2 + length)]))
        buffer.removeFirst(2 + length)
        return packet
    }

    /// The next sequenced message of type `wanted`, others passed over.
    func message(_ wanted: Character) throws -> [UInt8] {
        while let packet = try next() {
            if packet.type == "S", packet.payload.first == wanted.asciiValue {
                return packet.payload
            }
        }
        throw Missing(wanted: wanted)
    }

    struct Missing: Error {
        let wanted: Character
    }
}

/// A UDP socket on a free loopback port.
final class TinyReceiver {
    private let descriptor: Int32

    /// `group`: joins it on the loopback interface.
    init(group: String? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        let address = Loopback.address(0, host: group ?? "127.0.0.1")
        let bound = Loopback.with(address) { bind(descriptor, $0, $1) }
        try #require(bound == 0)
        guard let group else { return }
        // struct ip_mreq: the group, then the interface.
        var request = [Loopback.address(0, host: group), Loopback.address(0)].map(\.sin_addr)
        let size = socklen_t(2 * MemoryLayout<in_addr>.size)
        let joined = setsockopt(descriptor, Int32(IPPROTO_IP), IP_ADD_MEMBERSHIP, &request, size)
        try #require(joined == 0, "join \(group): errno \(errno)")
    }

    deinit { close(descriptor) }

    var port: Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &size)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    func send(_ bytes: [UInt8], to port: Int) {
        _ = Loopback.with(Loopback.address(port)) { address, size in
            bytes.withUnsafeBytes { sendto(descriptor, $0.baseAddress, $0.count, 0, address, size) }
        }
    }

    func send(_ text: String, to port: Int) { send(Array(text.utf8), to: port) }

    func receive() throws -> [UInt8] {
        try Loopback.waitReadable(descriptor)
        var chunk = [UInt8](repeating: 0, count: 2_048)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        return Array(chunk[0..<max(0, count)])
    }

    /// The next Mold packet with messages in it.
    func receiveData() throws -> [UInt8] {
        while true {
            let packet = try receive()
            if try Mold.HeaderView(packet.span.bytes).blockCount > 0 { return packet }
        }
    }

    var hasSomething: Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&poller, 1, 0) == 1
    }
}
