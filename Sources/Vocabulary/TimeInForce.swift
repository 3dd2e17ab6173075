/// FIX TimeInForce (tag 59) in OUCH 5.0's letters.
@frozen
public enum TimeInForce: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case day = 0x30  // 0
    case immediateOrCancel = 0x33  // 3
    case extendedHours = 0x35  // 5, GTX
    case goodTillTime = 0x36  // 6, GTT, needs ExpireTime
    case afterHours = 0x45  // E
}

/// FIX OrdType (tag 40).
@frozen
public enum OrdType: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case market = 0x31  // 1
    case limit = 0x32  // 2
    case pegged = 0x50  // P
}
