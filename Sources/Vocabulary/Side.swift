/// FIX Side (tag 54) in OUCH's letters. The raw byte is what goes on the wire.
@frozen
public enum Side: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case buy = 0x42  // B
    case sell = 0x53  // S
    case sellShort = 0x54  // T
    case sellShortExempt = 0x45  // E

    @inlinable public var isBuy: Bool { self == .buy }
    @inlinable public var isShort: Bool { self == .sellShort || self == .sellShortExempt }
    /// +1 for a buy, −1 for any sell.
    @inlinable public var sign: Int64 { self == .buy ? 1 : -1 }
}

extension Side: CustomStringConvertible {
    public var description: String { String(UnicodeScalar(rawValue)) }
}
