import Foundation
import Testing
import Wire

/// Another's decoder on our bytes: PyPI `itchfeed` reads and writes again every ITCH message that
/// our encoder made. Runs where the Python named by `APUS_PYTHON` (or `python3`) has it.
@Suite("An independent ITCH library", .enabled(if: Peer.present, "no Python with itchfeed"))
struct PeerTests {
    @Test("reads what we write, and writes the same")
    func itchfeed() throws {
        let ours = MessageCase.itch.map { $0.encodedValue() }
        let lines = ours.map { bytes in bytes.map { hexPair($0) }.joined() }
        let theirs = try Peer.run(
            """
            import sys
            from itch import messages
            for line in sys.stdin.read().split():
                raw = bytes.fromhex(line)
                message = messages.messages[raw[0:1]](raw)
                message.decode()
                print(message.to_bytes().hex())
            """,
            input: lines.joined(separator: "\n")
        )
        #expect(theirs.split(separator: "\n").map(String.init) == lines)
    }

    private func hexPair(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }
}

private enum Peer {
    static let present: Bool = (try? run("import itch.messages\nprint(1)", input: "")) == "1\n"

    /// Standard output of the program; throws when it fails or cannot be started.
    static func run(_ program: String, input: String) throws -> String {
        let python = ProcessInfo.processInfo.environment["APUS_PYTHON"] ?? "python3"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, "-c", program]
        let (feed, answer) = (Pipe(), Pipe())
        process.standardInput = feed
        process.standardOutput = answer
        process.standardError = FileHandle.nullDevice
        try process.run()
        // A few KB: well below what a pipe holds, so writing all before reading cannot stall.
        try feed.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try feed.fileHandleForWriting.close()
        let output = try answer.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return String(decoding: output, as: UTF8.self)
    }
}
