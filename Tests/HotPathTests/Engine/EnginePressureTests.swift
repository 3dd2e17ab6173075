import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// Floods, full rings and the kill word (semantics.md §3, §4.1).
@Suite("The engine under pressure")
struct EnginePressureTests {
    @Test("the last UserRefNum there is, then a query: an answer, no trap")
    func lastNumber() throws {
        let rig = try EngineRig()
        _ = rig.openVenue()
        let client = rig.openClient(0, user: "alpha")
        _ = client.packets()
        client.enter(refNum: .max, qty: 1, px: 1_000_000)
        client.sendUnsequenced { OUCH.AccountQuery().write(to: $0) }
        rig.turns(3)
        let answers = client.messages()
        #expect(answers.map { $0.payload[0] } == [UInt8(ascii: "J"), UInt8(ascii: "Q")])
        #expect(answers.last?.big32(at: 9) == .max)
    }

    @Test("a kill is obeyed by its own command alone: a mass cancel before it opens nothing")
    func killEpoch() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        let epoch = rig.mailbox.wantKill()
        var command = Command()
        command.kind = .massCancel
        command.id = 1
        #expect(rig.mailbox.commands.push(command))
        rig.turns(2)
        #expect(rig.mailbox.killObeyed < epoch)
        _ = venue.messages()
        client.enter(refNum: 1, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().isEmpty)
    }

    @Test("at the door everything counts, and a number refused there is used up")
    func door() throws {
        let rig = try EngineRig { writer in
            writer.clients[0].ratePerS = 1
            writer.clients[0].burst = 1
            writer.header.clientDoorMax = 50
        }
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        _ = client.packets()
        client.enter(refNum: 1, qty: 10, px: 999_000)
        client.enter(refNum: 2, qty: 10, px: 999_000)
        client.enter(refNum: 3, qty: 10, px: 999_000)
        rig.turns(3)
        let orders = venue.messages()
        #expect(orders.count == 1)
        #expect(client.messages().map { $0.big16(at: 13) } == [501, 501])
        // Nothing else may stand in the way of number 3: no silent order, no silent feed.
        venue.accept(try #require(orders.first), reference: 1)
        rig.turns(2000)
        rig.quote(bid: 999_900, ask: 1_000_100)
        _ = client.packets()
        client.enter(refNum: 3, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().isEmpty, "number 3 was answered with J")
        // Queries cost as much as anything else, and bring nothing over the rate.
        let before = rig.records().count
        for _ in 0..<60 { client.sendUnsequenced { OUCH.AccountQuery().write(to: $0) } }
        rig.turns(20)
        #expect(client.messages().allSatisfy { $0.payload[0] != UInt8(ascii: "Q") })
        #expect(rig.records().count - before < 8)
        #expect(rig.mailbox.nextRelease() != nil, "expelled after 50")
    }

    @Test("the ring fills: no new orders, then everything canceled, then nothing recorded any more")
    func ringFull() throws {
        let rig = try EngineRig(auditSlots: 1024) { $0.header.rejectsMax = 0 }
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 10_000, px: 999_000, clOrdID: "A")
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        rig.turns(3)
        _ = client.packets()
        var match: UInt64 = 0
        var sent: [UInt8] = []
        for _ in 0..<600 {
            match += 1
            venue.execute(refNum: 2, qty: 1, px: 999_000, match: match)
            rig.turn()
            sent += venue.messages().map { $0.payload[0] }
        }
        #expect(sent.first == UInt8(ascii: "C"))
        #expect(sent.contains(UInt8(ascii: "X")))
        // Applied all the same, not recorded, and the firm is killed.
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 600)
        #expect(rig.engine.ledger.firm.latches.contains(.kill))
        #expect(rig.region.counters.get(.recordsUnwritten) > 0)
        // Room that comes back is no room: between what is recorded and what is not lies no third.
        rig.drainAudit()
        for _ in 0..<10 {
            match += 1
            venue.execute(refNum: 2, qty: 1, px: 999_000, match: match)
            rig.turn()
        }
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 610)
        // What is recorded is a whole beginning, and the client has heard exactly that.
        let records = rig.records()
        let heard = records.map(\.venueSeq).filter { $0 != 0 }
        try #require(heard.count > 100)
        #expect(heard == (1...UInt64(heard.count)).map { $0 })
        #expect(rig.region.store(0).count == records.map(\.clientSeq).max())
        client.enter(refNum: 2, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().allSatisfy { $0.payload[0] != UInt8(ascii: "O") })
    }

    @Test("a trigger takes what is displayed once, and is gone when it has taken all")
    func trigger() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_800, ask: 1_000_100)
        var command = Command()
        command.kind = .trigger
        command.id = 1
        command.instrument = 0
        command.account = 0
        command.strategy = 0
        command.side = Side.buy.rawValue
        command.qty = OrderQty(units: 200)
        command.px = Price(units: 1_000_000)
        #expect(rig.mailbox.commands.push(command))
        rig.turns(3)
        #expect(venue.messages().isEmpty)
        rig.quote(bid: 999_700, ask: 1_000_000)
        // A price an order may have: no other check stands in for the trigger.
        rig.quote(bid: 999_700, ask: 999_900)
        let orders = venue.messages()
        #expect(orders.map { $0.payload[0] } == [UInt8(ascii: "O")])
        #expect(orders.first?.big32(at: 6) == 200)
        #expect(orders.first?.big64(at: 18) == 1_000_000)
    }
}
