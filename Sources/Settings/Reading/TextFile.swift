internal import Glibc

/// A small text file, read whole, with the reason when it cannot be.
package enum TextFile {
    package static func read(_ path: String) throws(SettingsError) -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    package static func bytes(_ path: String) throws(SettingsError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SettingsError(path, "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return result }
            guard count > 0 else {
                throw SettingsError(path, "cannot be read: \(String(cString: strerror(errno)))")
            }
            result.append(contentsOf: chunk[..<count])
        }
    }
}
