import Foundation
import Settings
import Testing

/// The demo configuration as it stands in the repository: what the tests vary.
enum DemoFile {
    static let path = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "config/demo.yaml").path()

    static func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    static let day = TradingDate("2026-11-20")

    static func settings(
        _ yaml: String? = nil,
        environment: [String: String] = [:],
        overrides: [Override] = []
    ) throws -> Settings {
        try Settings.parse(
            yaml: try yaml ?? text(),
            file: "demo.yaml",
            environment: environment,
            overrides: overrides,
            today: try #require(day)
        )
    }

    /// The line, from 1, on which `part` first stands.
    static func line(of part: String, in yaml: String) throws -> Int {
        let range = try #require(yaml.range(of: part))
        return yaml[..<range.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
            .count
    }

    /// The complaint about a configuration, or "" when there is none.
    static func complaint(
        _ yaml: String,
        environment: [String: String] = [:],
        overrides: [Override] = []
    ) throws -> String {
        do {
            _ = try settings(yaml, environment: environment, overrides: overrides)
            return ""
        } catch let error as SettingsError {
            return error.description
        }
    }
}

/// A folder of its own, gone when the test is.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory
            .appending(path: "apus-settings-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
