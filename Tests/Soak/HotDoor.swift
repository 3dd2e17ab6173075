import Crossing
import Foundation

/// `hot.sock`, asked directly: a process for each question would cost more than it measures.
struct HotDoor {
    let path: String

    /// `nil` while nobody answers.
    func ask(_ verb: ControlFrame.Verb, value: Int64 = 0) -> ControlFrame? {
        let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(made) }
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(made, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { return nil }
        var frame = ControlFrame()
        frame.verb = verb
        frame.value = value
        frame.id = UInt64(truncatingIfNeeded: monotonicNs())
        let sent = withUnsafeBytes(of: frame) {
            send(made, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == ControlFrame.bytes else { return nil }
        var filled = 0
        while filled < ControlFrame.bytes {
            let count = withUnsafeMutableBytes(of: &frame) {
                recv(made, $0.baseAddress.map { $0 + filled }, ControlFrame.bytes - filled, 0)
            }
            guard count > 0 else { return nil }
            filled += count
        }
        return frame.magic == ControlFrame.magicValue ? frame : nil
    }

    func status() -> ControlFrame? { ask(.status) }
}

extension ControlFrame {
    func field(_ field: StatusField) -> Int64 {
        withUnsafeBytes(of: fields) { $0.load(fromByteOffset: field.rawValue * 8, as: Int64.self) }
    }
}
