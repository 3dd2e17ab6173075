import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// One order past a hard block, by two persons (risk-controls.md §3), and what else needs two where
/// it is configured (semantics.md §2.16).
@Suite("The engine and what takes two persons")
struct EngineOverrideTests {
    private static let anna: UInt32 = 1001
    private static let ben: UInt32 = 1002

    /// At most 100 shares and 100 000 000 of value an order.
    private func rig() throws -> (EngineRig, PeerSocket, PeerSocket) {
        let rig = try EngineRig {
            $0.instruments[0].maxOrderQty = 100
            $0.instruments[0].maxOrderNotional = 100_000_000
            $0.instruments[0].passiveBps = 1_000
        }
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        _ = client.packets()
        return (rig, venue, client)
    }

    private func ask(
        _ rig: EngineRig,
        _ side: Side = .buy,
        _ qty: Int64 = 500,
        _ px: Int64 = 1_100_000,
        uid: UInt32 = anna,
        lifetimeNs: Int64 = 60_000_000_000
    ) -> CommandReply {
        rig.ask(.overrideAsk) {
            $0.uid = uid
            $0.instrument = 0
            $0.side = side.rawValue
            $0.qty = OrderQty(units: qty)
            $0.px = Price(units: px)
            $0.value = lifetimeNs
            ($0.text, $0.textLength) = CommandText.make("a block for the desk")
        }
    }

    private func confirm(_ rig: EngineRig, _ token: Int64, uid: UInt32 = ben) -> UInt16 {
        rig.ask(.overrideConfirm) {
            $0.uid = uid
            $0.value = token
        }.code
    }

    private func grant(_ rig: EngineRig, _ side: Side = .buy, _ qty: Int64 = 500, _ px: Int64) {
        #expect(confirm(rig, ask(rig, side, qty, px).value) == 0)
    }

    /// The code of the `J`, 0 when the order went out.
    private func enter(
        _ rig: EngineRig,
        _ venue: PeerSocket,
        _ client: PeerSocket,
        _ refNum: UInt32,
        _ side: Side = .buy,
        qty: Int64,
        px: Int64
    ) -> UInt16 {
        client.enter(refNum: refNum, side: side, qty: qty, px: px)
        rig.turns(3)
        if let reject = client.messages().last { return reject.big16(at: 13) }
        return venue.messages().isEmpty ? .max : 0
    }

    @Test("asked by one, confirmed by another, used once, and the New says by which")
    func once() throws {
        let (rig, venue, client) = try rig()
        #expect(enter(rig, venue, client, 1, qty: 500, px: 1_100_000) == 204)
        let asked = ask(rig)
        #expect(asked.code == 0 && asked.value == 1)
        // Asked is not given.
        #expect(enter(rig, venue, client, 2, qty: 500, px: 1_100_000) == 204)
        #expect(confirm(rig, 1) == 0)
        // Beyond size, value and collar at once.
        #expect(enter(rig, venue, client, 3, qty: 500, px: 1_100_000) == 0)
        let new = try #require(rig.records().last { $0.kind == .new })
        #expect(new.match == 1)
        #expect(rig.engine.ledger.authority(1)?.state == .used)
        #expect(enter(rig, venue, client, 4, qty: 500, px: 1_100_000) == 204)
        let said = rig.records().filter { $0.kind == .operator }
        #expect(said.map(\.uid) == [Self.anna, Self.ben])
        #expect(said.map(\.match) == [1, 1])
        #expect(said.map(\.code) == [0, 0])
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    @Test("the one who asked may not confirm; the attempt is recorded and changes nothing")
    func samePerson() throws {
        let (rig, venue, client) = try rig()
        let token = ask(rig).value
        #expect(confirm(rig, token, uid: Self.anna) == RiskCode.notPermitted.rawValue)
        let refused = try #require(rig.records().last { $0.kind == .operator })
        #expect(refused.code == RiskCode.notPermitted.rawValue)
        #expect(refused.uid == Self.anna && refused.match == UInt64(token))
        #expect(enter(rig, venue, client, 1, qty: 500, px: 1_000_000) == 204)
        #expect(confirm(rig, token) == 0)
        #expect(confirm(rig, token) == RiskCode.orderNotFound.rawValue, "confirmed once")
        #expect(confirm(rig, 99) == RiskCode.orderNotFound.rawValue)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    @Test("it covers one symbol and side, up to its size and not one tick beyond its price")
    func bounds() throws {
        let (rig, venue, client) = try rig()
        grant(rig, .buy, 500, 1_000_000)
        #expect(enter(rig, venue, client, 1, qty: 501, px: 1_000_000) == 204)
        #expect(enter(rig, venue, client, 2, qty: 500, px: 1_000_100) == 204)
        #expect(enter(rig, venue, client, 3, .sellShort, qty: 500, px: 1_000_000) == 204)
        // Refused further down it is not used up: 1 001 000 of it for a market order, 50 bps away.
        client.enter(refNum: 4, qty: 500, px: 2_147_483_647)
        rig.turns(3)
        #expect(client.messages().last?.big16(at: 13) == 204)
        #expect(rig.engine.ledger.authority(1)?.state == .given)
        #expect(enter(rig, venue, client, 5, qty: 500, px: 1_000_000) == 0)
        // A sell: the price is the lowest it may take. 302 and 305 alike.
        grant(rig, .sellShort, 10, 900_000)
        #expect(enter(rig, venue, client, 6, .sellShort, qty: 10, px: 899_900) == 302)
        #expect(enter(rig, venue, client, 7, .sellShort, qty: 10, px: 900_000) == 601)
        _ = rig.ask(.massCancel)
        venue.canceled(
            refNum: try #require(rig.records().last { $0.kind == .new }).userRefNum,
            decrement: 500
        )
        rig.turns(3)
        _ = (venue.messages(), client.messages())
        #expect(enter(rig, venue, client, 8, .sellShort, qty: 10, px: 900_000) == 0)
        grant(rig, .buy, 10, 800_000)
        #expect(enter(rig, venue, client, 9, qty: 10, px: 800_100) == 305)
        #expect(enter(rig, venue, client, 10, qty: 10, px: 800_000) == 0)
    }

    @Test("it runs out: asked too long ago it cannot be confirmed, given too long ago not used")
    func expiry() throws {
        let (rig, venue, client) = try rig()
        let late = ask(rig, lifetimeNs: 1_000_000_000).value
        rig.nowNs += 1_000_000_000
        #expect(confirm(rig, late) == RiskCode.staleCommand.rawValue)
        let soon = ask(rig, lifetimeNs: 1_000_000_000).value
        #expect(confirm(rig, soon) == 0)
        rig.nowNs += 1_000_000_000
        rig.quote(bid: 999_900, ask: 1_000_100)
        _ = (venue.packets(), client.packets())
        #expect(enter(rig, venue, client, 1, qty: 500, px: 1_000_000) == 204)
        #expect(ask(rig, lifetimeNs: 60_000_000_001).code == RiskCode.unsupported.rawValue)
        #expect(ask(rig, lifetimeNs: 0).code == RiskCode.unsupported.rawValue)
    }

    @Test("kills and exposure limits it does not lift, and of sixteen open ones there is no next")
    func notEverything() throws {
        let (rig, venue, client) = try rig()
        grant(rig, .buy, 500, 1_000_000)
        let narrowed = rig.ask(.limit) {
            $0.detail = LimitField.maxLong.rawValue
            $0.instrument = 0
            $0.value = 499
        }
        #expect(narrowed.code == 0)
        #expect(enter(rig, venue, client, 1, qty: 500, px: 1_000_000) == 401)
        for _ in 0..<15 { #expect(ask(rig).code == 0) }
        #expect(ask(rig).code == RiskCode.poolOrIDSpace.rawValue)
        rig.nowNs += 61_000_000_000
        #expect(ask(rig).code == 0)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    @Test("resolve for two: the first one's evidence and the second one's, and then it is done")
    func resolveForTwo() throws {
        let rig = try EngineRig { $0.header.twoPersons = .resolve }
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 100, px: 999_000)
        rig.turns(200)
        #expect(venue.messages().first?.payload[0] == UInt8(ascii: "O"))
        let orderID = try #require(rig.records().last { $0.kind == .new }).orderID
        func resolve(_ outcome: OrdStatus, uid: UInt32) -> CommandReply {
            rig.ask(.resolve) {
                $0.uid = uid
                $0.orderID = orderID
                $0.detail = UInt32(outcome.rawValue)
                ($0.text, $0.textLength) = CommandText.make("their desk says so")
            }
        }
        #expect(resolve(.canceled, uid: Self.anna).value == CommandReply.awaitsSecondPerson)
        #expect(resolve(.canceled, uid: Self.anna).code == RiskCode.notPermitted.rawValue)
        // The second one knows it otherwise: that is not the same.
        #expect(resolve(.rejected, uid: Self.ben).value == CommandReply.awaitsSecondPerson)
        #expect(rig.engine.ledger.liveCount == 1)
        #expect(resolve(.canceled, uid: Self.ben).status == .canceled)
        #expect(rig.engine.ledger.liveCount == 0)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    @Test("adjust for two: the second says the same, the first alone moves nothing")
    func adjustForTwo() throws {
        let rig = try EngineRig { $0.header.twoPersons = [.adjust, .sessionRoll] }
        func adjust(_ qty: Int64, uid: UInt32) -> CommandReply {
            rig.ask(.adjust) {
                $0.uid = uid
                $0.instrument = 0
                $0.account = 0
                $0.qty = OrderQty(units: qty)
                $0.px = Price(units: 1_000_000)
                $0.value = qty
            }
        }
        func position() -> Int64 { rig.engine.ledger.position(account: 0, instrument: 0).pos }
        let first = adjust(100, uid: Self.anna)
        #expect(first.code == 0 && first.value == CommandReply.awaitsSecondPerson)
        #expect(adjust(100, uid: Self.anna).code == RiskCode.notPermitted.rawValue)
        // Not the same: a request of its own.
        #expect(adjust(200, uid: Self.ben).value == CommandReply.awaitsSecondPerson)
        #expect(position() == 0)
        let second = adjust(100, uid: Self.ben)
        #expect(second.code == 0 && second.value != CommandReply.awaitsSecondPerson)
        #expect(position() == 100)
        // Done: again it takes two again.
        #expect(adjust(100, uid: Self.ben).value == CommandReply.awaitsSecondPerson)
        #expect(position() == 100)
        // A minute later nobody remembers.
        rig.nowNs += 60_000_000_000
        #expect(adjust(200, uid: Self.anna).value == CommandReply.awaitsSecondPerson)
        #expect(position() == 100)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }
}
