import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// What an operator may say of limits and of orders software cannot settle (semantics.md §2.16).
@Suite("The engine and its operators")
struct EngineOperatorTests {
    @Test("an adjustment of more than a thousand million shares is 210 and moves nothing")
    func hugeAdjustment() throws {
        let rig = try EngineRig()
        for qty in [1_000_000_001, -1_000_000_001, 1 << 62, -(1 << 62), Int64.min] {
            let answer = rig.ask(.adjust) {
                $0.instrument = 0
                $0.account = 0
                $0.qty = OrderQty(units: qty)
                $0.px = Price(units: 1)
            }
            #expect(answer.code == RiskCode.arithmeticOverflow.rawValue)
            #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 0)
        }
        let most = rig.ask(.adjust) {
            $0.instrument = 0
            $0.account = 0
            $0.qty = OrderQty(units: -1_000_000_000)
            $0.px = Price(units: 1)
        }
        #expect(most.code == 0)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == -1_000_000_000)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
    }

    @Test("a venue's rate is in force when it is said to be: new orders have four fifths of it")
    func venueRate() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        for (field, value) in [(LimitField.venueRate, 10), (.venueBurst, 10)] {
            let answer = rig.ask(.limit) {
                $0.detail = field.rawValue
                $0.venue = 0
                $0.value = Int64(value)
            }
            #expect(answer.code == 0)
        }
        #expect(rig.engine.ledger.venue(0).ratePerS == 10)
        let client = rig.openClient(0, user: "alpha")
        _ = client.packets()
        for number in 1...10 { client.enter(refNum: UInt32(number), qty: 1, px: 990_000) }
        rig.turns(5)
        #expect(venue.messages().count == 8)
        #expect(client.messages().map { $0.big16(at: 13) } == [501, 501])
    }

    @Test("a limit of a row that is not there is refused, not in force")
    func noSuchRow() throws {
        let rig = try EngineRig()
        let answer = rig.ask(.limit) {
            $0.detail = LimitField.venueRate.rawValue
            $0.venue = 9
            $0.value = 10
        }
        #expect(answer.code == RiskCode.noLimits.rawValue)
    }

    @Test("a limit that is refused is an operator's record with its code, never a `limit`")
    func refusedLimit() throws {
        // The rig keeps 4 096 executions; an account 9 it has not.
        let asks: [(LimitField, Int64, UInt16)] = [
            (.executionsMax, 4_097, 0), (.maxGross, 1, 9), (.rejectsMax, 0, 0),
        ]
        for (field, value, account) in asks {
            let rig = try EngineRig()
            let answer = rig.ask(.limit) {
                $0.detail = field.rawValue
                $0.account = account
                $0.value = value
            }
            #expect(answer.code == RiskCode.noLimits.rawValue)
            #expect(!rig.records().contains { $0.kind == .limit })
            let told = rig.records().filter { $0.kind == .operator }
            #expect(told.map(\.code) == [RiskCode.noLimits.rawValue])
            #expect(told.first?.value == value)
            #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
        }
    }

    @Test("resolved as filled: the shares move the position, the owner is told, the symbol opens")
    func resolvedFilled() throws {
        let (rig, venue, client) = try silent()
        client.enter(refNum: 2, qty: 1, px: 999_000)
        rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [112])
        let answer = resolve(rig, .filled, filled: 60, px: 998_000)
        #expect(answer.code == 0)
        #expect(answer.status == .canceled)
        #expect(answer.value == 60)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 60)
        #expect(rig.engine.ledger.liveCount == 0)
        #expect(rig.engine.ledger.checkInvariants() == nil)
        let told = client.messages()
        // It was never told that the order was accepted: that comes first, as OUCH has it.
        #expect(String(decoding: told.map { $0.payload[0] }, as: UTF8.self) == "AEC")
        #expect(told.map { $0.big32(at: 9) } == [1, 1, 1])
        #expect(told[0].big32(at: 14) == 100 && told[0].big64(at: 36) == 0)
        #expect(String(decoding: told[0].payload[48..<62], as: UTF8.self) == "A             ")
        #expect(told.dropFirst().map { $0.big32(at: 13) } == [60, 40])
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
        client.enter(refNum: 3, qty: 1, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().count == 1)
    }

    @Test("resolved as filled in all: it ends filled, with one answer")
    func resolvedWhole() throws {
        let (rig, _, client) = try silent()
        let answer = resolve(rig, .filled, filled: 100, px: 998_000)
        #expect(answer.status == .filled)
        let told = client.messages().map { $0.payload[0] }
        #expect(told == [UInt8(ascii: "A"), UInt8(ascii: "E")])
        #expect(rig.engine.ledger.account(0).dayBuy == 100 * 998_000)
    }

    @Test("resolved as canceled or rejected: nothing moves, J to an owner never acknowledged")
    func resolvedNothing() throws {
        for outcome in [OrdStatus.canceled, .rejected] {
            let (rig, _, client) = try silent()
            let answer = resolve(rig, outcome, filled: 0, px: 0)
            #expect(answer.code == 0)
            #expect(answer.status == outcome)
            #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 0)
            #expect(rig.engine.ledger.account(0).openNotional == 0)
            let told = client.messages()
            #expect(told.map { $0.payload[0] } == [UInt8(ascii: "J")])
            #expect(told.map { $0.big16(at: 13) } == [112])
        }
    }

    @Test("not resolved: a live order, fewer shares than known, more than could be, no price")
    func notResolved() throws {
        let (rig, venue, client) = try silent()
        #expect(resolve(rig, .filled, filled: 101, px: 1).code == 204)
        #expect(resolve(rig, .filled, filled: 50, px: 0).code == 205)
        #expect(resolve(rig, .filled, filled: 0, px: 0).code == 203)
        venue.execute(refNum: 2, qty: 30, px: 999_000, match: 1)
        rig.turns(3)
        // Heard from again: its venue answers for it.
        #expect(resolve(rig, .canceled, filled: 0, px: 0).code == 106)
        #expect(rig.engine.ledger.liveCount == 1)
        // Told of as lost, every order of the venue is a person's to settle.
        rig.hangUp(slot: 0)
        rig.connect(slot: 0).reject(.sessionNotAvailable)
        rig.turns(3)
        #expect(resolve(rig, .filled, filled: 20, px: 999_000).code == 203)
        _ = client.messages()
        #expect(resolve(rig, .canceled, filled: 0, px: 0).code == 0)
        #expect(client.messages().map { $0.big32(at: 13) } == [70])
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 30)
    }

    @Test(
        "an adjustment without an account moves the house's shares, of one it has not it is refused"
    )
    func adjustsHouse() throws {
        let rig = try EngineRig()
        func adjust(_ account: UInt16, _ qty: Int64) -> UInt16 {
            rig.ask(.adjust) {
                $0.account = account
                $0.instrument = 0
                $0.qty = OrderQty(units: qty)
                $0.px = Price(units: 1_000_000)
            }.code
        }
        #expect(adjust(noIndex16, -4) == 0)
        #expect(rig.engine.ledger.position(account: noIndex16, instrument: 0).pos == -4)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 0)
        #expect(rig.engine.ledger.checkInvariants() == nil)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
        #expect(adjust(77, 4) == RiskCode.noLimits.rawValue)
    }

    @Test("not resolved: filled beyond the order's limit, which no venue does")
    func beyondLimit() throws {
        let (rig, _, _) = try silent()
        let beyond = resolve(rig, .filled, filled: 50, px: 999_001)
        #expect(beyond.code == RiskCode.collarBuy.rawValue)
        #expect(beyond.value == 999_000, "the limit it is refused by")
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 0)
        #expect(resolve(rig, .filled, filled: 50, px: 999_000).code == 0)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 50)

        let (sold, _, _) = try silent(side: .sell, px: 1_001_000)
        let below = resolve(sold, .canceled, filled: 50, px: 1_000_999)
        #expect(below.code == RiskCode.collarSell.rawValue)
        #expect(below.value == 1_001_000)
        #expect(resolve(sold, .canceled, filled: 50, px: 1_001_001).code == 0)
    }

    @Test("resolved at the price of a replace the venue may have taken and not answered")
    func withinReplace() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 100, px: 999_000, clOrdID: "A")
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 7)
        rig.turns(3)
        client.replace(old: 1, new: 2, qty: 100, px: 999_500)
        rig.turns(3)
        rig.hangUp(slot: 0)
        rig.connect(slot: 0).reject(.sessionNotAvailable)
        rig.turns(3)
        #expect(resolve(rig, .filled, filled: 100, px: 999_600).value == 999_500)
        #expect(resolve(rig, .filled, filled: 100, px: 999_500).code == 0)
    }

    private func resolve(
        _ rig: EngineRig,
        _ outcome: OrdStatus,
        filled: Int64,
        px: Int64
    ) -> CommandReply {
        let id = rig.records().first { $0.kind == .new }?.orderID ?? .none
        return rig.ask(.resolve) {
            $0.orderID = id
            $0.detail = UInt32(outcome.rawValue)
            $0.value = filled
            $0.px = Price(units: px)
        }
    }

    /// An order of 100 for client alpha that the venue never answered: UNKNOWN.
    private func silent(
        side: Side = .buy,
        px: Int64 = 999_000
    ) throws -> (EngineRig, PeerSocket, PeerSocket) {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        // What is sold is held.
        if side == .sell {
            rig.ask(.adjust) {
                $0.account = 0
                $0.instrument = 0
                $0.qty = OrderQty(units: 100)
                $0.px = Price(units: 1_000_000)
            }
        }
        client.enter(refNum: 1, side: side, qty: 100, px: px, clOrdID: "A")
        rig.turns(200)
        // The order, and the question what became of it.
        #expect(venue.messages().map { $0.payload[0] } == Array("OQ".utf8))
        #expect(rig.records().last { $0.orderID != .none }?.status == .unknown)
        _ = client.packets()
        return (rig, venue, client)
    }
}
