import HotPath
import Vocabulary
import Wire

extension ClientComplaint {
    /// What was wrong, what would be right, and what became of it.
    var text: String {
        switch fault {
        case .connectionLost: "connection lost"
        case .loggedOut: "logged out"
        case .packetLength:
            "SoupBinTCP packet length \(length); right is 1 to \(StreamBuffer.packetMax); disconnected"
        case .packetType:
            "SoupBinTCP packet type \(typeText); right are L, U, R, O and +; disconnected"
        case .dataBeforeLogin: "data before its login; the first packet is L; disconnected"
        case .secondLogin: "a second login on one connection; disconnected"
        case .loginRefused: "login refused"
        case .loginLate: "no login in time (hot.timeouts.login); disconnected"
        case .flood: "sends faster than it may and filled its buffer; disconnected"
        case .ringFull: "disconnected: the audit ring is full, nothing asked could be recorded"
        case .doorLimit: "refused at the door too often (501); disconnected"
        case .silent: "no packet and no heartbeat (hot.timeouts.heartbeat_dead); disconnected"
        case .unread: "does not read what it is sent; disconnected"
        case .messageType:
            length == 0
                ? "an empty message; an OUCH message begins with its type; ignored"
                : "OUCH message type \(typeText); right are O, U, X, M, C, D, E and Q; ignored"
        case .message:
            "OUCH \(typeText): \(error.map(\.description) ?? "unreadable"); ignored"
        }
    }

    private var typeText: String {
        (0x21...0x7E).contains(type)
            ? "'\(Character(Unicode.Scalar(type)))'" : "0x" + String(type, radix: 16)
    }
}
