/// The order id Apus gives, unique for its lifetime, echoed by the venue, and naming the owner.
///
///     63    60 59        48 47       36 35                                   0
///     +-------+------------+-----------+--------------------------------------+
///     | inst. |   epoch    |   owner   |               counter                |
///     +-------+------------+-----------+--------------------------------------+
///
/// On the wire it is 13 base-32 characters, most significant first (semantics.md §2.1). The same
/// number is our OrderID: one order, one name, in every log.
@frozen
public struct ClOrdID: Equatable, Hashable, BitwiseCopyable, Sendable {
    public var value: UInt64

    @inlinable public init(_ value: UInt64) { self.value = value }

    /// - Parameters: `instance` 0–15, `epoch` 0–4095, `owner` 0–4095, `counter` 0–2³⁶−1.
    @inlinable public init(instance: UInt8, epoch: UInt32, owner: UInt16, counter: UInt64) {
        invariant(instance < 16, "an instance number has 4 bits")
        invariant(owner < 4096, "an owner index has 12 bits")
        invariant(counter < 1 << 36, "an order counter has 36 bits")
        value =
            UInt64(instance) << 60 | UInt64(epoch & 0xFFF) << 48 | UInt64(owner) << 36 | counter
    }

    @inlinable public static var none: ClOrdID { ClOrdID(0) }
    @inlinable public var instance: UInt8 { UInt8(truncatingIfNeeded: value >> 60) }
    @inlinable public var epoch: UInt32 { UInt32(truncatingIfNeeded: value >> 48) & 0xFFF }
    @inlinable public var owner: UInt16 { UInt16(truncatingIfNeeded: value >> 36) & 0xFFF }
    @inlinable public var counter: UInt64 { value & 0xF_FFFF_FFFF }

    @inlinable public static var textLength: Int { 13 }

    /// Writes the 13 characters at `target`. Alphabet 0–9 A–V.
    @inlinable public func write(to target: UnsafeMutableRawPointer) {
        var rest = value
        var index = Self.textLength - 1
        while index >= 0 {
            let digit = UInt8(truncatingIfNeeded: rest & 31)
            unsafe target.storeBytes(
                of: digit < 10 ? 0x30 &+ digit : 0x37 &+ digit,
                toByteOffset: index,
                as: UInt8.self
            )
            rest >>= 5
            index &-= 1
        }
    }

    /// Reads 13 characters; `nil` for any character outside the alphabet or a value above 64 bits.
    @inlinable public init?(bytes source: UnsafeRawPointer) {
        var total: UInt64 = 0
        for index in 0..<Self.textLength {
            let character = unsafe source.load(fromByteOffset: index, as: UInt8.self)
            let digit: UInt8
            switch character {
            case 0x30...0x39: digit = character &- 0x30
            case 0x41...0x56: digit = character &- 0x37
            default: return nil
            }
            guard total >> 59 == 0 else { return nil }
            total = total << 5 | UInt64(digit)
        }
        value = total
    }
}

extension ClOrdID: CustomStringConvertible {
    public var description: String {
        unsafe withUnsafeTemporaryAllocation(byteCount: Self.textLength, alignment: 8) { buffer in
            guard let base = buffer.baseAddress else { return "" }
            unsafe write(to: base)
            return unsafe String(decoding: buffer, as: UTF8.self)
        }
    }

    public init?(_ text: some StringProtocol) {
        let utf8 = Array(text.utf8)
        guard utf8.count == Self.textLength else { return nil }
        let parsed = unsafe utf8.withUnsafeBytes { bytes in
            unsafe bytes.baseAddress.flatMap { unsafe ClOrdID(bytes: $0) }
        }
        guard let parsed else { return nil }
        self = parsed
    }
}
