internal import Glibc
internal import Settings

/// Files as the verbs need them: whole, small, with the reason when something fails.
enum FileBytes {
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        do throws(SettingsError) { return try TextFile.bytes(path) } catch {
            throw Failure(.badInput, error.description)
        }
    }

    /// Whole or not at all: a temporary name, then a rename.
    static func write(_ text: String, to path: String) throws(Failure) {
        let temporary = "\(path).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        let bytes = Array(text.utf8)
        guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count,
            close(descriptor) == 0, rename(temporary, path) == 0
        else {
            throw Failure(
                .badInput,
                "\(path): cannot be written: \(String(cString: strerror(errno)))"
            )
        }
    }

    /// The same, and on disk when it returns, its name too.
    static func writeDurably(_ bytes: [UInt8], to path: String) throws(Failure) {
        let temporary = "\(path).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count,
            fsync(descriptor) == 0, close(descriptor) == 0, rename(temporary, path) == 0
        else {
            throw Failure(
                .badInput,
                "\(path): cannot be written: \(String(cString: strerror(errno)))"
            )
        }
        syncFolder(of: path)
    }

    /// Makes a name durable: given, changed or gone.
    static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    static func names(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
