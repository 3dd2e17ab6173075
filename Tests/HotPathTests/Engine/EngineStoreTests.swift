import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// A client's store fills (semantics.md §5.7): what it asks is refused before what venues say of it
/// would find no room.
@Suite("The engine, when a client's store fills")
struct EngineStoreTests {
    /// 1100 messages: 1024 stay for venue events, so that 76 are the client's own.
    @Test("507 from the 77th message on; its refusals end there, venue events and cancels do not")
    func full() throws {
        let rig = try EngineRig(storeMessages: 1100)
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        let other = rig.openClient(1, user: "beta")
        client.enter(refNum: 1, qty: 10_000, px: 999_000)
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        var match: UInt64 = 0
        fill(rig, venue, 74, &match)
        #expect(rig.region.store(0).count == 75)

        // The 76th is this order's own answer.
        client.enter(refNum: 2, qty: 10, px: 999_000)
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 2)
        rig.turns(3)
        _ = client.messages()
        client.enter(refNum: 3, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().isEmpty)
        #expect(client.messages().map { $0.big16(at: 13) } == [507])
        let refusal = try #require(rig.records().last { $0.kind == .reject })
        #expect(refusal.code == 507)
        #expect(refusal.clientRefNum == 3)

        // Another login has a store of its own.
        other.enter(refNum: 1, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().count == 1)

        // Of the 1024 its refusals may use half, however often it asks.
        for batch in 0..<20 {
            for index in 0..<32 {
                client.enter(refNum: UInt32(4 + batch * 32 + index), qty: 10, px: 999_000)
            }
            rig.turns(6)
            _ = client.messages()
        }
        #expect(rig.region.store(0).count == 588)
        #expect(rig.records().last { $0.kind == .reject }?.clientRefNum == 643)

        // Every venue event still finds its place, and its client hears it.
        #expect(fill(rig, venue, 511, &match, heardBy: client) == 511)
        #expect(rig.region.store(0).count == 1099)
        _ = venue.messages()
        client.cancel(refNum: 1)
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "X")])
        venue.canceled(refNum: 2, decrement: 10_000 - 585)
        rig.turns(3)
        #expect(client.messages().map { $0.payload[0] } == [UInt8(ascii: "C")])
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 585)
        #expect(rig.region.counters.get(.incidents) == 0)

        // Behind the last place: applied, an incident, not told.
        venue.execute(refNum: 3, qty: 1, px: 999_000, match: match + 1)
        rig.turns(3)
        #expect(client.messages().isEmpty)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 586)
        #expect(rig.region.counters.get(.incidents) == 1)
    }

    /// Executes so many single shares of the first order; how many of them `client` heard.
    @discardableResult
    private func fill(
        _ rig: EngineRig,
        _ venue: PeerSocket,
        _ count: Int,
        _ match: inout UInt64,
        heardBy client: PeerSocket? = nil
    ) -> Int {
        var heard = 0
        for _ in 0..<count {
            match += 1
            venue.execute(refNum: 2, qty: 1, px: 999_000, match: match)
            rig.turn()
            if let client { heard += client.messages().count }
        }
        rig.turns(3)
        if let client { heard += client.messages().count }
        return heard
    }
}
