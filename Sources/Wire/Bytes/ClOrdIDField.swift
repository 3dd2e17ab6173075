public import Vocabulary

/// OUCH's 14-byte ClOrdID, byte for byte: free text of the client, echoed by the venue.
///
/// Ours is the 13 characters of a ``ClOrdID`` and one space.
@frozen
public struct ClOrdIDField: Equatable, Hashable, BitwiseCopyable, Sendable {
    /// In memory order: bytes 0–7, 8–11, 12–13.
    public var low: UInt64
    public var middle: UInt32
    public var high: UInt16

    @inlinable
    public init(low: UInt64, middle: UInt32, high: UInt16) {
        self.low = low
        self.middle = middle
        self.high = high
    }

    @inlinable public static var length: Int { 14 }

    @inlinable public static var blank: ClOrdIDField {
        ClOrdIDField(low: 0x2020_2020_2020_2020, middle: 0x2020_2020, high: 0x2020)
    }

    @inlinable
    public init(_ id: ClOrdID) {
        var field = ClOrdIDField.blank
        unsafe withUnsafeMutableBytes(of: &field) { bytes in
            // 13 of the 14 bytes; the last stays a space. The struct has no padding before it.
            if let base = bytes.baseAddress { unsafe id.write(to: base) }
        }
        self = field
    }

    /// The id, when the field holds one of ours; `nil` for any other text.
    @inlinable public var clOrdID: ClOrdID? {
        let last = UInt8(truncatingIfNeeded: high >> 8)
        guard last == 0x20 || last == 0 else { return nil }
        let field = self
        return unsafe withUnsafeBytes(of: field) { bytes in
            unsafe bytes.baseAddress.flatMap { unsafe ClOrdID(bytes: $0) }
        }
    }
}

extension ClOrdIDField: CustomStringConvertible {
    public var description: String {
        alphaText(low, UInt64(middle) | UInt64(high) << 32, count: Self.length)
    }

    /// `nil` when `text` is longer than 14 or has a byte outside printable ASCII; padded right.
    public init?(_ text: some StringProtocol) {
        guard let packed = alphaBytes(text.utf8, count: Self.length) else { return nil }
        self.init(
            low: packed.low,
            middle: UInt32(truncatingIfNeeded: packed.high),
            high: UInt16(truncatingIfNeeded: packed.high >> 32)
        )
    }
}
