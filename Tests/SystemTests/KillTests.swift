import Foundation
import Glibc
import Testing

extension System {
    @Suite("Kill", .serialized)
    struct Kill {
        @Test("with cold stopped, the feeds dead and the engine hung: orders end at the venues")
        func everythingBroken() throws {
            try Apus.with { config in
                try config.replace("test_hooks: false", "test_hooks: true")
                try config.replace("silent: 2s", "silent: 20s")
                // From the fourth second of each venue on no packet of its feed arrives.
                for seed in ["seed: 11", "seed: 12", "seed: 13"] {
                    try config.replace(
                        "\(seed)\n",
                        "\(seed)\n      faults: [drop-feed-a=1@4s]\n"
                    )
                }
                try config.replace("max_ref_age: 5s", "max_ref_age: 1s")
            } _: { apus in
                try apus.start()
                let ids = try rest(apus)
                try require("the feeds are dead", within: 15) {
                    usleep(100_000)
                    let probe = try order(apus, "NASDAQ", "168.00")
                    return probe.code == 77 && probe.err.contains("refused with 30")
                }
                let live = try apus.status("liveOrders") ?? 0
                #expect(live >= Int64(ids))
                try apus.signal("cold", SIGSTOP)
                #expect(try apus.run(["engine", "hang"]).code == 0)
                try require("the engine is silent", within: 5) {
                    try apus.status("heartbeatAgeNs") ?? 0 > 100_000_000
                }
                let began = nowNs()
                let kill = try apus.run(["kill", "--reason", "system test", "--json"])
                #expect(kill.code == 1)
                let words = kill.json["text"] as? String ?? "\(kill)"
                #expect(words.contains("3 venue sockets reset"), "\(kill)")
                try require("every order has ended at its venue", within: 5) {
                    apus.venueLog("canceled").count == Int(live)
                }
                let ended = apus.venueLog("canceled").compactMap { $0["t"] as? Int64 }.max() ?? 0
                print("  \(words)")
                print(
                    "  \(live) orders canceled by the venues, the last \(text(ns: ended - began))"
                )
                try recover(apus)
            }
        }

        @Test("given to a hot that is stopped: told so within 2 s, and obeyed when it runs again")
        func stopped() throws {
            try Apus.with { apus in
                try apus.start()
                let pid = try apus.signal("hot", SIGSTOP)
                let began = nowNs()
                let kill = try apus.run(["kill", "--reason", "stopped"])
                #expect(nowNs() - began < 5_000_000_000)
                #expect(kill.code == 69, "\(kill)")
                let words = [
                    "hot (pid \(pid)) has not answered in 2.0 s: it is stopped",
                    "`kill -CONT \(pid)`", "obeyed before anything else", "`kill -KILL \(pid)`",
                ]
                for word in words { #expect(kill.err.contains(word), "\(kill)") }
                try apus.signal("hot", SIGCONT)
                try require("the kill is obeyed", within: 10) { try apus.status("killed") == 1 }
                try expectKilled(apus, reason: "stopped")
            }
        }

        @Test("--hard ends hot and everything with it; what lived ends at the venues")
        func hard() throws {
            try Apus.with { apus in
                try apus.start()
                let count = try rest(apus)
                let kill = try apus.run(["kill", "--hard", "--reason", "system test"])
                #expect(kill.code == 0, "\(kill)")
                try require("every order has ended at its venue", within: 5) {
                    apus.venueLog("canceled").count == count
                }
                try require("apus up ends", within: 30) { apus.up?.isRunning == false }
                #expect(apus.up?.exitCode == 69)
                #expect(apus.up?.err.contains("kill --hard") == true, "\(apus.up?.err ?? "")")
            }
        }

        @Test("given to a hung engine that is then ended, it stands until `apus arm`")
        func survivesRestart() throws {
            try Apus.with { config in
                try config.replace("test_hooks: false", "test_hooks: true")
            } _: { apus in
                try apus.start()
                #expect(try apus.run(["engine", "hang"]).code == 0)
                let kill = try apus.run(["kill", "--reason", "hung"])
                #expect(kill.code == 1)
                #expect(kill.out.contains("kept for a restart"), "\(kill)")
                let former = try apus.signal("hot", SIGKILL)
                try require("hot is started again", within: 10) { apus.pid("hot") != former }
                try expectKilled(apus, reason: "hung")
            }
        }

        /// Nothing trades, the record says who and why, and a person's arm opens the gate again.
        private func expectKilled(_ apus: Apus, reason: String) throws {
            try require("venues are up", within: 15) { try apus.status("venuesUp") == 3 }
            let refused = try order(apus, "NASDAQ", "168.00")
            #expect(refused.code == 77 && refused.err.contains("refused with 101"), "\(refused)")
            #expect(apus.venueLog("enter").isEmpty)
            #expect(apus.file("kill.pending").isEmpty)
            let arm = try apus.run(["arm", "--reason", "system test"])
            #expect(arm.code == 0, "\(arm)")
            let taken = try order(apus, "NASDAQ", "168.00")
            #expect(taken.code == 0, "\(taken)")
            try apus.down()
            let records = try apus.journal("kill", verbose: true)
            let kills = records.filter {
                $0["text"] as? String == reason && $0["uid"] as? Int == Int(getuid())
            }
            #expect(!kills.isEmpty, "\(records)")
            try apus.expectCleanJournal()
        }

        /// The way back: end the hung process, let hot recover, look at the records.
        private func recover(_ apus: Apus) throws {
            let former = try apus.signal("hot", SIGKILL)
            try require("hot is started again", within: 10) { apus.pid("hot") != former }
            try apus.signal("cold", SIGCONT)
            try require("venues are up, nothing lives", within: 15) {
                try apus.run(["status"]).code == 0 && apus.status("venuesUp") == 3
                    && apus.status("liveOrders") == 0
            }
            try apus.down()
            try apus.expectCleanJournal()
        }

        private func rest(_ apus: Apus) throws -> Int {
            var count = 0
            for venue in ["NASDAQ", "BX", "PSX"] {
                for cents in 0..<4 {
                    let outcome = try order(apus, venue, "168.0\(cents)")
                    #expect(outcome.code == 0, "\(outcome)")
                    count += 1
                }
            }
            return count
        }

        private func order(_ apus: Apus, _ venue: String, _ price: String) throws -> Outcome {
            try apus.run(["order", "new", "MSFT", "buy", "10", price, "--venue", venue])
        }

        private func nowNs() -> Int64 {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        }
    }

    @Suite("Roles", .serialized)
    struct Roles {
        @Test("who may only read is refused the rest with 77, and each refusal is in the journal")
        func readOnly() throws {
            try Apus.with { config in
                try config.replace(
                    "may: [read, stop, trade, control]}",
                    "may: [read]}\n  - {uid: 4242, may: [stop]}"
                )
            } _: { apus in
                try apus.start()
                let refused = [
                    ["kill", "--reason", "no"], ["arm", "--reason", "no"],
                    ["order", "new", "MSFT", "buy", "1", "170.00"],
                    ["limits", "set", "maxOrderQty", "10", "--symbol", "MSFT", "--reason", "no"],
                    [
                        "order", "resolve", "0000000000001", "--outcome", "canceled", "--evidence",
                        "no",
                    ],
                    ["session", "roll", "--venue", "BX", "--confirm", "--reason", "no"],
                ]
                for words in refused {
                    let outcome = try apus.run(words)
                    #expect(outcome.code == 77, "\(words): \(outcome)")
                    #expect(outcome.errorLines.count == 1)
                    #expect(outcome.err.contains("has role read"), "\(outcome)")
                }
                #expect(try apus.run(["status"]).code == 0)
                try apus.down()
                let records = try apus.journal("operator", verbose: true)
                let texts = records.compactMap { $0["text"] as? String }
                for verb in [
                    "kill", "arm", "orderNew", "limitSet", "resolve", "sessionRoll",
                ] {
                    #expect(
                        texts.contains { $0.hasPrefix("\(verb): uid \(getuid()) ") },
                        "\(texts)"
                    )
                }
                #expect(apus.venueLog("enter").isEmpty)
                try apus.expectCleanJournal()
            }
        }
    }
}
