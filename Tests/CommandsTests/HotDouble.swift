import Crossing
import Foundation
import Glibc

/// Who listens at `hot.sock` of a state directory and answers as a test says; `nil` never answers,
/// or with `hangsUp` closes the connection instead, as a process that dies does.
final class HotDouble {
    private let listener: Int32
    private let path: String

    init(
        _ state: String,
        hangsUp: Bool = false,
        _ answer: @escaping @Sendable (ControlFrame) -> ControlFrame?
    ) throws {
        path = "\(state)/hot.sock"
        let fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        listener = fd
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(fd, 8) == 0 else { throw Failed(errno: errno) }
        Thread { Self.serve(fd, hangsUp, answer) }.start()
    }

    struct Failed: Error { let errno: Int32 }

    deinit {
        // Ends the accept of the thread, which closes what it holds.
        shutdown(listener, Int32(SHUT_RDWR))
        unlink(path)
    }

    private static func serve(
        _ listener: Int32,
        _ hangsUp: Bool,
        _ answer: (ControlFrame) -> ControlFrame?
    ) {
        var held: [Int32] = []
        while true {
            let fd = accept(listener, nil, nil)
            guard fd >= 0 else { break }
            held.append(fd)
            var bytes = [UInt8](repeating: 0, count: ControlFrame.bytes)
            guard recv(fd, &bytes, bytes.count, Int32(MSG_WAITALL)) == bytes.count else {
                continue
            }
            let frame = bytes.withUnsafeBytes { $0.loadUnaligned(as: ControlFrame.self) }
            guard let told = answer(frame) else {
                if hangsUp { shutdown(fd, Int32(SHUT_RDWR)) }
                continue
            }
            _ = withUnsafeBytes(of: told) {
                send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
        }
        for fd in held + [listener] { close(fd) }
    }
}
