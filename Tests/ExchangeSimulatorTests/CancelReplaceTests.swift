import ExchangeSimulator
import Testing
import Vocabulary
import Wire

@Suite("Cancel and Modify")
struct CancelTests {
    private let desk = Desk()

    @Test("take all with 0, and answer with the decrement")
    func all() throws {
        let hot = try desk.client()
        try desk.send(Desk.enter(1, "B", 500), on: hot)
        #expect(try desk.send(Desk.cancel(1), on: hot) == [.canceled(1, by: 500, "U")])
        #expect(desk.displayed(isBuy: true).isEmpty)
    }

    @Test("mean a ceiling on what may ever execute, counting what has")
    func ceiling() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "B", 500), on: hot)
        try desk.send(Desk.enter(1, "S", 100), on: maker)
        _ = try desk.heard(on: hot)

        #expect(try desk.send(Desk.cancel(1, to: 300), on: hot) == [.canceled(1, by: 200, "U")])
        #expect(try desk.send(Desk.cancel(1, to: 300), on: hot) == [])
        #expect(try desk.send(Desk.cancel(1, to: 400), on: hot) == [])
        #expect(try desk.send(Desk.cancel(1, to: 50), on: hot) == [.canceled(1, by: 200, "U")])
    }

    @Test("keep time priority when partial")
    func priority() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "B", 500), on: hot)
        try desk.send(Desk.enter(1, "B", 500), on: maker)
        try desk.send(Desk.cancel(1, to: 100), on: hot)
        try desk.send(Desk.enter(2, "S", 100), on: maker)
        #expect(try desk.heard(on: hot).last == .executed(1, qty: 100, px: 1_000_000, flag: "A"))
    }

    @Test("of what is unknown or finished are ignored without a word")
    func unknown() throws {
        let hot = try desk.client()
        #expect(try desk.send(Desk.cancel(77), on: hot) == [])
        try desk.send(Desk.enter(1), on: hot)
        try desk.send(Desk.cancel(1), on: hot)
        #expect(try desk.send(Desk.cancel(1), on: hot) == [])
    }

    @Test("change a sell's kind and its size, not more")
    func modify() throws {
        let hot = try desk.client()
        try desk.send(Desk.enter(1, "S", 500), on: hot)
        let modify = { (side: Character, qty: Int64) in
            OUCH.ModifyOrder(
                userRefNum: 1,
                side: side.asciiValue ?? 0,
                quantity: OrderQty(units: qty)
            )
        }
        #expect(try desk.send(modify("T", 500), on: hot) == [.modified(1, side: "T", qty: 500)])
        #expect(try desk.send(modify("E", 300), on: hot) == [.modified(1, side: "E", qty: 300)])
        #expect(try desk.send(modify("E", 900), on: hot) == [.modified(1, side: "E", qty: 300)])
        #expect(try desk.send(modify("B", 300), on: hot) == [])
        desk.venue.floor.checkInvariants()
    }

    @Test("for a whole account: X first, then a C for each, by symbol if one is named")
    func massCancel() throws {
        let desk = Desk(symbols: ["AAPL", "MSFT"])
        let hot = try desk.client()
        try desk.send(Desk.enter(1), on: hot)
        try desk.send(Desk.enter(2, symbol: "MSFT"), on: hot)
        try desk.send(Desk.enter(3, at: 999_900), on: hot)

        #expect(
            try desk.send(Desk.massCancel(4, symbol: "MSFT"), on: hot) == [
                .massCanceled(4), .canceled(2, by: 100, "U"),
            ]
        )
        #expect(
            try desk.send(Desk.massCancel(5), on: hot) == [
                .massCanceled(5), .canceled(1, by: 100, "U"), .canceled(3, by: 100, "U"),
            ]
        )
        #expect(try desk.send(Desk.enter(5), on: hot) == [])
    }

    @Test("mass cancel of one port leaves another's orders alone")
    func ownOnly() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1), on: maker)
        try desk.send(Desk.massCancel(1), on: hot)
        #expect(desk.displayed(isBuy: true).count == 1)
    }

    @Test("disable refuses new orders until enable; live ones stay")
    func disable() throws {
        let hot = try desk.client()
        try desk.send(Desk.enter(1), on: hot)
        let off = OUCH.Disable(userRefNum: 2, firm: .blank, appendage: OUCH.Appendage())
        let on = OUCH.Enable(userRefNum: 4, firm: .blank, appendage: OUCH.Appendage())
        #expect(try desk.send(off, on: hot) == [.disabled(2)])
        #expect(try desk.send(Desk.enter(3), on: hot) == [.rejected(3, 2)])
        #expect(desk.displayed(isBuy: true).count == 1)
        #expect(try desk.send(on, on: hot) == [.enabled(4)])
        #expect(try desk.send(Desk.enter(5), on: hot).count == 1)
    }
}

@Suite("Replace")
struct ReplaceTests {
    private let desk = Desk()

    @Test("outcome 4: the quantity is the whole chain's, what executed is taken off")
    func chain() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "B", 500), on: hot)
        try desk.send(Desk.enter(1, "S", 100), on: maker)
        _ = try desk.heard(on: hot)

        #expect(
            try desk.send(Desk.replace(1, by: 2, 500), on: hot) == [
                .replaced(1, by: 2, qty: 400, px: 1_000_000, state: "L")
            ]
        )
        #expect(
            try desk.send(Desk.replace(2, by: 3, 600), on: hot) == [
                .replaced(2, by: 3, qty: 500, px: 1_000_000, state: "L")
            ]
        )
        desk.venue.floor.checkInvariants()
    }

    @Test("outcome 1: original not live, or new number used: no word, number stays free")
    func ignored() throws {
        let hot = try desk.client()
        try desk.send(Desk.enter(5), on: hot)
        #expect(try desk.send(Desk.replace(4, by: 6, 100), on: hot) == [])
        #expect(try desk.send(Desk.replace(5, by: 5, 100), on: hot) == [])
        #expect(try desk.send(Desk.enter(6), on: hot).count == 1)
    }

    @Test("outcome 2: invalid terms end the original, number stays free")
    func invalid() throws {
        let hot = try desk.client()
        try desk.send(Desk.enter(1), on: hot)
        #expect(try desk.send(Desk.replace(1, by: 2, 0), on: hot) == [.canceled(1, by: 100, "U")])
        try desk.send(Desk.enter(2), on: hot)
        #expect(
            try desk.send(Desk.replace(2, by: 3, 100, at: 0), on: hot) == [
                .canceled(2, by: 100, "U")
            ]
        )
        #expect(try desk.send(Desk.enter(3), on: hot).count == 1)
    }

    @Test("outcome 2 too: a total no larger than what executed leaves nothing to replace with")
    func nothingLeft() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "B", 500), on: hot)
        try desk.send(Desk.enter(1, "S", 100), on: maker)
        _ = try desk.heard(on: hot)
        #expect(try desk.send(Desk.replace(1, by: 2, 100), on: hot) == [.canceled(1, by: 400, "U")])
    }

    @Test("outcome 3: not now: J with the new number, which is gone; the original untouched")
    func refused() throws {
        let hot = try desk.client()
        try desk.send(Desk.enter(1), on: hot)
        desk.venue.floor.market.setTradingState(UInt8(ascii: "H"), of: 0)
        #expect(
            try desk.send(Desk.replace(1, by: 2, 100, at: 999_900), on: hot) == [.rejected(2, 7)]
        )
        #expect(try desk.send(Desk.enter(2), on: hot) == [])
        #expect(try desk.send(Desk.cancel(1), on: hot) == [.canceled(1, by: 100, "U")])
    }

    @Test("outcome 4 dead: a MinQty that cannot be had")
    func dead() throws {
        let hot = try desk.client()
        try desk.send(Desk.enter(1), on: hot)
        let replace = Desk.replace(1, by: 2, 100, tif: "3") { $0.minQty = OrderQty(units: 50) }
        #expect(
            try desk.send(replace, on: hot) == [
                .replaced(1, by: 2, qty: 100, px: 1_000_000, state: "D")
            ]
        )
        #expect(desk.displayed(isBuy: true).isEmpty)
    }

    @Test("loses priority even when nothing changes")
    func priority() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1), on: hot)
        try desk.send(Desk.enter(1), on: maker)
        try desk.send(Desk.replace(1, by: 2, 100), on: hot)
        _ = try desk.heard(on: maker)
        try desk.send(Desk.enter(3, "S", 100), on: hot)
        #expect(try desk.heard(on: maker) == [.executed(1, qty: 100, px: 1_000_000, flag: "A")])
    }

    @Test("that crosses trades: Replaced, then Executed under the new number")
    func crossing() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "S", 30), on: maker)
        try desk.send(Desk.enter(1, "B", 100, at: 999_900), on: hot)
        #expect(
            try desk.send(Desk.replace(1, by: 2, 100), on: hot) == [
                .replaced(1, by: 2, qty: 100, px: 1_000_000, state: "L"),
                .executed(2, qty: 30, px: 1_000_000, flag: "R"),
            ]
        )
        desk.venue.floor.checkInvariants()
    }

    @Test("a cancel on the old number after it is ignored; on the new one it works")
    func crossingCancel() throws {
        let hot = try desk.client()
        try desk.send(Desk.enter(1), on: hot)
        try desk.send(Desk.replace(1, by: 2, 100), on: hot)
        #expect(try desk.send(Desk.cancel(1), on: hot) == [])
        #expect(try desk.send(Desk.cancel(2), on: hot) == [.canceled(2, by: 100, "U")])
    }

    @Test("is one U on the feed when displayed for displayed, without a trade")
    func feed() throws {
        let hot = try desk.client()
        try desk.send(Desk.enter(1), on: hot)
        try desk.send(Desk.replace(1, by: 2, 100, at: 999_900), on: hot)
        try desk.send(Desk.replace(2, by: 3, 100, at: 999_900, display: "N"), on: hot)
        let types = desk.venue.mold.messages.map { Character(UnicodeScalar($0[0])) }
        #expect(types.suffix(3) == ["A", "U", "D"])
    }
}
