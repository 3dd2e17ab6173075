import Glibc

/// Why a venue did not start, or could not go on: one line, and the process's exit code.
package struct VenueServerError: Error, Equatable, CustomStringConvertible {
    package let description: String
    package let exitCode: Int32

    /// 65: a flag's value or a file is not what it must be.
    package static func badValue(_ flag: String, _ value: String, _ expected: String) -> Self {
        Self(description: "apus-venue: \(flag) \"\(value)\": \(expected)", exitCode: 65)
    }

    /// 65: a file could not be read or written.
    package static func badFile(_ flag: String, _ path: String, errno code: Int32) -> Self {
        Self(
            description: "apus-venue: \(flag) \"\(path)\": \(String(cString: strerror(code)))",
            exitCode: 65
        )
    }

    /// 75: somebody else has the port.
    package static func portInUse(_ flag: String, _ endpoint: Endpoint) -> Self {
        Self(
            description: """
                apus-venue: \(flag) \(endpoint.host):\(endpoint.port): port in use; \
                port 0 takes a free one
                """,
            exitCode: 75
        )
    }
}

extension VenueServerError {
    /// The one line, on standard error.
    package func report() {
        _ = Files.writeAll(Array((description + "\n").utf8), to: STDERR_FILENO)
    }
}
