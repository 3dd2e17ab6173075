import Glibc
import Testing

extension System {
    /// What a person is told who was refused, or who let go of a latch.
    @Suite("A refusal by hand", .serialized)
    struct Refusals {
        @Test("names the control, the order's side of it and the limit in force")
        func limits() throws {
            try Apus.with { apus in
                try apus.start()
                let cases: [(words: [String], says: String)] = [
                    (
                        ["AAPL", "buy", "5001", "300.00"],
                        "204: max order quantity; 5001 shares, maxOrderQty of AAPL is 5000"
                    ),
                    (
                        ["SPY", "buy", "9000", "300.00"],
                        "209: max order value; 2700000.00, maxOrderNotional of SPY is 2500000.00"
                    ),
                    (
                        ["AAPL", "buy", "10", "400.00"],
                        "301: price collar, buy; at 400.00, collarBps of AAPL is 500"
                    ),
                    (
                        ["AAPL", "buy", "10", "300.0050"],
                        "206: price not on tick; at 300.005, the tick of AAPL is 0.01"
                    ),
                ]
                for (words, says) in cases { try refused(apus, words, says) }
                try latched(apus)
                try changed(apus)
                let over = try apus.run([
                    "order", "new", "AAPL", "buy", "10", "300.00", "--tif", "gtt", "--until",
                    "00:00:00",
                ])
                #expect(over.code == 65, "\(over)")
                #expect(over.err.hasPrefix("apus: until: \"00:00:00\" is not after "), "\(over)")
                #expect(try apus.status("liveOrders") == 1)
                try apus.down()
                #expect(apus.venueLog("enter").count == 1)
            }
        }

        @Test("a cancel of an order that is over says so; `why` tells a replaced order's new total")
        func over() throws {
            try Apus.with { apus in
                try apus.start()
                let order = try apus.run([
                    "order", "new", "AAPL", "buy", "100", "300.00", "--venue", "NASDAQ", "--json",
                ])
                let id = try #require(order.json["orderID"] as? String, "\(order)")
                try require("it rests", within: 5) { apus.venueLog("accepted").count == 1 }
                #expect(try apus.run(["order", "replace", id, "60", "300.01"]).code == 0)
                try require("it is replaced", within: 5) { apus.venueLog("replaced").count == 1 }
                #expect(try apus.run(["order", "cancel", id]).out == "\(id): cancel sent\n")
                try require("it is over", within: 5) { try apus.status("liveOrders") == 0 }
                let again = try apus.run(["order", "cancel", id])
                #expect(again.out == "\(id): over already (canceled): nothing to cancel\n")
                #expect(again.code == 0)
                try apus.down()
                let why = try apus.run(["order", "why", id]).out
                #expect(why.contains(" replaced to 60 at 300.01, 60 open, 0 filled"), "\(why)")
                #expect(why.contains(", spread "), "\(why)")
                let record = try apus.run(["order", "why", "1"])
                #expect(record.code == 65)
                #expect(record.err.contains("is about no order"), "\(record)")
            }
        }

        private func refused(_ apus: Apus, _ words: [String], _ says: String) throws {
            let outcome = try apus.run(["order", "new"] + words)
            #expect(outcome.code == 77)
            #expect(outcome.err == "apus: refused with \(says)\n")
        }

        /// Of a latch the order is not to blame: what its limit is, it says all the same.
        private func latched(_ apus: Apus) throws {
            let scope = ["--strategy", "HAND", "--only", "rejects", "--reason", "x"]
            #expect(try apus.run(["kill"] + scope).code == 0)
            try refused(
                apus,
                ["AAPL", "buy", "10", "300.00"],
                "505: consecutive rejects; latched on strategy HAND, rejectsMax of firm is 50, "
                    + "rejectsWindow of firm is 1.0 s"
            )
            #expect(try apus.run(["arm"] + scope).code == 0)
        }

        /// A limit changed while running is the one that is named; a replace names it too.
        private func changed(_ apus: Apus) throws {
            let new = ["order", "new", "AAPL", "buy", "50", "300.00", "--json"]
            let id = try #require(try apus.run(new).json["orderID"] as? String)
            let set = ["limits", "set", "maxOrderQty", "60", "--symbol", "AAPL", "--reason", "x"]
            #expect(try apus.run(set).code == 0)
            try refused(
                apus,
                ["AAPL", "buy", "61", "300.00"],
                "204: max order quantity; 61 shares, maxOrderQty of AAPL is 60"
            )
            try require("it rests", within: 5) { apus.venueLog("accepted").count == 1 }
            let more = try apus.run(["order", "replace", id, "70", "300.00"])
            #expect(more.code == 77)
            #expect(
                more.err.contains("204: max order quantity; 70 shares, maxOrderQty of AAPL is 60"),
                "\(more)"
            )
        }

        @Test("arming one scope says what still stands, and when nothing does")
        func arming() throws {
            try Apus.with { apus in
                try apus.start()
                for scope in [
                    ["--symbol", "AAPL"], ["--symbol", "MSFT"], ["--account", "DESK1"], [],
                    ["--venue", "BX"], ["--strategy", "CLIENT", "--only", "ratio"],
                ] {
                    let kill = try apus.run(["kill", "--reason", "test"] + scope)
                    #expect(kill.code == 0, "\(kill)")
                }
                func arm(_ scope: String...) throws -> String {
                    let outcome = try apus.run(["arm", "--reason", "test"] + scope)
                    #expect(outcome.code == 0, "\(outcome)")
                    return outcome.out
                }
                #expect(
                    try arm("--symbol", "AAPL")
                        == "arm AAPL: let go of; still in force: kill of firm, kill of account DESK1, "
                        + "504 order-to-trade ratio of strategy CLIENT, kill of venue BX\n"
                )
                #expect(
                    try arm()
                        == "arm firm: let go of; still in force: kill of account DESK1, 504 "
                        + "order-to-trade ratio of strategy CLIENT, kill of symbol MSFT, kill of "
                        + "venue BX\n"
                )
                _ = try arm("--account", "DESK1")
                _ = try arm("--venue", "BX")
                _ = try arm("--strategy", "CLIENT")
                #expect(try arm("--symbol", "MSFT") == "arm MSFT: new orders are allowed again\n")
                try apus.down()
            }
        }
    }
}
