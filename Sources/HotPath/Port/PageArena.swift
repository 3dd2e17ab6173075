import Glibc
import Vocabulary

/// Anonymous memory that is all there from the start: mapped, populated, returned at the end.
@safe
struct PageArena: ~Copyable {
    let base: UnsafeMutableRawPointer
    let bytes: Int
    /// Why there is no memory, or 0. An `init` that throws would leave the owner half made, which
    /// the compiler does not allow of noncopyable parts; the owner asks instead.
    let failure: Int32

    init(bytes wanted: Int) {
        let size = max(4_096, (wanted + 4_095) & ~4_095)
        let mapped = unsafe mmap(
            nil,
            size,
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
            -1,
            0
        )
        if let mapped = unsafe mapped, unsafe mapped != MAP_FAILED {
            unsafe base = mapped
            bytes = size
            failure = 0
        } else {
            // Never read or written: `bytes` is 0 and the owner refuses to start.
            unsafe base = UnsafeMutableRawPointer(bitPattern: 4_096)!
            bytes = 0
            failure = errno
        }
    }

    deinit {
        if bytes > 0 { _ = unsafe munmap(base, bytes) }
    }

    /// Writes a byte of every page again: what the kernel took back comes back now, not later.
    func touch() {
        for offset in stride(from: 0, to: bytes, by: 4_096) {
            let value = unsafe base.load(fromByteOffset: offset, as: UInt8.self)
            unsafe base.storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
        }
    }
}
