/// An IPv4 address and a port. Names are not resolved: hot dials what stands in the image.
package struct Endpoint: Equatable, Sendable, CustomStringConvertible {
    /// Host byte order.
    package var host: UInt32
    package var port: UInt16

    package init(host: UInt32, port: UInt16) {
        self.host = host
        self.port = port
    }

    package static let loopback: UInt32 = 0x7F00_0001
    package static let loopbackAny = Endpoint(host: loopback, port: 0)

    package var isLoopback: Bool { host >> 24 == 127 }
    package var isMulticast: Bool { host >> 28 == 0xE }

    /// "127.0.0.1:9000".
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let host = Self.address(parts[0]), let port = UInt16(parts[1])
        else {
            return nil
        }
        self.init(host: host, port: port)
    }

    /// "127.0.0.1" or "localhost".
    package static func address(_ text: some StringProtocol) -> UInt32? {
        if text == "localhost" { return loopback }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), let byte = UInt8(part) else { return nil }
            address = address << 8 | UInt32(byte)
        }
        return address
    }

    package static func text(_ host: UInt32) -> String {
        "\(host >> 24).\(host >> 16 & 255).\(host >> 8 & 255).\(host & 255)"
    }

    package var description: String { "\(Self.text(host)):\(port)" }
}

extension Reader where Value == Endpoint {
    package static var endpoint: Reader {
        Reader { text, _ in
            guard let endpoint = Endpoint(text) else {
                return .failure(
                    Complaint("is not an IPv4 address and a port; write \"127.0.0.1:9000\"")
                )
            }
            return .success(endpoint)
        }
    }
}

extension Reader where Value == UInt32 {
    package static var address: Reader {
        Reader { text, _ in
            guard let address = Endpoint.address(text) else {
                return .failure(Complaint("is not an IPv4 address; write \"127.0.0.1\""))
            }
            return .success(address)
        }
    }
}
