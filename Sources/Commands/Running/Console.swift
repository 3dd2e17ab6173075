internal import Glibc

/// Where words go. Tests put a capture in its place; nothing else does.
package enum Console {
    @TaskLocal package static var capture: Capture?

    /// What a command printed. One test's task writes to it, one after the other.
    package final class Capture: @unchecked Sendable {
        package var out = ""
        package var err = ""
        package init() {}
    }

    static func out(_ text: String, terminator: String = "\n") {
        if let capture {
            capture.out += text + terminator
        } else {
            write(text + terminator, to: STDOUT_FILENO)
        }
    }

    static func err(_ text: String) {
        if let capture {
            capture.err += text + "\n"
        } else {
            write(text + "\n", to: STDERR_FILENO)
        }
    }

    /// A live table only makes sense where the cursor can go back up.
    static var isTerminal: Bool { capture == nil && isatty(STDOUT_FILENO) == 1 }

    // Unbuffered: a line is out before the next thing happens, also when the reader is a pipe.
    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
