/// Up to 8 ASCII characters, padded right with spaces: a symbol, as the wire writes it.
///
/// The eight bytes in memory order, so comparing two symbols is one compare and copying one to
/// the wire is one store.
@frozen
public struct Symbol: Equatable, Hashable, BitwiseCopyable, Sendable {
    /// First character in the lowest byte (memory order on a little-endian machine).
    public var raw: UInt64

    @inlinable public init(raw: UInt64) { self.raw = raw }

    @inlinable public static var blank: Symbol { Symbol(raw: 0x2020_2020_2020_2020) }

    /// `nil` when `text` is empty, longer than 8, or has a byte outside printable ASCII.
    public init?(_ text: some StringProtocol) {
        guard let packed = packASCII(text.utf8, count: 8) else { return nil }
        raw = packed.low
    }
}

extension Symbol: CustomStringConvertible {
    public var description: String { unpackASCII(low: raw, high: 0x2020_2020_2020_2020) }
}

/// Up to 16 ASCII characters, padded right with spaces: names of venues, accounts, strategies,
/// logins.
@frozen
public struct Name: Equatable, Hashable, BitwiseCopyable, Sendable {
    public var low: UInt64
    public var high: UInt64

    @inlinable public init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    @inlinable public static var blank: Name {
        Name(low: 0x2020_2020_2020_2020, high: 0x2020_2020_2020_2020)
    }

    /// `nil` when `text` is empty, longer than 16, or has a byte outside printable ASCII.
    public init?(_ text: some StringProtocol) {
        guard let packed = packASCII(text.utf8, count: 16) else { return nil }
        self.init(low: packed.low, high: packed.high)
    }
}

extension Name: CustomStringConvertible {
    public var description: String { unpackASCII(low: low, high: high) }
}

private func packASCII(
    _ utf8: some Collection<UInt8>,
    count: Int
) -> (low: UInt64, high: UInt64)? {
    guard !utf8.isEmpty, utf8.count <= count else { return nil }
    var low: UInt64 = 0x2020_2020_2020_2020
    var high: UInt64 = 0x2020_2020_2020_2020
    for (index, byte) in utf8.enumerated() {
        guard (0x20...0x7E).contains(byte) else { return nil }
        let shift = UInt64(index % 8 * 8)
        if index < 8 {
            low = low & ~(0xFF << shift) | UInt64(byte) << shift
        } else {
            high = high & ~(0xFF << shift) | UInt64(byte) << shift
        }
    }
    return (low, high)
}

private func unpackASCII(low: UInt64, high: UInt64) -> String {
    var bytes: [UInt8] = []
    for word in [low, high] {
        for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(index * 8))) }
    }
    while let last = bytes.last, last == 0x20 || last == 0 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
}
