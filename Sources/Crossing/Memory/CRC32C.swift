public import CShims

/// CRC-32C (Castagnoli, reflected, polynomial 0x82F63B78), by the processor's own instruction.
/// Check value: "123456789" gives 0xE3069283 (RFC 3720, appendix B.4).
public enum CRC32C {
    /// `seed`: The result of the bytes before these, 0 for the first.
    @inlinable
    public static func of(_ bytes: UnsafeRawPointer, count: Int, seed: UInt32 = 0) -> UInt32 {
        var crc = UInt64(~seed)
        var offset = 0
        while offset &+ 8 <= count {
            let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            crc = shim_crc32c_u64(crc, word)
            offset &+= 8
        }
        var tail = UInt32(truncatingIfNeeded: crc)
        while offset < count {
            let byte = unsafe bytes.load(fromByteOffset: offset, as: UInt8.self)
            tail = shim_crc32c_u8(tail, byte)
            offset &+= 1
        }
        return ~tail
    }

    public static func of(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return seed }
            return unsafe of(base, count: buffer.count, seed: seed)
        }
    }
}
