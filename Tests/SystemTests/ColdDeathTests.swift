import Glibc
import Testing

extension System {
    @Suite("When cold dies", .serialized)
    struct ColdDeath {
        @Test("by SIGKILL amid trading, it is back within 2 s; hot never stops accepting")
        func killed() throws {
            try Apus.with { apus in
                try apus.start()
                let trader = Trader(OuchClient(apus, user: "DESKA"), perSecond: 200)
                try trader.start()
                try require("trading", within: 15) { trader.progress.accepted > 200 }
                let former = try apus.signal("cold", SIGKILL)
                let killedNs = monotonicNs()
                try require("cold is started again", within: 5) { apus.pid("cold") != former }
                try require("hot hears it", within: 5) {
                    try apus.run(["order", "list", "--all"]).code == 0
                }
                let awayNs = monotonicNs() - killedNs
                let then = trader.progress.accepted
                try require("trading goes on", within: 15) {
                    trader.progress.accepted > then + 200
                }
                try trader.finish()
                let gapNs = try apus.counters()["acceptGapNsMax"] ?? -1
                print(
                    "  cold away \(text(ns: awayNs)); largest gap between two approvals "
                        + "\(text(ns: gapNs)), as the client saw it "
                        + "\(text(ns: trader.client.answerGapNsMax)); "
                        + "\(trader.client.orders.count) orders"
                )
                #expect(awayNs < 2_000_000_000)
                #expect(trader.client.rejects == [:])
                #expect(trader.client.unanswered == [])
                #expect(trader.client.liveOrders() == [])
                #expect(trader.client.broken == [])
                trader.client.close()
                try apus.down()
                try apus.expectCleanJournal()
            }
        }

        @Test("for the fourth time within a minute all goes down, and says why")
        func again() throws {
            try Apus.with { apus in
                try apus.start()
                let up = try #require(apus.up)
                for restart in 1...4 {
                    let former = try apus.signal("cold", SIGKILL)
                    try require("cold is back, or all is over", within: 15) {
                        !up.isRunning || apus.pid("cold") != former
                    }
                    guard restart < 4 else { break }
                    #expect(
                        up.out.contains(
                            "starting it again (\(restart) of 3 within a minute, then all goes down)"
                        ),
                        "\(up.out)"
                    )
                }
                try require("up has ended", within: 30) { !up.isRunning }
                #expect(
                    up.err.contains(
                        "cold was started again 3 times within a minute and ended again: all goes down"
                    ),
                    "\(up.err)"
                )
            }
        }

        @Test("stopped for longer: 111 for new orders, then all canceled; back, it goes on")
        func away() throws {
            try Apus.with { config in
                try config.replace("silent: 2s", "silent: 1s")
                try config.replace("dead: 30s", "dead: 3s")
            } _: { apus in
                try apus.start()
                let client = OuchClient(apus, user: "DESKA")
                #expect(client.logIn())
                let resting = client.enter(cents: 31_500)
                try answered(client, resting)
                #expect(client.orders[resting]?.isAccepted == true)
                try apus.signal("cold", SIGSTOP)
                let stoppedNs = monotonicNs()
                try require("a new order is refused with 111", within: 5) {
                    let ref = client.enter(cents: 31_400)
                    try answered(client, ref)
                    usleep(50_000)
                    return client.orders[ref]?.code == 111
                }
                let silentNs = monotonicNs() - stoppedNs
                try require("what lives is canceled", within: 8) {
                    client.pump(milliseconds: 5)
                    return client.liveOrders().isEmpty
                }
                let deadNs = monotonicNs() - stoppedNs
                #expect(deadNs > silentNs)
                try apus.signal("cold", SIGCONT)
                try require("orders are accepted again", within: 10) {
                    let ref = client.enter(cents: 31_300)
                    try answered(client, ref)
                    usleep(50_000)
                    return client.orders[ref]?.isAccepted == true
                }
                print("  111 after \(text(ns: silentNs)), all canceled after \(text(ns: deadNs))")
                #expect(Set(client.rejects.keys) == [111])
                client.close()
                try apus.down()
                try apus.expectCleanJournal()
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
