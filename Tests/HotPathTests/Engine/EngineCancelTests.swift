import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// Cancels and replaces against a venue that is slow, silent or of another mind (semantics.md §2.9).
@Suite("The engine's cancels and replaces")
struct EngineCancelTests {
    @Test("an unanswered reduction is repeated as that reduction three times, then UNKNOWN")
    func repeated() throws {
        let (rig, venue, client) = try live()
        client.cancel(refNum: 1, ceiling: 40)
        rig.turns(3)
        #expect(venue.messages().map { [$0.big32(at: 1), $0.big32(at: 5)] } == [[2, 40]])
        // Asked for already: no second one, however often the client asks.
        client.cancel(refNum: 1, ceiling: 40)
        client.cancel(refNum: 1, ceiling: 60)
        rig.turns(3)
        #expect(venue.messages().isEmpty)
        rig.turns(900)
        #expect(ceilings(venue) == [40, 40, 40])
        #expect(rig.records().last { $0.orderID != .none }?.status == .unknown)
        // UNKNOWN is not uncancelable, though the same was asked for before.
        client.cancel(refNum: 1, ceiling: 40)
        rig.turns(3)
        #expect(ceilings(venue) == [40])
        client.cancel(refNum: 1)
        rig.turns(3)
        #expect(ceilings(venue) == [0])
    }

    /// Of the cancels sent; the question about an UNKNOWN order goes between them.
    private func ceilings(_ venue: PeerSocket) -> [UInt32] {
        venue.messages().filter { $0.payload[0] == UInt8(ascii: "X") }.map { $0.big32(at: 5) }
    }

    @Test("a reduction to what can execute anyway is not sent: the venue would never answer it")
    func nothingToCancel() throws {
        let (rig, venue, client) = try live()
        client.cancel(refNum: 1, ceiling: 40)
        rig.turns(3)
        _ = venue.messages()
        venue.canceled(refNum: 2, decrement: 60)
        rig.turns(3)
        client.cancel(refNum: 1, ceiling: 40)
        client.cancel(refNum: 1, ceiling: 99)
        rig.turns(500)
        #expect(venue.messages().isEmpty)
        let slot = rig.engine.ledger.find(client: 0, refNum: 1)
        #expect(rig.engine.ledger.order(slot).status == .new)
        #expect(rig.engine.ledger.order(slot).leavesQty.units == 40)
    }

    @Test("a reduction in flight that a later replace overtakes is not repeated against it")
    func overtaken() throws {
        let (rig, venue, _, sent) = try overtaking()
        venue.canceled(refNum: 2, decrement: 60)
        venue.replaced(try #require(sent.last), px: 999_000, reference: 2)
        rig.turns(500)
        #expect(venue.messages().isEmpty, "nobody asked for less than 80 since")
        let slot = rig.engine.ledger.find(client: 0, refNum: 2)
        #expect(rig.engine.ledger.order(slot).leavesQty.units == 80)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    @Test("a reduction behind a replace that overtook another is sent")
    func overtakenReduction() throws {
        let (rig, venue, client, sent) = try overtaking()
        // The client's last word: no more than 60 in all.
        client.cancel(refNum: 2, ceiling: 60)
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == Array("XX".utf8), "by both numbers")
        venue.canceled(refNum: 2, decrement: 60)
        venue.replaced(try #require(sent.last), px: 999_000, reference: 2)
        rig.turns(3)
        venue.canceled(refNum: 3, decrement: 20)
        rig.turns(500)
        let slot = rig.engine.ledger.find(client: 0, refNum: 2)
        #expect(rig.engine.ledger.order(slot).leavesQty.units == 60)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    @Test("a ceiling no message can carry is no ceiling, also while a replace is in flight")
    func absurdCeiling() throws {
        let (rig, venue, client) = try live()
        client.replace(old: 1, new: 2, qty: 80, px: 999_000)
        rig.turns(3)
        _ = venue.messages()
        let id = try #require(rig.records().first { $0.kind == .new }).orderID
        let answer = rig.ask(.cancel) {
            $0.orderID = id
            $0.qty = OrderQty(units: 5_000_000_000)
        }
        #expect(answer.code == 0)
        #expect(venue.messages().isEmpty)
    }

    @Test("with a replace pending X goes to the new number, then to the old")
    func pendingReplace() throws {
        let (rig, venue, client) = try live()
        client.replace(old: 1, new: 2, qty: 80, px: 999_000)
        rig.turns(3)
        let replace = try #require(venue.messages().first)
        #expect(replace.payload[0] == UInt8(ascii: "U"))
        #expect([replace.big32(at: 1), replace.big32(at: 5)] == [2, 3])
        client.cancel(refNum: 1)
        rig.turns(3)
        #expect(venue.messages().map { $0.big32(at: 1) } == [3, 2])
        // Outcome 2: the old order is canceled; both legs and every flag end with it.
        venue.canceled(refNum: 2, decrement: 100)
        rig.turns(3)
        #expect(rig.engine.ledger.liveCount == 0)
        #expect(rig.engine.ledger.checkInvariants() == nil)
        // A fill that crossed the cancel on the wire is ours all the same.
        venue.execute(refNum: 2, qty: 30, px: 999_000, match: 8)
        rig.turns(3)
        let late = try #require(rig.records().last { $0.kind == .fill })
        #expect(late.flags.contains(.late))
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 30)
    }

    @Test("the same execution under another sequence moves nothing and is not told again")
    func duplicateFill() throws {
        let (rig, venue, client) = try live()
        venue.execute(refNum: 2, qty: 30, px: 999_000, match: 8)
        venue.execute(refNum: 2, qty: 30, px: 999_000, match: 8)
        rig.turns(3)
        #expect(client.messages().map { $0.payload[0] } == [UInt8(ascii: "E")])
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 30)
        let fills = rig.records().filter { $0.kind == .fill }
        #expect(fills.map { $0.flags.contains(.duplicate) } == [false, true])
        #expect(fills.map(\.venueSeq) == [4, 5])
    }

    @Test("an order the venue knows and we cannot even book is canceled by its number")
    func unknownOrder() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        venue.acceptStranger(refNum: 900, symbol: "NOTOURS", reference: 5)
        venue.acceptStranger(refNum: 901, symbol: "AAPL", reference: 6)
        rig.turns(3)
        let out = venue.messages()
        #expect(out.map { $0.payload[0] } == [UInt8(ascii: "X"), UInt8(ascii: "X")])
        #expect(out.map { $0.big32(at: 1) } == [900, 901])
        #expect(rig.engine.ledger.instrument(0).blocked)
    }

    @Test("a client that drops takes its orders with it, and only its own")
    func cancelOnDisconnect() throws {
        let rig = try EngineRig { writer in
            for index in writer.clients.indices { writer.clients[index].cancelOnDisconnect = 3 }
        }
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let alpha = rig.openClient(0, user: "alpha")
        let beta = rig.openClient(1, user: "beta")
        alpha.enter(refNum: 1, qty: 10, px: 999_000)
        beta.enter(refNum: 1, qty: 20, px: 999_000)
        rig.turns(3)
        for order in venue.messages() { venue.accept(order, reference: 1) }
        rig.turns(3)
        // A second login with the right password takes over and cancels nothing.
        let again = rig.openClient(2, user: "alpha")
        #expect(venue.messages().isEmpty)
        // A length no packet can have: only this connection ends.
        again.send(bytes: [0xFF, 0xFF, 0x55])
        rig.turns(3)
        #expect(venue.messages().map { $0.big32(at: 1) } == [2])
        _ = again.packets()
        _ = beta.packets()
        beta.enter(refNum: 2, qty: 20, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().count == 1)
    }

    /// The order cut to 40, and replaced by 80 before the venue has said anything.
    private func overtaking() throws -> (EngineRig, PeerSocket, PeerSocket, [PeerSocket.Packet]) {
        let (rig, venue, client) = try live()
        client.cancel(refNum: 1, ceiling: 40)
        client.replace(old: 1, new: 2, qty: 80, px: 999_000)
        rig.turns(3)
        let sent = venue.messages()
        #expect(sent.map { $0.payload[0] } == Array("XU".utf8))
        return (rig, venue, client, sent)
    }

    /// One accepted order of 100 for client alpha: UserRefNum 1 there, 2 at the venue.
    private func live() throws -> (EngineRig, PeerSocket, PeerSocket) {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 100, px: 999_000, clOrdID: "A")
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        rig.turns(3)
        _ = client.packets()
        return (rig, venue, client)
    }
}
