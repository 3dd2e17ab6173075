import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// One order goes to one venue, chosen when it comes in (DESIGN §5).
@Suite("The engine's router")
struct EngineRouterTests {
    @Test("the best displayed price on the side the order would take, whichever venue shows it")
    func bestPrice() throws {
        let (rig, venues, client) = try live()
        rig.quote(venue: 0, bid: 999_900, ask: 1_000_200)
        rig.quote(venue: 1, bid: 999_800, ask: 1_000_100)
        enter(rig, client, 1, .buy)
        #expect(counts(venues) == [0, 1])
        enter(rig, client, 2, .sellShort)
        #expect(counts(venues) == [1, 0])
        // The market moves over: the next orders follow it.
        rig.quote(venue: 0, bid: 0, ask: 1_000_000)
        rig.quote(venue: 1, bid: 999_950, ask: 0)
        enter(rig, client, 3, .buy)
        #expect(counts(venues) == [1, 0])
        enter(rig, client, 4, .sellShort)
        #expect(counts(venues) == [0, 1])
    }

    @Test("a tie goes to the venue configured first, on both sides")
    func tie() throws {
        let (rig, venues, client) = try live()
        rig.quote(venue: 1, bid: 999_900, ask: 1_000_100)
        rig.quote(venue: 0, bid: 999_900, ask: 1_000_100)
        enter(rig, client, 1, .buy)
        enter(rig, client, 2, .sellShort)
        #expect(counts(venues) == [2, 0])
    }

    @Test("a displayed price beats none")
    func noPrice() throws {
        let (rig, venues, client) = try live()
        rig.quote(venue: 0, bid: 999_900, ask: 0)
        rig.quote(venue: 1, bid: 999_800, ask: 1_000_100)
        enter(rig, client, 1, .buy)
        #expect(counts(venues) == [0, 1])
    }

    @Test("a directed order goes to its venue, better prices elsewhere or not")
    func directed() throws {
        let (rig, venues, _) = try live()
        rig.quote(venue: 0, bid: 999_900, ask: 1_000_100)
        rig.quote(venue: 1, bid: 999_800, ask: 1_000_200)
        #expect(rig.mailbox.commands.push(order(id: 1, venue: 1)))
        rig.turns(3)
        #expect(counts(venues) == [0, 1])
        var reply = CommandReply()
        #expect(rig.mailbox.replies.pop(into: &reply))
        #expect(reply.venue == 1)
        #expect(rig.mailbox.commands.push(order(id: 2, venue: 0)))
        rig.turns(3)
        #expect(counts(venues) == [1, 0])
        // Undirected, the same order goes where the price is.
        #expect(rig.mailbox.commands.push(order(id: 3, venue: noIndex8)))
        rig.turns(3)
        #expect(counts(venues) == [1, 0])
    }

    @Test("a venue that is not open is not chosen, nor is a directed order sent elsewhere")
    func notOpen() throws {
        let (rig, venues, client) = try live()
        rig.quote(venue: 0, bid: 999_800, ask: 1_000_200)
        rig.quote(venue: 1, bid: 999_900, ask: 1_000_100)
        enter(rig, client, 1, .buy)
        let first = try #require(venues[1].messages().last)
        venues[1].accept(first, reference: 11)
        rig.turns(3)
        // Its session drops; its feed goes on and shows the better price still.
        rig.hangUp(slot: 1)
        enter(rig, client, 2, .buy)
        #expect(venues[0].messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
        #expect(rig.mailbox.commands.push(order(id: 1, venue: 1)))
        rig.turns(3)
        #expect(venues[0].messages().isEmpty)
        let refusal = try #require(rig.records().last { $0.kind == .reject })
        #expect(refusal.venue == 1)
        #expect(refusal.code == 105)
    }

    /// Two open venues and client alpha; nothing displayed yet.
    private func live() throws -> (EngineRig, [PeerSocket], PeerSocket) {
        let rig = try EngineRig(venues: 2)
        let venues = [rig.openVenue(0), rig.openVenue(1)]
        for venue in venues { _ = venue.packets() }
        return (rig, venues, rig.openClient(0, user: "alpha"))
    }

    /// Far from each other, so that no order of ours could meet another.
    private func enter(_ rig: EngineRig, _ client: PeerSocket, _ refNum: UInt32, _ side: Side) {
        let px: Int64 = side.isBuy ? 999_000 : 1_001_000
        client.enter(refNum: refNum, side: side, qty: 10, px: px)
        rig.turns(3)
    }

    private func order(id: UInt64, venue: UInt8) -> Command {
        var command = Command()
        command.kind = .new
        command.id = id
        command.venue = venue
        command.instrument = 0
        command.account = 0
        command.strategy = 0
        command.side = Side.buy.rawValue
        command.qty = OrderQty(units: 10)
        command.px = Price(units: 999_000)
        command.ordType = OrdType.limit.rawValue
        command.timeInForce = TimeInForce.day.rawValue
        command.display = UInt8(ascii: "Y")
        return command
    }

    private func counts(_ venues: [PeerSocket]) -> [Int] {
        venues.map { $0.messages().count { $0.payload[0] == UInt8(ascii: "O") } }
    }
}
