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
