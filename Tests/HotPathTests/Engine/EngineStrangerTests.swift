import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// Orders and fills that our memory does not hold: what the ClOrdID and the number still tell.
@Suite("The engine attributes what it does not remember")
struct EngineStrangerTests {
    @Test("an order with our ClOrdID goes to its owner's account, canceled at once, and he is told")
    func owned() throws {
        let rig = try EngineRig {
            var other = $0.accounts[0]
            other.name = Name("OTHER")!
            $0.accounts.append(other)
            $0.clients[1].account = 1
            $0.clients[1].strategy = 0
        }
        let venue = rig.openVenue()
        let client = rig.openClient(0, user: "beta")
        _ = client.packets()
        let owner = Owner.firstClient + 1
        let id = ClOrdID(instance: rig.view.header.instance, epoch: 1, owner: owner, counter: 70)
        venue.acceptStranger(refNum: 900, symbol: "AAPL", reference: 6, clOrdID: "\(id)")
        rig.turns(3)
        let order = rig.engine.ledger.order(rig.engine.ledger.find(id))
        #expect(order.account == 1 && order.strategy == 0 && order.owner == owner)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "X")])
        #expect(!rig.engine.ledger.instrument(0).blocked, "claimed, so nobody has to look at it")
        let told = try #require(client.messages().first)
        #expect(told.payload[0] == UInt8(ascii: "A"))
        #expect(told.big32(at: 9) == 0, "his own number went with our memory")
        #expect(String(decoding: told.payload[48..<61], as: UTF8.self) == "\(id)")

        venue.execute(refNum: 900, qty: 4, px: 999_000, match: 3)
        venue.canceled(refNum: 900, decrement: 6)
        rig.turns(3)
        #expect(client.messages().map { $0.payload[0] } == Array("EC".utf8))
        #expect(rig.engine.ledger.position(account: 1, instrument: 0).pos == 4)
        #expect(rig.engine.ledger.client(1).highestRefNum == 0)
        expectReplay(rig)
    }

    @Test("an order of another instance, of no client, or nobody's text is the house's")
    func unclaimed() throws {
        let ids = [
            ClOrdID(instance: 9, epoch: 1, owner: Owner.firstClient, counter: 70),
            ClOrdID(instance: 0, epoch: 1, owner: Owner.firstClient + 40, counter: 71),
            ClOrdID(instance: 0, epoch: 1, owner: Owner.cold, counter: 72),
        ]
        for text in ids.map({ "\($0)" }) + ["STRANGER"] {
            let rig = try EngineRig()
            let venue = rig.openVenue()
            venue.acceptStranger(refNum: 900, symbol: "AAPL", reference: 6, clOrdID: text)
            venue.execute(refNum: 900, qty: 4, px: 999_000, match: 3)
            rig.turns(3)
            #expect(rig.engine.ledger.position(account: noIndex16, instrument: 0).pos == 4)
            #expect(rig.engine.ledger.instrument(0).blocked)
            expectReplay(rig)
        }
    }

    @Test(
        "an id of ours further ahead than a ring could lose is not believed: ids are left to give"
    )
    func neverGiven() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        _ = client.packets()
        let last: UInt64 = 0xF_FFFF_FFFF
        for (number, counter) in [last, last - 1, 5_000].enumerated() {
            let id = ClOrdID(instance: 0, epoch: 1, owner: Owner.firstClient, counter: counter)
            let refNum = 900 + UInt32(number)
            venue.acceptStranger(refNum: refNum, symbol: "MSFT", reference: 6, clOrdID: "\(id)")
            rig.turns(3)
            #expect(rig.engine.ledger.find(id).isNone)
            // It counts all the same, as the house's, each under an id of its own.
            let order = rig.engine.ledger.order(
                rig.engine.ledger.find(venue: 0, userRefNum: refNum)
            )
            #expect(order.orderID.counter == UInt64(number) + 1)
            #expect(order.account == noIndex16 && order.owner == Owner.house)
            #expect(rig.engine.ledger.firm.lastCounter == UInt64(number) + 1)
        }
        #expect(rig.engine.ledger.instrument(1).blocked)
        #expect(rig.engine.ledger.counters.incidents >= 3)
        #expect(venue.messages().map { $0.payload[0] } == Array("XXX".utf8))
        #expect(client.messages().isEmpty, "no client is told of what nobody gave")
        client.enter(refNum: 1, side: .buy, qty: 10, px: 999_900)
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == Array("O".utf8))
        expectReplay(rig)
    }

    @Test("a fill for an order long gone is booked by its number, and its client hears it")
    func longGone() throws {
        let rig = try EngineRig { $0.header.ordersMax = 4 }
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        // Sixteen ended orders are kept beside four live ones.
        for refNum in UInt32(1)...20 {
            client.enter(refNum: refNum, side: .sellShort, qty: 10, px: 1_000_100)
            rig.turns(3)
            for sent in venue.messages() {
                venue.sendSequenced { target in
                    OUCH.Rejected(
                        timestampNs: 1,
                        userRefNum: sent.big32(at: 1),
                        reason: 0x0F,
                        clOrdID: .blank
                    ).write(to: target)
                }
            }
            rig.turns(3)
        }
        _ = client.packets()
        #expect(rig.engine.ledger.find(venue: 0, userRefNum: 2).isNone)
        venue.execute(refNum: 2, qty: 10, px: 1_000_100, match: 3)
        rig.turns(3)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == -10)
        #expect(rig.engine.ledger.instrument(0).blocked)
        let told = try #require(client.messages().first)
        #expect(told.payload[0] == UInt8(ascii: "E") && told.big32(at: 9) == 1)

        // A number that was never ours: nothing can be booked, so nothing more goes there.
        venue.execute(refNum: 777, qty: 10, px: 1_000_100, match: 4)
        rig.turns(3)
        #expect(rig.engine.ledger.venue(0).killed)
        #expect(client.messages().isEmpty)
        expectReplay(rig)
    }

    @Test("a fill under the number of a replace whose order is over is booked to that order")
    func replacedAfterTheEnd() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, side: .buy, qty: 10, px: 999_900)
        rig.turns(3)
        let order = try #require(venue.messages().first)
        venue.accept(order, reference: 5)
        rig.turns(3)
        client.replace(old: 1, new: 2, qty: 20, px: 999_800)
        rig.turns(3)
        let replace = try #require(venue.messages().first)
        // More than was ever open: for us that is the end, and the venue replaces all the same.
        venue.execute(refNum: order.big32(at: 1), qty: 30, px: 999_900, match: 3)
        rig.turns(3)
        venue.execute(refNum: replace.big32(at: 5), qty: 20, px: 999_800, match: 4)
        rig.turns(3)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 50)
        #expect(rig.engine.ledger.instrument(0).blocked)
        #expect(!rig.engine.ledger.venue(0).killed, "nothing is unplaced")
        expectReplay(rig)
    }

    @Test("a replace nobody remembers, told of an order that is over: its fills are that order's")
    func replaceForgotten() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, side: .buy, qty: 10, px: 999_900)
        rig.turns(3)
        let order = try #require(venue.messages().first)
        venue.accept(order, reference: 5)
        rig.turns(3)
        client.replace(old: 1, new: 2, qty: 20, px: 999_800)
        rig.turns(3)
        // As after a region was lost: under a number no record of ours tells.
        var replace = try #require(venue.messages().first)
        replace.payload.replaceSubrange(5..<9, with: [0, 0, 3, 132])
        venue.execute(refNum: order.big32(at: 1), qty: 30, px: 999_900, match: 3)
        venue.replaced(replace, px: 999_800, reference: 6)
        venue.execute(refNum: 900, qty: 20, px: 999_800, match: 4)
        rig.turns(3)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 50)
        #expect(!rig.engine.ledger.venue(0).killed, "nothing is unplaced")
        expectReplay(rig)
    }

    @Test("a Replaced for an order that is over: its client hears none, the new leg is canceled")
    func replacedThoughOver() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, side: .buy, qty: 10, px: 999_900, clOrdID: "FIRST")
        rig.turns(3)
        let order = try #require(venue.messages().first)
        venue.accept(order, reference: 5)
        rig.turns(3)
        client.replace(old: 1, new: 2, qty: 20, px: 999_800)
        rig.turns(3)
        let replace = try #require(venue.messages().first)
        venue.execute(refNum: order.big32(at: 1), qty: 30, px: 999_900, match: 3)
        rig.turns(3)
        #expect(client.messages().map { $0.payload[0] } == Array("AE".utf8))

        venue.replaced(replace, px: 999_800, reference: 6)
        rig.turns(3)
        #expect(client.messages().isEmpty, "no U from its number to the same number")
        let sent = try #require(venue.messages().first)
        #expect(sent.payload[0] == UInt8(ascii: "X"))
        #expect(sent.big32(at: 1) == replace.big32(at: 5))
        let record = try #require(rig.records().last { $0.kind == .replaced })
        #expect(record.status == .filled && record.clientSeq == 0)
        #expect(record.flags.contains(.incident))

        // What the leg did before the cancel came is the order's, under the names it had.
        venue.execute(refNum: replace.big32(at: 5), qty: 5, px: 999_800, match: 4)
        venue.sendSequenced { target in
            OUCH.BrokenTrade(
                timestampNs: 1,
                userRefNum: order.big32(at: 1),
                matchNumber: 3,
                reason: UInt8(ascii: "E"),
                clOrdID: .blank
            ).write(to: target)
        }
        rig.turns(3)
        let told = client.messages()
        #expect(told.map { $0.payload[0] } == Array("EB".utf8))
        #expect(told.allSatisfy { $0.big32(at: 9) == 1 })
        let name = String(decoding: told.last?.payload[22..<27] ?? [], as: UTF8.self)
        #expect(name == "FIRST", "not the name of a replace that never was")
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 5)
        expectReplay(rig)
    }

    private func expectReplay(_ rig: EngineRig) {
        var again = Ledger(LedgerConfig(rig.view))
        for record in rig.records() {
            var copy = record
            _ = again.apply(&copy)
        }
        #expect(again.stateHash() == rig.engine.ledger.stateHash())
    }
}
