package import Crossing
import Glibc

/// Which epochs of hot's region a trading date has seen, on the disk before an epoch's first order.
///
/// The journal alone would not do: of a life whose every record died with the host nothing is in it,
/// and the next one would take the same epoch, the same order names and the same numbers again.
///
/// 24 bytes in the machine's order: trading date, epoch, and ``check`` of both. It is written beside
/// its name, synced and renamed, so a crash leaves the former one or this one. Anything else that
/// stands there is damage, and damage is not "no epoch yet": it is refused.
package enum EpochFile {
    package static func path(_ stateDir: String) -> String { stateDir + "/hot.epoch" }

    /// What names it a file of ours, beside the CRC32C of the first two words.
    private static let magic: UInt64 = 0x4543_4F50_0000_0000
    /// Longer than any installation lives, and far from where counting on would overflow.
    private static let epochMax: UInt64 = 0xFFFF_FFFF

    private static func check(_ date: UInt64, _ epoch: UInt64) -> UInt64 {
        let words = (date, epoch)
        let crc = unsafe withUnsafeBytes(of: words) { bytes in
            unsafe bytes.baseAddress.map { unsafe CRC32C.of($0, count: bytes.count) } ?? 0
        }
        return magic | UInt64(crc)
    }

    /// The last epoch begun on that date; 0 when there was none, or the file is of another date.
    ///
    /// - Throws: a file that cannot be read, or is not one of ours as it was written.
    package static func read(
        _ stateDir: String,
        tradingDate: UInt32
    ) throws(EpochError) -> UInt64 {
        let path = path(stateDir)
        let fd = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard fd >= 0 else {
            if errno == ENOENT { return 0 }
            throw .unreadable(path: path, errno: errno)
        }
        defer { close(fd) }
        // One word more than belongs there: a longer file is none of ours either.
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let count = unsafe withUnsafeMutableBytes(of: &words) { bytes in
            unsafe pread(fd, bytes.baseAddress, bytes.count, 0)
        }
        guard count >= 0 else { throw .unreadable(path: path, errno: errno) }
        guard count == 24, words.2 == check(words.0, words.1), (1...epochMax).contains(words.1)
        else { throw .damaged(path: path, bytes: count) }
        return words.0 == UInt64(tradingDate) ? words.1 : 0
    }

    /// Makes it durable under its name, or leaves what was there.
    package static func write(
        _ stateDir: String,
        tradingDate: UInt32,
        epoch: UInt64
    ) throws(RegionError) {
        let path = path(stateDir)
        let temporary = path + ".new"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
        let fd = unsafe open(temporary, flags, 0o640)
        guard fd >= 0 else { throw .system(path: temporary, call: "open", errno: errno) }
        let date = UInt64(tradingDate)
        let words = (date, epoch, check(date, epoch))
        let count = unsafe withUnsafeBytes(of: words) { bytes in
            unsafe pwrite(fd, bytes.baseAddress, bytes.count, 0)
        }
        let isSynced = count == MemoryLayout.size(ofValue: words) && fsync(fd) == 0
        // A short write sets none.
        let code = isSynced ? 0 : count < 0 || count == 24 ? errno : ENOSPC
        close(fd)
        guard isSynced else { throw .system(path: temporary, call: "write", errno: code) }
        guard unsafe rename(temporary, path) == 0 else {
            throw .system(path: path, call: "rename", errno: errno)
        }
        let directory = unsafe open(stateDir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .system(path: stateDir, call: "open", errno: errno) }
        defer { close(directory) }
        guard fsync(directory) == 0 else {
            throw .system(path: stateDir, call: "fsync", errno: errno)
        }
    }
}

/// Why `hot.epoch` is not believed.
package enum EpochError: Error, Equatable, CustomStringConvertible {
    case unreadable(path: String, errno: Int32)
    case damaged(path: String, bytes: Int)

    package var description: String {
        switch self {
        case .unreadable(let path, let code):
            "\(path): cannot be read (errno \(code)); it says which epochs were begun"
        case .damaged(let path, let bytes):
            "\(path): \(bytes) bytes that are not a date, an epoch and their checksum; put the file "
                + "back, or, once no order of this date is open at any venue, remove it"
        }
    }
}
