/// Reasons in OUCH `J` this venue gives. Spec: docs/protocols/ouch-5.0.md, Codes. Which one it gives
/// for what, and how sure that is: docs/venue-behaviour.md.
package enum RejectReason: UInt16, Sendable {
    case destinationClosed = 0x02
    case display = 0x03
    case maxFloor = 0x04
    case pegType = 0x05
    case halted = 0x07
    case side = 0x09
    case firmNotAuthorized = 0x0C
    case minQty = 0x0D
    case other = 0x0F
    case quantity = 0x13
    case crossOrder = 0x14
    case replaceNotAllowed = 0x15
    case routing = 0x16
    case symbol = 0x17
    case retail = 0x1A
    case price = 0x1D
    case portMessageRate = 0x29
}

/// Reasons in OUCH `C` this venue gives.
package enum CancelReason: UInt8, Sendable {
    case closed = 0x45  // E
    case postOnly = 0x47  // G
    case immediateOrCancel = 0x49  // I
    case marketCollar = 0x4B  // K
    case supervisory = 0x53  // S
    case timeout = 0x54  // T
    case user = 0x55  // U
    case system = 0x5A  // Z
}

/// Reasons in OUCH `B`.
package enum BreakReason: UInt8, Sendable {
    case erroneous = 0x45  // E
    case consent = 0x43  // C
    case supervisory = 0x53  // S
    case external = 0x58  // X
}

/// OUCH liquidity flags this venue gives.
enum LiquidityFlag {
    static let added = UInt8(ascii: "A")
    static let removed = UInt8(ascii: "R")
    static let addedHidden = UInt8(ascii: "J")
}
