import Glibc

/// Small file work without Foundation; errors are one line with the flag that named the file.
enum Files {
    /// A whole small text file, trimmed of white space at both ends.
    static func text(_ path: String, flag: String) throws(VenueServerError) -> String {
        let mapped = try MappedFile(path, flag: flag)
        let text = String(decoding: mapped.bytes, as: UTF8.self)
        let isSpace = { (character: Character) in character.isWhitespace }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }

    /// Writes beside the file and renames: a reader sees all of it or nothing.
    static func writeAtomically(
        _ text: String,
        to path: String,
        flag: String
    ) throws(VenueServerError) {
        let temporary = "\(path).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw .badFile(flag, path, errno: errno) }
        let isWritten = writeAll(Array(text.utf8), to: descriptor)
        let code = errno
        Glibc.close(descriptor)
        guard isWritten, rename(temporary, path) == 0 else {
            let failure = isWritten ? errno : code
            unlink(temporary)
            throw .badFile(flag, path, errno: failure)
        }
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let written = bytes.withUnsafeBytes { buffer in
                write(descriptor, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            offset += written
        }
        return true
    }
}

/// A file mapped for reading, as long as this object lives.
package final class MappedFile {
    package let bytes: UnsafeRawBufferPointer

    package init(_ path: String, flag: String) throws(VenueServerError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .badFile(flag, path, errno: errno) }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .badFile(flag, path, errno: errno) }
        guard status.st_size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let count = Int(status.st_size)
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
            base != MAP_FAILED
        else { throw .badFile(flag, path, errno: errno) }
        bytes = UnsafeRawBufferPointer(start: base, count: count)
    }

    deinit {
        if let base = bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
        }
    }
}
