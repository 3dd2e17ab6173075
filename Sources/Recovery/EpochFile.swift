package import Crossing
import Glibc

/// Which epochs of hot's region a trading date has seen, on the disk before an epoch's first order.
///
/// The journal alone would not do: of a life whose every record died with the host nothing is in it,
/// and the next one would take the same epoch, the same order names and the same numbers again.
package enum EpochFile {
    private static func path(_ stateDir: String) -> String { stateDir + "/hot.epoch" }

    /// The last epoch begun on that date; 0 when there was none, or the file is of another date.
    package static func read(_ stateDir: String, tradingDate: UInt32) -> UInt64 {
        let fd = unsafe open(path(stateDir), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard fd >= 0 else { return 0 }
        defer { close(fd) }
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        let count = unsafe withUnsafeMutableBytes(of: &words) { bytes in
            unsafe pread(fd, bytes.baseAddress, bytes.count, 0)
        }
        let isWhole = count == MemoryLayout.size(ofValue: words)
        guard isWhole, words.0 == UInt64(tradingDate), words.2 == words.0 ^ words.1 else {
            return 0
        }
        return words.1
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
        let words = (UInt64(tradingDate), epoch, UInt64(tradingDate) ^ epoch)
        let count = unsafe withUnsafeBytes(of: words) { bytes in
            unsafe pwrite(fd, bytes.baseAddress, bytes.count, 0)
        }
        let isSynced = count == MemoryLayout.size(ofValue: words) && fsync(fd) == 0
        let code = isSynced ? 0 : errno
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
