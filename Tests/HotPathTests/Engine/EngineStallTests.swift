import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// The engine stood still for 50 ms; what waited was asked of a market that is gone (semantics §3.4).
@Suite("The engine after a stall")
struct EngineStallTests {
    private func rig(_ change: (inout HotImageWriter) -> Void = { _ in }) throws -> EngineRig {
        try EngineRig { writer in
            writer.header.stallMaxNs = 5_000_000
            writer.header.rejectsMax = 0
            change(&writer)
        }
    }

    @Test("every New that waited is J 509, over as many turns as they take; cancels go")
    func waitingNews() throws {
        let rig = try rig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 10, px: 999_000)
        rig.turns(2)
        venue.accept(try #require(venue.messages().first), reference: 1)
        rig.turns(2)
        _ = client.packets()

        for number in UInt32(2)...21 { client.enter(refNum: number, qty: 10, px: 999_000) }
        client.cancel(refNum: 1)
        rig.nowNs += 50_000_000
        rig.turns(4)
        #expect(client.messages().map { $0.big16(at: 13) } == Array(repeating: 509, count: 20))
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "X")])
        let said = rig.records().filter { $0.kind == .pressure }
        #expect(said.map(\.code) == [509])
        #expect(said.first?.value == 51_000_000)
        #expect(rig.region.counters.get(.stalls) == 1)

        // Asked since, but of a reference from before: 303 until the feed says something of it.
        client.enter(refNum: 22, qty: 10, px: 999_000)
        rig.turns(2)
        #expect(client.messages().map { $0.big16(at: 13) } == [303])
        rig.quote(bid: 999_800, ask: 1_000_200)
        client.enter(refNum: 23, qty: 10, px: 999_000)
        rig.turns(2)
        #expect(client.messages().isEmpty)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
    }

    @Test("a routed client's New that waited is J 509 as well, however many turns they take")
    func waitingRouted() throws {
        let rig = try rig { $0.clients[0].mode = 1 }
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        _ = (venue.packets(), client.packets())
        for number in UInt32(1)...60 { client.enter(refNum: number, qty: 10, px: 999_000) }
        rig.nowNs += 50_000_000
        // Read by the first turns, believed again before the last of them is served.
        rig.turns(2)
        rig.quote(bid: 999_900, ask: 1_000_100)
        rig.turns(10)
        #expect(client.messages().map { $0.big16(at: 13) } == Array(repeating: 509, count: 60))
        #expect(venue.messages().isEmpty)
    }

    @Test("what came to the feed meanwhile is read first: its reference is good for who asks next")
    func feedFirst() throws {
        let rig = try rig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 10, px: 999_000)
        rig.nowNs += 50_000_000
        // In the socket before the engine wakes; `quote` itself takes the turns.
        rig.quote(bid: 999_900, ask: 1_000_000)
        #expect(client.messages().map { $0.big16(at: 13) } == [509])
        client.enter(refNum: 2, qty: 10, px: 999_000)
        rig.turns(2)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
    }

    @Test("a New of cold's and a trigger's occasion that waited come to nothing; the trigger stays")
    func others() throws {
        let rig = try rig { $0.strategies[0].coldMay = 1 }
        let venue = rig.openVenue()
        rig.quote(bid: 999_800, ask: 1_000_500)
        let set = rig.ask(.trigger) { command in
            command.instrument = 0
            command.account = 0
            command.strategy = 0
            command.side = Side.buy.rawValue
            command.qty = OrderQty(units: 100)
            command.px = Price(units: 1_000_000)
        }
        #expect(set.code == 0)
        _ = venue.messages()
        rig.nowNs += 50_000_000
        rig.coldSays(.new, number: 1) { command in
            command.instrument = 0
            command.account = 0
            command.strategy = 0
            command.side = Side.buy.rawValue
            command.qty = OrderQty(units: 10)
            command.px = Price(units: 999_000)
        }
        let refused = rig.records().filter { $0.kind == .reject }
        #expect(refused.map(\.code) == [509])
        rig.nowNs += 200_000_000
        rig.quote(bid: 999_700, ask: 1_000_000)
        #expect(venue.messages().isEmpty, "the crossing quote waited through a stall")
        rig.quote(bid: 999_700, ask: 999_900)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
    }

    @Test("a client that never stops sending is heard again after a bounded number of turns")
    func bounded() throws {
        let rig = try rig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        rig.nowNs += 50_000_000
        var number: UInt32 = 0
        for _ in 0..<80 {
            number += 1
            client.enter(refNum: number, qty: 10, px: 999_000)
            rig.turn()
        }
        _ = client.messages()
        rig.quote(bid: 999_800, ask: 1_000_200)
        client.enter(refNum: number + 1, qty: 10, px: 999_000)
        rig.turns(2)
        #expect(venue.messages().last?.payload[0] == UInt8(ascii: "O"))
    }
}
