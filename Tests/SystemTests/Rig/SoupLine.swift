import Glibc
import Vocabulary
import Wire

/// A SoupBinTCP client's side of one connection: plain sockets, every wait with an end.
final class SoupLine {
    struct Packet {
        let type: UInt8
        let payload: [UInt8]
    }

    private var descriptor: Int32 = -1
    private var buffer: [UInt8] = []
    private var offset = 0
    /// What the kernel did not take yet.
    private var unsent: [UInt8] = []

    init() {}
    deinit { close() }

    var isOpen: Bool { descriptor >= 0 }
    var unsentCount: Int { unsent.count }

    /// - Returns: whether somebody listens there.
    func connect(port: UInt16) -> Bool {
        close()
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(made, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            Glibc.close(made)
            return false
        }
        var yes: Int32 = 1
        setsockopt(made, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(4))
        _ = fcntl(made, F_SETFL, O_NONBLOCK)
        descriptor = made
        hasEnded = false
        return true
    }

    /// A small receive buffer, so that a client that does not read is felt soon.
    func shrinkReceiveBuffer() {
        var size: Int32 = 4096
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(4))
    }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        buffer = []
        offset = 0
        unsent = []
    }

    func send(_ type: Soup.PacketType, _ payload: [UInt8] = []) {
        let length = payload.count + 1
        send(raw: [UInt8(length >> 8), UInt8(length & 0xFF), type.rawValue] + payload)
    }

    /// Bytes as they are, right or wrong.
    func send(raw bytes: [UInt8]) {
        unsent += bytes
        flush()
    }

    private func flush() {
        guard isOpen, !unsent.isEmpty else { return }
        let count = unsent.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count > 0 {
            unsent.removeFirst(count)
        } else if count < 0, errno != EAGAIN {
            close()
        }
    }

    /// Waits until there is something to read, or the time is over; reads what is there.
    func pump(milliseconds: Int32) {
        guard isOpen else { return }
        flush()
        let events = POLLIN | (unsent.isEmpty ? 0 : POLLOUT)
        var poller = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        guard poll(&poller, 1, milliseconds) > 0 else { return }
        flush()
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count > 0 {
            buffer += chunk[0..<count]
        } else if count == 0 || errno != EAGAIN {
            hasEnded = true
        }
    }

    /// POLLRDHUP, which the C library shows only to GNU sources.
    private static let peerHungUp: Int32 = 0x2000

    /// The peer has cut the line; looks without reading.
    var isResetByPeer: Bool {
        guard isOpen else { return true }
        var poller = pollfd(fd: descriptor, events: Int16(Self.peerHungUp), revents: 0)
        return poll(&poller, 1, 0) > 0
            && Int32(poller.revents) & (POLLHUP | POLLERR | Self.peerHungUp) != 0
    }

    /// The peer has closed; what came before is still to be taken.
    private(set) var hasEnded = false

    func next() -> Packet? {
        guard buffer.count - offset >= 3 else {
            compact()
            if hasEnded {
                hasEnded = false
                close()
            }
            return nil
        }
        let length = Int(buffer[offset]) << 8 | Int(buffer[offset + 1])
        guard buffer.count - offset >= 2 + length else {
            compact()
            return nil
        }
        let payload = Array(buffer[(offset + 3)..<(offset + 2 + length)])
        let packet = Packet(type: buffer[offset + 2], payload: payload)
        offset += 2 + length
        return packet
    }

    private func compact() {
        if offset > 0 { buffer.removeFirst(offset) }
        offset = 0
    }
}

/// The bytes `write` writes, at most `capacity`.
func wireBytes(_ capacity: Int, _ write: (UnsafeMutableRawPointer) -> Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        guard let base = buffer.baseAddress else { return }
        count = write(UnsafeMutableRawPointer(base))
    }
}
