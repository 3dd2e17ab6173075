import Glibc
import Histogram

/// Where a report goes besides the terminal.
package enum ReportFile {
    /// One line for a person, beside the report.
    package static func complain(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(2, bytes, bytes.count)
    }

    /// `-` is standard output.
    package static func write(_ text: String, to path: String) throws(BenchError) {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
        let fd = path == "-" ? 1 : open(path, flags, 0o644)
        guard fd >= 0 else { throw .file(path: path, errno: errno) }
        defer { if path != "-" { close(fd) } }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(fd, $0.baseAddress, $0.count) }
            guard count > 0 else { throw .file(path: path, errno: errno) }
            rest = rest.dropFirst(count)
        }
    }
}

extension Report {
    /// The subject's histogram as HdrHistogram's plotters read it, ns.
    package var hgrm: String {
        var text = ""
        main.subject.histogram.outputPercentileDistribution(
            to: &text,
            outputValueUnitScalingRatio: 1
        )
        return text
    }
}

extension Growth {
    package func json(orders: Int) -> String {
        JSONText.object([("orders", .integer(Int64(orders))), ("growth", object)]).line
    }
}
