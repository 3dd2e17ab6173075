import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// Venue sessions that drop, drift and get lost (semantics.md §2.5, §2.12).
@Suite("The engine's venue sessions")
struct EngineSessionTests {
    @Test("what is not understood has a number too; the next login asks for the one behind it")
    func numbering() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        // Type 0x7E does not exist, nor does an Accepted of three bytes, nor an empty packet.
        for bytes: [UInt8] in [[0x7E, 1, 2], [UInt8(ascii: "A"), 1, 2], []] {
            venue.send(bytes: [0, UInt8(bytes.count + 1), UInt8(ascii: "S")] + bytes)
        }
        rig.turns(3)
        let strange = rig.records().filter { $0.flags.contains(.notUnderstood) }
        #expect(strange.map(\.venueSeq) == [3, 4, 5])
        let again = redial(rig, venue)
        let login = try #require(again.packets().first)
        #expect(login.type == UInt8(ascii: "L"))
        #expect(login.text.hasSuffix("6"))
        #expect(login.text.contains("RIGDAY"))
    }

    @Test("dropped before any answer: the fence proves absence and the client gets J, once")
    func absence() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 10, px: 999_000, clOrdID: "A")
        rig.turns(3)
        _ = client.packets()
        let again = redial(rig, venue)
        _ = again.packets()
        again.send(Soup.LoginAccepted(session: Alpha10("RIGDAY")!, sequenceNumber: 3))
        rig.turns(3)
        let fence = try #require(again.messages().first)
        #expect(fence.payload[0] == UInt8(ascii: "C"))
        #expect(fence.big32(at: 1) == 3)
        #expect(client.messages().isEmpty)
        #expect(rig.engine.ledger.liveCount == 1)
        again.answerFence(3, next: 4)
        rig.turns(3)
        #expect(client.messages().map { $0.payload[0] } == [UInt8(ascii: "J")])
        #expect(rig.engine.ledger.liveCount == 0)
        client.enter(refNum: 2, qty: 10, px: 999_000, clOrdID: "B")
        rig.turns(3)
        #expect(again.messages().map { $0.big32(at: 1) } == [4], "open again, next number")
    }

    @Test("a venue further on than our records passes over the fence: a higher one is raised")
    func higherFence() throws {
        let rig = try EngineRig()
        let venue = rig.connect(slot: 0)
        _ = venue.packets()
        venue.send(Soup.LoginAccepted(session: Alpha10("RIGDAY")!, sequenceNumber: 1))
        rig.turns(2)
        #expect(venue.messages().first?.big32(at: 1) == 1)
        venue.sendSequenced { target in
            OUCH.AccountQueryResponse(timestampNs: 1, nextUserRefNum: 50).write(to: target)
        }
        rig.turns(2)
        #expect(venue.messages().first?.big32(at: 1) == 50)
        venue.answerFence(50, next: 51)
        rig.turns(2)
        let end = rig.records().last { $0.kind == .session && $0.venue == 0 }
        #expect(end?.detail == SessionEvent.reconciled.rawValue)
    }

    @Test("a lost session: orders UNKNOWN, socket given back for good; rolled, it counts from 1")
    func lostAndRolled() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 10, px: 999_000, clOrdID: "A")
        rig.turns(3)
        let again = redial(rig, venue)
        _ = again.packets()
        again.send(Soup.LoginAccepted(session: Alpha10("OTHERDAY")!, sequenceNumber: 3))
        rig.turns(3)
        let slot = rig.engine.ledger.find(client: 0, refNum: 1)
        #expect(rig.engine.ledger.order(slot).status == .unknown)
        #expect(rig.mailbox.nextRelease()?.reason == .stopping)
        var command = Command()
        command.kind = .sessionRoll
        command.id = 1
        command.venue = 0
        #expect(rig.mailbox.commands.push(command))
        rig.turns(2)
        #expect(rig.mailbox.nextRelease()?.reason == .orderly)
        let fresh = rig.connect(slot: 0)
        let login = try #require(fresh.packets().first)
        #expect(login.text.hasSuffix(" 1"))
        #expect(!login.text.contains("DAY"))
        fresh.send(Soup.LoginAccepted(session: Alpha10("OTHERDAY")!, sequenceNumber: 1))
        rig.turns(3)
        let fence = try #require(fresh.messages().first).big32(at: 1)
        fresh.answerFence(fence, next: fence + 1)
        rig.turns(3)
        // The new stream says nothing of an order of the old one: that proves nothing.
        #expect(rig.engine.ledger.order(slot).status == .unknown)
        // And its packets are not taken for ones applied before.
        fresh.execute(refNum: 2, qty: 4, px: 999_000, match: 1)
        rig.turns(3)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 4)
    }

    /// The venue's end of the connection goes; the admin thread would dial again.
    private func redial(_ rig: EngineRig, _ venue: PeerSocket) -> PeerSocket {
        venue.hangUp()
        rig.turns(3)
        while rig.mailbox.nextRelease() != nil {}
        return rig.connect(slot: 0)
    }
}
