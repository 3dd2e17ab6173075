import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// Every kind of order the OUCH port takes, as the venue gets it and as the gate counts it
/// (semantics.md §5.6; docs/protocols/ouch-5.0.md, Tags).
@Suite("The engine's order types")
struct EngineOrderTypeTests {
    typealias Change = @Sendable (inout OUCH.EnterOrder) -> Void

    private static let taken: [(String, Change)] = [
        ("GTX", { $0.timeInForce = TimeInForce.extendedHours.rawValue }),
        ("GTT", { good(&$0, until: 57_600) }),
        ("FOK", { fillOrKill(&$0) }),
        ("post-only", { $0.appendage.postOnly = UInt8(ascii: "P") }),
        ("hidden", { $0.display = UInt8(ascii: "N") }),
        ("attributable", { $0.display = UInt8(ascii: "A") }),
        ("reserve", { $0.appendage.maxFloor = OrderQty(units: 100) }),
        (
            "random reserve",
            {
                $0.appendage.maxFloor = OrderQty(units: 40)
                $0.appendage.randomReserves = OrderQty(units: 40)
            }
        ),
        ("market peg", { peg(&$0, "P", offset: -100) }),
        ("midpoint peg", { peg(&$0, "M", offset: 0) }),
        ("primary peg", { peg(&$0, "R", offset: 100) }),
        ("midpoint", { peg(&$0, "m", offset: 0) }),
        ("discretion", { $0.appendage.discretionPrice = Price(units: 1_000_500) }),
        (
            "pegged discretion with a bound",
            {
                $0.appendage.discretionPrice = Price(units: 1_000_500)
                $0.appendage.discretionPriceType = UInt8(ascii: "M")
                $0.appendage.discretionPegOffset = Price(units: 100)
            }
        ),
        ("sweep", { $0.interMarketSweep = UInt8(ascii: "Y") }),
        (
            "located",
            {
                $0.side = Side.sellShort.rawValue
                $0.price = Price(units: 1_000_000)
                $0.appendage.sharesLocated = UInt8(ascii: "Y")
                $0.appendage.locateBroker = Alpha4("LOCB")!
            }
        ),
    ]

    @Test("what the client asked is what the venue is asked, our firm and number apart")
    func taken() throws {
        let rig = try EngineRig {
            $0.clients[0].mayISO = 1
            $0.clients[0].locateBroker = Alpha4("LOCB")!.raw
        }
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        for (index, (name, change)) in Self.taken.enumerated() {
            var wanted = Self.order(UInt32(index + 1))
            change(&wanted)
            client.enter(wanted)
            rig.turns(3)
            let message = try #require(venue.messages().first, "\(name)")
            let sent = try #require(message.asEnterOrder, "\(name)")
            wanted.appendage.groupID = nil
            wanted.appendage.firm = Alpha4("TEST")!
            wanted.userRefNum = sent.userRefNum
            wanted.clOrdID = sent.clOrdID
            #expect(sent == wanted, "\(name)")
            venue.accept(message, reference: UInt64(index + 1))
            rig.turns(2)
            // Out of the way of the next one's self-trade check.
            venue.canceled(refNum: sent.userRefNum, decrement: 100)
            rig.turns(2)
        }
        #expect(rig.engine.ledger.liveCount == 0)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    private static let refused: [(String, RiskCode, Change)] = [
        ("after hours", .unsupported, { $0.timeInForce = TimeInForce.afterHours.rawValue }),
        (
            "GTT without a time", .unsupported,
            { $0.timeInForce = TimeInForce.goodTillTime.rawValue }
        ),
        ("GTT beyond the day", .unsupported, { good(&$0, until: 86_400) }),
        ("a time without GTT", .unsupported, { $0.appendage.expireTimeSeconds = 57_600 }),
        ("MinQty of a day order", .unsupported, { $0.appendage.minQty = OrderQty(units: 100) }),
        (
            "MinQty above the quantity", .unsupported,
            {
                fillOrKill(&$0)
                $0.appendage.minQty = OrderQty(units: 101)
            }
        ),
        ("floor above it", .unsupported, { $0.appendage.maxFloor = OrderQty(units: 101) }),
        (
            "a hidden floor", .unsupported,
            {
                $0.appendage.maxFloor = OrderQty(units: 10)
                $0.display = UInt8(ascii: "N")
            }
        ),
        (
            "random without a floor", .unsupported,
            { $0.appendage.randomReserves = OrderQty(units: 10) }
        ),
        (
            "post-only and IOC", .unsupported,
            {
                $0.timeInForce = TimeInForce.immediateOrCancel.rawValue
                $0.appendage.postOnly = UInt8(ascii: "P")
            }
        ),
        (
            "post-only at the market", .unsupported,
            {
                $0.price = .ouchMarket
                $0.appendage.postOnly = UInt8(ascii: "P")
            }
        ),
        ("market maker peg", .unsupported, { peg(&$0, "Q", offset: 0) }),
        ("an offset from nothing", .unsupported, { $0.appendage.pegOffset = Price(units: 100) }),
        (
            "discretion by an unknown type", .unsupported,
            { $0.appendage.discretionPriceType = UInt8(ascii: "Q") }
        ),
        ("a cross", .unsupported, { $0.crossType = UInt8(ascii: "O") }),
        ("a route", .unsupported, { $0.appendage.route = Alpha4("SCAN")! }),
        ("trade now", .unsupported, { $0.appendage.tradeNow = UInt8(ascii: "Y") }),
        ("handling", .unsupported, { $0.appendage.handleInst = UInt8(ascii: "I") }),
        ("a channel", .unsupported, { $0.appendage.userRefIdx = 1 }),
        ("another firm", .unsupported, { $0.appendage.firm = Alpha4("ELSE")! }),
        ("another capacity", .unsupported, { $0.capacity = UInt8(ascii: "A") }),
        ("no capacity there is", .unsupported, { $0.capacity = 0x20 }),
        (
            "a locate broker where none is configured", .unsupported,
            {
                $0.side = Side.sellShort.rawValue
                $0.appendage.locateBroker = Alpha4("LOCB")!
            }
        ),
        ("ISO without permission", .notPermitted, { $0.interMarketSweep = UInt8(ascii: "Y") }),
        (
            "a peg without a cap", .lotOrNoFinitePrice,
            {
                peg(&$0, "P", offset: 0)
                $0.price = .ouchMarket
            }
        ),
        (
            "discretion without a bound", .lotOrNoFinitePrice,
            {
                $0.appendage.discretionPriceType = UInt8(ascii: "M")
                $0.appendage.discretionPegOffset = Price(units: 100)
            }
        ),
        (
            "discretion at the market", .lotOrNoFinitePrice,
            { $0.appendage.discretionPrice = .ouchMarket }
        ),
        (
            "discretion off the tick", .tick,
            { $0.appendage.discretionPrice = Price(units: 1_000_050) }
        ),
        // 500 basis points of 1 000 000, and one tick.
        (
            "discretion through the collar", .collarBuy,
            { $0.appendage.discretionPrice = Price(units: 1_050_100) }
        ),
        (
            "a cap through the collar", .collarBuy,
            {
                peg(&$0, "R", offset: 0)
                $0.price = Price(units: 1_050_100)
            }
        ),
    ]

    @Test("what does not fit together is J with our code, and no byte goes to the venue")
    func refused() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        _ = client.packets()
        for (index, (name, code, change)) in Self.refused.enumerated() {
            var wanted = Self.order(UInt32(index + 1))
            change(&wanted)
            client.enter(wanted)
            rig.turns(3)
            #expect(venue.messages().isEmpty, "\(name)")
            let answer = try #require(client.messages().first, "\(name)")
            #expect(answer.payload[0] == UInt8(ascii: "J"), "\(name)")
            #expect(answer.big16(at: 13) == code.rawValue, "\(name)")
        }
    }

    @Test("fill or kill: all at once, or dead when accepted and nothing of it held")
    func fillOrKill() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        var wanted = Self.order(1)
        Self.fillOrKill(&wanted)
        client.enter(wanted)
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        venue.execute(refNum: 2, qty: 100, px: 999_000, match: 1)
        rig.turns(3)
        #expect(client.messages().map { $0.payload[0] } == Array("AE".utf8))
        #expect(rig.engine.ledger.liveCount == 0)

        wanted.userRefNum = 2
        client.enter(wanted)
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 2, state: "D")
        rig.turns(3)
        let answer = try #require(client.messages().first)
        #expect(answer.payload[0] == UInt8(ascii: "A") && answer.payload[47] == UInt8(ascii: "D"))
        #expect(rig.engine.ledger.liveCount == 0)
        #expect(rig.engine.ledger.account(0).openNotional == 0)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 100)
    }

    @Test("value and self-trade go by the most aggressive price, whatever the venue echoes")
    func mostAggressive() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        _ = client.packets()
        var discretion = Self.order(1)
        discretion.appendage.discretionPrice = Price(units: 1_000_500)
        client.enter(discretion)
        rig.turns(3)
        #expect(rig.engine.ledger.account(0).openNotional == 100 * 1_000_500)
        venue.accept(try #require(venue.messages().first), reference: 1)

        var peg = Self.order(2)
        Self.peg(&peg, "R", offset: 0)
        client.enter(peg)
        rig.turns(3)
        // It stands at the bid now and may follow it up to its cap.
        venue.accept(try #require(venue.messages().first), reference: 2, px: 900_000)
        rig.turns(3)
        #expect(rig.engine.ledger.account(0).openNotional == 100 * (1_000_500 + 999_000))

        // 999 500 is above both prices, and inside the discretion.
        var sell = Self.order(3)
        sell.side = Side.sellShort.rawValue
        sell.price = Price(units: 1_000_500)
        client.enter(sell)
        rig.turns(3)
        #expect(client.messages().last?.big16(at: 13) == RiskCode.selfTrade.rawValue)
        sell.userRefNum = 4
        sell.price = Price(units: 1_000_600)
        client.enter(sell)
        rig.turns(3)
        let out = try #require(venue.messages().first)
        // And the other way round: its discretion down to the bid would meet the buyer's.
        venue.accept(out, reference: 3)
        rig.turns(2)
        _ = client.messages()
        sell.userRefNum = 5
        sell.price = Price(units: 1_000_700)
        sell.appendage.discretionPrice = Price(units: 1_000_500)
        client.enter(sell)
        rig.turns(3)
        #expect(client.messages().last?.big16(at: 13) == RiskCode.selfTrade.rawValue)
    }

    @Test(
        "a Replace keeps the discretion it does not name; named anew it counts from the request on"
    )
    func replaceDiscretion() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        var order = Self.order(1)
        order.appendage.discretionPrice = Price(units: 1_000_500)
        client.enter(order)
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        client.replace(Self.replacement(1, 2, px: 998_000))
        rig.turns(3)
        venue.replaced(try #require(venue.messages().first), px: 998_000, reference: 2)
        rig.turns(3)
        #expect(rig.engine.ledger.account(0).openNotional == 100 * 1_000_500)

        var next = Self.replacement(2, 3, px: 998_000)
        next.appendage.discretionPrice = Price(units: 1_001_000)
        client.replace(next)
        rig.turns(3)
        #expect(rig.engine.ledger.account(0).openNotional == 100 * 1_001_000)
        venue.replaced(try #require(venue.messages().first), px: 998_000, reference: 3)
        rig.turns(3)
        // None from here on.
        var last = Self.replacement(3, 4, px: 998_000)
        last.appendage.discretionPrice = .zero
        client.replace(last)
        rig.turns(3)
        venue.replaced(try #require(venue.messages().first), px: 998_000, reference: 4)
        rig.turns(3)
        #expect(rig.engine.ledger.account(0).openNotional == 100 * 998_000)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    @Test("a Replace carries no customer type; one that cannot be read, or does not fit, is J 212")
    func replaceForms() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(Self.order(1))
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        rig.turns(3)
        _ = client.messages()

        // Tag 3 with a value of one byte instead of four.
        client.replaceUnreadable(Self.replacement(1, 2, px: 998_000), appendage: [0, 3, 2, 3, 9])
        var timed = Self.replacement(1, 3, px: 998_000)
        timed.timeInForce = TimeInForce.goodTillTime.rawValue
        client.replace(timed)
        var pegged = Self.replacement(1, 4, px: 998_000)
        pegged.appendage.priceType = UInt8(ascii: "P")
        client.replace(pegged)
        rig.turns(4)
        let answers = client.messages()
        #expect(answers.map { $0.payload[0] } == Array("JJJ".utf8))
        #expect(answers.map { $0.big32(at: 9) } == [2, 3, 4])
        #expect(answers.map { $0.big16(at: 13) } == [212, 212, 212])
        #expect(venue.messages().isEmpty)

        var good = Self.replacement(1, 5, px: 998_000)
        good.appendage.customerType = UInt8(ascii: "R")
        good.appendage.sharesLocated = UInt8(ascii: "N")
        client.replace(good)
        rig.turns(3)
        let sent = try #require(venue.messages().first?.asReplaceOrder)
        #expect(sent.appendage.customerType == nil)
        #expect(sent.appendage.sharesLocated == UInt8(ascii: "N"))
    }

    // MARK: What clients send

    private static func order(_ refNum: UInt32) -> OUCH.EnterOrder {
        OUCH.EnterOrder(
            userRefNum: refNum,
            side: Side.buy.rawValue,
            quantity: OrderQty(units: 100),
            symbol: Symbol("AAPL")!,
            price: Price(units: 999_000),
            timeInForce: TimeInForce.day.rawValue,
            display: UInt8(ascii: "Y"),
            capacity: UInt8(ascii: "P"),
            interMarketSweep: UInt8(ascii: "N"),
            crossType: UInt8(ascii: "N"),
            clOrdID: .blank
        )
    }

    private static func replacement(_ old: UInt32, _ new: UInt32, px: Int64) -> OUCH.ReplaceOrder {
        OUCH.ReplaceOrder(
            origUserRefNum: old,
            userRefNum: new,
            quantity: OrderQty(units: 100),
            price: Price(units: px),
            timeInForce: TimeInForce.day.rawValue,
            display: UInt8(ascii: "Y"),
            interMarketSweep: UInt8(ascii: "N"),
            clOrdID: .blank
        )
    }

    private static func good(_ order: inout OUCH.EnterOrder, until seconds: UInt32) {
        order.timeInForce = TimeInForce.goodTillTime.rawValue
        order.appendage.expireTimeSeconds = seconds
    }

    private static func fillOrKill(_ order: inout OUCH.EnterOrder) {
        order.timeInForce = TimeInForce.immediateOrCancel.rawValue
        order.appendage.minQty = OrderQty(units: 100)
    }

    private static func peg(_ order: inout OUCH.EnterOrder, _ type: Unicode.Scalar, offset: Int64) {
        order.appendage.priceType = UInt8(ascii: type)
        if offset != 0 { order.appendage.pegOffset = Price(units: offset) }
    }
}
