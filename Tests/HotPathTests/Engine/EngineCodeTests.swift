import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// Every code there is, provoked from outside: by a client's OUCH, an operator's command, cold's
/// ring, a venue's word or a feed's (risk-controls.md §2).
@Suite("Every risk code from outside")
struct EngineCodeTests {
    @Test("what provokes each code answers with that code, and no code is without one")
    func all() throws {
        let when = Cases()
        Self.states(when)
        Self.forms(when)
        Self.prices(when)
        Self.exposures(when)
        Self.patterns(when)
        Self.requests(when)
        let codes = when.all.map { $0.code }
        #expect(Set(codes) == Set(RiskCode.allCases).subtracting([.ok]))
        #expect(codes.count == RiskCode.allCases.count - 1, "one each")
        for one in when.all {
            let answer = try one.provoke()
            #expect(answer == one.code.rawValue, "\(one.code)")
        }
    }

    // MARK: What state things are in

    private static func states(_ when: Cases) {
        when(.killFirm) { try Desk().after(.kill).order() }
        when(.killAccount) { try Desk().after(.kill, .account).order() }
        when(.killStrategy) { try Desk().after(.kill, .strategy).order() }
        when(.symbolBlocked) { try Desk().after(.kill, .symbol).order() }
        when(.venueSessionDown) { try Desk().hungUp().order() }
        when(.notPermitted) { try Desk().order(group: 77) }
        when(.recovering) { try Desk(opens: false).order() }
        when(.reduceOnly) { try Desk().after(.kill, .account, .reduceOnly).order() }
        when(.noLimits) { try Desk { $0.accounts[0].maxGross = noLimit }.order() }
        when(.haltedByVenue) { try Desk().halted().order() }
        when(.coldLost) { try Desk().withoutCold().order() }
        when(.unknownOrderOnSymbol) {
            try Desk().after(.kill, .symbol, .unknownOrderOnSymbol).order()
        }
        when(.lossLimit) { try Desk { $0.accounts[0].lossLimit = 1_000_000 }.lost(2_000_000) }
        when(.rapidDrawdown) { try Desk().after(.kill, .account, .rapidDrawdown).order() }
        when(.repeatedExecution) { try Desk { $0.header.executionsMax = 1 }.filled().order(2) }
        when(.restrictedList) { try Desk().limited(.restricted, 1).order() }
        when(.clockNotTrustworthy) {
            let desk = try Desk()
            desk.rig.mailbox.trustClock(false)
            return desk.order()
        }
        when(.outsideSessionHours) {
            try Desk {
                $0.venues[0].openNs = 0
                $0.venues[0].closeNs = 1
            }.order()
        }
        when(.parentRule) { try Desk().child(qty: 10, parentQty: 5) }
    }

    // MARK: The order itself

    private static func forms(_ when: Cases) {
        when(.unknownSymbol) { try Desk().order(symbol: "ZZZ") }
        when(.badSide) { try Desk().byHand { $0.side = 0x5A } }
        when(.quantityNotPositive) { try Desk().order(qty: 0) }
        when(.maxOrderQty) { try Desk { $0.instruments[0].maxOrderQty = 9 }.order() }
        when(.lotOrNoFinitePrice) { try Desk { $0.instruments[0].lot = 100 }.order() }
        when(.tick) { try Desk().order(px: 990_050) }
        when(.priceNotPositive) { try Desk().order(px: 0) }
        when(.priceAboveVenueMax) { try Desk().order(px: 1_999_999_950) }
        when(.maxOrderValue) { try Desk { $0.instruments[0].maxOrderNotional = 1_000 }.order() }
        when(.arithmeticOverflow) {
            try Desk { $0.instruments[0].startPosition = .max - 5 }.order()
        }
        when(.unsupported) { try Desk().order(tif: .afterHours) }
        when(.referenceMissing) { try Desk(quotes: false).order() }
        when(.sendQueueOrEventRoom) { try Desk(storeMessages: 1_024).order() }
        when(.stallGuard) {
            let desk = try Desk { $0.header.stallMaxNs = 5_000_000 }
            desk.client.enter(refNum: 1, qty: 10, px: 990_000)
            desk.rig.nowNs += 50_000_000
            desk.rig.turns(3)
            return desk.client.messages().last?.big16(at: 13)
        }
    }

    // MARK: Prices

    private static func prices(_ when: Cases) {
        when(.collarBuy) { try Desk().order(px: 1_060_000) }
        when(.collarSell) { try Desk().order(.sellShort, px: 940_000) }
        when(.referenceStale) { try Desk { $0.instruments[0].maxRefAgeNs = 1 }.order() }
        when(.farPassive) { try Desk { $0.instruments[0].passiveBps = 100 }.order(px: 900_000) }
        when(.feedGappedOrCrossed) {
            // Venue 0's feed has a gap; the order is sent there by name.
            let rig = try EngineRig(venues: 2)
            _ = (rig.openVenue(0), rig.openVenue(1))
            rig.quote(venue: 0, bid: 999_900, ask: 1_000_100)
            rig.quote(venue: 1, bid: 999_900, ask: 1_000_100)
            rig.feedSequences[0, default: 1] += 5
            rig.quote(venue: 0, bid: 999_800, ask: 0)
            return rig.ask(.new) {
                $0.account = 0
                $0.strategy = 0
                $0.instrument = 0
                $0.venue = 0
                $0.side = Side.buy.rawValue
                $0.qty = OrderQty(units: 10)
                $0.px = Price(units: 990_000)
            }.code
        }
    }

    // MARK: What is held and open

    private static func exposures(_ when: Cases) {
        when(.positionLong) { try Desk { $0.instruments[0].maxLong = 9 }.order() }
        when(.positionShort) { try Desk { $0.instruments[0].maxShort = 9 }.order(.sellShort) }
        when(.openNotional) { try Desk { $0.accounts[0].maxOpenNotional = 1 }.order() }
        when(.grossExposure) { try Desk { $0.accounts[0].maxGross = 1 }.order() }
        when(.netExposure) { try Desk { $0.accounts[0].maxNet = 1 }.order() }
        when(.dailyCreditBuy) { try Desk { $0.accounts[0].maxDayBuy = 1 }.order() }
        when(.dailyCreditSell) { try Desk { $0.accounts[0].maxDaySell = 1 }.order(.sellShort) }
        when(.openOrders) { try Desk { $0.accounts[0].maxOpenOrders = 0 }.order() }
        when(.dayVolume) { try Desk { $0.instruments[0].maxDayQty = 9 }.order() }
        when(.markedLongNotCovered) { try Desk().order(.sell) }
        when(.locate) { try Desk { $0.instruments[0].startLocate = 9 }.order(.sellShort) }
        when(.shortSalePriceTest) { try Desk().restrictedShort().order(.sellShort, px: 999_900) }
        when(.lossLimitNear) { try Desk { $0.accounts[0].lossLimit = 2_200_000 }.lost(2_000_000) }
    }

    // MARK: What is there already and how often

    private static func patterns(_ when: Cases) {
        when(.portfolioLimit) { try Desk().after(.kill, .account, .portfolioLimit).order() }
        when(.messageRate) {
            let desk = try Desk {
                $0.clients[0].ratePerS = 1
                $0.clients[0].burst = 1
            }
            _ = desk.order(1)
            return desk.order(2)
        }
        when(.strategyRate) {
            let desk = try Desk {
                $0.strategies[1].ratePerS = 1
                $0.strategies[1].burst = 1
            }
            _ = desk.order(1)
            return desk.order(2)
        }
        when(.duplicatePattern) {
            let desk = try Desk {
                $0.header.dupMax = 1
                $0.header.dupWindowNs = EngineRig.second
            }
            _ = desk.order(1)
            return desk.order(2)
        }
        when(.orderToTradeRatio) { try Desk().after(.kill, .strategy, .orderToTradeRatio).order() }
        when(.consecutiveRejects) {
            let desk = try Desk { $0.header.rejectsMax = 2 }
            _ = desk.order(1, qty: 0)
            _ = desk.order(2, qty: 0)
            return desk.order(3)
        }
        when(.poolOrIDSpace) {
            let desk = try Desk { $0.header.ordersMax = 1 }
            _ = desk.order(1)
            return desk.order(2)
        }
        when(.selfTrade) {
            let desk = try Desk()
            _ = desk.order(1)
            return desk.order(2, .sellShort, px: 990_000)
        }
    }

    // MARK: Numbers, commands and requests about an order

    private static func requests(_ when: Cases) {
        when(.duplicateID) {
            let desk = try Desk()
            desk.rig.coldSays(.algo, number: 1)
            desk.rig.coldSays(.algo, number: 1)
            return desk.rig.records().last?.code
        }
        when(.orderNotFound) { try Desk().rig.ask(.cancel) { $0.orderID = ClOrdID(12_345) }.code }
        when(.replaceAlreadyPending) {
            let desk = try Desk()
            var sent = CommandReply()
            _ = desk.byHand(&sent)
            var code: UInt16 = 0
            for px in [Int64(980_000), 970_000] {
                code =
                    desk.rig.ask(.replace) {
                        $0.orderID = sent.orderID
                        $0.qty = OrderQty(units: 10)
                        $0.px = Price(units: px)
                    }.code
            }
            return code
        }
        when(.staleCommand) { try Desk().byHand { $0.validUntilNs = 1 } }
    }
}

/// What provokes each code, one after the other.
private final class Cases {
    private(set) var all: [(code: RiskCode, provoke: () throws -> UInt16?)] = []

    func callAsFunction(_ code: RiskCode, _ provoke: @escaping () throws -> UInt16?) {
        all.append((code, provoke))
    }
}

/// A rig with a venue, a market at 100.00 and client alpha, and short ways to provoke it.
private final class Desk {
    let rig: EngineRig
    let client: PeerSocket
    private var venue: PeerSocket?

    init(
        opens: Bool = true,
        quotes: Bool = true,
        storeMessages: Int = 16_384,
        _ change: (inout HotImageWriter) -> Void = { _ in }
    ) throws {
        rig = try EngineRig(storeMessages: storeMessages, change: change)
        if opens { venue = rig.openVenue() }
        if quotes { rig.quote(bid: 999_900, ask: 1_000_100) }
        client = rig.openClient(0, user: "alpha")
        _ = client.packets()
    }

    /// What the gate says to one order of alpha; nil when it went.
    func order(
        _ number: UInt32 = 1,
        _ side: Side = .buy,
        qty: Int64 = 10,
        symbol: String = "AAPL",
        px: Int64 = 990_000,
        tif: TimeInForce = .day,
        group: UInt16? = nil
    ) -> UInt16? {
        let price = side.isBuy || px != 990_000 || number > 1 ? px : 1_010_000
        client.enter(
            refNum: number,
            side: side,
            qty: qty,
            symbol: symbol,
            px: price,
            tif: tif,
            group: group
        )
        rig.turns(3)
        return client.messages().last { $0.payload[0] == UInt8(ascii: "J") }?.big16(at: 13)
    }

    func order(
        _ side: Side,
        px: Int64 = 990_000
    ) -> UInt16? { order(1, side, px: px) }

    func after(
        _ kind: Command.Kind,
        _ scope: KillScope = .firm,
        _ code: RiskCode = .ok
    ) -> Desk {
        rig.ask(kind) {
            $0.scope = scope.rawValue
            $0.detail = UInt32(code.rawValue)
            $0.account = 0
            $0.strategy = 1
            $0.instrument = 0
        }
        return self
    }

    func hungUp() -> Desk {
        rig.hangUp(slot: 0)
        return self
    }

    func withoutCold() -> Desk {
        rig.coldLives = false
        rig.turns(2_100)
        return self
    }

    func limited(_ field: LimitField, _ value: Int64) -> Desk {
        rig.ask(.limit) {
            $0.detail = field.rawValue
            $0.instrument = 0
            $0.value = value
        }
        return self
    }

    func adjusted(_ qty: Int64) -> Desk {
        rig.ask(.adjust) {
            $0.instrument = 0
            $0.account = 0
            $0.qty = OrderQty(units: qty)
            $0.px = Price(units: 1)
        }
        return self
    }

    func halted() -> Desk {
        rig.feed { target in
            ITCH.TradingAction(
                stockLocate: 1,
                trackingNumber: 0,
                timestampNs: 1,
                stock: Symbol("AAPL")!,
                tradingState: UInt8(ascii: "H"),
                reserved: 0x20,
                reason: Alpha4("T1")!
            ).write(to: target)
        }
        return self
    }

    func restrictedShort() -> Desk {
        rig.feed { target in
            ITCH.RegSHO(
                stockLocate: 1,
                trackingNumber: 0,
                timestampNs: 1,
                stock: Symbol("AAPL")!,
                action: UInt8(ascii: "1")
            ).write(to: target)
        }
        return self
    }

    /// One share of an order of alpha's is filled.
    func filled() -> Desk {
        _ = order(1)
        venue?.execute(refNum: 2, qty: 1, px: 990_000, match: 1)
        rig.turns(3)
        return self
    }

    /// The account lost `value` on what it holds; then the gate's word on one more.
    func lost(_ value: Int64) -> UInt16? {
        _ = order(1, px: 990_000)
        venue?.execute(refNum: 2, qty: 10, px: 1_000_000 + value / 10, match: 1)
        rig.turns(3)
        return order(2)
    }

    func child(qty: Int64, parentQty: Int64) -> UInt16? {
        rig.coldSays(.new, number: 1) {
            $0.account = 0
            $0.strategy = 0
            $0.instrument = 0
            $0.side = Side.buy.rawValue
            $0.qty = OrderQty(units: qty)
            $0.px = Price(units: 990_000)
            $0.parent = 9
            $0.parentQty = OrderQty(units: parentQty)
        }
        return rig.records().last { $0.kind == .reject }?.code
    }

    @discardableResult
    func byHand(_ change: (inout Command) -> Void) -> UInt16? {
        var answer = CommandReply()
        return byHand(&answer, change)
    }

    @discardableResult
    func byHand(
        _ answer: inout CommandReply,
        _ change: (inout Command) -> Void = { _ in }
    ) -> UInt16? {
        answer = rig.ask(.new) {
            $0.account = 0
            $0.strategy = 0
            $0.instrument = 0
            $0.side = Side.buy.rawValue
            $0.qty = OrderQty(units: 10)
            $0.px = Price(units: 990_000)
            $0.owner = Owner.operator
            change(&$0)
        }
        return answer.code
    }
}
