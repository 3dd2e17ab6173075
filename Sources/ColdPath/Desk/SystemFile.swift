import Glibc

/// The few file operations cold needs beside the journal's own.
enum SystemFile {
    /// Largest file read whole: `ports.json` is far below it.
    static let bytesMax = 1 << 20

    static func read(_ path: String) throws(DeskError) -> [UInt8] {
        let fd = open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { throw failure(.badFile, path, "open") }
        defer { close(fd) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let got = Glibc.read(fd, &chunk, chunk.count)
            if got == 0 { return bytes }
            guard got > 0 else { throw failure(.badFile, path, "read") }
            bytes += chunk[0..<got]
            guard bytes.count <= bytesMax else {
                throw DeskError(.badFile, "\(path): longer than \(bytesMax) bytes")
            }
        }
    }

    static func makeDirectory(_ path: String) throws(DeskError) {
        guard mkdir(path, 0o750) == 0 || errno == EEXIST else {
            throw failure(.badFile, path, "mkdir")
        }
    }

    /// Inode of `path`; `nil` when it is not there.
    static func inode(_ path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    static func failure(_ kind: DeskError.Kind, _ path: String, _ call: String) -> DeskError {
        let code = errno
        return DeskError(kind, "\(path): \(call) failed: \(errorText(code)) (errno \(code))")
    }

    static func errorText(_ code: Int32) -> String {
        guard let text = strerror(code) else { return "unknown error" }
        return String(cString: text)
    }
}

/// The two clocks cold reads, once a turn.
package struct DeskTime: Sendable {
    /// ns UTC since the Unix epoch.
    package var nowNs: Int64
    /// CLOCK_MONOTONIC, ns: heartbeats and durations.
    package var monotonicNs: Int64

    package init(nowNs: Int64, monotonicNs: Int64) {
        self.nowNs = nowNs
        self.monotonicNs = monotonicNs
    }

    package static func read() -> DeskTime {
        DeskTime(nowNs: clock(CLOCK_REALTIME), monotonicNs: clock(CLOCK_MONOTONIC))
    }

    private static func clock(_ id: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(id, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
