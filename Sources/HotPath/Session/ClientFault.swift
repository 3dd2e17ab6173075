package import Wire

/// Why a client's connection ended, or why a message of it was ignored. Stands in `reason` of its
/// `session` record, so the numbers stay.
package enum ClientFault: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// The peer closed, or the link broke.
    case connectionLost = 0
    case loggedOut = 1
    /// The SoupBinTCP length is 0, or more than any packet of ours has.
    case packetLength = 2
    /// A SoupBinTCP packet type that a client does not send.
    case packetType = 3
    case dataBeforeLogin = 4
    case secondLogin = 5
    case loginRefused = 6
    /// No login within the time-out.
    case loginLate = 7
    /// Sent more than its buffer while its turns allowed less.
    case flood = 8
    /// Refused at the door too often.
    case doorLimit = 9
    /// No heartbeat.
    case silent = 10
    /// Does not read what it is sent.
    case unread = 11
    /// The message type is not one of OUCH. Ignored; the connection stays.
    case messageType = 12
    /// The message's structure is wrong: its length or its appendage. Ignored likewise.
    case message = 13
    /// The audit ring is full: until there is room nothing a client asks could be recorded.
    case ringFull = 14

    /// What the admin thread does with the socket.
    package var release: SocketRelease.Reason {
        switch self {
        case .connectionLost, .loggedOut, .packetLength, .packetType, .secondLogin, .loginLate,
            .messageType, .message, .ringFull:
            .orderly
        case .dataBeforeLogin, .loginRefused: .loginFailed
        case .flood, .doorLimit, .silent, .unread: .expelled
        }
    }
}

/// One fault on its way to the operator's log.
package struct ClientComplaint: BitwiseCopyable, Sendable {
    package var slot: UInt16 = 0
    /// Login index, 0xFFFF before login.
    package var login: UInt16 = 0xFFFF
    package var fault: ClientFault = .connectionLost
    /// SoupBinTCP packet type or OUCH message type, as the fault is about one or the other.
    package var type: UInt8 = 0
    /// Bytes declared by the packet, or in the message.
    package var length: UInt32 = 0
    /// What is wrong inside a ``ClientFault/message``.
    package var error: WireError?

    package init() {}
}
