import ExchangeSimulator
import Testing
import Vocabulary
import Wire

@Suite("A reserve order")
struct ReserveTests {
    private let desk = Desk()

    private func reserve(
        _ ref: UInt32,
        _ qty: Int64,
        shows floor: Int64
    ) -> OUCH.EnterOrder {
        Desk.enter(ref, "S", qty) { $0.maxFloor = OrderQty(units: floor) }
    }

    private func shown(_ qty: Int64) -> [DisplayedLevel] {
        [DisplayedLevel(price: Price(units: 1_000_000), qty: OrderQty(units: qty))]
    }

    @Test("is accepted whole and shows its MaxFloor, or all of it when that is less")
    func shows() throws {
        let maker = try desk.client("maker")
        #expect(
            try desk.send(reserve(1, 300, shows: 100), on: maker)
                == [.accepted(1, qty: 300, px: 1_000_000, state: "L")]
        )
        #expect(desk.displayed(isBuy: false) == shown(100))
        try desk.send(reserve(2, 50, shows: 100), on: maker)
        #expect(desk.displayed(isBuy: false) == shown(150))
        desk.venue.floor.checkInvariants()
    }

    @Test("comes forward at the back of its price, is told R and shown as another order")
    func refresh() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(reserve(1, 250, shows: 100), on: maker)
        try desk.send(Desk.enter(2, "S", 60), on: maker)
        _ = try desk.heard(on: maker)
        // 100 of the reserve, then who waited behind it, then what came forward behind them.
        try desk.send(Desk.enter(1, "B", 180), on: hot)
        #expect(
            try desk.heard(on: maker) == [
                .executed(1, qty: 100, px: 1_000_000, flag: "A"),
                .restated(1, "R", shown: 100),
                .executed(2, qty: 60, px: 1_000_000, flag: "A"),
                .executed(1, qty: 20, px: 1_000_000, flag: "A"),
            ]
        )
        #expect(desk.displayed(isBuy: false) == shown(80))
        let types = desk.venue.mold.messages.map { Character(UnicodeScalar($0[0])) }
        #expect(types.suffix(6) == ["A", "A", "E", "A", "E", "E"])
        desk.venue.floor.checkInvariants()
    }

    @Test("is met before a worse price and before what is hidden at its own")
    func beforeWorse() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(reserve(1, 250, shows: 100), on: maker)
        try desk.send(Desk.enter(2, "S", 40, display: "N"), on: maker)
        try desk.send(Desk.enter(3, "S", 40, at: 1_000_100), on: maker)
        _ = try desk.heard(on: maker)
        let heard = try desk.send(Desk.enter(1, "B", 300, at: 1_000_100), on: hot)
        #expect(
            heard.dropFirst() == [
                .executed(1, qty: 100, px: 1_000_000, flag: "R"),
                .executed(1, qty: 100, px: 1_000_000, flag: "R"),
                .executed(1, qty: 50, px: 1_000_000, flag: "R"),
                .executed(1, qty: 40, px: 1_000_000, flag: "R"),
                .executed(1, qty: 10, px: 1_000_100, flag: "R"),
            ]
        )
        desk.venue.floor.checkInvariants()
    }

    @Test("counts whole for a MinQty")
    func minQty() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(reserve(1, 250, shows: 100), on: maker)
        let all = Desk.enter(1, "B", 250, tif: "3") { $0.minQty = OrderQty(units: 250) }
        let heard = try desk.send(all, on: hot)
        #expect(heard.first == .accepted(1, qty: 250, px: 1_000_000, state: "L"))
        #expect(heard.count == 4)
    }

    @Test("gets smaller from behind, ends whole, and is replaced whole")
    func smaller() throws {
        let maker = try desk.client("maker")
        try desk.send(reserve(1, 250, shows: 100), on: maker)
        #expect(
            try desk.send(Desk.cancel(1, to: 120), on: maker) == [.canceled(1, by: 130, "U")]
        )
        #expect(desk.displayed(isBuy: false) == shown(100))
        try desk.send(Desk.replace(1, by: 2, 400), on: maker)
        #expect(desk.displayed(isBuy: false) == shown(100))
        desk.venue.floor.checkInvariants()
        #expect(
            try desk.send(Desk.cancel(2), on: maker) == [.canceled(2, by: 400, "U")]
        )
        #expect(desk.displayed(isBuy: false) == [])
        desk.venue.floor.checkInvariants()
    }

    @Test("that is hidden, done at once or drawn at random is rejected, 0x04")
    func refused() throws {
        let maker = try desk.client("maker")
        let floor = OrderQty(units: 10)
        #expect(
            try desk.send(Desk.enter(1, display: "N") { $0.maxFloor = floor }, on: maker)
                == [.rejected(1, 0x04)]
        )
        #expect(
            try desk.send(Desk.enter(2, tif: "3") { $0.maxFloor = floor }, on: maker)
                == [.rejected(2, 0x04)]
        )
        let random = Desk.enter(3) {
            $0.maxFloor = floor
            $0.randomReserves = OrderQty(units: 5)
        }
        #expect(try desk.send(random, on: maker) == [.rejected(3, 0x04)])
    }
}
