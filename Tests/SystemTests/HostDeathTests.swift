import Glibc
import Testing

extension System {
    @Suite("When the host dies", .serialized)
    struct HostDeath {
        /// Both processes and both shared files are gone; what is left is the journal and what the
        /// venues know. The launcher stands still: its venues would end with it.
        @Test("latches, positions and orders come back from the journal and the venues alone")
        func regionLost() throws {
            try Apus.with { apus in
                try apus.start()
                let launcher = try #require(apus.up)
                let client = OuchClient(apus, user: "DESKA")
                #expect(client.logIn())
                for index in 0..<20 {
                    client.enter(cents: 31_500 + Int64(index))
                    client.enter(qty: 2, cents: 33_000, ioc: true)
                }
                try require("orders live and are filled", within: 10) {
                    client.pump(milliseconds: 5)
                    return client.matches.count >= 3 && client.unanswered.isEmpty
                }
                let kill = try apus.run(["kill", "--strategy", "TWAP", "--reason", "too fast"])
                #expect(kill.code == 0, "\(kill)")
                let live = try apus.status("liveOrders") ?? 0
                #expect(live > 0)
                launcher.tell(SIGSTOP)
                let formers = try ["hot", "cold"].map { try apus.signal($0, SIGKILL) }
                try require("only venues remain", within: 5) {
                    !formers.contains(where: apus.isOurs)
                }
                for name in ["hot.shm", "cold.shm"] {
                    #expect(unlink("\(apus.sharedFolder)/\(name)") == 0)
                }

                let words = ["--state", apus.state, "--shm-dir", apus.sharedFolder]
                let hot = try Started("apus-hot", words, folder: apus.folder)
                defer { hot.tell(SIGKILL) }
                try require("hot answers", within: 15) { (try? apus.status("epoch")) != nil }
                let cold = try Started("apus-cold", words, folder: apus.folder)
                defer { cold.tell(SIGKILL) }
                try require("reconciled and open", within: 20) {
                    try apus.status("venuesUp") == 3 && apus.status("gateOpen") == 1
                }
                #expect(try apus.status("unknownOrders") == 0)
                #expect(try apus.status("liveOrders") == 0, "canceled: nobody came back in time")

                // Nobody armed it.
                let refused = try apus.run([
                    "order", "new", "AAPL", "buy", "1", "315.00", "--strategy", "TWAP",
                ])
                #expect(refused.code == 77 && refused.err.contains("103"), "\(refused)")
                // The old session is gone with the region, and says so; a new one begins.
                #expect(!client.logIn(seconds: 2))
                #expect(client.loginRejects.last == UInt8(ascii: "S"))
                try truth(apus)
                for process in [hot, cold] {
                    process.tell(SIGTERM)
                    #expect(process.wait(seconds: 20))
                    #expect(process.exitCode == 0, "\(process.out) \(process.err)")
                }
                try apus.expectCleanJournal()
                print(
                    "  \(live) orders lived when the host died, \(client.matches.count) fills before"
                )
                launcher.tell(SIGKILL)
            }
        }

        /// Every share the venues executed, and no other, is in the journal and in cold's position.
        private func truth(_ apus: Apus) throws {
            let executed = apus.venueLog("executed").reduce(0) { $0 + ($1["qty"] as? Int ?? 0) }
            try require("all is journaled", within: 5) {
                let fills = try apus.journal("fill")
                return fills.reduce(0) { $0 + ($1["lastQty"] as? Int ?? 0) } == executed
            }
            let replay = try apus.run(["journal", "replay", "--json"])
            #expect(replay.code == 0, "\(replay)")
            #expect(replay.out.contains("\"position\": \(executed)"), "\(replay)")
        }
    }
}
