import ColdCore
import Glibc

/// `logs/cold.jsonl`: one JSON object a line. A log that cannot be written never stops the desk.
struct DeskLog: ~Copyable {
    private let fd: Int32
    private(set) var lost = 0

    init(path: String) {
        fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o640)
    }

    deinit { if fd >= 0 { close(fd) } }

    mutating func write(_ lines: [JSON]) {
        guard fd >= 0, !lines.isEmpty else { return }
        var bytes: [UInt8] = []
        for line in lines {
            bytes += line.bytes
            bytes.append(0x0A)
        }
        if Glibc.write(fd, bytes, bytes.count) != bytes.count { lost += lines.count }
    }

    static var processID: UInt64 { UInt64(getpid()) }
    static var ownUID: UInt32 { geteuid() }
}
