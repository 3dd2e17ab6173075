import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// One client order, direct mode, there and back through the real engine.
@Suite("The engine, from a client's packet to the venue's and back")
struct EngineOrderTests {
    @Test("a venue that takes an order for more, or at a worse price, has it canceled: 112 after")
    func excess() throws {
        for (qty, px) in [(Int64(0xFFFF_FFFF), Int64(990_000)), (10, 990_100)] {
            let rig = try EngineRig()
            let venue = rig.openVenue()
            rig.quote(bid: 999_900, ask: 1_000_100)
            let client = rig.openClient(0, user: "alpha")
            _ = client.packets()
            client.enter(refNum: 1, qty: 10, px: 990_000)
            rig.turns(3)
            let sent = try #require(venue.messages().first)
            venue.accept(sent, reference: 7, px: px, qty: qty)
            rig.turns(3)
            #expect(venue.messages().map { $0.payload[0] } == Array("X".utf8))
            #expect(rig.engine.ledger.account(0).openNotional == qty * px, "as the venue has it")
            #expect(rig.engine.ledger.counters.incidents > 0)
            venue.canceled(refNum: sent.big32(at: 1), decrement: qty)
            client.enter(refNum: 2, qty: 20, px: 990_000)
            rig.turns(3)
            #expect(rig.engine.ledger.account(0).openNotional == 0)
            #expect(client.messages().last?.big16(at: 13) == 112)
            #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
        }
    }

    @Test(
        "enters, acknowledges, fills and cancels, each recorded before it is sent",
        arguments: [PortConfig.Transport.sockets, .ioUring]
    )
    func thereAndBack(transport: PortConfig.Transport) throws {
        let rig = try EngineRig(transport: transport)
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        let login = client.packets()
        #expect(login.first?.type == UInt8(ascii: "A"))

        client.enter(refNum: 7, qty: 100, px: 1_000_000, clOrdID: "MYORDER")
        rig.turns(3)
        let sent = venue.messages()
        #expect(sent.count == 1)
        let order = try #require(sent.first)
        #expect(order.payload[0] == UInt8(ascii: "O"))
        // The fence took number 1; this port's next is 2.
        #expect(order.big32(at: 1) == 2)
        #expect(order.big32(at: 6) == 100)
        #expect(order.big64(at: 18) == 1_000_000)

        venue.accept(order, reference: 77)
        rig.turns(3)
        let accepted = try #require(client.messages().first)
        #expect(accepted.payload[0] == UInt8(ascii: "A"))
        #expect(accepted.big32(at: 9) == 7)
        #expect(accepted.big64(at: 36) == 77)
        #expect(String(decoding: accepted.payload[48..<62], as: UTF8.self) == "MYORDER       ")

        venue.execute(refNum: 2, qty: 40, px: 999_900, match: 5)
        rig.turns(3)
        let fill = try #require(client.messages().first)
        #expect(fill.payload[0] == UInt8(ascii: "E"))
        #expect(fill.big32(at: 9) == 7)
        #expect(fill.big32(at: 13) == 40)

        client.cancel(refNum: 7)
        rig.turns(3)
        let cancel = try #require(venue.messages().first)
        #expect(cancel.payload[0] == UInt8(ascii: "X"))
        #expect(cancel.big32(at: 1) == 2)
        venue.canceled(refNum: 2, decrement: 60)
        rig.turns(3)
        #expect(client.messages().first?.payload[0] == UInt8(ascii: "C"))

        let kinds = rig.records().filter { $0.orderID != .none }.map(\.kind)
        #expect(kinds == [.new, .ack, .fill, .cancelReq, .canceled])
        let last = try #require(rig.records().last { $0.kind == .canceled })
        #expect(last.status == .canceled)
        #expect(last.cumQty.units == 40)
        #expect(last.leavesQty.units == 0)
        #expect(rig.engine.ledger.liveCount == 0)
    }

    @Test("a fill is marked at the reference of its own moment: the loss limit sees it at once")
    func fillMarks() throws {
        let rig = try EngineRig { $0.accounts[0].lossLimit = 2_000 }
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 40, px: 1_000_000)
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 77)
        // The ask comes down, the mid to 999 950: 40 bought at 1 000 000 have lost 2 000.
        rig.quote(bid: 999_900, ask: 1_000_000)
        venue.execute(refNum: 2, qty: 40, px: 1_000_000, match: 5)
        rig.turns(3)
        let fill = try #require(rig.records().last { $0.kind == .fill })
        #expect(fill.refPx == Price(units: 999_950))
        #expect(fill.bidPx == Price(units: 999_900) && fill.askPx == Price(units: 1_000_000))
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).mark == 999_950)
        #expect(rig.engine.ledger.account(0).latches.contains(.loss))
    }

    @Test("a refused order costs the venue nothing and the client gets J with our code")
    func refused() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        _ = client.packets()
        client.enter(refNum: 1, qty: 100, px: 1_100_100, clOrdID: "FAR")
        rig.turns(3)
        #expect(venue.messages().isEmpty)
        let reject = try #require(client.messages().first)
        #expect(reject.payload[0] == UInt8(ascii: "J"))
        #expect(reject.big16(at: 13) == RiskCode.collarBuy.rawValue)
        // The number is used up: again, it is a retransmission and ignored.
        client.enter(refNum: 1, qty: 100, px: 1_000_000, clOrdID: "AGAIN")
        rig.turns(3)
        #expect(venue.messages().isEmpty)
        #expect(client.messages().isEmpty)
    }

    @Test("a client that comes back receives every message it missed, once")
    func replay() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let first = rig.openClient(0, user: "alpha")
        first.enter(refNum: 1, qty: 10, px: 1_000_000, clOrdID: "A")
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        venue.execute(refNum: 2, qty: 10, px: 1_000_000, match: 9)
        rig.turns(3)
        let again = rig.openClient(1, user: "alpha", sequence: 2)
        let packets = again.packets()
        #expect(packets.first?.type == UInt8(ascii: "A"))
        #expect(packets.dropFirst().map { $0.payload[0] } == [UInt8(ascii: "E")])
    }

    @Test("kill: latched, everything canceled, nothing new sent, others told")
    func kill() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 10, px: 999_000, clOrdID: "A")
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        rig.turns(2)
        let epoch = rig.mailbox.wantKill()
        client.enter(refNum: 2, qty: 10, px: 999_000, clOrdID: "B")
        rig.turns(2)
        #expect(venue.messages().isEmpty, "no order byte once a kill is wanted")
        var command = Command()
        command.kind = .kill
        command.id = 1
        // The admin thread numbers the kill it wants.
        command.value = Int64(epoch)
        #expect(rig.mailbox.commands.push(command))
        rig.turns(2)
        #expect(rig.mailbox.killObeyed == epoch)
        let out = venue.messages().map { $0.payload[0] }
        #expect(out == [UInt8(ascii: "C"), UInt8(ascii: "X")])
        client.enter(refNum: 3, qty: 10, px: 999_000, clOrdID: "C")
        rig.turns(2)
        #expect(venue.messages().isEmpty)
        let codes = client.messages().filter { $0.payload[0] == UInt8(ascii: "J") }
        #expect(codes.map { $0.big16(at: 13) } == [101, 101])
    }
}
