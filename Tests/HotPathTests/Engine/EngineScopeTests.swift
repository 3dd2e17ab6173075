import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// Whom a permission, a cancel or a kill reaches, and whom it does not.
@Suite("The engine's scopes")
struct EngineScopeTests {
    @Test("an order goes only to venues that its login and its strategy may trade at")
    func venuePermission() throws {
        for (client, strategy, goes) in [
            (UInt16(0b11), UInt16(0b11), Int?.some(1)), (0b01, 0b11, .some(0)),
            (0b11, 0b01, .some(0)), (0b01, 0b10, nil),
        ] {
            let rig = try EngineRig(venues: 2) {
                $0.clients[0].venues = client
                $0.strategies[1].venues = strategy
            }
            let venues = [rig.openVenue(0), rig.openVenue(1)]
            rig.quote(venue: 0, bid: 999_900, ask: 1_000_200)
            rig.quote(venue: 1, bid: 999_900, ask: 1_000_100)
            let alpha = rig.openClient(0, user: "alpha")
            _ = alpha.packets()
            alpha.enter(refNum: 1, qty: 10, px: 1_000_100)
            rig.turns(3)
            #expect(venues.map { $0.messages().count } == [goes == 0 ? 1 : 0, goes == 1 ? 1 : 0])
            #expect(alpha.messages().map { $0.big16(at: 13) } == (goes == nil ? [106] : []))
        }
    }

    @Test("an operator's order directed to a venue its strategy may not trade at is refused")
    func directed() throws {
        let rig = try EngineRig(venues: 2) { $0.strategies[0].venues = 0b01 }
        _ = (rig.openVenue(0), rig.openVenue(1))
        rig.quote(venue: 0, bid: 999_900, ask: 1_000_100)
        rig.quote(venue: 1, bid: 999_900, ask: 1_000_100)
        #expect(byHand(rig) { $0.venue = 1 }.code == 106)
        #expect(byHand(rig) { $0.venue = 0 }.code == 0)
    }

    @Test("a client's mass cancel reaches the side and group it names, no more")
    func clientMassCancel() throws {
        let (rig, venue, client) = try threeOrders()
        var sells = OUCH.Appendage()
        sells.side = Side.sell.rawValue
        client.massCancel(refNum: 10, sells)
        rig.turns(3)
        #expect(venue.messages().map { $0.big32(at: 1) } == [3])
        var group = OUCH.Appendage()
        group.groupID = 1
        client.massCancel(refNum: 11, group)
        rig.turns(3)
        #expect(venue.messages().map { $0.big32(at: 1) } == [4])
        // A group that is not this login's, and a tag that says nothing here: nobody is canceled.
        group.groupID = 77
        client.massCancel(refNum: 12, group)
        var firm = OUCH.Appendage()
        firm.minQty = OrderQty(units: 1)
        client.massCancel(refNum: 13, firm)
        rig.turns(3)
        #expect(venue.messages().isEmpty)
        client.massCancel(refNum: 14)
        rig.turns(3)
        #expect(venue.messages().map { $0.big32(at: 1) }.contains(2))
    }

    @Test("a client's Disable is recorded: replay of the records has it too")
    func disableSurvives() throws {
        let rig = try EngineRig()
        _ = rig.openVenue()
        let client = rig.openClient(0, user: "alpha")
        client.sendUnsequenced { OUCH.Disable(userRefNum: 5, firm: Alpha4("TEST")!).write(to: $0) }
        rig.turns(3)
        #expect(replayed(rig).client(0).disabled)
        client.sendUnsequenced { OUCH.Enable(userRefNum: 6, firm: Alpha4("TEST")!).write(to: $0) }
        rig.turns(3)
        #expect(!replayed(rig).client(0).disabled)
        #expect(replayed(rig).stateHash() == rig.engine.ledger.stateHash())
    }

    @Test("an operator's replace leaves a hidden order hidden")
    func hidden() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let sent = byHand(rig) { $0.display = UInt8(ascii: "N") }
        venue.accept(try #require(venue.messages().first), reference: 1)
        rig.turns(3)
        let replaced = rig.ask(.replace) {
            $0.orderID = sent.orderID
            $0.qty = OrderQty(units: 20)
            $0.px = Price(units: 998_000)
        }
        #expect(replaced.code == 0)
        let message = try #require(venue.messages().first)
        #expect(message.payload[0] == UInt8(ascii: "U"))
        #expect(message.payload[22] == UInt8(ascii: "N"))
    }

    @Test("a mass cancel by hand reaches what its filters take together, and latches nothing")
    func massCancel() throws {
        let (rig, venue, client) = try threeOrders()
        let some = rig.ask(.massCancel) {
            $0.side = Side.buy.rawValue
            $0.strategy = 0
        }
        #expect(some.canceled == 1)
        #expect(venue.messages().map { $0.big32(at: 1) } == [4])
        let all = rig.ask(.massCancel) { $0.instrument = 0 }
        #expect(all.canceled == 3)
        let said = venue.messages()
        #expect(said.first?.payload[0] == UInt8(ascii: "C"))
        #expect(said.first?.text.contains("AAPL") == true)
        #expect(said.dropFirst().map { $0.big32(at: 1) }.sorted() == [2, 3, 4])
        client.enter(refNum: 20, qty: 10, px: 990_000)
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
    }

    @Test("kill of a venue: it is told to take nothing more, again at each login, until armed")
    func venueRung() throws {
        let (rig, venue, client) = try threeOrders()
        let killed = rig.ask(.kill) {
            $0.scope = KillScope.venue.rawValue
            $0.venue = 0
        }
        #expect(killed.canceled == 3)
        let said = venue.messages().map { $0.payload[0] }
        #expect(said == Array("DCXXX".utf8))
        #expect(refusal(rig, client, 20) == 105)
        // Gone and back: the fence flattens, and the venue is told again.
        rig.hangUp(slot: 0)
        let again = rig.connect(slot: 0)
        _ = again.packets()
        again.send(Soup.LoginAccepted(session: Alpha10("RIGDAY")!, sequenceNumber: 6))
        rig.turns(2)
        let login = again.messages()
        #expect(login.map { $0.payload[0] } == Array("CQD".utf8))
        again.answerFence(login[0].big32(at: 1), next: login[2].big32(at: 1) + 1)
        rig.turns(3)
        #expect(rig.engine.ledger.liveCount == 3, "heard of by the venue: only it ends them")
        for number in 2...4 { again.canceled(refNum: UInt32(number), decrement: 100) }
        rig.turns(3)
        _ = client.packets()
        let armed = rig.ask(.arm) {
            $0.scope = KillScope.venue.rawValue
            $0.venue = 0
        }
        #expect(armed.code == 0)
        let enable = try #require(again.messages().first)
        #expect(enable.payload[0] == UInt8(ascii: "E"))
        #expect(refusal(rig, client, 21) == 105, "armed, and the venue has not said so")
        again.sendSequenced { target in
            OUCH.EnableResponse(
                timestampNs: 1,
                userRefNum: enable.big32(at: 1),
                firm: Alpha4("TEST")!
            ).write(to: target)
        }
        rig.turns(3)
        #expect(refusal(rig, client, 22) == nil)
        #expect(again.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
        #expect(replayed(rig).stateHash() == rig.engine.ledger.stateHash())
    }

    @Test("a burst of cancels above the venue's rate is one mass cancel, or paced")
    func cancelBudget() throws {
        for scope in [KillScope.symbol, .strategy] {
            let rig = try EngineRig {
                $0.venues[0].ratePerS = 10
                $0.venues[0].burst = 10
            }
            let venue = rig.openVenue()
            rig.quote(bid: 999_900, ask: 1_000_100)
            let client = rig.openClient(0, user: "alpha")
            for number in 1...6 { client.enter(refNum: UInt32(number), qty: 10, px: 990_000) }
            rig.turns(3)
            for order in venue.messages() { venue.accept(order, reference: 1) }
            rig.turns(2)
            let killed = rig.ask(.kill) {
                $0.scope = scope.rawValue
                $0.instrument = 0
                $0.strategy = 1
            }
            #expect(killed.canceled == 6)
            // The fence, six orders: three more messages are within the ten.
            let said = venue.messages().map { $0.payload[0] }
            #expect(said == Array((scope == .symbol ? "XXXC" : "XXX").utf8))
            guard scope == .strategy else { continue }
            rig.turns(90)
            #expect(venue.messages().count <= 1)
            rig.turns(400)
            #expect(venue.messages().count >= 3, "and the rest as the rate allows")
        }
    }

    @Test("cold over its rate: its orders are not looked at, its cancels are; one record tells")
    func coldDoor() throws {
        let rig = try EngineRig {
            $0.header.commandRatePerS = 1
            $0.header.commandBurst = 2
        }
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        for number in 1...5 {
            rig.coldSays(.new, number: UInt64(number)) {
                $0.account = 0
                $0.strategy = 0
                $0.instrument = 0
                $0.side = Side.buy.rawValue
                $0.qty = OrderQty(units: 10)
                $0.px = Price(units: 990_000)
            }
        }
        #expect(venue.messages().count == 2)
        let told = rig.records().filter { $0.kind == .pressure }
        #expect(told.map(\.code) == [501])
        let order = try #require(rig.records().first { $0.kind == .new })
        rig.coldSays(.cancel, number: 6) { $0.orderID = order.orderID }
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "X")])
    }

    // MARK: Short ways

    private func byHand(_ rig: EngineRig, _ change: (inout Command) -> Void) -> CommandReply {
        rig.ask(.new) {
            $0.account = 0
            $0.strategy = 0
            $0.instrument = 0
            $0.side = Side.buy.rawValue
            $0.qty = OrderQty(units: 10)
            $0.px = Price(units: 990_000)
            $0.owner = Owner.operator
            change(&$0)
        }
    }

    private func refusal(_ rig: EngineRig, _ client: PeerSocket, _ number: UInt32) -> UInt16? {
        client.enter(refNum: number, qty: 10, px: 990_000)
        rig.turns(3)
        return client.messages().last.map { $0.big16(at: 13) }
    }

    private func replayed(_ rig: EngineRig) -> Ledger {
        var ledger = Ledger(LedgerConfig(rig.view))
        for record in rig.records() {
            var copy = record
            _ = ledger.apply(&copy)
        }
        return ledger
    }

    /// Client alpha: 2 buys and 3 sells for its own strategy, 4 buys for the other one.
    private func threeOrders() throws -> (EngineRig, PeerSocket, PeerSocket) {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 100, px: 990_000)
        client.enter(refNum: 2, side: .sellShort, qty: 100, px: 1_010_000)
        client.enter(refNum: 3, qty: 100, px: 990_000, group: 1)
        rig.turns(3)
        for order in venue.messages() { venue.accept(order, reference: UInt64(order.big32(at: 1))) }
        rig.turns(3)
        _ = client.packets()
        return (rig, venue, client)
    }
}
