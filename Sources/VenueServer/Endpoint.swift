import NIOCore

/// An IPv4 address and port as flags write them: `127.0.0.1:0`, `239.1.2.3:26400`.
package struct Endpoint: Equatable, Sendable {
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `nil` when `text` is not a dotted IPv4 address, a colon and 0…65535.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = Int(parts[1]), (0...65_535).contains(port) else {
            return nil
        }
        let bytes = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard bytes.count == 4, bytes.allSatisfy({ UInt8($0) != nil }) else { return nil }
        self.init(host: String(parts[0]), port: port)
    }

    var isMulticast: Bool {
        guard let first = host.split(separator: ".").first.flatMap({ UInt8($0) }) else {
            return false
        }
        return (224...239).contains(first)
    }

    func socketAddress() throws -> SocketAddress {
        try SocketAddress(ipAddress: host, port: port)
    }
}
