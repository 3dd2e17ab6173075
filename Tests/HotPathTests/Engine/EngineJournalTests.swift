import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// The journal is the system of record: what cannot be written down is not begun.
@Suite("The engine, when the disk under the journal is away")
struct EngineJournalTests {
    @Test(
        "full, failed or stalled: 111 for a new order, cancels and fills as ever, and back again",
        arguments: [JournalState.full, .failed, .stalled]
    )
    func diskAway(state: JournalState) throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 100, px: 999_000, clOrdID: "A")
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        rig.turns(3)
        _ = client.messages()

        rig.cold.control[ColdWord.journalState] = state.rawValue
        rig.turns(2)
        client.enter(refNum: 2, qty: 100, px: 999_000, clOrdID: "B")
        rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [111])
        #expect(venue.messages().isEmpty)
        #expect(rig.region.control[HotWord.gateOpen] == 0)

        // What stops and what the venue says goes on, and is recorded.
        venue.execute(refNum: 2, qty: 40, px: 999_000, match: 7)
        client.sendUnsequenced { OUCH.CancelOrder(userRefNum: 1, quantity: .zero).write(to: $0) }
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "X")])
        #expect(client.messages().map { $0.payload[0] } == [UInt8(ascii: "E")])
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 40)

        rig.cold.control[ColdWord.journalState] = JournalState.ok.rawValue
        rig.turns(5)
        client.enter(refNum: 3, qty: 100, px: 999_000, clOrdID: "C")
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])

        let events = rig.records().filter { $0.kind == .session }
        let lost = events.filter { $0.detail == SessionEvent.journalLost.rawValue }
        #expect(lost.map(\.value) == [Int64(state.rawValue)])
        let back = events.filter { $0.detail == SessionEvent.journalBack.rawValue }
        #expect(back.count == 1)
        #expect(back.allSatisfy { $0.value > 0 })
    }

    @Test("a word that means nothing is no reason to trade")
    func nonsense() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        rig.cold.control[ColdWord.journalState] = 77
        rig.turns(2)
        client.enter(refNum: 1, qty: 100, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().isEmpty)
    }
}
