import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// The way out of UNKNOWN on the connection that fell silent (semantics.md §2.5).
@Suite("The engine asks about an UNKNOWN order while its session stays open")
struct EngineInquiryTests {
    private let rig: EngineRig
    private let venue: PeerSocket
    private let client: PeerSocket

    init() throws {
        rig = try EngineRig()
        venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        client = rig.openClient(0, user: "alpha")
        _ = client.packets()
    }

    private var unknown: UInt64 { rig.engine.ledger.counters.unknownOrders }

    private func types(_ packets: [PeerSocket.Packet]) -> String {
        String(decoding: packets.map { $0.payload[0] }, as: UTF8.self)
    }

    private func answerQuery(next: UInt32) {
        venue.sendSequenced { target in
            OUCH.AccountQueryResponse(timestampNs: 1, nextUserRefNum: next).write(to: target)
        }
        rig.turns(3)
    }

    private func answerMassCancel(_ number: UInt32) {
        venue.sendSequenced { target in
            OUCH.MassCancelResponse(
                timestampNs: 1,
                userRefNum: number,
                firm: Alpha4("TEST")!,
                symbol: Symbol("AAPL")!
            ).write(to: target)
        }
        rig.turns(3)
    }

    /// An order (venue number 2) the venue does not answer until it is UNKNOWN and asked about.
    private func silentOrder() {
        client.enter(refNum: 1, qty: 10, px: 999_000, clOrdID: "A")
        rig.turns(3)
        #expect(types(venue.messages()) == "O")
        rig.turns(120)
        #expect(unknown == 1)
        #expect(types(venue.messages()) == "Q")
    }

    @Test("a New the venue passed over is proved absent by the fence; owner told, symbol open")
    func passedOver() throws {
        silentOrder()
        client.enter(refNum: 2, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(client.messages().first?.big16(at: 13) == 112)
        // The venue's next is the order's own number: it never came, or was not looked at.
        answerQuery(next: 2)
        let fence = try #require(venue.messages().first)
        #expect(fence.payload[0] == UInt8(ascii: "C") && fence.big32(at: 1) == 3)
        #expect(fence.text.contains("AAPL"), "nothing else is canceled")
        #expect(unknown == 1)
        answerMassCancel(3)
        #expect(types(client.messages()) == "J")
        #expect(unknown == 0 && rig.engine.ledger.liveCount == 0)
        client.enter(refNum: 3, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().map { $0.big32(at: 1) } == [4])
        expectReplay()
    }

    @Test("a number the venue has behind it is proved by the query alone: nothing is canceled")
    func consumed() {
        silentOrder()
        answerQuery(next: 3)
        #expect(venue.messages().isEmpty)
        #expect(types(client.messages()) == "J")
        #expect(unknown == 0)
        expectReplay()
    }

    @Test("an accepted order whose cancel found no answer is ended by the fence's cancel")
    func deafToCancel() throws {
        client.enter(refNum: 1, qty: 10, px: 999_000)
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 7)
        rig.turns(3)
        client.cancel(refNum: 1)
        rig.turns(450)
        #expect(unknown == 1)
        #expect(types(venue.messages()) == "XXXXQ")
        answerQuery(next: 3)
        #expect(types(venue.messages()) == "C")
        answerMassCancel(3)
        #expect(unknown == 1, "accepted, so its absence proves nothing")
        venue.canceled(refNum: 2, decrement: 10)
        rig.turns(3)
        #expect(unknown == 0 && rig.engine.ledger.liveCount == 0)
        #expect(types(client.messages()) == "AC")
        expectReplay()
    }

    @Test("what went out after the question is not in its answer, whatever number that names")
    func laterOrders() throws {
        silentOrder()
        // Another symbol, sent while the question is out.
        rig.quote(locate: 2, bid: 999_900, ask: 1_000_100)
        client.enter(refNum: 2, qty: 10, symbol: "MSFT", px: 999_000)
        rig.turns(3)
        #expect(types(venue.messages()) == "O")
        answerQuery(next: 4_000_000)
        #expect(rig.engine.ledger.liveCount == 1, "only the order asked about is over")
        let later = rig.engine.ledger.order(rig.engine.ledger.find(client: 0, refNum: 2))
        #expect(later.status == .pendingNew)
        expectReplay()
    }

    @Test("a venue deaf to all is asked again, ever more seldom, and believed when it answers")
    func deaf() {
        silentOrder()
        rig.turns(10_000)
        // After 200 ms, then 400 … 3.2 s: five more in ten seconds.
        let asked = venue.messages().count { $0.payload[0] == UInt8(ascii: "Q") }
        #expect(asked == 5)
        #expect(unknown == 1)
        answerQuery(next: 3)
        #expect(unknown == 0)
        expectReplay()
    }

    private func expectReplay() {
        var again = Ledger(LedgerConfig(rig.view))
        for record in rig.records() {
            var copy = record
            _ = again.apply(&copy)
        }
        #expect(again.stateHash() == rig.engine.ledger.stateHash())
        #expect(again.checkInvariants() == nil)
    }
}
