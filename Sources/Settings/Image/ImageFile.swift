internal import Glibc

/// Writes `hot.image` whole or not at all: a temporary name first, then a rename.
package enum ImageFile {
    package static func write(_ bytes: [UInt8], to path: String) throws(SettingsError) {
        let temporary = "\(path).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw SettingsError(temporary, "cannot be written: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
            rename(temporary, path) == 0
        else {
            throw SettingsError(path, "cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}
