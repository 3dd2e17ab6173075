import Glibc
import Testing

extension System {
    @Suite("Hot started by hand", .serialized)
    struct ByHand {
        /// The launcher stands still instead of being dead: its venues would end with it.
        @Test(
            "alone, cold dead: it answers every owner, stays shut with 111 until cold is there too"
        )
        func alone() throws {
            try Apus.with { apus in
                try apus.start()
                let launcher = try #require(apus.up)
                let client = OuchClient(apus, user: "DESKA")
                #expect(client.logIn())
                for index in 0..<60 { trade(client, index) }
                try require("trading", within: 10) {
                    client.pump(milliseconds: 5)
                    return client.acceptedSoFar >= 55
                }
                launcher.tell(SIGSTOP)
                let formerCold = try apus.signal("cold", SIGKILL)
                // What comes now is answered, if at all, to a client that is not reading.
                for index in 60..<110 { trade(client, index) }
                try require("hot takes orders", within: 2) {
                    try apus.counters()["ordersApproved"] ?? 0 > 100
                }
                for index in 110..<160 { trade(client, index) }
                let formerHot = try apus.signal("hot", SIGKILL)
                try require("only venues remain", within: 5) {
                    !apus.isOurs(formerHot) && !apus.isOurs(formerCold)
                }
                let heardBefore = client.messages.count

                let words = ["--state", apus.state, "--shm-dir", apus.sharedFolder]
                let hot = try Started("apus-hot", words, folder: apus.folder)
                defer { hot.tell(SIGKILL) }
                try require("the client is back", within: 15) { client.logIn(seconds: 1) }
                client.askNextNumber()
                try require("every order of its is over", within: 15) {
                    client.pump(milliseconds: 5)
                    return client.liveOrders().isEmpty
                }
                #expect(client.unanswered == [])
                try require("all venues are open", within: 10) {
                    try apus.status("venuesUp") == 3
                }
                try staysShut(apus, client)
                try takesOrders(apus)

                let cold = try Started("apus-cold", words, folder: apus.folder)
                defer { cold.tell(SIGKILL) }
                try opens(apus, client)
                #expect(client.broken == [])
                let lost = client.orders.values.count { $0.neverReceived }
                print(
                    "  \(client.orders.count) orders, \(lost) never came in, "
                        + "\(client.messages.count - heardBefore) of \(client.messages.count) "
                        + "messages after the restart, rejects \(client.rejects)"
                )
                client.close()
                let whole = try client.wholeSession(count: client.messages.count)
                let isSame = whole == client.messages
                #expect(isSame, "the replay from message 1 differs from what was heard")
                try end(apus, hot, cold, launcher)
                try apus.expectCleanJournal()
                let executed = apus.venueLog("executed").reduce(0) { $0 + ($1["qty"] as? Int ?? 0) }
                #expect(client.filledQty == Int64(executed))
            }
        }

        /// Resting orders, and every tenth one that takes the offer.
        private func trade(_ client: OuchClient, _ index: Int) {
            if index.isMultiple(of: 10) {
                client.enter(cents: 33_000, ioc: true)
            } else {
                client.enter(cents: 31_500 + Int64(index))
            }
        }

        /// Longer than cold may be silent: what a dead cold left behind is not a sign of life.
        private func staysShut(_ apus: Apus, _ client: OuchClient) throws {
            let before = client.acceptedSoFar
            let startedNs = monotonicNs()
            while monotonicNs() - startedNs < 3_000_000_000 {
                let ref = client.enter(cents: 31_400)
                try answered(client, ref)
                try #require(client.orders[ref]?.code == 111, "order \(ref)")
                usleep(20_000)
            }
            #expect(client.acceptedSoFar == before)
            #expect(try apus.status("gateOpen") == 0)
        }

        /// Stopping and arming need neither cold nor launcher.
        private func takesOrders(_ apus: Apus) throws {
            let kill = try apus.run(["kill", "--reason", "by hand"])
            #expect(kill.code == 0, "\(kill)")
            #expect(try apus.status("killed") == 1)
            let arm = try apus.run(["arm", "--reason", "by hand"])
            #expect(arm.code == 0, "\(arm)")
            #expect(try apus.status("killed") == 0)
        }

        private func opens(_ apus: Apus, _ client: OuchClient) throws {
            try require("the gate opens", within: 15) {
                client.pump()
                return try apus.status("gateOpen") == 1
            }
            let ref = client.enter(cents: 31_400)
            try answered(client, ref)
            #expect(client.orders[ref]?.isAccepted == true)
            let list = try apus.run(["order", "list", "--json"])
            #expect(list.code == 0, "\(list)")
            client.cancel(ref)
            try require("it is canceled", within: 5) {
                client.pump(milliseconds: 5)
                return client.liveOrders().isEmpty
            }
        }

        private func end(
            _ apus: Apus,
            _ hot: Started,
            _ cold: Started,
            _ launcher: Started
        ) throws {
            for process in [hot, cold] {
                process.tell(SIGTERM)
                #expect(process.wait(seconds: 20))
                #expect(process.exitCode == 0, "\(process.out) \(process.err)")
            }
            let venues = apus.venuePids
            #expect(venues.count == 3)
            launcher.tell(SIGKILL)
            try require("its venues end with it", within: 10) {
                !launcher.isRunning && !venues.contains(where: apus.isOurs)
            }
        }

        private func answered(_ client: OuchClient, _ ref: UInt32) throws {
            try require("order \(ref) is answered", within: 5) {
                client.pump(milliseconds: 5)
                return client.orders[ref].map { $0.answeredNs > 0 } ?? false
            }
        }
    }
}
