internal import Crossing
internal import Glibc

/// `journal/<yyyymmdd>/durable`: how far the date is on disk, told outside the segments.
///
/// The marks inside entries speak of the entries before them, so the last group synced has none.
/// This file has: without it, damage to that group looks like a tail nobody was promised, and would
/// be cut off. Two places of 4 096 bytes, written in turn, so that one is whole wherever the machine
/// stops. A mark is written when the sync it speaks of has succeeded, never before; an old one only
/// promises less.
package struct DurableMark: BitwiseCopyable, Equatable, Sendable {
    package static let magicValue: UInt64 = 0x314B_524D_5355_5041  // "APUSMRK1" little-endian

    package var magic: UInt64 = DurableMark.magicValue
    package var tradingDate: UInt32
    package var reserved: UInt32 = 0
    /// Highest sequence on disk, and the chain with it.
    package var sequence: UInt64
    package var chain: UInt64
    /// CRC32C of the 32 bytes before it.
    package var crc: UInt32 = 0
    package var reserved1: UInt32 = 0

    package static var bytes: Int { 40 }
    static var placeBytes: Int { 4096 }

    package init(tradingDate: UInt32, sequence: UInt64, chain: UInt64) {
        self.tradingDate = tradingDate
        self.sequence = sequence
        self.chain = chain
        crc = checksum
    }

    private var checksum: UInt32 {
        unsafe withUnsafeBytes(of: self) { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return unsafe CRC32C.of(base, count: 32)
        }
    }

    private func isValid(_ date: UInt32) -> Bool {
        magic == Self.magicValue && tradingDate == date && crc == checksum
    }

    /// The furthest whole mark of the date; `nil` when there is none.
    package static func read(_ directory: String, tradingDate: UInt32) -> DurableMark? {
        let path = JournalFiles.durable(directory)
        let fd = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard fd >= 0 else { return nil }
        defer { close(fd) }
        var best: DurableMark?
        for place in 0..<2 {
            var mark = DurableMark(tradingDate: 0, sequence: 0, chain: 0)
            let got = unsafe withUnsafeMutableBytes(of: &mark) { bytes in
                unsafe pread(fd, bytes.baseAddress, Self.bytes, off_t(place * placeBytes))
            }
            guard got == Self.bytes, mark.isValid(tradingDate) else { continue }
            if mark.sequence >= best?.sequence ?? 0 { best = mark }
        }
        return best
    }
}

/// The mark file of a writer, open.
struct MarkFile: Sendable {
    let fd: Int32
    /// Every so many marks the file itself is synced; between, the kernel does so in its own time.
    static var marksPerSync: UInt64 { 32 }

    static func open(_ directory: String) throws(JournalError) -> MarkFile {
        let path = JournalFiles.durable(directory)
        let fd = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o640)
        guard fd >= 0 else { throw .system(path: path, call: "open", errno: errno) }
        // Room now, so that a full disk never stands in a mark's way.
        let code = posix_fallocate(fd, 0, off_t(2 * DurableMark.placeBytes))
        guard code == 0 else {
            close(fd)
            throw code == ENOSPC || code == EDQUOT || code == EFBIG
                ? .noSpace(path: path, errno: code)
                : .system(path: path, call: "fallocate", errno: code)
        }
        return MarkFile(fd: fd)
    }

    /// 0, or an errno. Any thread, one at a time.
    func write(_ mark: DurableMark, number: UInt64) -> Int32 {
        let place = off_t(number & 1) * off_t(DurableMark.placeBytes)
        let wrote = unsafe withUnsafeBytes(of: mark) { bytes in
            unsafe pwrite(fd, bytes.baseAddress, DurableMark.bytes, place)
        }
        guard wrote == DurableMark.bytes else { return wrote < 0 ? errno : EIO }
        guard number % Self.marksPerSync == 0 else { return 0 }
        return fdatasync(fd) == 0 ? 0 : errno
    }
}
