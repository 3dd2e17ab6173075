import Foundation
import Glibc
import Testing

extension System {
    @Suite("From one day to the next", .serialized)
    struct NextDay {
        /// Real processes on both days, and the roll killed behind each of its steps in between.
        @Test("a kill is still a kill, positions are there, whenever the roll was killed")
        func killed() throws {
            try Apus.with { config in
                try config.replace("test_hooks: false", "test_hooks: true")
                try config.replace("trading_date: today", "trading_date: 2026-11-20")
            } _: { apus in
                try firstDay(apus)
                try rollThroughCrashes(apus)
                try secondDay(apus)
            }
        }

        private func firstDay(_ apus: Apus) throws {
            try apus.start()
            for (account, qty) in [("DESK1", "300"), ("DESK2", "-40")] {
                let adjust = try apus.run([
                    "position", "adjust", "AAPL", "--account", account, "--qty", qty,
                    "--price", "324.00", "--reason", "transfer",
                ])
                #expect(adjust.code == 0, "\(adjust)")
            }
            let kill = try apus.run(["kill", "--reason", "fat finger"])
            #expect(kill.code == 0, "\(kill)")
            try apus.down()
        }

        private func rollThroughCrashes(_ apus: Apus) throws {
            let wanted = "\(apus.folder)/wanted"
            try copy(apus.state, wanted)
            let whole = try roll(apus, wanted)
            #expect(whole.code == 0, "\(whole)")
            #expect(whole.out.contains("rolled from 20261120 to 20261123"))
            let start = try Data(contentsOf: path(wanted, "journal/20261123/start.json"))
            let image = try Data(contentsOf: path(wanted, "hot.image"))
            for step in 1...4 {
                let state = "\(apus.folder)/crash\(step)"
                try copy(apus.state, state)
                let crashed = try roll(apus, state, "--crash-after", "\(step)")
                #expect(crashed.code == -9, "step \(step): \(crashed)")
                // Behind the last step there is nothing to finish, and the roll has said so.
                if step < 4 {
                    let up = try Outcome.of(
                        "apus",
                        ["up", "--config", apus.config, "--state", state],
                        folder: apus.folder
                    )
                    #expect(up.code == 65, "step \(step): \(up)")
                    #expect(up.err.contains("was begun and is not finished"))
                    let finished = try roll(apus, state)
                    #expect(finished.code == 0, "step \(step): \(finished)")
                    #expect(finished.out == whole.out.replacing(wanted, with: state))
                }
                #expect(try Data(contentsOf: path(state, "journal/20261123/start.json")) == start)
                #expect(try Data(contentsOf: path(state, "hot.image")) == image)
                #expect(!FileManager.default.fileExists(atPath: "\(state)/roll.json"))
            }
            let real = try roll(apus, apus.state)
            #expect(real.code == 0, "\(real)")
            print("  rolled through a crash behind each of 4 steps: same start, same image")
        }

        private func secondDay(_ apus: Apus) throws {
            try apus.start()
            #expect(apus.up?.out.contains("20261123 begins with 2 positions, 1 latched") == true)
            #expect(try apus.status("killed") == 1)
            let client = OuchClient(apus, user: "DESKA")
            #expect(client.logIn())
            let refused = client.enter(cents: 31_400)
            try require("an answer", within: 5) {
                client.pump(milliseconds: 5)
                return client.orders[refused].map { $0.answeredNs > 0 } ?? false
            }
            #expect(client.orders[refused]?.code == 101)
            let kills = try apus.journal("kill", verbose: true)
            #expect(kills.count == 1)
            #expect("\(kills)".contains("carried since 20261120: fat finger"), "\(kills)")
            let positions = try apus.run(["positions", "--json"])
            #expect(positions.out.contains("300"), "\(positions)")
            #expect(positions.out.contains("-40"), "\(positions)")

            // The day before is replayed with the image it was run with.
            let before = try apus.run(["journal", "replay", "--date", "20261120", "--json"])
            #expect(before.code == 0, "\(before)")
            #expect(before.out.contains("\"symbol\": \"AAPL\", \"position\": 300"))
            let after = try apus.run(["journal", "replay", "--json"])
            #expect(after.out.contains("\"symbol\": \"AAPL\", \"position\": 300"), "\(after)")

            let arm = try apus.run(["arm", "--reason", "looked into it"])
            #expect(arm.code == 0, "\(arm)")
            let taken = client.enter(cents: 31_400)
            try require("it is accepted", within: 5) {
                client.pump(milliseconds: 5)
                return client.orders[taken]?.isAccepted == true
            }
            client.close()
            try apus.down()
            try apus.expectCleanJournal()
        }

        private func roll(_ apus: Apus, _ state: String, _ more: String...) throws -> Outcome {
            let words = ["day", "roll", "--config", apus.config, "--state", state] + more
            return try Outcome.of("apus", words, folder: apus.folder)
        }

        private func copy(_ from: String, _ to: String) throws {
            let copied = try Outcome.of("/bin/cp", ["-a", from, to], folder: "/tmp")
            #expect(copied.code == 0, "\(copied)")
        }

        private func path(_ state: String, _ name: String) -> URL {
            URL(filePath: "\(state)/\(name)")
        }
    }
}
