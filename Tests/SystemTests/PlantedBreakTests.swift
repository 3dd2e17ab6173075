import Crossing
import Foundation
import Glibc
import Testing
import Vocabulary

extension System {
    /// What no checksum tells: each planted in a day that real processes traded, each found by its
    /// law, by `apus journal check` as an operator would run it.
    @Suite("apus journal check", .serialized)
    struct PlantedBreaks {
        struct Plant {
            let what: String
            let law: String
            let says: String
            let change: (inout RealDay) throws -> Void
        }

        @Test("finds every break planted in a real day")
        func plants() throws {
            try Apus.with { config in
                try config.replace("trading_date: today", "trading_date: 2026-11-20")
            } _: { apus in
                try trade(apus)
                try apus.expectCleanJournal()
                try asksOfTheDay(apus)
                let same = try check(apus, 99) { state in
                    let day = try RealDay(state: state, date: 20_261_120)
                    try day.write()
                }
                #expect(same.code == 0, "written again as it was: \(same)")
                var found = 0
                for (number, plant) in (Self.orderPlants + Self.originPlants).enumerated() {
                    let outcome = try check(apus, number) { state in
                        var day = try RealDay(state: state, date: 20_261_120)
                        try plant.change(&day)
                        try day.write()
                    }
                    expect(outcome, plant.what, plant.law, plant.says)
                    found += 1
                }
                for (number, plant) in Self.filePlants.enumerated() {
                    let outcome = try check(apus, 100 + number) { state in
                        try plant.change(apus, state)
                    }
                    expect(outcome, plant.what, plant.law, plant.says)
                    found += 1
                }
                print("  \(found) planted breaks, each found by its law")
            }
        }

        /// Rests, fills, a cancel, a replace by hand, a limit, a kill and an arm.
        private func trade(_ apus: Apus) throws {
            try apus.start()
            let client = OuchClient(apus, user: "DESKA")
            #expect(client.logIn())
            var rests: [UInt32] = []
            for index in 0..<10 {
                rests.append(client.enter(cents: 31_500 + Int64(index)))
                client.enter(qty: 2, cents: 33_000, ioc: true)
            }
            try require("orders are filled", within: 10) {
                client.pump(milliseconds: 5)
                return client.matches.count >= 3 && client.unanswered.isEmpty
            }
            client.cancel(rests[0])
            let limit = try apus.run([
                "limits", "set", "maxOrderQty", "4000", "--symbol", "AAPL", "--reason", "test",
            ])
            #expect(limit.code == 0, "\(limit)")
            let more = client.enter(cents: 31_400)
            try require("an order under the new limit", within: 5) {
                client.pump(milliseconds: 5)
                return client.orders[more]?.isAccepted == true
            }
            let kill = try apus.run(["kill", "--symbol", "MSFT", "--reason", "test"])
            #expect(kill.code == 0, "\(kill)")
            let arm = try apus.run(["arm", "--symbol", "MSFT", "--reason", "test"])
            #expect(arm.code == 0, "\(arm)")
            let last = client.enter(cents: 31_401)
            try require("and one more", within: 5) {
                client.pump(milliseconds: 5)
                return client.orders[last]?.isAccepted == true
            }
            client.close()
            try apus.down()
        }

        /// The questions a day answers afterwards, with nothing running.
        private func asksOfTheDay(_ apus: Apus) throws {
            let all = try apus.run(["journal", "replay", "--json"])
            #expect(all.code == 0, "\(all)")
            let records = try #require(all.json["records"] as? Int)
            let half = try apus.run(["journal", "replay", "--up-to", "\(records / 2)", "--json"])
            #expect(half.json["records"] as? Int == records / 2)
            #expect(half.json["stateHash"] as? String != all.json["stateHash"] as? String)
            let again = try apus.run(["journal", "replay", "--up-to", "\(records)", "--json"])
            #expect(again.json["stateHash"] as? String == all.json["stateHash"] as? String)

            let filled = try #require(try apus.journal("fill").first?["orderID"] as? String)
            let why = try apus.run(["order", "why", filled])
            #expect(why.code == 0, "\(why)")
            for words in [
                "approved", "market   bid", "limits   version", "AAPL maxOrderQty", "fill",
            ] {
                #expect(why.out.contains(words), "\(words): \(why)")
            }
            let report = try apus.run(["day", "report", "--json"])
            #expect(report.json["tradingDate"] as? Int == 20_261_120)
            let fills = apus.venueLog("executed").count
            #expect(report.json["fills"] as? Int == fills, "\(report)")
        }

        private func check(
            _ apus: Apus,
            _ number: Int,
            _ plant: (String) throws -> Void
        ) throws -> Outcome {
            let state = "\(apus.folder)/plant\(number)"
            let copied = try Outcome.of("/bin/cp", ["-a", apus.state, state], folder: "/tmp")
            #expect(copied.code == 0, "\(copied)")
            defer { try? FileManager.default.removeItem(atPath: state) }
            try plant(state)
            return try Outcome.of(
                "apus",
                ["journal", "check", "--all-venues", "--state", state],
                folder: apus.folder
            )
        }

        private func expect(_ outcome: Outcome, _ what: String, _ law: String, _ says: String) {
            #expect(outcome.code == 1, "\(what): \(outcome)")
            #expect(outcome.out.contains(law), "\(what), law \(law): \(outcome)")
            if says.isEmpty { return }
            #expect(outcome.out.contains(says), "\(what), \"\(says)\": \(outcome)")
        }
    }
}

extension System.PlantedBreaks {
    /// About an order's life.
    static var orderPlants: [Plant] {
        [
            Plant(what: "a fill dropped", law: "venueSequence", says: "packet ") { day in
                day.items.remove(at: try day.index(.fill))
            },
            Plant(what: "a fill twice", law: "duplicateFill", says: "applied twice") { day in
                let at = try day.index(.fill)
                day.items.insert(day.items[at], at: at + 1)
            },
            Plant(what: "packets in another order", law: "venueSequence", says: "a second time") {
                day in
                let first = try day.index(.ack)
                let venue = day.items[first].record.venue
                let second = try day.index(.ack, 1) { $0.venue == venue }
                day.items.swapAt(first, second)
            },
            Plant(what: "leavesQty changed", law: "order", says: "leavesQty 7") { day in
                day.items[try day.index(.ack)].record.leavesQty = OrderQty(units: 7)
            },
            Plant(what: "a fill of no order", law: "unknownOrder", says: "never recorded") { day in
                day.items[try day.index(.fill)].record.orderID = ClOrdID(77)
            },
            Plant(what: "an over-fill", law: "order", says: "") { day in
                day.items[try day.index(.fill)].record.lastQty = OrderQty(units: 900)
            },
            Plant(what: "a step that is none", law: "legality", says: "ack while") { day in
                let at = try day.index(.canceled)
                var again = day.items[
                    try day.index(.ack) { $0.orderID == day.items[at].record.orderID }
                ]
                again.record.venueSeq = 0
                day.items.insert(again, at: at + 1)
            },
            Plant(
                what: "an order never recorded",
                law: "unrecordedOrder",
                says: "none was recorded"
            ) {
                day in
                let id = day.items[try day.index(.new)].record.orderID
                day.items.removeAll { $0.record.orderID == id && $0.record.venueSeq == 0 }
            },
            Plant(what: "an order's number used again", law: "order", says: "used before") { day in
                let first = day.items[try day.index(.new)].record.orderID
                day.items[try day.index(.new, 1)].record.orderID = first
            },
            Plant(what: "another state after", law: "replay", says: "") { day in
                day.items[try day.index(.ack)].record.status = .partiallyFilled
            },
            Plant(what: "a ring slot lost", law: "ring", says: " after ") { day in
                day.items[try day.index(.ack)].lostSlots = 2
            },
        ]
    }

    /// About whose order it was, and what let it pass.
    static var originPlants: [Plant] {
        [
            Plant(what: "no strategy", law: "attribution", says: "without strategy") { day in
                day.items[try day.index(.new)].record.strategy = noIndex16
            },
            Plant(what: "a UserRefNum twice", law: "number", says: "was used before") { day in
                let first = day.items[try day.index(.new)].record
                let at = try day.index(.new, 1) { $0.venue == first.venue }
                day.items[at].record.userRefNum = first.userRefNum
            },
            Plant(what: "a new order under a kill", law: "shut", says: "the kill of firm") { day in
                var kill = day.items[try day.index(.kill)]
                kill.record.detail = UInt32(KillScope.firm.rawValue)
                kill.record.instrument = noIndex16
                day.items.insert(kill, at: try day.index(.new, 3))
            },
            Plant(
                what: "a latch that refuses",
                law: "shut",
                says: "latch 115 (repeated execution) of strategy CLIENT"
            ) { day in
                var kill = day.items[try day.index(.kill)]
                let at = try day.index(.new, 3)
                kill.record.detail = UInt32(KillScope.strategy.rawValue)
                kill.record.instrument = noIndex16
                kill.record.strategy = day.items[at].record.strategy
                kill.record.code = 115
                day.items.insert(kill, at: at)
            },
            Plant(
                what: "a client that had disabled",
                law: "shut",
                says: "disabled by client DESKA"
            ) { day in
                let at = try day.index(.new, 3)
                var off = AuditRecord()
                off.kind = .session
                off.slotCount = 2
                off.t = day.items[at].record.t
                off.detail = SessionEvent.entryDisabled.rawValue
                off.client = day.items[at].record.client
                day.items.insert(RealDay.Item(record: off, raw: []), at: at)
            },
            Plant(what: "leave nobody gave", law: "override", says: "was never asked for") { day in
                day.items[try day.index(.new)].record.match = 99
            },
            Plant(what: "limits of no change", law: "limits", says: "no change recorded") { day in
                day.items[try day.index(.new, 3)].record.limitsVersion += 7
            },
            Plant(what: "a client told twice", law: "clientSequence", says: "message 1 after") {
                day in
                let at = try day.index(.fill) { $0.clientSeq > 1 }
                day.items[at].record.clientSeq = 1
            },
        ]
    }

    struct FilePlant {
        let what: String
        let law: String
        let says: String
        let change: (Apus, String) throws -> Void
    }

    /// In files as they lie there.
    static var filePlants: [FilePlant] {
        [
            FilePlant(what: "a bit of a record", law: "damage", says: "damaged at byte 128") {
                _,
                state in
                try edit(state) { bytes in bytes[128 + 304 + 90] ^= 4 }
            },
            FilePlant(what: "the chain, checksum mended", law: "damage", says: "chain") {
                _,
                state in
                try edit(state) { bytes in
                    // The first entry: chain at 40, the CRC continued over it at 4.
                    bytes[128 + 40] ^= 1
                    let length = bytes[128..<132].reversed().reduce(0) { $0 << 8 | Int($1) }
                    let body = CRC32C.of(
                        Array(bytes[128 + 8..<128 + 40]) + Array(bytes[128 + 48..<128 + length])
                            + Array(bytes[128 + 40..<128 + 48])
                    )
                    for index in 0..<4 {
                        bytes[128 + 4 + index] = UInt8(body >> (8 * index) & 0xFF)
                    }
                }
            },
            FilePlant(what: "the end cut off", law: "damage", says: "durable") { _, state in
                try edit(state) { bytes in bytes.removeLast(4_000) }
            },
            FilePlant(what: "an event the log has not", law: "unexplained", says: "") { _, state in
                try editLog(state, "executed") { _ in nil }
            },
            FilePlant(what: "an event more in the log", law: "missing", says: "") { _, state in
                try editLog(state, "executed") { line in
                    line + "\n" + line.replacing(#/"match": ?\d+/#, with: "\"match\":987654321")
                }
            },
            FilePlant(what: "another quantity", law: "different", says: "") { _, state in
                try editLog(state, "executed") { line in
                    line.replacing(#/"qty": ?\d+/#, with: "\"qty\":4321")
                }
            },
            FilePlant(what: "another price", law: "different", says: "") { _, state in
                try editLog(state, "executed") { line in
                    line.replacing(#/"px": ?\d+/#, with: "\"px\":1234500")
                }
            },
            FilePlant(what: "a snapshot of another state", law: "snapshot", says: "") {
                apus,
                state in
                var day = try RealDay(state: state, date: 20_261_120)
                try day.write(segmentBytes: 8 << 10)
                let made = try Outcome.of(
                    "apus-hot",
                    ["--snapshot", "--state", state],
                    folder: apus.folder
                )
                #expect(made.code == 0, "\(made)")
                // A start of day that nobody recorded so.
                let at = try day.index(.limit)
                day.items[at].record.value += 1
                try day.write(segmentBytes: 8 << 10)
            },
        ]
    }

    private static func edit(_ state: String, _ change: (inout [UInt8]) -> Void) throws {
        let path = "\(state)/journal/20261120/000001.seg"
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        change(&bytes)
        try Data(bytes).write(to: URL(filePath: path))
    }

    /// Changes the first event of that kind in the first log that has one.
    private static func editLog(
        _ state: String,
        _ event: String,
        _ change: (String) -> String?
    ) throws {
        for venue in ["NASDAQ", "BX", "PSX"] {
            let path = "\(state)/venues/\(venue).jsonl"
            var lines = try String(contentsOfFile: path, encoding: .utf8)
                .split(separator: "\n").map(String.init)
            // Ours, not the background's: with a session.
            guard let at = lines.firstIndex(where: { $0.contains("\"\(event)\"") }) else {
                continue
            }
            if let line = change(lines[at]) { lines[at] = line } else { lines.remove(at: at) }
            try lines.map { $0 + "\n" }.joined().write(
                toFile: path,
                atomically: false,
                encoding: .utf8
            )
            return
        }
        throw Missed("no \(event) in any log")
    }
}
