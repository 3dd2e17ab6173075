internal import Glibc

/// Why a lock was not taken.
public enum LockError: Error, Equatable, Sendable {
    /// `pid` is what the holder wrote into the file; 0 when it cannot be read.
    case held(path: String, pid: Int32)
    case system(path: String, errno: Int32)
}

/// The lock by which a role is alive: an open-file-description lock, dropped by the kernel when
/// its holder dies, however it dies. The file itself stays, with the holder's pid in it.
@frozen
public struct FileLock: ~Copyable {
    @usableFromInline let fd: Int32

    init(fd: Int32) { self.fd = fd }

    deinit {
        // Said explicitly: a child between fork and exec still shares the description.
        var range = Self.wholeFile(type: Int16(F_UNLCK))
        _ = unsafe fcntl(fd, Self.setLock, &range)
        close(fd)
    }

    public static func acquire(_ path: String) throws(LockError) -> FileLock {
        let fd = unsafe open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o640)
        guard fd >= 0 else { throw .system(path: path, errno: errno) }
        var range = wholeFile(type: Int16(F_WRLCK))
        guard unsafe fcntl(fd, setLock, &range) == 0 else {
            let code = errno
            let pid = readPid(fd)
            close(fd)
            if code == EAGAIN || code == EACCES { throw .held(path: path, pid: pid) }
            throw .system(path: path, errno: code)
        }
        let text = Array("\(getpid())\n".utf8)
        let written = unsafe ftruncate(fd, 0) == 0 ? pwrite(fd, text, text.count, 0) : -1
        guard written == text.count else {
            let code = errno
            close(fd)
            throw .system(path: path, errno: code)
        }
        return FileLock(fd: fd)
    }

    /// Who holds the lock now, or `nil` when nobody does.
    public static func holder(_ path: String) -> Int32? {
        let fd = unsafe open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard fd >= 0 else { return nil }
        defer { close(fd) }
        var range = wholeFile(type: Int16(F_WRLCK))
        guard unsafe fcntl(fd, getLock, &range) == 0 else { return nil }
        return range.l_type == Int16(F_UNLCK) ? nil : readPid(fd)
    }

    // F_OFD_GETLK and F_OFD_SETLK, which the C library shows only to GNU sources.
    private static var getLock: Int32 { 36 }
    private static var setLock: Int32 { 37 }

    private static func wholeFile(type: Int16) -> flock {
        var range = flock()
        range.l_type = type
        range.l_whence = Int16(SEEK_SET)
        return range
    }

    private static func readPid(_ fd: Int32) -> Int32 {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe pread(fd, &bytes, bytes.count, 0)
        guard count > 0 else { return 0 }
        let digits = bytes.prefix(count).prefix { $0 >= 0x30 && $0 <= 0x39 }
        return Int32(String(decoding: digits, as: UTF8.self)) ?? 0
    }
}
