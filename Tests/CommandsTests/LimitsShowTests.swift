import Commands
import Testing

@Suite("apus limits show")
struct LimitsShowTests {
    @Test("without a running hot tells the image's limits, every row by its name")
    func fromImage() throws {
        let folder = try TemporaryFolder()
        try #require(
            Tool.run("config", "compile", Tool.demo, "--state", folder.path).status == 0
        )
        let tool = Tool.run("limits", "show", "--state", folder.path)
        #expect(tool.status == 0)
        // As config/demo.yaml says: firm, then a symbol of its own over the default, then the rest.
        let rows = tool.out.split(separator: "\n").map { line in
            line.split(separator: " ").map(String.init)
        }
        #expect(rows.contains(["firm", "firmMaxGross", "50000000.00"]))
        #expect(rows.contains(["AAPL", "maxOrderQty", "5000"]))
        #expect(rows.contains(["SPY", "maxOrderQty", "10000"]))
        #expect(rows.contains(["MSFT", "passiveBps", "off"]))
        #expect(rows.contains(["DESK2", "lossLimit", "250000.00"]))
        #expect(rows.contains(["CLIENT", "rate", "2000"]))
        #expect(rows.contains(["PSX", "venueRate", "5000"]))
        // 16 of the firm, 13 a symbol, 7 an account, 3 a strategy, 2 a venue, and the head.
        #expect(rows.count == 1 + 16 + 3 * 13 + 2 * 7 + 3 * 3 + 3 * 2)
    }

    @Test(
        "a limit set is told as it is in force, to the last place",
        arguments: [
            (["lossLimit", "250000.001", "--account", "DESK2"], "lossLimit: 250000.001 in force"),
            (["maxRefAge", "250ms", "--symbol", "AAPL"], "maxRefAge: 250.00 ms in force"),
            (["maxRefAge", "2345ms", "--symbol", "AAPL"], "maxRefAge: 2345 ms in force"),
            (["maxRefAge", "1500us", "--symbol", "AAPL"], "maxRefAge: 1.50 ms in force"),
        ]
    )
    func exact(words: [String], says: String) throws {
        let folder = try TemporaryFolder()
        let hot = try HotDouble(folder.path) { $0 }
        let tool = Tool.run(
            ["limits", "set"] + words + ["--reason", "test", "--state", folder.path]
        )
        #expect(tool.out == "\(says)\n", "\(tool)")
        withExtendedLifetime(hot) {}
    }

    @Test(
        "a rate of 0 and an off where there is none are refused before hot is asked",
        arguments: [
            ["rate", "0", "--strategy", "CLIENT"], ["venueRate", "0", "--venue", "PSX"],
            ["rate", "off", "--strategy", "CLIENT"], ["restricted", "off", "--symbol", "AAPL"],
            ["restricted", "2", "--symbol", "AAPL"],
        ]
    )
    func noRate(words: [String]) throws {
        let folder = try TemporaryFolder()
        let tool = Tool.run(
            ["limits", "set"] + words + ["--reason", "test", "--state", folder.path]
        )
        #expect(tool.status == 65)
        #expect(tool.err.contains(words[0]))
    }
}
