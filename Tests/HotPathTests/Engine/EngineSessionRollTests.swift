import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// A venue that no longer knows the session we persisted (semantics.md §2.12).
@Suite("A lost venue session")
struct EngineSessionRollTests {
    @Test("stays shut until a person rolls it; the next login then starts blank")
    func roll() throws {
        let rig = try EngineRig()
        let first = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        rig.hangUp(slot: 0)
        _ = first

        let second = rig.connect(slot: 0)
        let again = try #require(second.packets().first)
        #expect(again.text.contains("RIGDAY"), "the persisted session is asked for by name")
        second.reject(.sessionNotAvailable)
        rig.turns(3)
        let lost = rig.records().last { $0.kind == .session && $0.venue == 0 }
        #expect(lost?.detail == SessionEvent.lost.rawValue)

        var command = Command()
        command.kind = .sessionRoll
        command.id = 5
        command.venue = 0
        #expect(rig.mailbox.commands.push(command))
        rig.turns(3)
        rig.hangUp(slot: 0)
        let third = rig.connect(slot: 0)
        let blank = try #require(third.packets().first)
        #expect(blank.type == UInt8(ascii: "L"))
        #expect(!blank.text.contains("RIGDAY"))
        let sequence = String(decoding: blank.payload[26..<46], as: UTF8.self)
        #expect(sequence.filter { $0 != " " } == "1")
    }
}
