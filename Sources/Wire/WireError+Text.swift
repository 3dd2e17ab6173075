extension WireError: CustomStringConvertible {
    /// One line: what was there, and what would be right. Never called on the engine thread.
    public var description: String {
        switch self {
        case .wrongLength(let expected, let actual):
            "message of \(actual) bytes; its structure needs \(expected)"
        case .wrongType(let expected, let actual):
            "message type 0x\(hex(actual)); read as 0x\(hex(expected))"
        case .appendageOverrun(let declared, let available):
            "appendage length \(declared), but \(available) bytes are left in the message"
        case .appendageElementEmpty(let offset):
            "appendage element of length 0 at offset \(offset); the shortest is 1, its tag"
        case .appendageElementOverrun(let offset, let declared, let available):
            """
            appendage element at offset \(offset) says \(declared) bytes, \
            but \(available) are left in the appendage
            """
        case .appendageValueLength(let tag, let expected, let actual):
            "appendage tag \(tag) has a value of \(actual) bytes; it takes \(expected)"
        case .badNumber(let offset):
            "field at offset \(offset) is not a decimal number from 0 to 18446744073709551615"
        }
    }
}

private func hex(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16, uppercase: true)
    return text.count == 1 ? "0" + text : text
}
