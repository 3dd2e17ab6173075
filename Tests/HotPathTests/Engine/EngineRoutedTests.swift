import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// Routed mode (semantics.md §5.2, §5.3): Apus accepts, venues execute, the client sees one order.
@Suite("The engine and routed clients")
struct EngineRoutedTests {
    /// Two open venues, a routed client, and 500 offered at each: 1 000 100 at the first, 1 000 200
    /// at the second.
    private func live(
        change: (inout HotImageWriter) -> Void = { _ in }
    ) throws -> (EngineRig, [PeerSocket], PeerSocket) {
        let rig = try EngineRig(venues: 2) {
            $0.clients[0].mode = 1
            change(&$0)
        }
        let venues = [rig.openVenue(0), rig.openVenue(1)]
        rig.quote(venue: 0, bid: 999_900, ask: 1_000_100)
        rig.quote(venue: 1, bid: 999_800, ask: 1_000_200)
        let client = rig.openClient(0, user: "alpha")
        for peer in venues + [client] { _ = peer.packets() }
        return (rig, venues, client)
    }

    private func kinds(_ packets: [PeerSocket.Packet]) -> String {
        String(decoding: packets.map { $0.payload[0] }, as: UTF8.self)
    }

    @Test("one order, two legs by displayed size, best price first; told in Apus's own numbers")
    func split() throws {
        let (rig, venues, client) = try live()
        client.enter(refNum: 7, qty: 800, px: 1_000_200, clOrdID: "MINE")
        rig.turns(3)
        let accepted = try #require(client.messages().first)
        #expect(accepted.payload[0] == UInt8(ascii: "A"))
        #expect(accepted.big32(at: 9) == 7)
        #expect(accepted.big32(at: 14) == 800)
        #expect(accepted.big64(at: 36) == 1, "the first name of the day")
        #expect(String(decoding: accepted.payload[48..<62], as: UTF8.self) == "MINE          ")

        let sent = venues.map { $0.messages() }
        #expect(sent.map(kinds) == ["O", "O"])
        #expect(sent.map { $0[0].big32(at: 6) } == [500, 300])
        for (index, venue) in venues.enumerated() { venue.accept(sent[index][0], reference: 9) }
        rig.turns(3)
        #expect(client.messages().isEmpty, "it has its own A already")

        // Both venues number their trades alike; the client can tell them apart.
        venues[0].execute(refNum: 2, qty: 500, px: 1_000_100, match: 5)
        venues[1].execute(refNum: 2, qty: 100, px: 1_000_200, match: 5)
        rig.turns(3)
        let fills = client.messages()
        #expect(kinds(fills) == "EE")
        #expect(fills.map { $0.big32(at: 9) } == [7, 7])
        #expect(fills.map { $0.big64(at: 26) } == [5, 1 << 56 | 5])

        // Of the 300 there, 100 are done: 50 more may be.
        client.cancel(refNum: 7, ceiling: 650)
        rig.turns(3)
        #expect(venues[0].messages().isEmpty)
        let cancel = try #require(venues[1].messages().first)
        #expect(cancel.payload[0] == UInt8(ascii: "X") && cancel.big32(at: 5) == 150)
        venues[1].canceled(refNum: 2, decrement: 150)
        client.cancel(refNum: 7)
        rig.turns(3)
        venues[1].canceled(refNum: 2, decrement: 50)
        rig.turns(3)
        #expect(kinds(venues[1].messages()) == "X")
        let gone = client.messages()
        #expect(kinds(gone) == "CC")
        #expect(gone.map { $0.big32(at: 13) } == [150, 50])

        let ledger = rig.engine.ledger.position(account: 0, instrument: 0)
        #expect(ledger.pos == 600)
        #expect(rig.engine.ledger.liveCount == 0)
        #expect(rig.engine.ledger.account(0).openNotional == 0)
        #expect(rig.engine.ledger.checkInvariants() == nil)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
        // And all of it once more for a client that missed it.
        let again = rig.openClient(1, user: "alpha", sequence: 1)
        #expect(kinds(again.messages()) == "AEECC")
    }

    @Test("what no displayed price meets goes whole to one venue; the rest of a split to the best")
    func whole() throws {
        let (rig, venues, client) = try live()
        client.enter(refNum: 1, qty: 800, px: 999_000)
        rig.turns(3)
        #expect(venues.map { $0.messages().map { $0.big32(at: 6) } } == [[800], []])
        client.enter(refNum: 2, qty: 1_300, px: 1_000_200)
        rig.turns(3)
        #expect(venues.map { $0.messages().map { $0.big32(at: 6) } } == [[800], [500]])
        var kill = OUCH.EnterOrder(
            userRefNum: 3,
            side: Side.buy.rawValue,
            quantity: OrderQty(units: 900),
            symbol: Symbol("AAPL")!,
            price: Price(units: 1_000_200),
            timeInForce: TimeInForce.immediateOrCancel.rawValue,
            display: UInt8(ascii: "Y"),
            capacity: UInt8(ascii: "P"),
            interMarketSweep: UInt8(ascii: "N"),
            crossType: UInt8(ascii: "N"),
            clOrdID: .blank
        )
        kill.appendage.minQty = OrderQty(units: 900)
        client.enter(kill)
        rig.turns(3)
        #expect(venues.map { $0.messages().map { $0.big32(at: 6) } } == [[900], []])
    }

    @Test("one leg refused: no byte anywhere, nothing held, one J with the leg's code")
    func rollBack() throws {
        let (rig, venues, client) = try live { $0.accounts[0].maxOpenOrders = 1 }
        client.enter(refNum: 1, qty: 800, px: 1_000_200, clOrdID: "BOTH")
        rig.turns(3)
        #expect(venues.map { $0.messages().count } == [0, 0])
        let answers = client.messages()
        #expect(kinds(answers) == "J")
        #expect(answers[0].big32(at: 9) == 1 && answers[0].big16(at: 13) == 409)
        #expect(String(decoding: answers[0].payload[15..<29], as: UTF8.self) == "BOTH          ")
        #expect(rig.engine.ledger.liveCount == 0)
        #expect(rig.engine.ledger.account(0).openNotional == 0)
        #expect(rig.engine.ledger.account(0).openOrders == 0)
        let ends = rig.records().filter { $0.kind == .canceled }
        #expect(ends.map(\.status) == [.notSent])
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
        // Its number is used up.
        client.enter(refNum: 1, qty: 1, px: 1_000_200)
        rig.turns(3)
        #expect(client.messages().isEmpty && venues[0].messages().isEmpty)
    }

    @Test("size, value and repetition are the whole order's, however it is cut")
    func wholeOrder() throws {
        let (rig, venues, client) = try live {
            $0.instruments[0].maxOrderQty = 999
            $0.header.dupWindowNs = 1_000_000_000
            $0.header.dupMax = 1
        }
        client.enter(refNum: 1, qty: 1_000, px: 1_000_200)
        rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [204])
        // Two legs, one order: not each other's repetition; the next one is.
        client.enter(refNum: 2, qty: 800, px: 1_000_200)
        rig.turns(3)
        #expect(venues.map { $0.messages().count } == [1, 1])
        #expect(kinds(client.messages()) == "A")
        client.enter(refNum: 3, qty: 800, px: 1_000_200)
        rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [503])
        #expect(venues.map { $0.messages().count } == [0, 0])
    }

    @Test("Replace and Modify are J 212 and change nothing; of an order that is over, ignored")
    func noChange() throws {
        let (rig, venues, client) = try live()
        client.enter(refNum: 1, qty: 800, px: 1_000_200)
        rig.turns(3)
        let sent = venues.map { $0.messages()[0] }
        _ = client.messages()
        client.replace(old: 1, new: 2, qty: 700, px: 1_000_100)
        client.sendUnsequenced { target in
            OUCH.ModifyOrder(
                userRefNum: 1,
                side: Side.buy.rawValue,
                quantity: OrderQty(units: 700)
            ).write(to: target)
        }
        rig.turns(3)
        let answers = client.messages()
        #expect(answers.map { $0.big32(at: 9) } == [2, 1])
        #expect(answers.map { $0.big16(at: 13) } == [212, 212])
        #expect(venues.map { $0.messages().count } == [0, 0])
        // One leg refused by its venue, the other canceled: now it is over.
        venues[0].accept(sent[0], reference: 1)
        venues[1].reject(sent[1].big32(at: 1), reason: 0x0F)
        rig.turns(3)
        let lost = client.messages()
        #expect(kinds(lost) == "C" && lost[0].big32(at: 13) == 300)
        venues[0].canceled(refNum: 2, decrement: 500)
        rig.turns(3)
        #expect(kinds(client.messages()) == "C")
        client.replace(old: 1, new: 3, qty: 700, px: 1_000_100)
        rig.turns(3)
        #expect(client.messages().isEmpty)
    }

    @Test("mass cancel, disconnect and kill reach every leg", arguments: 0..<3)
    func stopping(how: Int) throws {
        let (rig, venues, client) = try live()
        client.enter(refNum: 1, qty: 800, px: 1_000_200)
        rig.turns(3)
        for venue in venues { venue.accept(venue.messages()[0], reference: 1) }
        rig.turns(3)
        switch how {
        case 0:
            client.sendUnsequenced { target in
                OUCH.MassCancel(userRefNum: 2, firm: Alpha4("TEST")!, symbol: .blank)
                    .write(to: target)
            }
        case 1: client.hangUp()
        default: _ = rig.ask(.kill) { ($0.text, $0.textLength) = CommandText.make("test") }
        }
        rig.turns(4)
        for venue in venues {
            let out = venue.messages()
            #expect(out.contains { $0.payload[0] == UInt8(ascii: "X") && $0.big32(at: 1) == 2 })
        }
        venues[0].canceled(refNum: 2, decrement: 500)
        venues[1].canceled(refNum: 2, decrement: 300)
        rig.turns(3)
        #expect(rig.engine.ledger.liveCount == 0)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    @Test("no leg goes where login or strategy may not trade, or where the venue is killed")
    func permittedVenues() throws {
        for (login, strategy, sizes) in [
            (UInt16(0b01), UInt16(0b11), [800, 0]), (0b11, 0b01, [800, 0]), (0b11, 0b10, [0, 800]),
            (0b01, 0b10, [0, 0]),
        ] {
            let (rig, venues, client) = try live {
                $0.clients[0].venues = login
                $0.strategies[1].venues = strategy
            }
            client.enter(refNum: 1, qty: 800, px: 1_000_200)
            rig.turns(3)
            let sent = venues.map { $0.messages().map { Int($0.big32(at: 6)) }.reduce(0, +) }
            #expect(sent == sizes, "login \(login), strategy \(strategy)")
            let isRefused = sizes == [0, 0]
            #expect(client.messages().map { $0.payload[0] } == Array((isRefused ? "J" : "A").utf8))
        }
        let (rig, venues, client) = try live()
        _ = rig.ask(.kill) {
            $0.scope = KillScope.venue.rawValue
            $0.venue = 0
            ($0.text, $0.textLength) = CommandText.make("test")
        }
        rig.turns(2)
        for venue in venues { _ = venue.messages() }
        client.enter(refNum: 1, qty: 800, px: 1_000_200)
        rig.turns(3)
        #expect(venues.map { $0.messages().map { $0.big32(at: 6) } } == [[], [800]])
    }

    @Test("an order of cold's or by hand is nobody's leg: 119, and the client hears nothing of it")
    func strangersLeg() throws {
        let (rig, venues, client) = try live { $0.strategies[0].coldMay = 1 }
        client.enter(refNum: 1, qty: 800, px: 1_000_200)
        rig.turns(3)
        for venue in venues { venue.accept(venue.messages()[0], reference: 1) }
        rig.turns(2)
        _ = client.messages()
        let parent = try #require(rig.records().first { $0.kind == .parent }).orderID.value
        let order: (inout Command) -> Void = {
            $0.account = 0
            $0.strategy = 0
            $0.instrument = 0
            $0.side = Side.buy.rawValue
            $0.qty = OrderQty(units: 10)
            $0.px = Price(units: 999_000)
            $0.ordType = OrdType.limit.rawValue
            $0.timeInForce = TimeInForce.day.rawValue
            $0.display = UInt8(ascii: "Y")
            $0.parent = parent
            $0.parentQty = OrderQty(units: 5_000)
        }
        rig.coldSays(.new, number: 1, order)
        #expect(rig.ask(.new, order).code == RiskCode.parentRule.rawValue)
        #expect(rig.records().filter { $0.kind == .reject }.map(\.code) == [119, 119])
        #expect(venues.map { $0.messages().count } == [0, 0])
        #expect(rig.engine.ledger.parent(parent)?.total == 800)
        #expect(client.messages().isEmpty)
    }

    /// What a hot that died after the n-th record of the order leaves to the next one.
    @Test("a crash between parent, legs and bytes: each owner is told once, nothing stays held")
    func crash() throws {
        let (rig, _, client) = try live()
        client.enter(refNum: 1, qty: 800, px: 1_000_200, clOrdID: "LOST")
        rig.turns(1)
        // The venues' own words aside: the next run logs in from the beginning.
        let records = rig.records().filter { $0.venueSeq == 0 }
        let first = try #require(records.firstIndex { $0.kind == .parent })
        let story = records[first...].map(\.kind)
        #expect(Array(story.prefix(4)) == [.parent, .new, .new, .parent])
        let told = ["J", "J", "J", "ACC"]
        for (count, wanted) in told.enumerated() {
            let next = try EngineRig(venues: 2, replaying: Array(records[...(first + count)])) {
                $0.clients[0].mode = 1
            }
            _ = next.openVenue(0)
            _ = next.openVenue(1)
            next.turns(5)
            let back = next.openClient(0, user: "alpha", sequence: 1)
            let heard = back.messages()
            // The A was in the first run's store.
            #expect(kinds(heard) == wanted.replacing("A", with: ""), "after \(count + 1) records")
            let gone = heard.filter { $0.payload[0] == UInt8(ascii: "C") }
            #expect(gone.map { $0.big32(at: 13) }.reduce(0, +) == (count == 3 ? 800 : 0))
            #expect(next.engine.ledger.liveCount == 0)
            #expect(next.engine.ledger.account(0).openNotional == 0)
            #expect(next.engine.ledger.checkInvariants() == nil)
        }
    }
}
