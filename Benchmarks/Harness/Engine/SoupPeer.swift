import Glibc
import Vocabulary
import Wire

/// The other end of one of the engine's sockets while sessions are set up; the timed exchange does
/// without it.
final class SoupPeer {
    struct Packet {
        let type: UInt8
        let payload: [UInt8]

        func big32(at offset: Int) -> UInt32 {
            payload[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    let fd: Int32
    private var pending: [UInt8] = []
    private let room = UnsafeMutableRawPointer.allocate(byteCount: 65_536, alignment: 64)

    init(_ fd: Int32) { self.fd = fd }
    deinit { room.deallocate() }

    func send(_ write: (UnsafeMutableRawPointer) -> Int) throws(BenchError) {
        let count = write(room)
        guard Glibc.send(fd, room, count, Int32(MSG_NOSIGNAL)) == count else {
            throw .system(what: "send", errno: errno)
        }
    }

    func sendData(
        _ type: Soup.PacketType,
        _ write: (UnsafeMutableRawPointer) -> Int
    ) throws(BenchError) {
        try send { target in
            let count = write(target + 3)
            return Soup.writeHeader(type, payloadLength: count, to: target) + count
        }
    }

    /// The next whole packet; heartbeats are skipped.
    func next(_ what: String) throws(BenchError) -> Packet {
        let deadline = Deadline()
        while true {
            if let packet = take() {
                if packet.type != UInt8(ascii: "H"), packet.type != UInt8(ascii: "R") {
                    return packet
                }
                continue
            }
            let count = recv(fd, room, 65_536, Int32(MSG_DONTWAIT))
            if count > 0 {
                pending += UnsafeRawBufferPointer(start: room, count: count)
            } else if count == 0 {
                throw .engine("closed the connection: \(what)")
            } else if deadline.isOver {
                throw .stuck(what)
            }
        }
    }

    private func take() -> Packet? {
        guard pending.count >= 3 else { return nil }
        let length = Int(pending[0]) << 8 | Int(pending[1])
        guard length > 0, pending.count >= 2 + length else { return nil }
        let packet = Packet(type: pending[2], payload: Array(pending[3..<2 + length]))
        pending.removeFirst(2 + length)
        return packet
    }
}

/// How long the harness waits for anybody: long enough for a loaded machine.
struct Deadline {
    private let endsNs: Int64

    init(ns: Int64 = 10_000_000_000) { endsNs = Self.nowNs() + ns }

    var isOver: Bool { Self.nowNs() > endsNs }

    static func nowNs() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
