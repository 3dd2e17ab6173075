import Foundation
import Testing

@Suite("apus feed book")
struct FeedBookTests {
    private let file =
        FeedBytes.add(1, "B", 100, 10_000, ns: 1)
        + FeedBytes.add(2, "S", 50, 10_100, ns: 2)
        + FeedBytes.add(3, "B", 10, 9_900, ns: 3, locate: 8, stock: "BBB     ")
        + FeedBytes.add(4, "B", 30, 9_900, ns: 4)
        + FeedBytes.systemEvent(ns: 5)
        + FeedBytes.execute(1, 100, ns: 6)
        + FeedBytes.delete(99, ns: 7)
        + FeedBytes.replace(2, 5, 60, 10_050, ns: 8)

    private func book(_ bytes: [UInt8], _ arguments: String...) throws -> Tool {
        let file = try FeedFixture(bytes)
        return Tool.run(["feed", "book", "--itch", file.path] + arguments)
    }

    @Test("a line after each message of the symbol, unknown references too, and of no other")
    func everyMessage() throws {
        let tool = try book(
            file,
            "--symbol",
            "AAA",
            "--levels",
            "2",
            "--every-message",
            "--csv"
        )
        #expect(tool.status == 0)
        #expect(
            tool.out == """
                1,1,10000,100,,,,,,
                2,2,10000,100,,,10100,50,,
                4,4,10000,100,9900,30,10100,50,,
                6,6,9900,30,,,10100,50,,
                7,7,9900,30,,,10100,50,,
                8,8,9900,30,,,10050,60,,

                """
        )
    }

    @Test("without --every-message, the book at the end")
    func final() throws {
        let json = try book(file, "--symbol", "AAA", "--levels", "2", "--json")
        #expect(
            json.out == """
                {"symbol": "AAA", "seq": 8, "tNs": 8, "bids": [{"px": 9900, "qty": 30, \
                "orders": 1}], "asks": [{"px": 10050, "qty": 60, "orders": 1}]}

                """
        )
        let table = try book(file, "--symbol", "AAA").out
        #expect(table.contains("0.9900      1.0050"))
    }

    @Test("a cut file prints what it has, one line, and ends with 65")
    func cut() throws {
        let tool = try book(
            Array(file.dropLast()),
            "--symbol",
            "AAA",
            "--levels",
            "1",
            "--every-message",
            "--csv"
        )
        #expect(tool.status == 65)
        #expect(tool.out.hasSuffix("7,7,9900,30,10100,50\n"))
        #expect(tool.err.split(separator: "\n").count == 1)
    }

    @Test("a symbol that never comes, one that cannot be, and no levels: one line and 65")
    func badFlags() throws {
        for arguments in [["ZZZ"], ["TOOLONGNAME"], ["AAA", "--levels", "0"]] {
            let fixture = try FeedFixture(file)
            let tool = Tool.run(
                ["feed", "book", "--itch", fixture.path, "--symbol"] + arguments
            )
            #expect(tool.status == 65)
            #expect(tool.out.isEmpty)
            #expect(tool.err.split(separator: "\n").count == 1)
        }
    }

    // The script is Tests/Conformance/feed_book_meatpy.py; `pip install meatpy` makes this run.
    @Test(
        "agrees with meatpy's book after every message of the AAPL capture",
        .enabled(if: FeedData.hasAAPL && Python.has("meatpy")),
        arguments: [1, 10, 200]
    )
    func meatpy(levels: Int) throws {
        let tool = Tool.run(
            "feed",
            "book",
            "--itch",
            FeedData.aapl,
            "--symbol",
            "AAPL",
            "--levels",
            "\(levels)",
            "--every-message",
            "--csv"
        )
        let csv = try FeedFixture(Array(tool.out.utf8))
        let said = Python.run([
            Python.script("feed_book_meatpy.py"), FeedData.aapl, "AAPL", "\(levels)", csv.path,
        ])
        #expect(said.status == 0, "\(said.out.prefix(1_000))")
        #expect(said.out == "9705 lines agree\n")
    }
}

/// Independent judges written in Python, run where they are installed.
enum Python {
    static func has(_ module: String) -> Bool { run(["-c", "import \(module)"]).status == 0 }

    static func script(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Conformance/\(name)").path()
    }

    static func run(_ arguments: [String]) -> (status: Int32, out: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let out = Pipe()
        process.standardOutput = out
        process.standardError = out
        guard (try? process.run()) != nil else { return (127, "") }
        let said = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }
}
