import Commands
import Foundation

/// Runs one command line in this process and keeps what it said.
struct Tool {
    let status: Int32
    let out: String
    let err: String

    @discardableResult
    static func run(_ arguments: String...) -> Tool { run(arguments) }

    static func run(_ arguments: [String]) -> Tool {
        let capture = Console.Capture()
        let status = Console.$capture.withValue(capture) { CommandLineTool.run(arguments) }
        return Tool(status: status, out: capture.out, err: capture.err)
    }

    /// The repository's demo configuration.
    static let demo = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "config/demo.yaml").path()
}

/// A folder of its own, gone when the test is.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory
            .appending(path: "apus-cli-\(UUID().uuidString.prefix(8))").path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        let folder = URL(filePath: file).deletingLastPathComponent().path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        return file
    }
}
