import Foundation
import FuzzTargets
import Testing
import Vocabulary

/// The fuzzer's targets without the fuzzer: what once crashed, where it would begin, and a few
/// thousand inputs from a seed. A broken law stops the process; the test that began last names it.
@Suite("Any bytes at all", .serialized)
struct FuzzTests {
    private static let regressions = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz/Regressions")

    @Test("what once stopped a process no longer does", arguments: FuzzTarget.all.map(\.name))
    func regressions(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        for file in try Self.files(name) {
            let text = try String(contentsOf: file, encoding: .utf8)
            give(target, try #require(Self.hex(text), "\(file.path()) is not hex"))
        }
    }

    @Test("./dev fuzz --list, which builds nothing, names every target there is")
    func list() throws {
        let process = Process()
        process.executableURL = Self.regressions.appending(path: "../../dev").standardized
        process.arguments = ["fuzz", "--list"]
        let out = Pipe()
        process.standardOutput = out
        try process.run()
        let said = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let all = FuzzTarget.all.map { "\($0.name) \($0.lengthMax)\n" }.joined()
        #expect(said == all)
    }

    @Test("every folder of regressions has a target")
    func folders() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.regressions.path())
        for name in names where name != "README.md" {
            #expect(FuzzTarget.named(name) != nil, "Fuzz/Regressions/\(name)")
        }
    }

    @Test(
        "seeds, and seeds changed at random, and noise, keep every law",
        arguments: FuzzTarget.all.map(\.name)
    )
    func random(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let seeds = target.seeds().filter { $0.count <= target.lengthMax }
        for seed in seeds { give(target, seed) }
        give(target, [])
        var random = SplitMix64(seed: 20_261_121)
        for _ in 0..<3_000 {
            var bytes = seeds.randomElement(using: &random) ?? []
            if bytes.isEmpty || random.next() % 4 == 0 {
                let count = Int(random.next() % UInt64(target.lengthMax + 1))
                bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            }
            for _ in 0..<(1 + random.next() % 8) where !bytes.isEmpty {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(
                    truncatingIfNeeded: random.next()
                )
            }
            if random.next() % 4 == 0 {
                bytes.removeLast(Int(random.next() % 4) % max(1, bytes.count))
            }
            give(target, bytes)
        }
    }

    private func give(_ target: FuzzTarget, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { target.run($0) }
    }

    private static func files(_ name: String) throws -> [URL] {
        let folder = regressions.appending(path: name)
        guard FileManager.default.fileExists(atPath: folder.path()) else { return [] }
        return try FileManager.default.contentsOfDirectory(
            at: folder,
            includingPropertiesForKeys: nil
        ).sorted { $0.path() < $1.path() }
    }

    /// Pairs of hex digits; blanks and lines between them as you like, `#` begins a comment.
    private static func hex(_ text: String) -> [UInt8]? {
        let digits = text.split(separator: "\n").flatMap { $0.prefix { $0 != "#" } }
            .filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
        guard digits.count % 2 == 0 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
