import ExchangeSimulator
import Testing
import Vocabulary
import Wire

@Suite("Enter Order")
struct EnterOrderTests {
    private let desk = Desk()

    @Test("is accepted, rests and shows")
    func accepted() throws {
        let hot = try desk.client()
        let heard = try desk.send(Desk.enter(1, "B", 300, at: 999_900), on: hot)

        #expect(heard == [.accepted(1, qty: 300, px: 999_900, state: "L")])
        let shown = DisplayedLevel(price: Price(units: 999_900), qty: OrderQty(units: 300))
        #expect(desk.displayed(isBuy: true) == [shown])
        desk.venue.floor.checkInvariants()
    }

    @Test("trades at the resting price, first come first served; Accepted before Executed")
    func trades() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "S", 100, at: 1_000_000), on: maker)
        try desk.send(Desk.enter(2, "S", 100, at: 1_000_000), on: maker)
        try desk.send(Desk.enter(3, "S", 100, at: 999_900), on: maker)

        let heard = try desk.send(Desk.enter(1, "B", 250, at: 1_000_500), on: hot)
        #expect(
            heard == [
                .accepted(1, qty: 250, px: 1_000_500, state: "L"),
                .executed(1, qty: 100, px: 999_900, flag: "R"),
                .executed(1, qty: 100, px: 1_000_000, flag: "R"),
                .executed(1, qty: 50, px: 1_000_000, flag: "R"),
            ]
        )
        let made = try desk.heard(on: maker)
        #expect(
            made.suffix(3) == [
                .executed(3, qty: 100, px: 999_900, flag: "A"),
                .executed(1, qty: 100, px: 1_000_000, flag: "A"),
                .executed(2, qty: 50, px: 1_000_000, flag: "A"),
            ]
        )
        desk.venue.floor.checkInvariants()
    }

    @Test("IOC cancels what did not trade")
    func immediateOrCancel() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "S", 60), on: maker)
        let heard = try desk.send(Desk.enter(1, "B", 100, tif: "3"), on: hot)

        #expect(
            heard.suffix(2) == [
                .executed(1, qty: 60, px: 1_000_000, flag: "R"), .canceled(1, by: 40, "I"),
            ]
        )
    }

    @Test("at 200 000 or more is a market order: any price, and the rest is canceled")
    func market() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "S", 60, at: 5_000_000), on: maker)
        let heard = try desk.send(Desk.enter(1, "B", 100, at: 0x7FFF_FFFF), on: hot)

        #expect(
            heard.suffix(2) == [
                .executed(1, qty: 60, px: 5_000_000, flag: "R"), .canceled(1, by: 40, "K"),
            ]
        )
    }

    @Test("IOC with a MinQty that cannot be had is accepted dead")
    func minQty() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "S", 60), on: maker)
        let tooMuch = Desk.enter(1, "B", 100, tif: "3") { $0.minQty = OrderQty(units: 61) }
        let enough = Desk.enter(2, "B", 100, tif: "3") { $0.minQty = OrderQty(units: 60) }

        #expect(
            try desk.send(tooMuch, on: hot) == [.accepted(1, qty: 100, px: 1_000_000, state: "D")]
        )
        #expect(
            try desk.send(enough, on: hot).contains(.executed(2, qty: 60, px: 1_000_000, flag: "R"))
        )
    }

    @Test("post-only that would take displayed liquidity is canceled, G")
    func postOnly() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "S", 60), on: maker)
        let crossing = Desk.enter(1, "B", 100) { $0.postOnly = UInt8(ascii: "P") }
        let passive = Desk.enter(2, "B", 100, at: 999_900) { $0.postOnly = UInt8(ascii: "P") }

        #expect(try desk.send(crossing, on: hot).last == .canceled(1, by: 100, "G"))
        #expect(try desk.send(passive, on: hot).count == 1)
    }

    @Test("hidden does not show, prints as P, and comes after displayed")
    func hidden() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "S", 50, display: "N"), on: maker)
        try desk.send(Desk.enter(2, "S", 50), on: maker)
        _ = try desk.heard(on: maker)
        try desk.send(Desk.enter(1, "B", 100), on: hot)

        #expect(
            try desk.heard(on: maker) == [
                .executed(2, qty: 50, px: 1_000_000, flag: "A"),
                .executed(1, qty: 50, px: 1_000_000, flag: "J"),
            ]
        )
        let types = desk.venue.mold.messages.map { Character(UnicodeScalar($0[0])) }
        #expect(types.suffix(3) == ["A", "E", "P"])
    }

    @Test("with terms this venue does not trade is rejected, and the number is gone")
    func rejections() throws {
        let hot = try desk.client()
        let cases: [(OUCH.EnterOrder, UInt16)] = [
            (Desk.enter(1, symbol: "NOPE"), 0x17),
            (Desk.enter(2, "X"), 0x09),
            (Desk.enter(3, "B", 0), 0x13),
            (Desk.enter(4, "B", 1_000_000), 0x13),
            (Desk.enter(5, at: 0), 0x1D),
            (Desk.enter(6, at: 1_999_999_901), 0x1D),
            (Desk.enter(7, at: 1_000_050), 0x1D),
            (Desk.enter(8, tif: "9"), 0x0F),
            (Desk.enter(9, tif: "6"), 0x0F),
            (Desk.enter(10, display: "Q"), 0x03),
            (Desk.enter(11, cross: "O"), 0x14),
            (Desk.enter(12, cross: "R"), 0x1A),
            (Desk.enter(13) { $0.minQty = OrderQty(units: 10) }, 0x0D),
            (Desk.enter(14, display: "N") { $0.maxFloor = OrderQty(units: 10) }, 0x04),
            (Desk.enter(15) { $0.priceType = UInt8(ascii: "P") }, 0x05),
            (Desk.enter(16) { $0.firm = Alpha4("XXXX") }, 0x0C),
            (Desk.enter(17) { $0.route = Alpha4("ARCA") }, 0x16),
        ]
        for (message, reason) in cases {
            #expect(try desk.send(message, on: hot) == [.rejected(message.userRefNum, reason)])
        }
        let query = OUCH.AccountQuery(appendage: OUCH.Appendage(), appendageForm: .absent)
        #expect(try desk.send(query, on: hot) == [.nextUserRefNum(18)])
    }

    @Test("below a dollar may be priced in hundredths of a cent")
    func subDollar() throws {
        let hot = try desk.client()
        #expect(try desk.send(Desk.enter(1, at: 9_999), on: hot).count == 1)
        #expect(try desk.send(Desk.enter(2, at: 10_001), on: hot) == [.rejected(2, 0x1D)])
    }

    @Test("numbered not above the last one processed is ignored without a word")
    func repeated() throws {
        let hot = try desk.client()
        try desk.send(Desk.enter(5), on: hot)
        #expect(try desk.send(Desk.enter(5), on: hot) == [])
        #expect(try desk.send(Desk.enter(4), on: hot) == [])
        #expect(desk.events().count { $0 == "ignored" } == 2)
    }

    @Test("counts numbers by UserRefIdx, and then answers in the long form")
    func userRefIdx() throws {
        let hot = try desk.client()
        try desk.send(Desk.enter(5), on: hot)
        #expect(try desk.send(Desk.enter(1) { $0.userRefIdx = 3 }, on: hot).count == 1)

        var appendage = OUCH.Appendage()
        appendage.userRefIdx = 3
        let cancel = OUCH.CancelOrder(
            userRefNum: 1,
            quantity: .zero,
            appendage: appendage,
            appendageForm: .present
        )
        try desk.send(cancel, on: hot)
        let store = desk.venue.floor.ports[0].store
        let canceled = Array(store.message(store.count))
        #expect(canceled.count == 18 + 2 + 3)
        #expect(Array(canceled.suffix(5)) == [0, 3, 2, 28, 3])
    }

    @Test("good till time ends at its time, T")
    func goodTillTime() throws {
        let hot = try desk.client()
        try desk.send(Desk.enter(1, tif: "6") { $0.expireTimeSeconds = 36_010 }, on: hot)
        desk.wait(9 * Desk.second)
        #expect(!(try desk.heard(on: hot)).contains(.canceled(1, by: 100, "T")))
        desk.wait(1 * Desk.second)
        #expect(try desk.heard(on: hot).contains(.canceled(1, by: 100, "T")))
    }

    @Test("above the port's rate is rejected 0x29; cancels always pass")
    func rate() throws {
        let desk = Desk(ports: [Desk.port("hot", rate: .init(perSecond: 10, burst: 2))])
        let hot = try desk.client()
        try desk.send(Desk.enter(1), on: hot)
        try desk.send(Desk.enter(2), on: hot)
        #expect(try desk.send(Desk.enter(3), on: hot) == [.rejected(3, 0x29)])
        #expect(try desk.send(Desk.cancel(1), on: hot) == [.canceled(1, by: 100, "U")])
        desk.wait(100_000_000)
        #expect(try desk.send(Desk.enter(4), on: hot).count == 1)
    }

    @Test("that cannot be read is ignored and logged, never answered")
    func malformed() throws {
        let hot = try desk.client()
        for bytes in [[], [0x4F], [0x00, 1, 2], Array(Desk.enter(1).bytes.dropLast())] as [[UInt8]]
        {
            #expect(try desk.exchange(Desk.packet("U", bytes), on: hot) == [])
        }
        #expect(desk.events().count { $0 == "ignored" } == 4)
    }
}
