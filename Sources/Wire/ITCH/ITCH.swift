/// TotalView-ITCH 5.0, market data: 23 message types, lengths without any framing.
///
/// A message longer than its type's length is read by the known prefix; an unknown type is
/// skipped by its framed length. Spec: docs/protocols/itch-5.0.md.
public enum ITCH {
    @frozen
    public enum MessageType: UInt8, BitwiseCopyable, Sendable, CaseIterable {
        case systemEvent = 0x53  // S
        case stockDirectory = 0x52  // R
        case tradingAction = 0x48  // H
        case regSHO = 0x59  // Y
        case participantPosition = 0x4C  // L
        case mwcbDeclineLevel = 0x56  // V
        case mwcbStatus = 0x57  // W
        case ipoQuotingPeriod = 0x4B  // K
        case luldAuctionCollar = 0x4A  // J
        case operationalHalt = 0x68  // h
        case addOrder = 0x41  // A
        case addOrderMPID = 0x46  // F
        case orderExecuted = 0x45  // E
        case orderExecutedWithPrice = 0x43  // C
        case orderCancel = 0x58  // X
        case orderDelete = 0x44  // D
        case orderReplace = 0x55  // U
        case trade = 0x50  // P
        case crossTrade = 0x51  // Q
        case brokenTrade = 0x42  // B
        case noii = 0x49  // I
        case retailInterest = 0x4E  // N
        case directListing = 0x4F  // O

        /// Bytes of the message, type byte included.
        @inlinable public var length: Int {
            switch self {
            case .systemEvent: 12
            case .stockDirectory: 39
            case .tradingAction: 25
            case .regSHO: 20
            case .participantPosition: 26
            case .mwcbDeclineLevel: 35
            case .mwcbStatus: 12
            case .ipoQuotingPeriod: 28
            case .luldAuctionCollar: 35
            case .operationalHalt: 21
            case .addOrder: 36
            case .addOrderMPID: 40
            case .orderExecuted: 31
            case .orderExecutedWithPrice: 36
            case .orderCancel: 23
            case .orderDelete: 19
            case .orderReplace: 35
            case .trade: 44
            case .crossTrade: 40
            case .brokenTrade: 19
            case .noii: 50
            case .retailInterest: 20
            case .directListing: 48
            }
        }
    }

    /// Length of a message by its type byte, for a proof before any view; `nil`: unknown type.
    @inlinable
    public static func length(of type: UInt8) -> Int? { MessageType(rawValue: type)?.length }

    /// Longest message of the table.
    @inlinable public static var lengthMax: Int { 50 }
}
