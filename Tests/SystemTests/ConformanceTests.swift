import Foundation
import Testing

extension System {
    /// Programs nobody of this project wrote, run by the scripts of `Tests/Conformance`. Each test
    /// runs where its tools are installed and is skipped, by name, where they are not.
    @Suite("Independent judges", .serialized)
    struct Conformance {
        @Test(
            "tshark with public dissectors explains every byte of a demo and of a client's morning",
            .enabled(if: Judge.hasTshark, "needs tshark, and APUS_DISSECTORS: the Lua dissectors")
        )
        func tshark() throws {
            let outcome = try Judge.run("wire_tshark.py", seconds: 165)
            #expect(outcome.code == 0, "\(outcome)")
            print("  " + outcome.out.split(separator: "\n").suffix(12).joined(separator: "\n  "))
        }

        @Test(
            "Nasdaq's own Soup client logs in to the gateway, trades, leaves, and is replayed",
            .enabled(if: Judge.hasNasdaqProtocols, "needs a Python with nasdaq-protocols")
        )
        func nasdaqProtocols() throws {
            let outcome = try Judge.run("soup_gateway_nasdaq_protocols.py", seconds: 120)
            #expect(outcome.code == 0, "\(outcome)")
        }
    }
}

/// The scripts, and whether what they need is there.
private enum Judge {
    static let hasNasdaqProtocols = Built.isThere && answers("import nasdaq_protocols.soup")

    /// The script looks closer. What it then misses fails the test: who set the variable asked.
    static let hasTshark =
        Built.isThere && ProcessInfo.processInfo.environment["APUS_DISSECTORS"] != nil
        && answers("import shutil; assert shutil.which('tshark') and shutil.which('dumpcap')")

    static func run(_ script: String, seconds: Double) throws -> Outcome {
        let path = "\(Built.repository)/Tests/Conformance/\(script)"
        return try python([path, "--bin", Built.folder ?? ""], seconds)
    }

    private static func answers(_ program: String) -> Bool {
        (try? python(["-c", program], 20))?.code == 0
    }

    private static func python(_ arguments: [String], _ seconds: Double) throws -> Outcome {
        let name = ProcessInfo.processInfo.environment["APUS_PYTHON"] ?? "python3"
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "apus-judge-\(monotonicNs())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try Outcome.of(
            "/usr/bin/env",
            [name] + arguments,
            folder: folder.path(),
            seconds: seconds
        )
    }
}
