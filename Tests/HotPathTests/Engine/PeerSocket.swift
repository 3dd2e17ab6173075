import Glibc
import Testing
import Wire

/// The other end of one of the engine's sockets: what a venue or a client would see.
final class PeerSocket {
    struct Packet {
        var type: UInt8
        var payload: [UInt8]

        func big32(at offset: Int) -> UInt32 {
            payload[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        func big64(at offset: Int) -> UInt64 {
            payload[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        func big16(at offset: Int) -> UInt16 {
            payload[offset..<offset + 2].reduce(0) { $0 << 8 | UInt16($1) }
        }
        var text: String { String(decoding: payload, as: UTF8.self) }
    }

    /// -1 once closed: the number may be another test's by then.
    private(set) var fd: Int32
    private var pending: [UInt8] = []
    /// The engine closed its end.
    private(set) var isClosed = false

    init(fd: Int32) { self.fd = fd }

    /// Shut down first: a child that another test is starting may hold a copy of the descriptor for
    /// a moment, and close() alone would reach the engine only after it.
    func closeDescriptor() {
        guard fd >= 0 else { return }
        hangUp()
        close(fd)
        fd = -1
    }

    /// Ends the connection; the descriptor is closed with the rig.
    func hangUp() { shutdown(fd, Int32(SHUT_RDWR)) }

    func send(bytes: [UInt8]) {
        let sent = write(fd, bytes, bytes.count)
        let failure = errno
        guard sent != bytes.count else { return }
        Issue.record("the socket took \(sent) of \(bytes.count) bytes, errno \(failure)")
    }

    func send(_ packet: Soup.LoginAccepted) {
        send(bytes: made(Soup.LoginAccepted.maxLength) { packet.write(to: $0) })
    }

    func send(_ packet: Soup.LoginRequest) {
        send(bytes: made(Soup.LoginRequest.maxLength) { packet.write(to: $0) })
    }

    /// Login refused (a venue's).
    func reject(_ reason: Soup.LoginRejectReason) {
        send(bytes: made(8) { Soup.LoginRejected(reason: reason).write(to: $0) })
    }

    /// One sequenced packet (a venue's).
    func sendSequenced(_ write: (UnsafeMutableRawPointer) -> Int) {
        sendData(.sequencedData, write)
    }
    /// One unsequenced packet (a client's).
    func sendUnsequenced(_ write: (UnsafeMutableRawPointer) -> Int) {
        sendData(.unsequencedData, write)
    }

    private func sendData(_ type: Soup.PacketType, _ write: (UnsafeMutableRawPointer) -> Int) {
        send(
            bytes: made(1024) { target in
                let count = write(target + 3)
                return Soup.writeHeader(type, payloadLength: count, to: target) + count
            }
        )
    }

    private func made(_ capacity: Int, _ write: (UnsafeMutableRawPointer) -> Int) -> [UInt8] {
        let room = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        defer { room.deallocate() }
        let count = write(room)
        return Array(UnsafeRawBufferPointer(start: room, count: count))
    }

    /// Whole packets that have arrived.
    func packets() -> [Packet] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(fd, &buffer, buffer.count)
            if count == 0 { isClosed = true }
            guard count > 0 else { break }
            pending += buffer[0..<count]
        }
        var found: [Packet] = []
        while pending.count >= 3 {
            let length = Int(pending[0]) << 8 | Int(pending[1])
            guard pending.count >= 2 + length else { break }
            found.append(Packet(type: pending[2], payload: Array(pending[3..<2 + length])))
            pending.removeFirst(2 + length)
        }
        return found
    }

    /// Application messages only.
    func messages() -> [Packet] {
        packets().filter { $0.type == UInt8(ascii: "S") || $0.type == UInt8(ascii: "U") }
    }
}
