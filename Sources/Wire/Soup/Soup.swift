/// SoupBinTCP 3.00: packets over a byte stream, login, sequence numbers nobody writes down.
///
///     +----------------+------+---------------------+
///     | length, u16 BE | type | payload, length − 1 |
///     +----------------+------+---------------------+
///
/// The length counts type and payload. Spec: docs/protocols/soupbintcp.md.
public enum Soup {
    /// Length field and type byte.
    @inlinable public static var headerLength: Int { 3 }
    /// Largest packet there is, header included.
    @inlinable public static var packetLengthMax: Int { 65_537 }
    /// Largest payload there is.
    @inlinable public static var payloadLengthMax: Int { 65_534 }
    /// Each side sends something at least this often; by default a second.
    @inlinable public static var heartbeatIntervalNs: Int64 { 1_000_000_000 }
    /// Nothing at all for this long: the link is dead. Typical, 15 seconds.
    @inlinable public static var silenceMaxNs: Int64 { 15_000_000_000 }

    @frozen
    public enum PacketType: UInt8, BitwiseCopyable, Sendable, CaseIterable {
        case debug = 0x2B  // +, both
        case loginRequest = 0x4C  // L, client
        case loginAccepted = 0x41  // A, server
        case loginRejected = 0x4A  // J, server
        case sequencedData = 0x53  // S, server, takes a sequence number
        case unsequencedData = 0x55  // U, client (a server may from 4.x)
        case serverHeartbeat = 0x48  // H
        case clientHeartbeat = 0x52  // R
        case endOfSession = 0x5A  // Z, server
        case logoutRequest = 0x4F  // O, client
    }

    /// Why a login was refused; the server then closes.
    @frozen
    public enum LoginRejectReason: UInt8, BitwiseCopyable, Sendable, CaseIterable {
        case notAuthorized = 0x41  // A
        case sessionNotAvailable = 0x53  // S
    }
}
