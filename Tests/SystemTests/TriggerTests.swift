import Glibc
import Testing

extension System {
    @Suite("Triggers by hand", .serialized)
    struct Triggers {
        @Test(
            "seen, cleared, ended by a mass cancel, and told of: who gave the order and why it ended"
        )
        func story() throws {
            try Apus.with { apus in
                try apus.start()
                #expect(try said(apus, ["order", "trigger", "--list"]) == "no triggers")
                #expect(
                    try said(apus, ["order", "trigger", "AAPL", "--clear"])
                        == "no trigger stood on AAPL"
                )
                let set = ["order", "trigger", "AAPL", "buy", "700", "10.00"]
                #expect(try said(apus, set) == "AAPL: trigger set")
                #expect(
                    try said(apus, set)
                        == "AAPL: trigger set; the one it replaces had 700 shares still to take"
                )
                let list = try said(apus, ["order", "trigger", "--list"])
                #expect(list.contains("AAPL") && list.contains("700") && list.contains("HAND"))
                let all = ["order", "cancel", "--all", "--reason", "out"]
                #expect(
                    try said(apus, all + ["--venue", "NASDAQ"])
                        == "0 orders: cancel sent; 1 triggers stand, which are of no venue"
                )
                #expect(
                    try said(apus, all + ["--side", "sell"]) == "0 orders: cancel sent"
                )
                #expect(try said(apus, all) == "0 orders: cancel sent; 1 triggers ended")
                #expect(try said(apus, ["order", "trigger", "--list"]) == "no triggers")
                try taken(apus)
                try apus.down()
                try apus.expectCleanJournal()
                let report = try apus.run(["day", "report"]).out
                #expect(report.contains("replaced by another"), "\(report)")
                #expect(report.contains("mass cancel by uid \(getuid())"), "\(report)")
                #expect(report.contains("all asked for"), "\(report)")
            }
        }

        /// Above every offer: it takes at once what it was set for.
        private func taken(_ apus: Apus) throws {
            _ = try said(apus, ["order", "trigger", "AAPL", "buy", "10", "327.00"])
            try require("the trigger has given an order", within: 10) {
                try !apus.journal("new").isEmpty
            }
            let id = try #require(apus.journal("new").last?["orderID"] as? String)
            let why = try said(apus, ["order", "why", id])
            #expect(why.contains("given by trigger buy 10 AAPL at 327"), "\(why)")
        }

        private func said(_ apus: Apus, _ words: [String]) throws -> String {
            let outcome = try apus.run(words)
            #expect(outcome.code == 0, "\(outcome)")
            return String(outcome.out.drop { $0 == "\n" }.reversed().drop { $0 == "\n" }.reversed())
        }
    }
}
