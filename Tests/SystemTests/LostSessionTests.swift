import Foundation
import Glibc
import Testing

extension System {
    /// What software cannot know, said by a person at the command line (semantics §2.12, §2.16).
    @Suite("A person's word", .serialized)
    struct PersonsWord {
        /// The launcher stands still instead of ending everything with the venue.
        @Test("settles the orders of a venue that has lost our session, and begins a new one")
        func lostSession() throws {
            try Apus.with { apus in
                try apus.start()
                let ids = try ["168.00", "168.01", "168.02"].map {
                    try rest(apus, "MSFT", "BX", $0)
                }
                let other = try rest(apus, "AAPL", "PSX", "318.00")
                try refusedWhileAllIsWell(apus, ids[0])
                let launcher = try #require(apus.up)
                launcher.tell(SIGSTOP)
                let venue = try forget(apus, "BX")
                defer { venue.tell(SIGKILL) }
                try require("three orders nobody knows the end of", within: 20) {
                    try apus.status("unknownOrders") == 3
                }
                try resolve(apus, ids)
                #expect(try apus.status("unknownOrders") == 0)
                try roll(apus)
                try trades(apus)
                let told = try apus.run(["journal", "print", "--order", other])
                #expect(!told.out.contains("canceled"), "PSX has lost nothing: \(told)")
                try end(apus, launcher)
                try recorded(apus, ids)
                try apus.expectCleanJournal()
                let check = try apus.run(["journal", "check", "--all-venues"])
                #expect(
                    check.out.contains(
                        "by a person's word alone: the end of 3 orders, 14 shares filled"
                    ),
                    "\(check)"
                )
            }
        }

        private func rest(
            _ apus: Apus,
            _ symbol: String,
            _ venue: String,
            _ price: String
        ) throws -> String {
            let order = try apus.run([
                "order", "new", symbol, "buy", "10", price, "--venue", venue, "--json",
            ])
            #expect(order.code == 0, "\(order)")
            let id = try #require(order.json["orderID"] as? String)
            try require("\(id) rests", within: 5) {
                try apus.run(["order", "list", "--json"]).out.contains(id)
                    && apus.venueLog("accepted", venue: venue).count >= 1
            }
            return id
        }

        /// Nothing of this changes anything: there is nothing a person would have to say.
        private func refusedWhileAllIsWell(_ apus: Apus, _ id: String) throws {
            let word = ["--outcome", "canceled", "--evidence", "desk"]
            let refusals: [(words: [String], code: Int32, says: String)] = [
                (["order", "resolve", id] + word, 77, "refused with 106"),
                (["order", "resolve", "0000000000001"] + word, 77, "refused with 213"),
                (["order", "resolve", "12"] + word, 65, "ID \"12\" is not an order id"),
                (["order", "resolve", id, "--outcome", "canceled"], 64, "--evidence"),
                (["order", "resolve"] + word, 64, "<id>"),
                (["order", "resolve", id, "--filled", "x"] + word, 64, "--filled"),
                (
                    ["order", "resolve", id, "--outcome", "gone", "--evidence", "desk"], 65,
                    "--outcome \"gone\" is not one of canceled, filled, rejected"
                ),
                (
                    ["order", "resolve", id, "--outcome", "filled", "--evidence", "desk"], 65,
                    "filled"
                ),
                (
                    ["order", "resolve", id, "--outcome", "canceled", "--evidence", ""], 65,
                    "evidence"
                ),
                (["session", "roll", "--venue", "BX", "--reason", "x"], 77, "needs --confirm"),
                (["session", "roll", "--venue", "BX", "--confirm"], 64, "--reason"),
                (["session", "roll", "--confirm", "--reason", "x"], 64, "--venue"),
                (["session", "roll", "--venue", "XX", "--confirm", "--reason", "x"], 65, "XX"),
                (
                    ["session", "roll", "--venue", "BX", "--confirm", "--reason", "x"], 77,
                    "refused with 106"
                ),
            ]
            for (words, code, says) in refusals {
                let outcome = try apus.run(words)
                #expect(outcome.code == code, "\(words): \(outcome)")
                #expect(outcome.err.contains(says), "\(words): \(outcome)")
            }
            #expect(try apus.status("venuesUp") == 3)
            #expect(try apus.status("liveOrders") == 4)
        }

        /// The venue dies and comes back at the same ports without a memory of the day.
        private func forget(_ apus: Apus, _ name: String) throws -> Started {
            let ports = try #require(
                try JSONSerialization.jsonObject(
                    with: Data(apus.file("venues/\(name).ports.json").utf8)
                ) as? [String: Any]
            )
            let pid = try #require((ports["pid"] as? NSNumber)?.int32Value)
            let line = try Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline"))
            var words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            for (flag, key) in [
                ("--ouch", "ouch"), ("--drop-copy", "dropCopy"), ("--request", "request"),
                ("--feed-subscribe", "feed"),
            ] {
                let place = try #require(words.firstIndex(of: flag)) + 1
                let port = try #require((ports[key] as? NSNumber)?.intValue)
                words[place] = "127.0.0.1:\(port)"
            }
            kill(pid, SIGKILL)
            try require("\(name) is gone", within: 5) { !apus.isOurs(pid) }
            return try Started("apus-venue", Array(words.dropFirst()), folder: apus.folder)
        }

        private func resolve(_ apus: Apus, _ ids: [String]) throws {
            func say(_ id: String, _ words: String...) throws -> Outcome {
                try apus.run(["order", "resolve", id, "--evidence", "BX desk, 10:04"] + words)
            }
            let tooMany = try say(
                ids[1],
                "--outcome",
                "filled",
                "--filled",
                "11",
                "--price",
                "168.01"
            )
            #expect(tooMany.code == 77 && tooMany.err.contains("more than it had open"))
            let noPrice = try say(ids[1], "--outcome", "filled", "--filled", "10")
            #expect(noPrice.code == 77 && noPrice.err.contains("need their price"), "\(noPrice)")
            let dearer = ["--outcome", "filled", "--filled", "10", "--price", "168.02"]
            let beyond = try apus.run(
                ["order", "resolve", ids[1], "--evidence", "BX desk, 10:04"] + dearer
            )
            #expect(beyond.code == 77, "\(beyond)")
            #expect(
                beyond.err.contains("301: price collar, buy; 168.02 is above 168.01, its limit"),
                "\(beyond)"
            )
            #expect(try apus.status("unknownOrders") == 3, "a refusal settles nothing")

            let words = [
                ["--outcome", "canceled", "--filled", "4", "--price", "168.00"],
                ["--outcome", "filled", "--filled", "10", "--price", "168.01"],
                ["--outcome", "rejected"],
            ]
            for (id, more) in zip(ids, words) {
                let outcome = try apus.run(
                    ["order", "resolve", id, "--evidence", "BX desk, 10:04"] + more
                )
                #expect(outcome.code == 0, "\(more): \(outcome)")
                #expect(outcome.out == "\(id): resolved\n")
            }
            let again = try say(ids[0], "--outcome", "canceled")
            #expect(again.code == 77 && again.err.contains("213"), "over is over: \(again)")
        }

        private func roll(_ apus: Apus) throws {
            let rolled = try apus.run([
                "session", "roll", "--venue", "BX", "--confirm", "--reason", "BX desk, 10:05",
            ])
            #expect(rolled.code == 0, "\(rolled)")
            #expect(rolled.out == "BX: new session\n")
            try require("BX is open again", within: 20) { try apus.status("venuesUp") == 3 }
        }

        /// The symbol is at 112 since its orders were UNKNOWN; a person opens it.
        private func trades(_ apus: Apus) throws {
            let arm = try apus.run(["arm", "--symbol", "MSFT", "--reason", "all are settled"])
            #expect(arm.code == 0, "\(arm)")
            try require("BX takes an order", within: 15) {
                try apus.run([
                    "order", "new", "MSFT", "buy", "1", "168.00", "--venue", "BX",
                ]).code == 0
            }
        }

        private func end(_ apus: Apus, _ launcher: Started) throws {
            for name in ["hot", "cold"] {
                let pid = try apus.signal(name, SIGTERM)
                try require("\(name) ends", within: 30) { !apus.isOurs(pid) }
            }
            launcher.tell(SIGKILL)
            try require("the launcher ends", within: 10) { !launcher.isRunning }
        }

        /// Everything is in the journal with who, and why: what was done and what was not.
        private func recorded(_ apus: Apus, _ ids: [String]) throws {
            let operators = try apus.journal("operator", verbose: true)
            let words = operators.filter { $0["text"] as? String == "BX desk, 10:04" }
            #expect(words.count == 7, "three settled, four refused: \(operators)")
            #expect(words.allSatisfy { ($0["uid"] as? Int) == Int(getuid()) }, "\(words)")
            #expect(operators.contains { $0["text"] as? String == "BX desk, 10:05" })
            let replay = try apus.run(["journal", "replay", "--json"])
            #expect(
                replay.out.contains("\"symbol\": \"MSFT\", \"position\": 14"),
                "4 of one and 10 of another: \(replay)"
            )
        }
    }
}
