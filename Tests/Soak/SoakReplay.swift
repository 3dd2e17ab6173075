import Foundation
import Vocabulary
import Wire

/// A client that knows nothing and asks for the whole session.
final class SoakReplay {
    private let user: String
    private let password: String
    private let port: UInt16
    private let line = ClientLine()
    private var heard: UInt64 = 0
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325

    init(user: String, password: String, port: UInt16) {
        self.user = user
        self.password = password
        self.port = port
    }

    /// Messages heard until there were `wanted`, and a little longer.
    func hear(_ wanted: UInt64, seconds: Double) -> UInt64 {
        guard line.connect(port: port) else { return 0 }
        line.lay(
            login: Soup.LoginRequest(
                username: Name(user) ?? .blank,
                password: Name(password) ?? .blank,
                requestedSession: .blank,
                requestedSequenceNumber: 1
            )
        )
        _ = waits(seconds, everyUs: 0) {
            pump()
            return heard >= wanted || !line.isOpen
        }
        for _ in 0..<10 { pump() }
        line.close()
        return heard
    }

    private func pump() {
        line.pump(milliseconds: 5) { type, bytes, count in
            guard Soup.PacketType(rawValue: type) == .sequencedData else { return }
            heard += 1
            for index in 0..<count {
                digest =
                    (digest ^ UInt64(bytes.load(fromByteOffset: index, as: UInt8.self)))
                    &* 0x100_0000_01B3
            }
        }
    }
}
