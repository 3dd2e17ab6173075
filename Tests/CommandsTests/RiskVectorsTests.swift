import Commands
import Foundation
import Testing

/// The published vectors through the command a desk would run, and what a bad file gets.
@Suite("apus risk vectors")
struct RiskVectorsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let vectors = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/vectors")

    @Test("GATE-1: decisions and final state, exit 0")
    func gate1() {
        let tool = Tool.run(["risk", "vectors", Self.vectors.appending(path: "gate-1.json").path])
        #expect(tool.status == 0)
        #expect(tool.err == "")
        #expect(
            tool.out == """
                {"decisions": [304, null, null, 204, 0, 209, 301, 0, 206, null, 0, null, null, \
                601, 0, 411, 0, 412, 0, null, null, null, 101, 0, null, null, 0, 0, 503, 303], \
                "final": {"AAA": {"pos": 2500, "openBuy": 100, "openSell": 1000, "locate": 3500}, \
                "BBB": {"pos": 3000, "openBuy": 200, "openSell": 0, "locate": 1500}, \
                "openNotional": 817600000, "dayBuy": 1500000000, "daySell": 262600000, \
                "openOrders": 4}}

                """
        )
    }

    @Test("GATE-2 and GCRA-1 agree with what their files expect", arguments: ["gate-2", "gcra-1"])
    func others(name: String) {
        let tool = Tool.run(["risk", "vectors", Self.vectors.appending(path: "\(name).json").path])
        #expect(tool.status == 0)
        #expect(tool.err == "")
    }

    @Test("a file that expects something else ends with 1 and says where")
    func differs() throws {
        let text = try String(
            contentsOf: Self.vectors.appending(path: "gate-1.json"),
            encoding: .utf8
        )
        let path = try folder.write(
            "wrong.json",
            text.replacingOccurrences(of: "\"expect\": 304", with: "\"expect\": 303")
        )
        let tool = Tool.run(["risk", "vectors", path])
        #expect(tool.status == 1)
        #expect(tool.err.contains("events[0]: expected 303, the gate says 304"))
    }

    @Test(
        "a bad file ends with 65, naming field, value and what would be right",
        arguments: [
            ("[1]", "not one JSON object"),
            ("{\"limits\": {\"tik\": 1}, \"symbols\": {}, \"events\": []}", "limits.tik"),
            ("{\"limits\": {\"tick\": 0}, \"symbols\": {}, \"events\": []}", "limits.tick: 0"),
            ("{\"limits\": {}, \"events\": []}", "symbols: missing"),
            (
                "{\"limits\": {}, \"symbols\": {}, \"events\": [{\"t\": 0, \"k\": \"nwe\"}]}",
                "events[0].k: \"nwe\", should be one of ref new fill"
            ),
            ("{\"rate_per_s\": 0, \"burst\": 1, \"times_ns\": []}", "rate_per_s: 0"),
        ]
    )
    func bad(text: String, words: String) throws {
        let path = try folder.write("bad.json", text)
        let tool = Tool.run(["risk", "vectors", path])
        #expect(tool.status == 65)
        #expect(tool.err.contains(words))
        #expect(tool.out == "")
    }
}
