import Glibc
import Testing

extension System {
    /// Simulated venues forget when they end: what was open then has nobody left to end it but a
    /// person (semantics §2.16).
    @Suite("Orders open when everything went down", .serialized)
    struct Settling {
        @Test("are said by up and roll, settled by a person behind a shut gate, and the day rolls")
        func settled() throws {
            try Apus.with { config in
                try config.replace("seed: 11\n", "seed: 11\n      faults: [ignore-cancels@4s]\n")
            } _: { apus in
                let begunNs = monotonicNs()
                try apus.start()
                let ids = try ["300.00", "300.01"].map { try rest(apus, $0) }
                try require("the venue is deaf to cancels", within: 15) {
                    monotonicNs() - begunNs > 6_000_000_000
                }
                let down = try apus.run(["down"], seconds: 70)
                #expect(down.code == 1, "\(down)")
                for id in ids { #expect(down.out.contains(id), "\(down)") }
                try require("apus up ended", within: 20) { apus.up?.isRunning == false }

                let up = try Outcome.of("apus", apus.upArguments, folder: apus.folder)
                #expect(up.code == 65, "\(up)")
                #expect(up.err.contains("2 orders are open in it; `apus up --settle"), "\(up)")
                let early = try apus.run(["day", "roll", "--config", apus.config])
                #expect(early.code == 77, "\(early)")
                #expect(early.err.contains("2 orders of "), "\(early)")
                #expect(early.err.contains("`apus up --settle --state "), "\(early)")

                try settle(apus, ids)
                try apus.expectCleanJournal()
                let roll = try apus.run(["day", "roll", "--config", apus.config])
                #expect(roll.code == 0, "\(roll)")
            }
        }

        private func rest(_ apus: Apus, _ price: String) throws -> String {
            let before = apus.venueLog("accepted").count
            let order = try apus.run([
                "order", "new", "AAPL", "buy", "10", price, "--venue", "NASDAQ", "--json",
            ])
            let id = try #require(order.json["orderID"] as? String, "\(order)")
            try require("it rests", within: 5) { apus.venueLog("accepted").count > before }
            return id
        }

        private func settle(_ apus: Apus, _ ids: [String]) throws {
            let up = try Started("apus", apus.upArguments + ["--settle"], folder: apus.folder)
            defer { up.tell(SIGKILL) }
            try require("up behind a shut gate: \(up.err)", within: 40) {
                !up.isRunning || up.out.contains("apus order resolve ID")
            }
            try #require(up.isRunning, "\(up.out) \(up.err)")
            #expect(up.out.contains("to settle: 2 orders; the gate is shut"), "\(up.out)")
            #expect(try apus.status("unknownOrders") == 2)
            let order = try apus.run(["order", "new", "AAPL", "buy", "1", "300.00"])
            #expect(order.code == 77, "the gate is shut: \(order)")
            let word = ["--evidence", "the venue's log"]
            // The venue's cancel-on-logout took them, and nobody was there to be told.
            for id in ids {
                let said = try apus.run(["order", "resolve", id, "--outcome", "canceled"] + word)
                #expect(said.code == 0, "\(said)")
            }
            let down = try apus.run(["down"], seconds: 60)
            #expect(down.code == 0, "\(down)")
            #expect(down.out.hasSuffix("nothing is open\n"), "\(down)")
            try require("up ended", within: 20) { !up.isRunning }
        }

        @Test("once settled, and every venue's new session taken, the same date trades on")
        func tradesOn() throws {
            try Apus.with { config in
                try config.replace("seed: 11\n", "seed: 11\n      faults: [ignore-cancels@4s]\n")
            } _: { apus in
                let begunNs = monotonicNs()
                try apus.start()
                let id = try rest(apus, "300.00")
                try require("the venue is deaf to cancels", within: 15) {
                    monotonicNs() - begunNs > 6_000_000_000
                }
                let down = try apus.run(["down"], seconds: 70)
                #expect(down.code == 1, "\(down)")
                try require("apus up ended", within: 20) { apus.up?.isRunning == false }
                let up = try Started("apus", apus.upArguments + ["--settle"], folder: apus.folder)
                defer { up.tell(SIGKILL) }
                try require("up behind a shut gate", within: 40) {
                    !up.isRunning || up.out.contains("apus order resolve ID")
                }
                try takesNewSessions(apus, id)
                try require("the gate opens", within: 20) { try apus.status("gateOpen") == 1 }
                try require("an order goes to another venue", within: 10) {
                    let order = try apus.run([
                        "order", "new", "AAPL", "buy", "10", "300.00", "--venue", "BX",
                    ])
                    return order.code == 0
                }
                let end = try apus.run(["down"], seconds: 60)
                #expect(end.code == 0, "\(end)")
                try require("up ended", within: 20) { !up.isRunning }
                try apus.expectCleanJournal()
            }
        }

        private func takesNewSessions(_ apus: Apus, _ id: String) throws {
            var words = [
                ["order", "resolve", id, "--outcome", "canceled", "--evidence", "the venue's log"]
            ]
            for venue in ["NASDAQ", "BX", "PSX"] {
                words.append([
                    "session", "roll", "--venue", venue, "--confirm", "--reason", "it began anew",
                ])
            }
            words.append(["arm", "--symbol", "AAPL", "--reason", "all is settled"])
            for command in words {
                let said = try apus.run(command)
                #expect(said.code == 0, "\(command): \(said)")
            }
        }

        @Test("where nothing is recorded there is nothing to settle")
        func nothing() throws {
            try Apus.with { apus in
                let up = try Outcome.of(
                    "apus",
                    apus.upArguments + ["--settle"],
                    folder: apus.folder
                )
                #expect(up.code == 65, "\(up)")
                #expect(up.err.contains("nothing is there to settle"), "\(up)")
            }
        }
    }
}
