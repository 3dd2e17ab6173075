/// An input read as numbers, front to back; behind its end everything is 0.
struct FuzzInput {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isEmpty: Bool { offset >= bytes.count }

    mutating func u8() -> UInt8 {
        guard offset < bytes.count else { return 0 }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func u16() -> UInt16 { UInt16(u8()) << 8 | UInt16(u8()) }
    mutating func u32() -> UInt32 { UInt32(u16()) << 16 | UInt32(u16()) }
    mutating func u64() -> UInt64 { UInt64(u32()) << 32 | UInt64(u32()) }

    /// Mostly small, sometimes at the edges of its width, sometimes anything.
    mutating func odd64() -> UInt64 {
        switch u8() & 7 {
        case 0: 0
        case 1: UInt64.max
        case 2: UInt64(Int64.max)
        case 3: UInt64(UInt32.max)
        case 4: u64()
        case 5: UInt64(u32())
        default: UInt64(u8())
        }
    }

    mutating func odd32() -> UInt32 { UInt32(truncatingIfNeeded: odd64()) }

    /// At most `count` of the bytes that are left.
    mutating func take(_ count: Int) -> UnsafeRawBufferPointer {
        let end = min(bytes.count, offset + max(0, count))
        defer { offset = end }
        return UnsafeRawBufferPointer(rebasing: bytes[min(offset, end)..<end])
    }

    mutating func rest() -> UnsafeRawBufferPointer { take(bytes.count) }
}
