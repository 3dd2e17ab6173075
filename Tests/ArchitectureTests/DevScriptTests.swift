import Foundation
import Testing

/// `./dev` where nothing has been built and nothing can be: no compiler on the path.
@Suite("./dev answers at once")
struct DevScriptTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private struct Said {
        let status: Int32
        let out: String
        let err: String
    }

    private func dev(_ arguments: String...) throws -> Said {
        let process = Process()
        process.executableURL = Self.root.appending(path: "dev")
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin"]
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = err
        try process.run()
        let said = out.fileHandleForReading.readDataToEndOfFile()
        let complaint = err.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Said(
            status: process.terminationStatus,
            out: String(decoding: said, as: UTF8.self),
            err: String(decoding: complaint, as: UTF8.self)
        )
    }

    @Test("a word that is no verb: names it and every verb there is")
    func bogus() throws {
        let said = try dev("bogus")
        #expect(said.status == 64)
        #expect(
            said.err
                == "dev: \"bogus\" is no verb; one of setup, build, test, check, demo, bench, fuzz, "
                + "sim, mutate, soak, format\n"
        )
    }

    @Test(
        "help of a verb names every flag its program has, and builds nothing",
        arguments: [
            ("sim", ["Sources/Apps/apus-sim/Main.swift"]),
            ("soak", ["Tests/Soak/Soak.swift", "Tests/Soak/Fills.swift"]),
        ]
    )
    func help(verb: String, sources: [String]) throws {
        let said = try dev(verb, "--help")
        #expect(said.status == 0)
        #expect(said.err == "")
        for source in sources {
            let text = try String(contentsOf: Self.root.appending(path: source), encoding: .utf8)
            let flags = text.matches(of: /@(?:Option|Flag)\((?s:.*?)\)\s*var (\w+)/).map { match in
                "--" + match.1.replacing(/[A-Z]/) { "-" + $0.0.lowercased() }
            }
            #expect(flags.count > 3, "\(source)")
            // The folder of the binaries is ./dev's own to give.
            for flag in flags where flag != "--bin" {
                #expect(said.out.contains(flag + " ") || said.out.contains(flag + "]"), "\(flag)")
            }
        }
    }

    @Test("the fuzz targets are named, and one that is none is refused with those there are")
    func fuzz() throws {
        #expect(try dev("fuzz", "--help").out.contains("--address"))
        let list = try dev("fuzz", "--list")
        #expect(list.status == 0)
        #expect(list.out.hasPrefix("soup 192\n"))
        #expect(list.out.hasSuffix("venue-log 256\n"))
        let wrong = try dev("fuzz", "soop")
        #expect(wrong.status == 64)
        #expect(
            wrong.err.hasPrefix("dev: fuzz: \"soop\" is no target; one of soup, ouch-inbound, ")
        )
    }
}
