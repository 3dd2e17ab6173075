import Crossing
import Foundation
import HotPath
import Testing
import Vocabulary
import Wire

/// Cold stands still, the ring fills, cold comes back (semantics.md §3.1): nothing is lost.
@Suite("The engine, when the audit ring is full")
struct EngineOverrunTests {
    /// One client order, fills of one share each; cold reads nothing until `resume`.
    private final class Day {
        let rig: EngineRig
        let venue: TellingVenue
        let journal: JournalDouble
        let fills: Int
        private(set) var client: PeerSocket?
        /// What the client was sent, by type, over all its logins.
        var heard: [UInt8] = []
        var clientNext: UInt64 = 1

        init(fills: Int, auditSlots: Int) throws {
            self.fills = fills
            let store = max(16_384, fills + 2_048)
            rig = try EngineRig(
                auditSlots: auditSlots,
                storeMessages: store,
                storeBytes: store * 64
            ) { writer in
                writer.header.rejectsMax = 0
                writer.header.ordersMax = 16
                writer.header.coldDeadNs = 1 << 60
                writer.instruments[0].maxOrderQty = 1 << 40
                writer.instruments[0].maxOrderNotional = 1 << 60
                writer.header.executionsMax = noLimit
            }
            var slots = 1 << 14
            while slots < 4 * fills + 8_192 { slots *= 2 }
            journal = JournalDouble(rig, slots: slots)
            venue = TellingVenue(rig, fills: fills)
            settle()
            rig.quote(bid: 999_900, ask: 1_000_100)
            let client = rig.openClient(0, user: "alpha")
            self.client = client
            client.enter(refNum: 1, qty: Int64(fills) + 100, px: 999_000, clOrdID: "A")
            rig.turns(3)
        }

        /// Turns until the venue has nothing more to say; cold reads meanwhile if it lives.
        func settle(turns: Int = 200_000, reading: Bool = true) {
            for _ in 0..<turns {
                venue.turn()
                rig.turn()
                if reading { journal.read() }
                listen()
                if isSettled(reading) {
                    for _ in 0..<5 { venue.turn(); rig.turn() }
                    if reading { journal.read() }
                    if isSettled(reading) { return }
                }
            }
        }

        /// The venue has told all; while cold reads, all of it has its record.
        private func isSettled(_ reading: Bool) -> Bool {
            venue.isQuiet && (!reading || rig.engine.ledger.appliedSeq(0) == venue.count)
        }

        func listen() {
            for message in client?.packets() ?? [] where message.type == UInt8(ascii: "S") {
                heard.append(message.payload[0])
                clientNext += 1
            }
        }

        func logInAgain() {
            listen()
            _ = rig.takeReleases()
            client = rig.openClient(0, user: "alpha", sequence: clientNext)
            for _ in 0..<200_000 where clientNext <= rig.region.store(0).count {
                rig.turn()
                listen()
            }
        }

        /// Everything that must hold once all is told.
        func expectWhole(sourceLocation: SourceLocation = #_sourceLocation) throws {
            journal.read()
            #expect(
                journal.venueSeqs == (0..<UInt64(journal.venueSeqs.count)).map { $0 + 1 },
                "every packet of the venue has one record",
                sourceLocation: sourceLocation
            )
            #expect(UInt64(journal.venueSeqs.count) == venue.count, sourceLocation: sourceLocation)
            #expect(journal.filledQty == Int64(fills), sourceLocation: sourceLocation)
            let position = rig.engine.ledger.position(account: 0, instrument: 0).pos
            #expect(position == Int64(fills), sourceLocation: sourceLocation)
            let replayed = try rig.replayedHash(journal: journal)
            #expect(replayed == rig.engine.ledger.stateHash(), sourceLocation: sourceLocation)
            logInAgain()
            let told = heard.count { $0 == UInt8(ascii: "E") }
            #expect(told == fills, "its client hears each once", sourceLocation: sourceLocation)
            #expect(heard.count { $0 == UInt8(ascii: "A") } == 1, sourceLocation: sourceLocation)
        }
    }

    @Test("full: applied beside the ledger, cancels go, clients are sent away, the firm is killed")
    func full() throws {
        let day = try Day(fills: 600, auditSlots: 1024)
        day.settle(reading: false)
        let rig = day.rig
        #expect(rig.region.counters.get(.recordsUnwritten) > 0)
        #expect(rig.engine.position(account: 0, instrument: 0) == 600)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos < 600)
        #expect(rig.engine.ledger.firm.latches.contains(.kill))
        #expect(rig.peers[SlotMap.firstClient] == nil)
        // The first mass cancel is recorded, those behind the last record repeat it.
        #expect(day.venue.heard.count { $0 == UInt8(ascii: "C") } >= 3)
        #expect(day.venue.heard.contains(UInt8(ascii: "X")))
        // Kills are latched in the room kept for them; what is no stopping is refused.
        let killed = rig.ask(.kill) { command in
            command.scope = KillScope.strategy.rawValue
            command.strategy = 0
        }
        #expect(killed.code == 0)
        #expect(rig.engine.ledger.strategy(0).latches.contains(.kill))
        #expect(rig.ask(.arm).code == RiskCode.coldLost.rawValue)
        // Cold takes a little: not yet half empty, so nothing is written.
        let unwritten = rig.region.counters.get(.recordsUnwritten)
        day.journal.read(max: 10)
        rig.turns(3)
        #expect(rig.ask(.arm).code == RiskCode.coldLost.rawValue)
        #expect(rig.region.counters.get(.recordsUnwritten) >= unwritten)
    }

    @Test(
        "a routed order whose refusal found no room is answered once there is some",
        arguments: 0..<7
    )
    func routedRefusal(shift: Int) throws {
        let rig = try EngineRig(auditSlots: 512) { $0.clients[0].mode = 1 }
        let journal = JournalDouble(rig, slots: 1 << 14)
        _ = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        // Another record of the three an order makes is the first that finds no room.
        for _ in 0..<shift { client.sendUnsequenced { OUCH.AccountQuery().write(to: $0) } }
        var number: UInt32 = 0
        while rig.region.counters.get(.recordsUnwritten) == 0, number < 400 {
            number += 1
            client.enter(refNum: number, qty: 0, px: 999_000, clOrdID: "R")
            rig.turn()
        }
        #expect(rig.region.counters.get(.recordsUnwritten) > 0)
        for _ in 0..<20 {
            journal.read()
            rig.turn()
        }
        for place in 0..<rig.engine.ledger.parentCount {
            let parent = rig.engine.ledger.parent(at: place)
            #expect(parent.state != .opened, "order \(parent.clientRefNum) is answered")
        }
        #expect(try rig.replayedHash(journal: journal) == rig.engine.ledger.stateHash())
    }

    @Test("nearly full, no person's change is begun: none is recorded by half, and all may stop")
    func nearlyFull() throws {
        let rig = try EngineRig(auditSlots: 512)
        let journal = JournalDouble(rig, slots: 1 << 14)
        _ = rig.openVenue()
        func lower(_ value: Int64) -> UInt16 {
            rig.ask(.limit) {
                $0.detail = LimitField.maxOrderQty.rawValue
                $0.instrument = 0
                $0.value = value
            }.code
        }
        var asked: Int64 = 0
        while lower(500 + asked) == 0, asked < 512 { asked += 1 }
        #expect(asked > 100 && asked < 512)
        rig.turns(3)
        let count = rig.region.counters.get(.auditRecords)
        let state = rig.engine.ledger.stateHash()
        for kind in [Command.Kind.arm, .trigger, .exclude, .sessionRoll, .adjust, .resolve, .limit]
        {
            #expect(rig.ask(kind).code == RiskCode.coldLost.rawValue, "\(kind)")
        }
        #expect(
            rig.region.counters.get(.auditRecords) == count
                && rig.engine.ledger.stateHash() == state
        )
        #expect(rig.ask(.massCancel).code == 0 && rig.region.counters.get(.auditRecords) > count)
        #expect(rig.region.counters.get(.recordsUnwritten) == 0)
        journal.read()
        rig.turns(3)
        #expect(lower(400) == 0)
        #expect(rig.engine.ledger.instrument(0).maxOrderQty == 400)
    }

    @Test("room again: logs in behind the last record, and what had none is recorded, once")
    func roomAgain() throws {
        let day = try Day(fills: 600, auditSlots: 1024)
        day.settle(reading: false)
        let recorded = day.rig.engine.ledger.appliedSeq(0)
        day.journal.read()
        day.rig.turn()
        day.settle()
        #expect(day.venue.loginsAsked == [1, recorded + 1])
        try day.expectWhole()
        #expect(day.journal.pressure.map(\.detail).contains(5))
        let caughtUp = try #require(day.journal.pressure.last { $0.detail == 6 })
        #expect(caughtUp.value > Int64(600))
        // The kill stays until a person arms; then the next order has a number never used.
        let client = try #require(day.client)
        client.enter(refNum: 2, qty: 10, px: 999_000)
        day.rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [RiskCode.killFirm.rawValue])
        let armed = day.rig.ask(.arm) { $0.value = 1 }
        #expect(armed.code == 0)
    }

    @Test(
        "the ring fills again while the venue tells again, as often as it likes",
        arguments: [1, 7]
    )
    func fillsAgain(records: Int) throws {
        let day = try Day(fills: 1500, auditSlots: 512)
        day.settle(reading: false)
        // Cold comes back slower than the venue tells.
        for round in 0..<60_000 {
            day.venue.turn()
            day.rig.turn()
            if round % 2 == 0 { day.journal.read(max: records) }
            if day.venue.isQuiet, day.rig.engine.ledger.appliedSeq(0) == day.venue.count { break }
        }
        day.journal.read()
        day.rig.turn()
        day.settle()
        #expect(day.venue.loginsAsked.count > 3)
        #expect(day.venue.loginsAsked == day.venue.loginsAsked.sorted())
        try day.expectWhole()
    }

    @Test("the ring fills again before the venue has answered the login: it is not given up for it")
    func fillsBehindTheLogin() throws {
        let day = try Day(fills: 600, auditSlots: 1024)
        day.settle(reading: false)
        day.journal.read()
        day.rig.turn()
        // Dials, is connected and asked; its answer waits for its next turn.
        day.venue.turn()
        day.rig.turns(3)
        let before = day.rig.region.counters.get(.recordsUnwritten)
        for _ in 0..<2_000 where day.rig.region.counters.get(.recordsUnwritten) == before {
            _ = day.rig.ask(.new) { $0.instrument = 999 }
        }
        #expect(day.rig.region.counters.get(.recordsUnwritten) > before)
        day.settle(reading: false)
        day.journal.read()
        day.rig.turn()
        day.settle()
        #expect(day.venue.loginsAsked.count > 2)
        try day.expectWhole()
    }

    @Test(
        "a number that left without a record is never taken again, also by the next life",
        arguments: [false, true]
    )
    func numbersOutliveTheProcess(isStillFull: Bool) throws {
        let day = try Day(fills: 600, auditSlots: 1024)
        day.settle(reading: false)
        let before = day.venue.massCancels.count
        #expect(before >= 3, "the first is recorded, those behind the last record are not")
        if !isStillFull { day.journal.read() }
        try day.rig.restart(journal: day.journal)
        day.venue.redial()
        day.settle(reading: false)
        // The venue tells its answers to all of them again: none may be taken for the fence's.
        let numbers = day.venue.massCancels
        #expect(numbers.count > before)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "\(numbers)")
        day.journal.read()
        day.rig.turn()
        day.settle()
        try day.expectWhole()
    }

    /// 0…: the turn in which the process dies, from the first refusal of the ring to the end.
    @Test("a crash at any moment of it ends in the same place", arguments: Array(0..<48))
    func crash(at step: Int) throws {
        let day = try Day(fills: 300, auditSlots: 512)
        for _ in 0..<4_000 where day.rig.region.counters.get(.recordsUnwritten) == 0 {
            day.venue.turn(batch: 4)
            day.rig.turn()
            day.listen()
        }
        for turn in 0..<step {
            if turn == 12 { day.journal.read() }
            day.venue.turn(batch: 8)
            day.rig.turn()
            if turn > 12 { day.journal.read(max: 40) }
            day.listen()
        }
        try day.rig.restart(journal: day.journal)
        day.venue.redial()
        day.journal.read()
        day.rig.turn()
        day.settle()
        day.journal.read()
        day.rig.turn()
        day.settle()
        try day.expectWhole()
    }

    /// Forty thousand here; `APUS_OVERRUN_FILLS=1000000` for the long run.
    @Test("cold stopped and many one-share fills: the ladder as written, nothing lost at the end")
    func manyFills() throws {
        let wanted = ProcessInfo.processInfo.environment["APUS_OVERRUN_FILLS"].flatMap { Int($0) }
        let fills = wanted ?? 40_000
        let day = try Day(
            fills: fills,
            auditSlots: 65_536
        )
        day.rig.coldLives = false
        let began = DispatchTime.now().uptimeNanoseconds
        day.settle(reading: false)
        let full = DispatchTime.now().uptimeNanoseconds
        #expect(day.rig.engine.position(account: 0, instrument: 0) == Int64(fills))
        let recorded = day.rig.engine.ledger.appliedSeq(0)
        let unwritten = day.rig.region.counters.get(.recordsUnwritten)
        day.rig.coldLives = true
        day.journal.read()
        day.rig.turn()
        day.settle()
        try day.expectWhole()
        let done = DispatchTime.now().uptimeNanoseconds
        // The four rungs in their order, then room, then the end of the catching up.
        let rungs = day.journal.pressure.filter { $0.venue == 0xFF }.map(\.detail)
        #expect(Array(rungs.prefix(5)) == [1, 2, 3, 4, 5])
        print(
            """
            overrun: \(fills) fills with cold stopped in \((full - began) / 1_000_000) ms; \
            \(recorded) packets recorded, \(unwritten) records not; told again and caught up in \
            \((done - full) / 1_000_000) ms; \(day.journal.records) records, \
            \(day.venue.loginsAsked.count) logins
            """
        )
    }

    @Test("the ring climbs to its reserve a second time: everything is canceled again")
    func secondClimb() throws {
        let rig = try EngineRig(auditSlots: 1024) {
            $0.header.rejectsMax = 0
            $0.header.coldDeadNs = 1 << 60
        }
        rig.drainAudit()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        var number: UInt32 = 0
        var ref: UInt64 = 0
        func used() -> Int {
            Int(rig.region.audit.position - rig.cold.control[ColdWord.auditCursor])
        }
        func rest() throws {
            number += 1
            client.enter(refNum: number, qty: 100, px: 999_000, clOrdID: "R\(number)")
            rig.turns(3)
            ref += 1
            venue.accept(try #require(venue.messages().last), reference: ref)
            rig.turns(3)
        }
        func climb() {
            while used() < 930 {
                number += 1
                client.enter(refNum: number, qty: 0, px: 999_000)
                rig.turns(1)
            }
            rig.turns(3)
        }
        rig.drainAudit()
        rig.turns(3)
        try rest()
        climb()
        let first = venue.messages().map { $0.payload[0] }
        #expect(first.contains(UInt8(ascii: "C")) || first.contains(UInt8(ascii: "X")))
        venue.canceled(refNum: 2, decrement: 100)
        rig.turns(3)
        // Cold reads on until the ring is 80 % full: new orders go.
        rig.cold.control[ColdWord.auditCursor] = rig.region.audit.position - 820
        rig.turns(3)
        try rest()
        #expect(rig.engine.ledger.liveCount >= 1)
        climb()
        let second = venue.messages().map { $0.payload[0] }
        #expect(
            second.contains(UInt8(ascii: "C")) || second.contains(UInt8(ascii: "X")),
            "below the reserve, an order lives and nothing is canceled; used \(used()) of 1024"
        )
    }
}
