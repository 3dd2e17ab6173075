internal import Glibc
internal import Settings

/// Loopback ports, asked of the kernel.
enum FreePort {
    /// Is a TCP listener possible there now?
    static func canListen(_ endpoint: Endpoint) -> Bool { bound(endpoint) != nil }

    /// A port nobody has. Another process may take it before it is used; then that bind fails with
    /// its own line.
    static func any(host: UInt32) -> UInt16? { bound(Endpoint(host: host, port: 0)) }

    private static func bound(_ endpoint: Endpoint) -> UInt16? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(4))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = endpoint.port.bigEndian
        address.sin_addr.s_addr = endpoint.host.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 1) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        return result ? UInt16(bigEndian: address.sin_port) : nil
    }
}
