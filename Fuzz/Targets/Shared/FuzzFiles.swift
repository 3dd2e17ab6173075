import Glibc

/// Files for readers that want a path: one folder a process, in memory, gone with the process.
enum FuzzFiles {
    static let folder: String = {
        var template = Array("/dev/shm/apus-fuzz-XXXXXX".utf8CString)
        let path = template.withUnsafeMutableBufferPointer { buffer in
            mkdtemp(buffer.baseAddress!).map { String(cString: $0) } ?? "/tmp"
        }
        chmod(path, 0o750)
        atexit { FuzzFiles.remove() }
        return path
    }()

    /// A name no other thread uses.
    static func path(_ name: String) -> String { "\(folder)/\(name)-\(pthread_self())" }

    static func write(_ path: String, _ bytes: some Collection<UInt8>) {
        let fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o640)
        let array = Array(bytes)
        law(Glibc.write(fd, array, array.count) == array.count, "\(path) takes its bytes")
        fchmod(fd, 0o640)
        close(fd)
    }

    static func read(_ path: String) -> [UInt8] {
        let fd = open(path, O_RDONLY)
        defer { close(fd) }
        let count = Int(lseek(fd, 0, Int32(SEEK_END)))
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        law(pread(fd, &bytes, bytes.count, 0) == count, "\(path) can be read")
        return bytes
    }

    static func put(_ value: some FixedWidthInteger, at offset: Int, in bytes: inout [UInt8]) {
        guard offset + value.bitWidth / 8 <= bytes.count else { return }
        withUnsafeBytes(of: value.littleEndian) { source in
            for index in source.indices { bytes[offset + index] = source[index] }
        }
    }

    private static func remove() {
        for name in ["journal/20260102/000001.seg", "venue.log"] { unlink("\(folder)/\(name)") }
        rmdir("\(folder)/journal/20260102")
        rmdir("\(folder)/journal")
        rmdir(folder)
    }
}
