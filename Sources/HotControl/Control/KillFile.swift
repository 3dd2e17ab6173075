import CShims
import Crossing
import Glibc

/// `state/kill.pending`: kills that were given and of which no record tells yet.
///
/// The kill word and the command wait in the memory of a process that may be ended by whoever finds
/// it hung; what stands here is asked again by the next one, before anybody is let in.
///
/// Text, a kill a line between a head and the CRC32C of all before it. Written whole beside its
/// name, synced and renamed. Anything else that stands there is damage, and damage is not "no kill".
package enum KillFile {
    private static let head = "apus kills 1"
    /// Far above one kill of each row there can be.
    static let bytesMax = 8 << 20

    /// Oldest first; none when there is no file.
    ///
    /// - Throws: a file that cannot be read, or is not one of ours as it was written.
    package static func read(_ path: String) throws(KillFileError) -> [PendingKill] {
        // Not blocking: whatever stands there, a start does not wait for it.
        let fd = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard fd >= 0 else {
            if errno == ENOENT { return [] }
            throw .unreadable(path: path, errno: errno)
        }
        defer { close(fd) }
        var status = stat()
        guard unsafe fstat(fd, &status) == 0 else { throw .unreadable(path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= Self.bytesMax else {
            throw .damaged(path: path)
        }
        // One more than belongs there, so that a file that grew meanwhile is seen.
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        let count = unsafe Glibc.read(fd, &bytes, bytes.count)
        guard count >= 0 else { throw .unreadable(path: path, errno: errno) }
        guard count == Int(status.st_size), let kills = decode(Array(bytes.prefix(count))) else {
            throw .damaged(path: path)
        }
        return kills
    }

    /// Makes them durable under the file's name, or leaves what was there; none removes it.
    package static func write(_ path: String, _ kills: [PendingKill]) throws(KillFileError) {
        guard !kills.isEmpty else {
            guard unsafe unlink(path) == 0 || errno == ENOENT else {
                throw .unwritable(path: path, errno: errno)
            }
            return try syncFolder(of: path)
        }
        let temporary = path + ".new"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
        let fd = unsafe open(temporary, flags, 0o640)
        guard fd >= 0 else { throw .unwritable(path: temporary, errno: errno) }
        let bytes = encode(kills)
        let count = unsafe Glibc.write(fd, bytes, bytes.count)
        // A short write sets none.
        let isWhole = count == bytes.count
        let code = count < 0 ? errno : ENOSPC
        let isSynced = isWhole && fsync(fd) == 0
        let wrong = isWhole ? errno : code
        close(fd)
        guard isSynced else { throw .unwritable(path: temporary, errno: wrong) }
        guard unsafe rename(temporary, path) == 0 else {
            throw .unwritable(path: path, errno: errno)
        }
        try syncFolder(of: path)
    }

    private static func syncFolder(of path: String) throws(KillFileError) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        let name = folder.isEmpty ? "." : folder
        let fd = unsafe open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0 else { throw .unwritable(path: name, errno: errno) }
        defer { close(fd) }
        guard fsync(fd) == 0 else { throw .unwritable(path: name, errno: errno) }
    }

    // MARK: Bytes

    static func encode(_ kills: [PendingKill]) -> [UInt8] {
        let lines = kills.map { kill in
            let numbers = [
                "\(kill.id)", "\(kill.timeNs)", "\(kill.uid)", "\(kill.gid)", "\(kill.pid)",
                "\(kill.code)", "\(kill.scope.rawValue)",
            ]
            return (numbers + ["=" + escaped(kill.row), "=" + escaped(kill.reason)])
                .joined(separator: " ")
        }
        let text = Array(([head] + lines).joined(separator: "\n").utf8) + [0x0A]
        return text + Array("crc \(String(CRC32C.of(text), radix: 16))\n".utf8)
    }

    /// `nil` for what ``encode(_:)`` did not write.
    static func decode(_ bytes: [UInt8]) -> [PendingKill]? {
        guard bytes.last == 0x0A else { return nil }
        let end = bytes.dropLast().lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let text = Array(bytes[..<end])
        let seal = Array("crc \(String(CRC32C.of(text), radix: 16))\n".utf8)
        guard Array(bytes[end...]) == seal else { return nil }
        let lines = text.dropLast().split(separator: 0x0A).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard lines.first == head else { return nil }
        var kills: [PendingKill] = []
        for line in lines.dropFirst() {
            guard let kill = kill(line) else { return nil }
            kills.append(kill)
        }
        // Kills that are not there are no file.
        return kills.isEmpty ? nil : kills
    }

    private static func kill(_ line: String) -> PendingKill? {
        let words = line.split(separator: " ")
        guard words.count == 9, let id = UInt64(words[0]), let timeNs = Int64(words[1]),
            let uid = UInt32(words[2]), let gid = UInt32(words[3]), let pid = UInt32(words[4]),
            let code = UInt32(words[5]), let number = UInt8(words[6]),
            let scope = KillScope(rawValue: number), let row = unescaped(words[7]),
            let reason = unescaped(words[8])
        else { return nil }
        var kill = PendingKill(
            id: id,
            timeNs: timeNs,
            uid: uid,
            gid: gid,
            pid: pid,
            reason: reason
        )
        kill.code = code
        kill.scope = scope
        kill.row = row
        return kill
    }

    /// Printable ASCII without spaces; the rest as `%` and two hexadecimal digits.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            guard (0x21...0x7E).contains(byte), byte != UInt8(ascii: "%") else {
                return (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
            }
            return String(UnicodeScalar(byte))
        }.joined()
    }

    private static func unescaped(_ word: Substring) -> String? {
        guard word.first == "=" else { return nil }
        var rest = Array(word.utf8.dropFirst())[...]
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard rest.count >= 2, let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Why `kill.pending` is not believed, or was not written.
package enum KillFileError: Error, Equatable, CustomStringConvertible {
    case unreadable(path: String, errno: Int32)
    case damaged(path: String)
    case unwritable(path: String, errno: Int32)

    package var description: String {
        switch self {
        case .unreadable(let path, let code):
            "\(path): cannot be read: \(errnoText(code)); it holds kills that were given"
        case .damaged(let path):
            "\(path): not kills as hot wrote them; it holds kills that were given"
        case .unwritable(let path, let code): "\(path): cannot be written: \(errnoText(code))"
        }
    }
}
