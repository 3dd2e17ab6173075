import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// What the engine takes for a sign that cold lives (semantics.md §3.5).
@Suite("The engine and cold")
struct EngineColdTests {
    @Test("the file a dead cold left behind opens nothing: 111 until its heartbeat moves")
    func leftBehind() throws {
        let rig = try EngineRig(coldLives: false)
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        _ = client.packets()
        client.enter(refNum: 1, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().isEmpty)
        #expect(client.messages().map { $0.big16(at: 13) } == [111])
        rig.coldLives = true
        rig.turns(2)
        client.enter(refNum: 2, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
    }

    @Test("cold's next file while cold lives closes nothing")
    func anotherFile() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        rig.coldLives = false
        rig.board.post(ColdView(rig.cold))
        rig.turns(2)
        client.enter(refNum: 1, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
    }
}
