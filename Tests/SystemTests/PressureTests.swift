import Foundation
import Testing
import Wire

extension System {
    @Suite("Under pressure of ill-behaved clients", .serialized)
    struct Pressure {
        @Test("one that does not read, one that floods, one that loops: another is served on")
        func illBehaved() throws {
            try Apus.with { config in
                for user in ["SLOW", "FLOOD", "LOOP"] {
                    try config.addClient(user, strategy: "ROUGH", perSecond: 200, burst: 50)
                }
                try config.addStrategy("ROUGH", groupID: 4)
                try config.replace("refusals_max: 10000", "refusals_max: 30000")
            } _: { apus in
                try apus.start()
                let trader = Trader(OuchClient(apus, user: "DESKA"), perSecond: 100)
                try trader.start()
                try require("trading", within: 15) { trader.progress.accepted > 50 }

                let bad = [
                    IllBehaved(OuchClient(apus, user: "SLOW"), .doesNotRead),
                    IllBehaved(OuchClient(apus, user: "FLOOD"), .floods),
                    IllBehaved(OuchClient(apus, user: "LOOP"), .loops),
                ]
                for one in bad { try one.start() }
                for one in bad { try one.join(seconds: 25) }

                let then = trader.progress.accepted
                try require("trading goes on", within: 10) { trader.progress.accepted > then + 50 }
                try trader.finish()
                try report(apus, trader.client, bad)
                for one in bad {
                    #expect(one.wasDisconnected, "\(one.client.user) was not sent away")
                }
                #expect(bad[1].client.rejects[501] ?? 0 > 100)
                #expect(bad[2].client.rejects[501] ?? 0 > 100)
                try apus.down()
                try apus.expectCleanJournal()
                // At most one a second and login, and one when it was sent away.
                let notes = try apus.journal("pressure").count { $0["code"] as? Int == 501 }
                #expect((3...60).contains(notes), "\(notes) records of the door")
            }
        }

        private func report(_ apus: Apus, _ good: OuchClient, _ bad: [IllBehaved]) throws {
            let counters = try apus.counters()
            let slots = try apus.status("auditSlots") ?? 1
            let used = counters["auditSlotsMax"] ?? slots
            print(
                "  good client: \(good.orders.count) orders, largest round trip "
                    + "\(text(ns: good.roundTripNsMax)); largest turn "
                    + "\(text(ns: counters["turnNsMax"] ?? -1)); at most \(used) of \(slots) slots "
                    + "of the audit ring; \(counters["clientDoorRefusals"] ?? 0) refused at the door"
            )
            for one in bad {
                print(
                    "  \(one.client.user): sent \(one.sent), rejects \(one.client.rejects), sent "
                        + "away after \(text(ns: one.lastedNs))"
                )
            }
            #expect(good.unanswered == [])
            #expect(good.rejects.keys.allSatisfy { $0 == 303 || $0 == 304 })
            #expect(good.logins == 1)
            #expect(good.roundTripNsMax < 1_000_000_000)
            #expect(used < slots / 10)
        }
    }
}

/// A client one would not like to have, on a thread of its own, until it is sent away.
private final class IllBehaved: @unchecked Sendable {
    enum Habit { case doesNotRead, floods, loops }

    /// The thread's own until ``join(seconds:)`` has returned.
    let client: OuchClient
    private(set) var sent = 0
    private(set) var wasDisconnected = false
    private(set) var lastedNs: Int64 = 0
    private let habit: Habit
    private let ended = DispatchSemaphore(value: 0)

    init(_ client: OuchClient, _ habit: Habit) {
        self.client = client
        self.habit = habit
    }

    func start() throws {
        guard client.logIn() else { throw Missed("\(client.user) cannot log in") }
        if habit == .doesNotRead { client.line.shrinkReceiveBuffer() }
        let thread = Thread { self.run() }
        thread.start()
    }

    func join(seconds: Double) throws {
        guard ended.wait(timeout: .now() + seconds) == .success else {
            throw Missed("\(client.user): its thread did not end")
        }
    }

    private func run() {
        let began = monotonicNs()
        let end = began + 20_000_000_000
        let loops = habit == .loops
        if loops {
            client.onMessage = { heard in
                if case .rejected = heard { self.enter(cents: 100_000) }
            }
            enter(cents: 100_000)
        }
        while client.line.isOpen, monotonicNs() < end {
            switch habit {
            case .floods:
                enter()
                client.pump()
            case .doesNotRead:
                // Some 20 000 answers wait; then it stands there and only beats its heart.
                if sent < 20_000 {
                    enter()
                    // Slower than hot can take them, so that it is not the flood that ends it.
                    if sent.isMultiple(of: 10) { usleep(1_000) }
                } else {
                    usleep(100_000)
                    client.line.send(.clientHeartbeat)
                }
                if client.line.isResetByPeer { client.close() }
            case .loops:
                client.pump(milliseconds: 5)
            }
        }
        wasDisconnected = !client.line.isOpen
        lastedNs = monotonicNs() - began
        ended.signal()
    }

    /// Prices differ, so that it is not the duplicate check that stops them.
    private func enter(cents: Int64 = 16_000) {
        sent += 1
        client.enter("MSFT", cents: cents + Int64(sent % 200), ioc: true)
    }
}
