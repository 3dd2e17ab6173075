import Foundation
import Testing

extension System {
    @Suite("Orders there and back", .serialized)
    struct Trading {
        @Test("a client's, an operator's and a TWAP's orders fill, and every log agrees")
        func thereAndBack() throws {
            try Apus.with { apus in
                try apus.start()
                #expect(try (apus.status("epoch") ?? 0) > 0)
                let parent = try apus.run([
                    "algo", "start", "twap", "AAPL", "buy", "90", "--over", "3s", "--slices", "3",
                ])
                #expect(parent.code == 0, "\(parent)")
                try byHand(apus)
                let client = OuchClient(apus, user: "DESKA")
                try byClient(client)
                try require("the TWAP parent is filled", within: 30) {
                    try apus.run(["algo", "list", "--json"]).out.contains("\"cumQty\":90")
                }
                try behindKill(apus)
                client.close()
                try apus.down()
                try apus.expectCleanJournal()
                #expect(client.broken == [])
                print("  client round trip, largest: \(text(ns: client.roundTripNsMax))")
            }
        }

        @Test("a routed client's order is filled by several venues as one, and every log agrees")
        func routed() throws {
            try Apus.with({
                try $0.replace("mode: direct\n    cancel_on", "mode: routed\n    cancel_on")
            }) { apus in
                try apus.start()
                let client = OuchClient(apus, user: "DESKA")
                #expect(client.logIn())
                let taking = client.enter("SPY", qty: 900, cents: 33_500, ioc: true)
                let resting = client.enter("SPY", qty: 20, cents: 31_900)
                try require("the first is over, the second accepted", within: 10) {
                    client.pump(milliseconds: 5)
                    return client.orders[taking]?.isOver == true
                        && client.orders[resting]?.isAccepted == true
                }
                client.cancel(resting)
                try require("the resting one is canceled", within: 10) {
                    client.pump(milliseconds: 5)
                    return client.orders[resting]?.canceledQty == 20
                }
                #expect(client.rejects == [:])
                client.close()
                try apus.down()
                try apus.expectCleanJournal()
                #expect(client.broken == [])
            }
        }

        /// What hot refuses is told to who asked, not to who looks for it.
        private func behindKill(_ apus: Apus) throws {
            let scope = ["--strategy", "TWAP", "--reason", "a test"]
            #expect(try apus.run(["kill"] + scope).code == 0)
            let refused = try apus.run([
                "algo", "start", "twap", "AAPL", "buy", "90", "--over", "3s",
            ])
            #expect(refused.code == 77, "\(refused)")
            #expect(refused.err.contains("refused: start of "), "\(refused)")
            #expect(try apus.run(["arm"] + scope).code == 0)
        }

        private func byHand(_ apus: Apus) throws {
            let taken = try apus.run([
                "order", "new", "MSFT", "buy", "50", "175.00", "--venue", "BX", "--tif", "ioc",
                "--json",
            ])
            #expect(taken.code == 0, "\(taken)")
            let resting = try apus.run([
                "order", "new", "MSFT", "buy", "50", "168.00", "--venue", "PSX", "--json",
            ])
            let id = try #require(resting.json["orderID"] as? String)
            let canceled = try apus.run(["order", "cancel", id])
            #expect(canceled.code == 0, "\(canceled)")
            let refused = try apus.run(["order", "new", "MSFT", "buy", "50", "300.00"])
            #expect(refused.code == 77)
            #expect(refused.err.hasPrefix("apus: refused with 301: "), "\(refused)")
            #expect(refused.err.components(separatedBy: "301").count == 2, "said once: \(refused)")
        }

        private func byClient(_ client: OuchClient) throws {
            #expect(client.logIn())
            let taking = client.enter("SPY", qty: 20, cents: 33_500, ioc: true)
            let resting = client.enter("SPY", qty: 20, cents: 31_900)
            try require("both are accepted", within: 10) {
                client.pump(milliseconds: 5)
                return client.orders[taking]?.isOver == true
                    && client.orders[resting]?.isAccepted == true
            }
            #expect(client.orders[taking]?.cumQty == 20)
            client.cancel(resting)
            try require("the resting one is canceled", within: 10) {
                client.pump(milliseconds: 5)
                return client.orders[resting]?.canceledQty == 20
            }
            #expect(client.rejects == [:])
        }
    }
}
