import Foundation
import Vocabulary
import Wire

/// A SoupBinTCP line that writes and reads in large pieces: many messages a system call.
final class ClientLine {
    private var descriptor: Int32 = -1
    private static let capacity = 8 << 20
    private let input = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
    private let output = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
    private var inputCount = 0
    private var outputCount = 0

    deinit {
        close()
        input.deallocate()
        output.deallocate()
    }

    var isOpen: Bool { descriptor >= 0 }
    /// Room for so many bytes more, whatever the peer takes.
    var room: Int { Self.capacity - outputCount }

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
        return true
    }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        inputCount = 0
        outputCount = 0
    }

    /// Lays one packet down; it leaves with the next ``pump(milliseconds:_:)``. `write` is given
    /// 256 bytes and returns how many it used.
    func lay(_ type: Soup.PacketType, _ write: (UnsafeMutableRawPointer) -> Int) {
        guard isOpen, room > 4096 else { return }
        let target = output + outputCount
        let count = write(target + Soup.headerLength)
        outputCount += Soup.writeHeader(type, payloadLength: count, to: target) + count
    }

    func lay(login: Soup.LoginRequest) {
        outputCount += login.write(to: output + outputCount)
    }

    /// Sends what lies there, waits at most so long for something to read, hands over each packet.
    func pump(
        milliseconds: Int32,
        _ take: (UInt8, UnsafeRawPointer, Int) -> Void
    ) {
        guard isOpen else { return }
        flush()
        let events = POLLIN | (outputCount == 0 ? 0 : POLLOUT)
        var poller = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        guard isOpen, poll(&poller, 1, milliseconds) > 0 else { return }
        flush()
        guard isOpen else { return }
        let count = recv(descriptor, input + inputCount, Self.capacity - inputCount, 0)
        if count > 0 {
            inputCount += count
            handOver(take)
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            close()
        }
    }

    private func handOver(_ take: (UInt8, UnsafeRawPointer, Int) -> Void) {
        var offset = 0
        loop: while true {
            let front = UnsafeRawPointer(input + offset)
            switch Soup.nextPacket(front, available: inputCount - offset) {
            case .packet(let type, let payloadOffset, let payloadLength, let totalLength):
                take(type, front + payloadOffset, payloadLength)
                offset += totalLength
            case .needMore: break loop
            case .malformed: return close()
            }
        }
        if offset > 0, isOpen {
            memmove(input, input + offset, inputCount - offset)
            inputCount -= offset
        }
    }

    private func flush() {
        guard outputCount > 0 else { return }
        let count = send(descriptor, output, outputCount, Int32(MSG_NOSIGNAL))
        if count > 0 {
            memmove(output, output + count, outputCount - count)
            outputCount -= count
        } else if count < 0, errno != EAGAIN, errno != EINTR {
            close()
        }
    }
}
