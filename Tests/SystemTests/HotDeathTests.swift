import Glibc
import Testing

extension System {
    @Suite("When hot dies", .serialized)
    struct HotDeath {
        @Test("by SIGKILL amid trading, every order of the client gets its end, told once")
        func killed() throws {
            try Apus.with { apus in
                try apus.start()
                let trader = Trader(OuchClient(apus, user: "DESKA"), perSecond: 300)
                try trader.start()
                try require("trading", within: 15) { trader.progress.accepted > 300 }
                try killHot(apus, trader, also: [])
                try conclude(apus, trader)
            }
        }

        @Test("together with cold, both come back and agree with the venues")
        func bothKilled() throws {
            try Apus.with { apus in
                try apus.start()
                let trader = Trader(OuchClient(apus, user: "DESKA"), perSecond: 300)
                try trader.start()
                try require("trading", within: 15) { trader.progress.accepted > 300 }
                try killHot(apus, trader, also: ["cold"])
                try conclude(apus, trader)
            }
        }

        @Test("while cold stands still, it recovers and answers; it trades when cold moves on")
        func coldStopped() throws {
            try Apus.with { apus in
                try apus.start()
                let trader = Trader(OuchClient(apus, user: "DESKA"), perSecond: 300)
                try trader.start()
                try require("trading", within: 15) { trader.progress.accepted > 300 }
                try apus.signal("cold", SIGSTOP)
                try killHotUntilBack(apus, trader, also: [])
                // Nobody reads the record: a file that cold left is no living cold.
                try require("new orders are refused with 111", within: 10) {
                    trader.progress.rejects[111] ?? 0 > 20
                }
                try apus.signal("cold", SIGCONT)
                try requireTrading(trader)
                try conclude(apus, trader)
            }
        }

        @Test("with orders out that no venue ever received, it proves so and tells their owner")
        func neverReceived() throws {
            try Apus.with { config in
                for seed in ["seed: 11", "seed: 12", "seed: 13"] {
                    try config.replace(
                        "\(seed)\n",
                        "\(seed)\n      faults: [ignore-orders@3s, none@5s]\n"
                    )
                }
            } _: { apus in
                try apus.start()
                let startedNs = monotonicNs()
                let trader = Trader(OuchClient(apus, user: "DESKA"), perSecond: 50)
                try trader.start()
                // Unanswered for as long as hot.timeouts.ack says, an order is UNKNOWN.
                try require("orders are lost on their way", within: 15) {
                    try apus.status("unknownOrders") ?? 0 > 0
                }
                try require("the venues hear again", within: 10) {
                    monotonicNs() - startedNs > 5_500_000_000
                }
                try killHot(apus, trader, also: [])
                try conclude(apus, trader)
                // Refused to their owner with 507, could not be handed over: each lost order, once.
                #expect(trader.client.rejects[507] ?? 0 > 0)
            }
        }

        /// Kills and waits until the client trades again.
        private func killHot(_ apus: Apus, _ trader: Trader, also: [String]) throws {
            try killHotUntilBack(apus, trader, also: also)
            try requireTrading(trader)
        }

        private func requireTrading(_ trader: Trader) throws {
            let then = trader.progress.accepted
            try require("its orders are accepted again", within: 20) {
                trader.progress.accepted > then + 100
            }
        }

        /// Kills, waits until the client is logged in again, and says how long that took.
        private func killHotUntilBack(_ apus: Apus, _ trader: Trader, also: [String]) throws {
            let former = try apus.signal("hot", SIGKILL)
            for name in also { try apus.signal(name, SIGKILL) }
            let killedNs = monotonicNs()
            try require("hot is started again", within: 5) { apus.pid("hot") != former }
            try require("the client is back", within: 20) { trader.progress.logins > 1 }
            let backNs = monotonicNs() - killedNs
            print("  client logged in again after \(text(ns: backNs))")
        }

        private func conclude(_ apus: Apus, _ trader: Trader) throws {
            try trader.finish()
            let client = trader.client
            let lost = client.orders.values.count { $0.neverReceived }
            print(
                "  \(client.orders.count) orders, \(lost) never came in, "
                    + "\(client.messages.count) messages, rejects \(client.rejects), largest gap "
                    + "\(text(ns: client.answerGapNsMax))"
            )
            #expect(client.broken == [])
            #expect(client.unanswered == [])
            #expect(client.liveOrders() == [])
            client.close()
            // What a client that lost everything would be told is what this one was told piecemeal.
            let whole = try client.wholeSession(count: client.messages.count)
            #expect(whole.count == client.messages.count)
            let isSame = whole == client.messages
            #expect(isSame, "the replay from message 1 differs from what was heard")
            try apus.down()
            try apus.expectCleanJournal()
            let executed = apus.venueLog("executed").reduce(0) { $0 + ($1["qty"] as? Int ?? 0) }
            #expect(client.filledQty == Int64(executed))
        }
    }
}

extension System {
    @Suite("When hot dies at every start", .serialized)
    struct CrashLoop {
        @Test("the third at the same message of a venue only cancels, until a person arms")
        func third() throws {
            try Apus.with { apus in
                try apus.start()
                let client = OuchClient(apus, user: "DESKA")
                #expect(client.logIn())
                let ref = client.enter(cents: 31_400)
                try require("an order lives", within: 5) {
                    client.pump(milliseconds: 5)
                    return client.orders[ref]?.isAccepted == true
                }
                // No venue answers: every start finds what the one before it found.
                for pid in apus.venuePids { kill(pid, SIGSTOP) }
                var starts = apus.file("hot.starts")
                for death in 1...3 {
                    let former = try apus.signal("hot", SIGKILL)
                    try require("start \(death)", within: 10) {
                        apus.pid("hot") != former && apus.file("hot.starts") != starts
                    }
                    starts = apus.file("hot.starts")
                }
                #expect(apus.file("logs/hot.jsonl").contains("crash loop: third start"))
                for pid in apus.venuePids { kill(pid, SIGCONT) }
                try require("the client is back", within: 15) { client.logIn(seconds: 1) }
                try require("its order has ended, told to it", within: 15) {
                    client.pump(milliseconds: 5)
                    return client.liveOrders().isEmpty
                }
                try require("all venues are open", within: 15) {
                    client.pump()
                    return try apus.status("venuesUp") == 3
                }
                #expect(try apus.status("gateOpen") == 0)
                #expect(try apus.status("killed") == 1)
                let refused = client.enter(cents: 31_400)
                try require("an answer", within: 5) {
                    client.pump(milliseconds: 5)
                    return client.orders[refused].map { $0.answeredNs > 0 } ?? false
                }
                #expect(client.orders[refused]?.code == 101)
                #expect(try apus.run(["arm", "--reason", "the venue has mended it"]).code == 0)
                try require("the gate opens", within: 5) { try apus.status("gateOpen") == 1 }
                let taken = client.enter(cents: 31_400)
                try require("it is accepted", within: 5) {
                    client.pump(milliseconds: 5)
                    return client.orders[taken]?.isAccepted == true
                }
                client.close()
                try apus.down()
                #expect(apus.file("hot.starts") == "", "an orderly end is no crash")
                try apus.expectCleanJournal()
            }
        }
    }
}
