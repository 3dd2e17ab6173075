/// OUCH 5.0, order entry: client messages ride in Soup `U`, exchange messages in Soup `S`.
///
/// The same letter means different things by direction: decode with ``InboundType`` or
/// ``OutboundType``, by where the bytes came from. Spec: docs/protocols/ouch-5.0.md.
public enum OUCH {
    /// Client to exchange, by type byte.
    @frozen
    public enum InboundType: UInt8, BitwiseCopyable, Sendable, CaseIterable {
        case enterOrder = 0x4F  // O
        case replaceOrder = 0x55  // U
        case cancelOrder = 0x58  // X
        case modifyOrder = 0x4D  // M
        case massCancel = 0x43  // C
        case disable = 0x44  // D
        case enable = 0x45  // E
        case accountQuery = 0x51  // Q
    }

    /// Exchange to client, by type byte. `F`, Trade Correction, left the protocol: unknown.
    @frozen
    public enum OutboundType: UInt8, BitwiseCopyable, Sendable, CaseIterable {
        case systemEvent = 0x53  // S
        case accepted = 0x41  // A
        case replaced = 0x55  // U
        case canceled = 0x43  // C
        case aiqCanceled = 0x44  // D
        case executed = 0x45  // E
        case brokenTrade = 0x42  // B
        case rejected = 0x4A  // J
        case cancelPending = 0x50  // P
        case cancelReject = 0x49  // I
        case priorityUpdate = 0x54  // T
        case modified = 0x4D  // M
        case restated = 0x52  // R
        case massCancelResponse = 0x58  // X
        case disableResponse = 0x47  // G
        case enableResponse = 0x4B  // K
        case accountQueryResponse = 0x51  // Q
    }

    /// Whether a message with a conditional appendage length carries one.
    @frozen
    public enum AppendageForm: UInt8, BitwiseCopyable, Sendable {
        case absent
        case present
    }
}
