import Foundation
import Testing
import VenueServer

/// Nasdaq's own SoupBinTCP library logs in to our venue and trades. Runs where the Python named by
/// `APUS_PYTHON` (or `python3`) has PyPI nasdaq-protocols.
@Suite("Nasdaq's Soup client", .enabled(if: SoupPeer.present, "no Python with nasdaq-protocols"))
struct PeerTests {
    @Test("logs in, is heard, hears, and is replayed what it missed")
    func trades() throws {
        let venue = try RunningVenue { $0.cancelOnLogout = "no" }
        let port = "\(venue.server.ports.orderEntry)"
        let order = enterOrder(1).map { String(format: "%02x", $0) }.joined()

        let first = try SoupPeer.run([port, "hot01", "secret", "", "1", "2", order])
        #expect(first.count == 3)
        let session = try #require(first.first).dropFirst("session ".count)
        #expect(session.hasSuffix("01"))
        // System event, Accepted: type, eight bytes of time, UserRefNum 1, B, 100.
        #expect(first[1].hasPrefix("53") && first[1].count == 20)
        #expect(first[2].hasPrefix("41") && first[2].dropFirst(18).hasPrefix("000000014200000064"))

        let again = try SoupPeer.run([port, "HOT01", "SECRET", String(session), "2", "1"])
        #expect(again == ["session \(session)", first[2]])
    }
}

private enum SoupPeer {
    static let python = ProcessInfo.processInfo.environment["APUS_PYTHON"] ?? "python3"
    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Conformance/soup_client_nasdaq_protocols.py").path
    static let present: Bool = (try? lines(["-c", "import nasdaq_protocols.soup"])) != nil

    static func run(_ arguments: [String]) throws -> [String] {
        try lines([script, "127.0.0.1"] + arguments)
    }

    /// Standard output by lines; throws when the program fails or cannot be started.
    private static func lines(_ arguments: [String]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
