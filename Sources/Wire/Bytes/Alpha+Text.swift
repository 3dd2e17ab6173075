extension Alpha2: CustomStringConvertible {
    public var description: String { alphaText(UInt64(raw), 0, count: 2) }

    /// `nil` when `text` is longer than 2 or has a byte outside printable ASCII; padded right.
    public init?(_ text: some StringProtocol) {
        guard let packed = alphaBytes(text.utf8, count: 2) else { return nil }
        raw = UInt16(truncatingIfNeeded: packed.low)
    }
}

extension Alpha4: CustomStringConvertible {
    public var description: String { alphaText(UInt64(raw), 0, count: 4) }

    /// `nil` when `text` is longer than 4 or has a byte outside printable ASCII; padded right.
    public init?(_ text: some StringProtocol) {
        guard let packed = alphaBytes(text.utf8, count: 4) else { return nil }
        raw = UInt32(truncatingIfNeeded: packed.low)
    }
}

extension Alpha10: CustomStringConvertible {
    public var description: String { alphaText(low, UInt64(high), count: 10) }

    /// `nil` when `text` is longer than 10 or has a byte outside printable ASCII; padded right.
    public init?(_ text: some StringProtocol) {
        guard let packed = alphaBytes(text.utf8, count: 10) else { return nil }
        self.init(low: packed.low, high: UInt16(truncatingIfNeeded: packed.high))
    }
}

func alphaBytes(_ utf8: some Collection<UInt8>, count: Int) -> (low: UInt64, high: UInt64)? {
    guard utf8.count <= count else { return nil }
    var words = (low: UInt64(0), high: UInt64(0))
    var bytes = Array(utf8)
    bytes.append(contentsOf: Array(repeating: 0x20, count: count - bytes.count))
    for (index, byte) in bytes.enumerated() {
        guard (0x20...0x7E).contains(byte) else { return nil }
        let shifted = UInt64(byte) << UInt64(index % 8 * 8)
        if index < 8 { words.low |= shifted } else { words.high |= shifted }
    }
    return words
}

/// Spaces and NULs stripped at the right end, as the padding of these fields is.
func alphaText(_ low: UInt64, _ high: UInt64, count: Int) -> String {
    var bytes: [UInt8] = []
    for index in 0..<count {
        let word = index < 8 ? low : high
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(index % 8 * 8)))
    }
    while let last = bytes.last, last == 0x20 || last == 0 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
}
