import Foundation
import Testing

extension System {
    @Suite("The venues' drop copies", .serialized)
    struct DropCopies {
        @Test(
            "a break blocks its symbol with 112 and is told; a silent copy is told and blocks not"
        )
        func breakAndSilence() throws {
            try Apus.with { config in
                try config.replace("seed: 11\n", "seed: 11\n      faults: [copy-drop=1]\n")
                try config.replace("seed: 12\n", "seed: 12\n      faults: [copy-silent]\n")
            } _: { apus in
                try apus.start()
                // PSX and its copy agree; nothing comes of it.
                #expect(try order(apus, "AAPL", "PSX").code == 0)
                // NASDAQ accepts this one, and its copy never says so.
                #expect(try order(apus, "MSFT", "NASDAQ").code == 0)
                try require("new orders in MSFT are 112", within: 15) {
                    try order(apus, "MSFT", "NASDAQ").err.contains("refused with 112")
                }
                #expect(try order(apus, "AAPL", "NASDAQ").code == 0)
                #expect(try order(apus, "SPY", "BX").code == 0)
                try require("the silent copy is told of", within: 15) {
                    alerts(apus).contains("drop-copy-silent:BX")
                }
                #expect(
                    alerts(apus).filter { $0.hasPrefix("drop-copy-break") } == [
                        "drop-copy-break:MSFT"
                    ]
                )
                #expect(try order(apus, "SPY", "BX").code == 0)
                try orderOfEvents(apus)
                try settled(apus)
                try apus.down()
                try apus.expectCleanJournal()
            }
        }

        /// Approved, then the latch, then nothing but refusals.
        private func orderOfEvents(_ apus: Apus) throws {
            let records = try apus.journal("new", "kill", "reject").filter {
                $0["symbol"] as? String == "MSFT"
            }
            let kinds = records.compactMap { $0["kind"] as? String }
            let first = kinds.firstIndex(of: "kill") ?? 0
            #expect(kinds.prefix(first).allSatisfy { $0 == "new" } && first > 0, "\(kinds)")
            #expect(kinds.dropFirst(first + 1).allSatisfy { $0 == "reject" }, "\(kinds)")
            #expect(kinds.count > first + 1)
        }

        /// An operator has looked and arms it; cold, started again, reads the day and stays quiet.
        private func settled(_ apus: Apus) throws {
            let words = [
                "--symbol", "MSFT", "--only", "break", "--reason", "the venue confirmed the order",
            ]
            #expect(try apus.run(["arm"] + words).code == 0)
            #expect(try order(apus, "MSFT", "NASDAQ").code == 0)
            let former = try apus.signal("cold", SIGKILL)
            try require("cold is started again", within: 5) { apus.pid("cold") != former }
            try require("its copies are read", within: 15) {
                alerts(apus).filter { $0 == "drop-copy-silent:BX" }.count == 2
            }
            #expect(try order(apus, "MSFT", "NASDAQ").code == 0)
            #expect(alerts(apus).filter { $0.hasPrefix("drop-copy-break") }.count == 1)
        }

        private func order(_ apus: Apus, _ symbol: String, _ venue: String) throws -> Outcome {
            let price = symbol == "MSFT" ? "168.00" : "318.00"
            return try apus.run(["order", "new", symbol, "buy", "10", price, "--venue", venue])
        }

        /// Names of the alerts ever raised, out of cold's log.
        private func alerts(_ apus: Apus) -> [String] {
            apus.file("logs/cold.jsonl").split(separator: "\n").compactMap { line in
                let json = try? JSONSerialization.jsonObject(with: Data(line.utf8))
                guard let object = json as? [String: Any], object["event"] as? String == "alert"
                else { return nil }
                return object["name"] as? String
            }
        }
    }
}
