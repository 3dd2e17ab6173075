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

    /// The characters of ``ClOrdID/write(to:)``, eight digits at a time and in registers: this is
    /// on the way of every order.
    @inlinable
    public init(_ id: ClOrdID) {
        // 13 digits of 5 bits: eight above bit 25, five below it.
        let tail = Self.characters(of: (id.value & 0x1FF_FFFF) << 15)
        low = Self.characters(of: id.value >> 25)
        middle = UInt32(truncatingIfNeeded: tail)
        high = UInt16(truncatingIfNeeded: tail >> 32) & 0xFF | 0x2000
    }

    /// The id, when the field holds one of ours; `nil` for any other text.
    @inlinable public var clOrdID: ClOrdID? {
        let last = UInt8(truncatingIfNeeded: high >> 8)
        guard last == 0x20 || last == 0 else { return nil }
        let tail = Self.digits(of: UInt64(middle) | UInt64(high & 0xFF) << 32)
        let id = ClOrdID(Self.digits(of: low) << 25 | tail >> 15)
        // The digits were taken on trust. Text that is not ours is written back differently.
        let back = ClOrdIDField(id)
        let same = back.low == low && back.middle == middle && (back.high ^ high) & 0xFF == 0
        return same ? id : nil
    }

    /// Eight base-32 digits, the highest of 40 bits first in memory order.
    @inlinable
    static func characters(of bits: UInt64) -> UInt64 {
        var digits = bits & 0xF_FFFF | (bits & 0xFF_FFF0_0000) << 12
        digits = digits & 0x0000_03FF_0000_03FF | (digits & 0x000F_FC00_000F_FC00) << 6
        digits = digits & 0x001F_001F_001F_001F | (digits & 0x03E0_03E0_03E0_03E0) << 3
        // One byte a digit now. Digits from 10 up reach the byte's top bit, and are letters.
        let letters = (digits &+ 0x7676_7676_7676_7676) & 0x8080_8080_8080_8080
        return (digits &+ 0x3030_3030_3030_3030 &+ (letters >> 7) &* 7).byteSwapped
    }

    /// The way back; nothing is checked, each character gives some digit.
    @inlinable
    static func digits(of characters: UInt64) -> UInt64 {
        let text = characters.byteSwapped
        let letters = text >> 6 & 0x0101_0101_0101_0101
        let figures = letters ^ 0x0101_0101_0101_0101
        // "0" is 0x30 and "A" 0x41: five bits of them are 16 and 1, and should be 0 and 10.
        var bits = (text & 0x1F1F_1F1F_1F1F_1F1F) &+ letters &* 9 &+ figures &* 16
        bits &= 0x1F1F_1F1F_1F1F_1F1F
        bits = bits & 0x001F_001F_001F_001F | bits >> 3 & 0x03E0_03E0_03E0_03E0
        bits = bits & 0x0000_03FF_0000_03FF | bits >> 6 & 0x000F_FC00_000F_FC00
        return bits & 0xF_FFFF | bits >> 12 & 0xFF_FFF0_0000
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
