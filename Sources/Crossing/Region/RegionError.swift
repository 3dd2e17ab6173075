/// Why a shared file was refused. Every case names the file; the words are in `RegionError+Text`.
public enum RegionError: Error, Equatable, Sendable {
    case missing(path: String)
    case system(path: String, call: StaticName, errno: Int32)
    case notRegularFile(path: String)
    case owner(path: String, uid: UInt32, expected: UInt32)
    case mode(path: String, mode: UInt32, expected: UInt32)
    case size(path: String, bytes: Int, expected: Int)
    case magic(path: String, found: UInt64, expected: UInt64)
    case version(path: String, found: UInt32, expected: UInt32)
    case byteOrder(path: String, found: UInt32)
    case damagedHeader(path: String)
    /// A size that cannot be: not a power of two, zero, or above what the layout can hold.
    case badSize(field: StaticName, value: Int, wanted: StaticName)

    /// A literal, comparable in tests.
    public struct StaticName: Equatable, Sendable, ExpressibleByStringLiteral {
        public let text: String
        public init(stringLiteral value: String) { text = value }
    }
}
