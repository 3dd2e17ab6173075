import CShims
import Glibc

/// Log lines of the hot process: one JSON object a line, `t` in ns since the Unix epoch, UTC.
///
/// Admin thread only. The engine does not log: it records, and what it records is read elsewhere.
package struct AdminLog {
    package enum Level: String, Sendable { case info, warn, error }

    private let fd: Int32

    package init(fd: Int32) { self.fd = fd }

    package func write(_ level: Level, _ message: String) {
        let line =
            "{\"t\":\(ClockNow.utcNs()),\"level\":\"\(level.rawValue)\","
            + "\"message\":\(Self.quoted(message))}\n"
        // A log that cannot be written must not stop an operator: the line is lost, no more.
        let bytes = Array(line.utf8)
        _ = unsafe Glibc.write(fd, bytes, bytes.count)
    }

    /// A JSON string.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// The admin thread's clocks.
package enum ClockNow {
    package static func utcNs() -> Int64 { read(CLOCK_REALTIME) }
    package static func monotonicNs() -> Int64 { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
