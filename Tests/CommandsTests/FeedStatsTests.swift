import Testing

@Suite("apus feed stats")
struct FeedStatsTests {
    private func stats(_ bytes: [UInt8], _ arguments: String...) throws -> Tool {
        let file = try FeedFixture(bytes)
        return Tool.run(["feed", "stats", "--itch", file.path] + arguments)
    }

    @Test("counts messages, symbols, resting orders and references nobody announced")
    func counts() throws {
        let file =
            FeedBytes.systemEvent(ns: 5)
            + FeedBytes.add(1, "B", 100, 10_000, ns: 6)
            + FeedBytes.add(2, "S", 100, 10_100, ns: 7, locate: 8, stock: "BBB     ")
            + FeedBytes.execute(1, 100, ns: 8)
            + FeedBytes.delete(1, ns: 9)
            + FeedBytes.replace(2, 3, 50, 10_200, ns: 10)
            + FeedBytes.replace(9, 10, 50, 10_200, ns: 11)
        let tool = try stats(file, "--json")
        #expect(tool.status == 0)
        #expect(tool.err.isEmpty)
        #expect(
            tool.out == """
                {"messages": 7, "byType": {"A": 2, "D": 1, "E": 1, "S": 1, "U": 2}, "firstNs": 5, \
                "lastNs": 11, "symbols": 2, "liveOrders": 1, "unknownRefs": {"D": 1, "U": 1}, \
                "badLength": 0, "truncatedBytes": 0}

                """
        )
    }

    @Test("a file cut inside a message prints its counts, one line, and ends with 65")
    func cut() throws {
        let whole = FeedBytes.add(1, "B", 100, 10_000, ns: 6)
        let tool = try stats(whole + whole.dropLast(), "--json")
        #expect(tool.status == 65)
        #expect(tool.out.contains("\"messages\": 1,"))
        #expect(tool.out.contains("\"truncatedBytes\": 37}"))
        #expect(tool.err.split(separator: "\n").count == 1)
        #expect(tool.err.contains("37 bytes behind the last whole one, at offset 38 of 75"))
    }

    @Test("one byte is a cut file too, an empty one is not")
    func tiny() throws {
        #expect(try stats([0]).status == 65)
        let empty = try stats([], "--json")
        #expect(empty.status == 0)
        #expect(empty.out.contains("\"firstNs\": null, \"lastNs\": null"))
    }

    @Test("a length of 0 ends the session")
    func endOfSession() throws {
        let file = FeedBytes.systemEvent(ns: 1) + [0, 0] + FeedBytes.systemEvent(ns: 2) + [9]
        let tool = try stats(file, "--json")
        #expect(tool.status == 0)
        #expect(tool.out.contains("\"messages\": 1,"))
    }

    @Test("a length that is not the type's is counted; a longer message is read all the same")
    func badLength() throws {
        let add = FeedBytes.add(1, "B", 100, 10_000, ns: 6).dropFirst(2)
        let file =
            FeedBytes.frame(Array(add) + [0]) + FeedBytes.frame(Array(add.dropLast()))
            + FeedBytes.frame([0x7A]) + FeedBytes.frame([0])
        let tool = try stats(file, "--json")
        #expect(tool.out.contains("\"byType\": {\"0x00\": 1, \"A\": 2, \"z\": 1}"))
        #expect(tool.out.contains("\"badLength\": 2"))
        #expect(tool.out.contains("\"liveOrders\": 1"))
    }

    @Test("more orders than the table begins with are followed all the same")
    func grows() throws {
        var file: [UInt8] = []
        for reference in UInt64(1)...70_000 { file += FeedBytes.add(reference, "B", 1, 1, ns: 1) }
        for reference in UInt64(1)...10 { file += FeedBytes.delete(reference, ns: 2) }
        let tool = try stats(file, "--json")
        #expect(tool.out.contains("\"liveOrders\": 69990, \"unknownRefs\": {}"))
    }

    @Test("a file that is not there is one line and 65")
    func missing() {
        let tool = Tool.run("feed", "stats", "--itch", "/nowhere/at/all.itch50")
        #expect(tool.status == 65)
        #expect(tool.err.contains("--itch /nowhere/at/all.itch50"))
        #expect(tool.err.split(separator: "\n").count == 1)
    }

    @Test("the AAPL capture gives the counts of its README", .enabled(if: FeedData.hasAAPL))
    func aapl() {
        let tool = Tool.run("feed", "stats", "--itch", FeedData.aapl, "--json")
        #expect(tool.status == 0)
        // 03:07:14.909934… to 07:59:30.516505…
        #expect(
            tool.out == """
                {"messages": 10000, "byType": {"A": 4758, "D": 4083, "E": 849, "F": 2, "H": 1, \
                "L": 52, "P": 240, "R": 1, "U": 7, "X": 6, "Y": 1}, "firstNs": 11234909934345, \
                "lastNs": 28770516505496, "symbols": 1, "liveOrders": 215, "unknownRefs": {}, \
                "badLength": 0, "truncatedBytes": 0}

                """
        )
    }
}
