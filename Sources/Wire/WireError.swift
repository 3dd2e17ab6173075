/// Why bytes from the wire were refused. Only structure is refused: an enumeration byte nobody
/// has seen before is kept as it is. Words for it: WireError+Text.swift.
@frozen
public enum WireError: Error, Equatable, BitwiseCopyable, Sendable {
    /// Fewer bytes than the message has, or more than the message and its appendage.
    case wrongLength(expected: Int, actual: Int)
    /// The type byte names another message; the caller's own mistake, mostly.
    case wrongType(expected: UInt8, actual: UInt8)
    /// The appendage says it is longer than the bytes behind it.
    case appendageOverrun(declared: Int, available: Int)
    /// An element of length 0: not even a tag.
    case appendageElementEmpty(offset: Int)
    case appendageElementOverrun(offset: Int, declared: Int, available: Int)
    case appendageValueLength(tag: UInt8, expected: Int, actual: Int)
    /// A decimal field with a byte that is no digit, with nothing in it, or above 2⁶⁴ − 1.
    case badNumber(offset: Int)
}
