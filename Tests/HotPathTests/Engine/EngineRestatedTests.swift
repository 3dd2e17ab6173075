import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// What a venue says of a live order without ending it: `M` `T` `R`, and `P` `I` of a cancel that
/// meets a cross. Each does what it means, and its client hears it under its own number.
@Suite("The engine hears what became of a live order")
struct EngineRestatedTests {
    private let rig: EngineRig
    private let venue: PeerSocket
    private let client: PeerSocket

    init() throws {
        rig = try EngineRig()
        venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 7, side: .sellShort, qty: 100, px: 1_000_100, clOrdID: "MINE")
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 77)
        rig.turns(3)
        _ = client.packets()
    }

    private var order: Order {
        rig.engine.ledger.order(rig.engine.ledger.find(client: 0, refNum: 7))
    }

    /// What the client got, and that it names its own order.
    private func heard(_ type: Character) throws -> PeerSocket.Packet {
        let packet = try #require(client.messages().first)
        #expect(packet.payload[0] == type.asciiValue)
        #expect(packet.big32(at: 9) == 7)
        return packet
    }

    @Test("Modified: fewer shares and another short mark, priority kept")
    func modified() throws {
        venue.sendSequenced { target in
            OUCH.Modified(
                timestampNs: 1,
                userRefNum: 2,
                side: Side.sellShortExempt.rawValue,
                quantity: OrderQty(units: 60)
            ).write(to: target)
        }
        rig.turns(3)
        #expect(order.leavesQty.units == 60 && order.canceledQty.units == 40)
        #expect(order.side == Side.sellShortExempt.rawValue)
        #expect(rig.engine.ledger.instrument(0).openSell == 60)
        #expect(rig.engine.ledger.unit(account: 0, instrument: 0).locate == 1 << 40 - 60)
        let packet = try heard("M")
        #expect(packet.big32(at: 14) == 60)
        expectReplay()
    }

    @Test("Priority Update: the venue's price and its new reference")
    func priority() throws {
        venue.sendSequenced { target in
            OUCH.PriorityUpdate(
                timestampNs: 1,
                userRefNum: 2,
                price: Price(units: 1_000_200),
                display: UInt8(ascii: "Y"),
                orderReferenceNumber: 99
            ).write(to: target)
        }
        rig.turns(3)
        #expect(order.px == Price(units: 1_000_200) && order.venueOrderRef == 99)
        #expect(rig.engine.ledger.account(0).openNotional == 100 * 1_000_200)
        #expect(try heard("T").big64(at: 22) == 99)
        expectReplay()
    }

    @Test("Restated: what is displayed now, recorded; the order is what it was")
    func restated() throws {
        let before = order
        venue.sendSequenced { target in
            var appendage = OUCH.Appendage()
            appendage.secondaryOrderReferenceNumber = 1234
            appendage.displayQuantity = OrderQty(units: 30)
            return OUCH.Restated(
                timestampNs: 1,
                userRefNum: 2,
                reason: UInt8(ascii: "R"),
                appendage: appendage
            ).write(to: target)
        }
        rig.turns(3)
        #expect(order.venueOrderRef == before.venueOrderRef && order.px == before.px)
        #expect(order.leavesQty == before.leavesQty)
        let record = try #require(rig.records().last { $0.kind == .restated })
        #expect(record.code == UInt16(UInt8(ascii: "R")))
        #expect(record.match == 1234 && record.lastQty.units == 30)
        _ = try heard("R")
        expectReplay()
    }

    @Test("Cancel Pending: the cancel is not overdue until the cross is over")
    func pending() throws {
        client.cancel(refNum: 7)
        rig.turns(3)
        _ = venue.packets()
        venue.sendSequenced { OUCH.CancelPending(timestampNs: 1, userRefNum: 2).write(to: $0) }
        rig.turns(3)
        #expect(order.pending == [.cancel, .held])
        _ = try heard("P")
        // Five times the time after which a cancel goes again, and four tries would make it UNKNOWN.
        rig.turns(500)
        #expect(venue.messages().isEmpty)
        #expect(order.status == .new)
        // The cross fills a part; what is left is due again.
        venue.execute(refNum: 2, qty: 40, px: 1_000_100, match: 5)
        rig.turns(150)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "X")])
        venue.canceled(refNum: 2, decrement: 60)
        rig.turns(3)
        #expect(order.status == .canceled)
        expectReplay()
    }

    @Test("Cancel Reject: the order stands, the cancel is over, another may be asked for")
    func rejected() throws {
        client.cancel(refNum: 7)
        rig.turns(3)
        _ = venue.packets()
        venue.sendSequenced { OUCH.CancelReject(timestampNs: 1, userRefNum: 2).write(to: $0) }
        rig.turns(3)
        #expect(order.pending.isEmpty && order.status == .new)
        _ = try heard("I")
        rig.turns(500)
        #expect(venue.messages().isEmpty)
        #expect(order.status == .new, "answered, so never UNKNOWN")
        client.cancel(refNum: 7)
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "X")])
        #expect(order.requestVersion == 2)
        expectReplay()
    }

    @Test("a Modified that adds shares or changes buy and sell is nonsense: an incident, no change")
    func nonsense() throws {
        venue.sendSequenced { target in
            OUCH.Modified(
                timestampNs: 1,
                userRefNum: 2,
                side: Side.buy.rawValue,
                quantity: OrderQty(units: 500)
            ).write(to: target)
        }
        rig.turns(3)
        #expect(order.leavesQty.units == 100 && order.side == Side.sellShort.rawValue)
        #expect(rig.records().last { $0.kind == .restated }?.flags.contains(.incident) == true)
        expectReplay()
    }

    /// The same records into a new ledger: the same state.
    private func expectReplay() {
        var again = Ledger(LedgerConfig(rig.view))
        for record in rig.records() {
            var copy = record
            _ = again.apply(&copy)
        }
        #expect(again.stateHash() == rig.engine.ledger.stateHash())
    }
}
