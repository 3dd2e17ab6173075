import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// Capacity and locate broker are the login's, from configuration (semantics.md §5.1): what leaves
/// says them whatever the client left out, and a client that says otherwise is told so.
@Suite("The engine: what a login's orders say of it")
struct EngineLoginWordsTests {
    private let broker = Alpha4("LOCB")!

    private func live(
        routed: Bool = false
    ) throws -> (rig: EngineRig, venue: PeerSocket, client: PeerSocket) {
        let broker = broker
        let rig = try EngineRig {
            $0.clients[0].capacity = UInt8(ascii: "A")
            $0.clients[0].locateBroker = broker.raw
            $0.clients[0].mode = routed ? 1 : 0
        }
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        return (rig, venue, rig.openClient(0, user: "alpha"))
    }

    private func order(
        _ refNum: UInt32,
        _ side: Side,
        capacity: Unicode.Scalar = "A"
    ) -> OUCH.EnterOrder {
        OUCH.EnterOrder(
            userRefNum: refNum,
            side: side.rawValue,
            quantity: OrderQty(units: 100),
            symbol: Symbol("AAPL")!,
            price: Price(units: side.isBuy ? 990_000 : 1_010_000),
            timeInForce: TimeInForce.day.rawValue,
            display: UInt8(ascii: "Y"),
            capacity: UInt8(ascii: capacity),
            interMarketSweep: UInt8(ascii: "N"),
            crossType: UInt8(ascii: "N"),
            clOrdID: .blank
        )
    }

    @Test(
        "its capacity goes out, and is told in its A; direct and routed",
        arguments: [false, true]
    )
    func capacity(routed: Bool) throws {
        let (rig, venue, client) = try live(routed: routed)
        client.enter(order(1, .buy))
        rig.turns(3)
        let message = try #require(venue.messages().first)
        #expect(message.asEnterOrder?.capacity == UInt8(ascii: "A"))
        #expect(
            message.asEnterOrder?.appendage.locateBroker == nil,
            "nobody locates what is bought"
        )
        venue.accept(message, reference: 1)
        rig.turns(3)
        let accepted = try #require(client.messages().first)
        #expect(accepted.payload[0] == UInt8(ascii: "A"))
        #expect(accepted.payload[44] == UInt8(ascii: "A"))
        client.enter(order(2, .buy, capacity: "P"))
        rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [212])
        #expect(venue.messages().isEmpty)
    }

    @Test(
        "a short sale names who located the shares, said by its client or not; nobody else",
        arguments: [false, true]
    )
    func shortSales(routed: Bool) throws {
        let (rig, venue, client) = try live(routed: routed)
        for (number, side) in [Side.sellShort, .sellShortExempt].enumerated() {
            client.enter(order(UInt32(number + 1), side))
            rig.turns(3)
            let sent = try #require(venue.messages().first?.asEnterOrder)
            #expect(sent.appendage.locateBroker == broker, "\(side)")
        }
        var said = order(3, .sellShort)
        said.appendage.locateBroker = broker
        client.enter(said)
        rig.turns(3)
        #expect(venue.messages().first?.asEnterOrder?.appendage.locateBroker == broker)
        _ = client.messages()
        said = order(4, .sellShort)
        said.appendage.locateBroker = Alpha4("ELSE")!
        client.enter(said)
        rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [212])
        #expect(venue.messages().isEmpty)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    @Test("a replace of a short sale names the broker again: a venue does not keep it")
    func replaceAgain() throws {
        let (rig, venue, client) = try live()
        client.enter(order(1, .sellShort))
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        rig.turns(3)
        client.replace(
            OUCH.ReplaceOrder(
                origUserRefNum: 1,
                userRefNum: 2,
                quantity: OrderQty(units: 100),
                price: Price(units: 1_011_000),
                timeInForce: TimeInForce.day.rawValue,
                display: UInt8(ascii: "Y"),
                interMarketSweep: UInt8(ascii: "N"),
                clOrdID: .blank
            )
        )
        rig.turns(3)
        #expect(try #require(venue.messages().first).text.hasSuffix("LOCB"))
    }

    @Test(
        "an order by hand or of an algo says its strategy's capacity and broker; replaced, too",
        arguments: [false, true]
    )
    func strategyWords(byCold: Bool) throws {
        let broker = broker
        let rig = try EngineRig {
            $0.strategies[0].capacity = UInt8(ascii: "R")
            $0.strategies[0].locateBroker = broker.raw
        }
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        /// By either hand: `number` is of cold's commands.
        func say(_ kind: Command.Kind, _ number: UInt64, _ change: (inout Command) -> Void) {
            if byCold {
                rig.coldSays(kind, number: number, change)
            } else {
                rig.ask(kind, change)
            }
        }
        var short = ClOrdID.none
        let sides: [(Side, Alpha4?)] = [(.buy, nil), (.sellShort, broker)]
        for (index, (side, words)) in sides.enumerated() {
            say(.new, UInt64(index + 1)) {
                $0.instrument = 0
                $0.account = 0
                $0.strategy = 0
                $0.side = side.rawValue
                $0.qty = OrderQty(units: 100)
                $0.px = Price(units: side.isBuy ? 990_000 : 1_010_000)
            }
            rig.turns(2)
            let sent = try #require(venue.messages().first)
            #expect(sent.asEnterOrder?.capacity == UInt8(ascii: "R"))
            #expect(sent.asEnterOrder?.appendage.locateBroker == words)
            venue.accept(sent, reference: UInt64(index + 1))
            rig.turns(3)
            short = try #require(rig.records().last { $0.kind == .new }).orderID
        }
        say(.replace, 3) {
            $0.orderID = short
            $0.account = 0
            $0.strategy = 0
            $0.qty = OrderQty(units: 100)
            $0.px = Price(units: 1_011_000)
        }
        rig.turns(2)
        #expect(try #require(venue.messages().first).text.hasSuffix("LOCB"))
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    @Test("a replace that names another's broker is refused, its order stands")
    func replace() throws {
        let (rig, venue, client) = try live()
        client.enter(order(1, .sellShort))
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        rig.turns(3)
        _ = client.messages()
        var wanted = OUCH.ReplaceOrder(
            origUserRefNum: 1,
            userRefNum: 2,
            quantity: OrderQty(units: 100),
            price: Price(units: 1_011_000),
            timeInForce: TimeInForce.day.rawValue,
            display: UInt8(ascii: "Y"),
            interMarketSweep: UInt8(ascii: "N"),
            clOrdID: .blank
        )
        wanted.appendage.locateBroker = Alpha4("ELSE")!
        client.replace(wanted)
        rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [212])
        #expect(venue.messages().isEmpty)
        #expect(rig.engine.ledger.liveCount == 1)
    }

    @Test("a sale marked short afterwards names the broker, too")
    func modify() throws {
        let (rig, venue, client) = try live()
        rig.ask(.adjust) {
            $0.instrument = 0
            $0.account = 0
            $0.qty = OrderQty(units: 100)
            $0.px = Price(units: 1)
        }
        client.enter(order(1, .sell))
        rig.turns(3)
        let sold = try #require(venue.messages().first)
        #expect(sold.asEnterOrder?.appendage.locateBroker == nil)
        venue.accept(sold, reference: 1)
        rig.turns(3)
        let message = OUCH.ModifyOrder(
            userRefNum: 1,
            side: Side.sellShort.rawValue,
            quantity: OrderQty(units: 100)
        )
        client.sendUnsequenced { message.write(to: $0) }
        rig.turns(3)
        let sent = try #require(venue.messages().first)
        #expect(sent.payload[0] == UInt8(ascii: "M"))
        #expect(sent.text.hasSuffix("LOCB"))
    }
}
