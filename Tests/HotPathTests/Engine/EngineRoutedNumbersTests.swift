import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// A venue passes over a number it has seen, in silence: one given twice is an order nobody hears
/// of. Legs take several at once, and some that never leave (semantics.md §2.6, §5.5).
@Suite("The numbers of routed legs, over crashes")
struct EngineRoutedNumbersTests {
    /// A number of ours at a venue, or with none a name of an order or parent.
    private struct Number: Hashable {
        var venue: UInt8
        var value: UInt64
    }

    private static func change(_ writer: inout HotImageWriter) {
        writer.clients[0].mode = 1
        // Two legs fit; of the next two the second does not, and the first is taken back.
        writer.accounts[0].maxOpenOrders = 3
    }

    /// Everything these records have given away: names of orders and parents, numbers of new orders
    /// and of fences. A cancel bears the number of its order.
    private func given(_ records: some Sequence<AuditRecord>) -> [Number] {
        records.flatMap { record -> [Number] in
            let name = Number(venue: noIndex8, value: record.orderID.value)
            let number = Number(venue: record.venue, value: UInt64(record.userRefNum))
            switch record.kind {
            case .new: return [name, number]
            case .parent where record.detail == ParentEvent.opened.rawValue: return [name]
            case .cancelReq where record.orderID == .none && record.userRefNum != 0: return [number]
            default: return []
            }
        }
    }

    private func sent(_ venues: [PeerSocket]) -> [Number] {
        venues.enumerated().flatMap { venue, peer in
            peer.messages().filter { $0.payload[0] == UInt8(ascii: "O") }.map {
                Number(venue: UInt8(venue), value: UInt64($0.big32(at: 1)))
            }
        }
    }

    private func open(_ rig: EngineRig) -> [PeerSocket] {
        quoted(rig, [rig.openVenue(0), rig.openVenue(1)])
    }

    /// Goes on where it is asked to; of the orders sent before it has heard nothing.
    private func openAgain(_ rig: EngineRig) throws -> [PeerSocket] {
        try quoted(
            rig,
            (0..<2).map { venue in
                let peer = rig.connect(slot: venue)
                let login = try #require(peer.packets().first { $0.type == UInt8(ascii: "L") })
                let text = String(decoding: login.payload[26..<46], as: UTF8.self)
                let asked = try #require(UInt64(text.filter { $0 != " " }))
                peer.send(Soup.LoginAccepted(session: Alpha10("RIGDAY")!, sequenceNumber: asked))
                rig.turns(3)
                let fence = try #require(peer.messages().first).big32(at: 1)
                peer.answerFence(fence, next: fence + 1)
                rig.turns(3)
                return peer
            }
        )
    }

    private func quoted(_ rig: EngineRig, _ venues: [PeerSocket]) -> [PeerSocket] {
        rig.quote(venue: 0, bid: 999_900, ask: 1_000_100)
        rig.quote(venue: 1, bid: 999_800, ask: 1_000_200)
        for peer in venues { _ = peer.packets() }
        return venues
    }

    @Test("no id is left: a routed order is 506 before it takes one")
    func noIDLeft() throws {
        var last = AuditRecord()
        last.kind = .parent
        last.detail = ParentEvent.refused.rawValue
        last.orderID = ClOrdID(instance: 0, epoch: 1, owner: 0, counter: 0xF_FFFF_FFFF)
        let rig = try EngineRig(venues: 2, replaying: [last], change: Self.change)
        let venues = open(rig)
        #expect(rig.engine.ledger.firm.lastCounter == 0xF_FFFF_FFFF)
        let client = rig.openClient(0, user: "alpha")
        _ = client.packets()
        client.enter(refNum: 1, qty: 100, px: 1_000_200)
        rig.turns(3)
        let answers = client.messages()
        #expect(answers.map { $0.payload[0] } == Array("J".utf8))
        #expect(answers.first?.big16(at: 13) == RiskCode.poolOrIDSpace.rawValue)
        #expect(sent(venues).isEmpty)
    }

    /// Three orders: two legs, two of which the second is refused, one leg.
    private func firstLife() throws -> (records: [AuditRecord], sent: [Number]) {
        let rig = try EngineRig(venues: 2, change: Self.change)
        let venues = open(rig)
        let client = rig.openClient(0, user: "alpha")
        var left: [Number] = []
        for (number, qty) in [(1, 800), (2, 900), (3, 100)] as [(UInt32, Int64)] {
            client.enter(refNum: number, qty: qty, px: 1_000_200)
            rig.turns(2)
            left += sent(venues)
        }
        #expect(left.count == 3, "two legs and one: those taken back have not left")
        // The venues' own words aside: the next life logs in from the beginning.
        return (rig.records().filter { $0.venueSeq == 0 }, left)
    }

    @Test("killed behind any record, and again: no name and no number is ever given twice")
    func everyRecord() throws {
        let first = try firstLife()
        let start = try #require(first.records.firstIndex { $0.kind == .parent })
        #expect(Set(given(first.records)).count == given(first.records).count)
        #expect(first.records.contains { $0.kind == .canceled && $0.status == .notSent })
        for end in start...first.records.count {
            var known = Array(first.records[..<end])
            for life in 2...3 {
                let rig = try EngineRig(venues: 2, replaying: known, change: Self.change)
                let venues = open(rig)
                let client = rig.openClient(0, user: "alpha", sequence: 1)
                _ = client.messages()
                let before = rig.records().count
                client.enter(refNum: UInt32(life) * 10, qty: 800, px: 1_000_200)
                rig.turns(2)
                let bytes = sent(venues)
                let records = rig.records()
                #expect(bytes.count == 2, "record \(end), life \(life): its legs leave")
                #expect(records[before...].filter { $0.kind == .new }.count == 2)

                let taken = given(known)
                let now = given(records)
                let place = "record \(end) of \(first.records.count), life \(life)"
                #expect(Set(now).count == now.count, "\(place): twice in one life")
                #expect(Set(taken).isDisjoint(with: now), "\(place): of a life before")
                // What left before the crash left behind its record, and is among the taken.
                #expect(Set(taken).isDisjoint(with: bytes), "\(place): on the wire")
                #expect(Set(now).isSuperset(of: bytes), "\(place): not recorded")
                #expect(rig.engine.ledger.checkInvariants() == nil)
                known += records.filter { $0.venueSeq == 0 }
            }
        }
    }

    @Test("killed between two turns on the same files, with what was sent and never answered")
    func sameFiles() throws {
        let rig = try EngineRig(venues: 2, change: Self.change)
        var onWire: [Number] = []
        for life in 1...4 {
            let venues = try life == 1 ? open(rig) : openAgain(rig)
            // Of the legs before no venue has heard: their owner is told so by the fence.
            let client = rig.openClient(0, user: "alpha", sequence: 1)
            client.enter(refNum: UInt32(life), qty: 800, px: 1_000_200)
            rig.turns(2)
            let bytes = sent(venues)
            #expect(bytes.count == 2, "life \(life)")
            onWire += bytes
            try rig.restart()
        }
        #expect(Set(onWire).count == onWire.count, "\(onWire)")
        let records = given(rig.records())
        #expect(Set(records).count == records.count)
    }
}
