internal import Glibc

/// A shared file mapped into this process. Unmapped when it goes; the file stays, because the
/// other side and the next start need it.
@safe @frozen
public struct RegionFile: ~Copyable {
    public let base: UnsafeMutableRawPointer
    public let header: RegionHeader
    public let writable: Bool
    /// True when `create` found a file of the same layout and kept its contents.
    public let reattached: Bool
    /// Identity of the file, to notice that another has taken its name.
    public let inode: UInt64

    init(
        base: UnsafeMutableRawPointer,
        header: RegionHeader,
        writable: Bool,
        reattached: Bool,
        inode: UInt64
    ) {
        unsafe self.base = base
        self.header = header
        self.writable = writable
        self.reattached = reattached
        self.inode = inode
    }

    deinit {
        _ = unsafe munmap(base, Int(header.totalBytes))
    }

    static var fileMode: UInt32 { 0o640 }
    static var directoryMode: UInt32 { 0o750 }
}

extension RegionFile {
    /// Makes the file under a temporary name, reserves every byte, writes the header, then gives
    /// it its name in one step: nobody ever sees a half-made region.
    ///
    /// When a whole file of the same layout is already there and `keep` is set, that one is
    /// attached and its contents and epoch stay: a restarted process continues its rings.
    static func create(
        path: String,
        magic: UInt64,
        epoch: UInt64,
        createdNs: Int64,
        layout: RegionLayout,
        keep: Bool,
        fill: (UnsafeMutableRawPointer) -> Void = { _ in }
    ) throws(RegionError) -> RegionFile {
        try makeDirectory(of: path)
        if keep, let kept = try keepExisting(path: path, magic: magic, layout: layout) {
            return kept
        }
        let temporary = "\(path).\(getpid()).new"
        _ = unsafe unlink(temporary)
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let fd = unsafe open(temporary, flags, mode_t(fileMode))
        guard fd >= 0 else { throw failure(temporary, "open") }
        defer { close(fd) }
        do throws(RegionError) {
            // The umask may have taken bits away.
            guard fchmod(fd, mode_t(fileMode)) == 0 else { throw failure(temporary, "fchmod") }
            // Never sparse: a full tmpfs is an error here, not a SIGBUS while trading.
            let reserved = posix_fallocate(fd, 0, off_t(layout.totalBytes))
            guard reserved == 0 else {
                throw .system(path: temporary, call: "fallocate", errno: reserved)
            }
            let base = unsafe try map(fd, temporary, bytes: layout.totalBytes, writable: true)
            let header = RegionHeader(
                magic: magic,
                epoch: epoch,
                createdNs: createdNs,
                layout: layout
            )
            unsafe base.storeBytes(of: header, as: RegionHeader.self)
            unsafe fill(base)
            let made = unsafe RegionFile(
                base: base,
                header: header,
                writable: true,
                reattached: false,
                inode: try inode(fd, temporary)
            )
            guard unsafe rename(temporary, path) == 0 else { throw failure(path, "rename") }
            return made
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
    }

    /// Maps a file that another process made, after checking everything that could be wrong.
    /// Never stores into it.
    ///
    /// `owner`: uid the file must belong to; `nil` means this process's user, and for
    ///   root anyone's.
    static func attach(
        path: String,
        magic: UInt64,
        writable: Bool,
        owner: UInt32?,
        reattached: Bool = false
    ) throws(RegionError) -> RegionFile {
        try checkDirectory(of: path)
        let flags = (writable ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        let fd = unsafe open(path, flags)
        guard fd >= 0 else {
            if errno == ENOENT { throw .missing(path: path) }
            if errno == ELOOP { throw .notRegularFile(path: path) }
            throw failure(path, "open")
        }
        defer { close(fd) }
        let bytes = try checkFile(fd, path, owner: owner)
        let base = unsafe try map(fd, path, bytes: bytes, writable: writable)
        let header = unsafe base.load(as: RegionHeader.self)
        do throws(RegionError) {
            try check(header, bytes: bytes, magic: magic, path: path)
            return unsafe RegionFile(
                base: base,
                header: header,
                writable: writable,
                reattached: reattached,
                inode: try inode(fd, path)
            )
        } catch {
            _ = unsafe munmap(base, bytes)
            throw error
        }
    }

    private static func keepExisting(
        path: String,
        magic: UInt64,
        layout: RegionLayout
    ) throws(RegionError) -> RegionFile? {
        let found: RegionFile
        do throws(RegionError) {
            found = try attach(
                path: path,
                magic: magic,
                writable: true,
                owner: nil,
                reattached: true
            )
        } catch {
            switch error {
            // Not ours to replace: somebody put it there, or the place is not safe.
            case .owner, .mode, .notRegularFile, .system: throw error
            default: return nil
            }
        }
        let wanted = RegionHeader(
            magic: magic,
            epoch: found.header.epoch,
            createdNs: found.header.createdNs,
            layout: layout
        )
        guard found.header == wanted else { return nil }
        return consume found
    }
}

// MARK: Checks

extension RegionFile {
    private static func checkFile(
        _ fd: Int32,
        _ path: String,
        owner: UInt32?
    ) throws(RegionError) -> Int {
        var status = stat()
        guard unsafe fstat(fd, &status) == 0 else { throw failure(path, "fstat") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegularFile(path: path) }
        let expected = owner ?? geteuid()
        if status.st_uid != expected, !(owner == nil && geteuid() == 0) {
            throw .owner(path: path, uid: status.st_uid, expected: expected)
        }
        let mode = status.st_mode & 0o7777
        guard mode == fileMode else {
            throw .mode(path: path, mode: mode, expected: fileMode)
        }
        let bytes = Int(status.st_size)
        guard bytes >= RegionHeader.pageBytes else {
            throw .size(path: path, bytes: bytes, expected: RegionHeader.pageBytes)
        }
        return bytes
    }

    private static func check(
        _ header: RegionHeader,
        bytes: Int,
        magic: UInt64,
        path: String
    ) throws(RegionError) {
        guard header.magic == magic else {
            throw .magic(path: path, found: header.magic, expected: magic)
        }
        guard header.byteOrder == RegionHeader.byteOrderMark else {
            throw .byteOrder(path: path, found: header.byteOrder)
        }
        guard header.version == RegionHeader.currentVersion else {
            throw .version(
                path: path,
                found: header.version,
                expected: RegionHeader.currentVersion
            )
        }
        guard header.crc == header.checksum else { throw .damagedHeader(path: path) }
        guard header.totalBytes == UInt64(bytes) else {
            throw .size(path: path, bytes: bytes, expected: Int(clamping: header.totalBytes))
        }
    }

    private static func makeDirectory(of path: String) throws(RegionError) {
        let directory = parent(of: path)
        if unsafe mkdir(directory, mode_t(directoryMode)) == 0 {
            _ = unsafe chmod(directory, mode_t(directoryMode))
        } else if errno != EEXIST {
            throw failure(directory, "mkdir")
        }
        try checkDirectory(of: path)
    }

    /// Nobody but the owner may put files beside ours, and others may not even look.
    private static func checkDirectory(of path: String) throws(RegionError) {
        let directory = parent(of: path)
        var status = stat()
        guard unsafe stat(directory, &status) == 0 else {
            if errno == ENOENT { throw .missing(path: path) }
            throw failure(directory, "stat")
        }
        let mode = status.st_mode & 0o7777
        guard mode & 0o027 == 0 else {
            throw .mode(path: directory, mode: mode, expected: directoryMode)
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func inode(_ fd: Int32, _ path: String) throws(RegionError) -> UInt64 {
        var status = stat()
        guard unsafe fstat(fd, &status) == 0 else { throw failure(path, "fstat") }
        return UInt64(status.st_ino)
    }

    private static func map(
        _ fd: Int32,
        _ path: String,
        bytes: Int,
        writable: Bool
    ) throws(RegionError) -> UnsafeMutableRawPointer {
        let protection = writable ? PROT_READ | PROT_WRITE : PROT_READ
        // Populated here, by reading: the first record of the day must not pay for a fault, and
        // storing into a live region to warm it would be a lie to the other side.
        let flags = MAP_SHARED | Int32(0x8000)  // MAP_POPULATE
        let base = unsafe mmap(nil, bytes, protection, flags, fd, 0)
        guard let base = unsafe base, unsafe base != MAP_FAILED else {
            throw failure(path, "mmap")
        }
        return unsafe base
    }

    private static func failure(
        _ path: String,
        _ call: RegionError.StaticName
    ) -> RegionError {
        .system(path: path, call: call, errno: errno)
    }
}
