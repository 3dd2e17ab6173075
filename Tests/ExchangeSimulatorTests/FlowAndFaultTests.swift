import ExchangeSimulator
import Testing
import Vocabulary
import Wire

@Suite("Generated flow")
struct GeneratedFlowTests {
    private func desk(seed: UInt64, midSeed: UInt64 = 1) throws -> Desk {
        let symbols = try ["AAPL", "MSFT"].map { try #require(Symbol($0)) }
        let flow = GeneratedFlow(
            seed: seed,
            midSeed: midSeed,
            ratePerSecond: 300,
            symbols.map { .init(symbol: $0, mid: Price(units: 1_000_000)) }
        )
        return Desk(symbols: ["AAPL", "MSFT"], flow: flow)
    }

    /// FNV-1a over everything the venue put out.
    private func fingerprint(seed: UInt64) throws -> UInt64 {
        let desk = try desk(seed: seed)
        let hot = try desk.client()
        var heard: [Heard] = []
        for ref in UInt32(1)...40 {
            let side: Character = ref % 2 == 0 ? "B" : "S"
            heard += try desk.send(Desk.enter(ref, side, 300, at: 1_000_000), on: hot)
            desk.wait(250_000_000)
            _ = try desk.exchange(Desk.packet("R"), on: hot)
        }
        let store = desk.venue.floor.ports[0].store
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        let said = (1...store.count).flatMap { Array(store.message($0)) }
        for byte in desk.packets.joined() + said + Array(desk.log.utf8) {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return hash
    }

    @Test("the same seed gives the same bytes, another seed others", arguments: UInt64(1)...3)
    func determinism(seed: UInt64) throws {
        let once = try fingerprint(seed: seed)
        #expect(once == (try fingerprint(seed: seed)))
        #expect(once != (try fingerprint(seed: seed + 100)))
    }

    @Test(
        "a passive order at the touch fills within seconds, an aggressive one at once",
        arguments: UInt64(1)...8
    )
    func fills(seed: UInt64) throws {
        let desk = try desk(seed: seed)
        let hot = try desk.client()
        desk.wait(Desk.second)
        for (ref, side) in [(UInt32(1), Character("B")), (2, "S")] {
            let book = desk.venue.floor.market.book(0)
            let contra = try #require(book.bestPrice(isBuy: side == "S"))
            let heard = try desk.send(Desk.enter(ref, side, 100, at: contra.units), on: hot)
            #expect(heard.contains { if case .executed(ref, _, _, _) = $0 { true } else { false } })
        }
        for (ref, side) in [(UInt32(3), Character("B")), (4, "S")] {
            let book = desk.venue.floor.market.book(0)
            let touch = try #require(book.bestPrice(isBuy: side == "B"))
            try desk.send(Desk.enter(ref, side, 100, at: touch.units), on: hot)
        }
        for _ in 0..<10 {
            desk.wait(Desk.second)
            _ = try desk.exchange(Desk.packet("R"), on: hot)
        }
        let live = desk.venue.floor.ports[0].live
        #expect(
            live.count <= 1,
            "seed \(seed): \(live.count) of 2 passive orders still open after 10 s"
        )
        desk.venue.floor.checkInvariants()
    }

    @Test("venues that share the mid's seed do not cross each other", arguments: UInt64(1)...6)
    func uncrossed(seed: UInt64) throws {
        let desks = try [1, 2, 3].map { try desk(seed: seed * 10 + $0) }
        for _ in 0..<200 {
            for desk in desks { desk.wait(37_000_000) }
            let bids = desks.compactMap { $0.venue.floor.market.book(0).bestPrice(isBuy: true) }
            let asks = desks.compactMap { $0.venue.floor.market.book(0).bestPrice(isBuy: false) }
            #expect(bids.count == 3 && asks.count == 3, "seed \(seed)")
            if let bid = bids.max(), let ask = asks.min() { #expect(bid < ask, "seed \(seed)") }
        }
    }

    @Test(
        "the mid stays within 9 ticks and moves at most a tick in 100 ms",
        arguments: UInt64(1)...10
    )
    func mid(seed: UInt64) throws {
        let path = MidPath(
            symbol: try #require(Symbol("AAPL")),
            base: Price(units: 1_000_000),
            tick: Price(units: 100),
            seed: seed
        )
        var last = path.mid(at: Desk.midnightNs)
        var distinct: Set<Price> = []
        for step in Int64(1)...3_000 {
            let mid = path.mid(at: Desk.midnightNs + step * 100_000_000)
            #expect(abs(mid.units - 1_000_000) <= 900)
            #expect(abs(mid.units - last.units) <= 100)
            distinct.insert(mid)
            last = mid
        }
        #expect(distinct.count > 5)
    }
}

@Suite("A fault")
struct FaultTests {
    @Test("drop-after closes the connection after so many messages, once")
    func dropAfter() throws {
        let desk = Desk(faults: ["drop-after=3"])
        let hot = try desk.client()
        try desk.send(Desk.enter(1, at: 990_000), on: hot)
        let heard = try desk.exchange(
            Desk.packet("U", Desk.enter(2, at: 990_000).bytes)
                + Desk.packet("U", Desk.enter(3, at: 990_000).bytes),
            on: hot
        )
        #expect(heard == [.accepted(2, qty: 100, px: 990_000, state: "L"), .closed])
        #expect(desk.venue.floor.ports[0].live.isEmpty)
        let (again, replayed) = try desk.logIn(next: 4)
        #expect(replayed.count == 5)
        #expect(try desk.send(Desk.enter(4), on: again).count == 1)
    }

    @Test("reject-all rejects New and Replace; cancels work")
    func rejectAll() throws {
        let desk = Desk()
        let hot = try desk.client()
        try desk.send(Desk.enter(1), on: hot)
        desk.venue.order(try #require(FaultOrder("reject-all=32")), now: desk.now)
        #expect(try desk.send(Desk.enter(2), on: hot) == [.rejected(2, 32)])
        #expect(try desk.send(Desk.replace(1, by: 3, 50), on: hot) == [.rejected(3, 32)])
        #expect(try desk.send(Desk.cancel(1), on: hot) == [.canceled(1, by: 100, "U")])
        desk.venue.order(try #require(FaultOrder("none")), now: desk.now)
        #expect(try desk.send(Desk.enter(4), on: hot).count == 1)
    }

    @Test("delay holds every answer back for its time; nextDue says when it comes")
    func delay() throws {
        let desk = Desk()
        let hot = try desk.client()
        desk.venue.order(try #require(FaultOrder("delay=50ms")), now: desk.now)
        #expect(try desk.send(Desk.enter(1), on: hot) == [])
        #expect(desk.venue.nextDue == desk.now + 50_000_000)
        desk.wait(49_999_999)
        #expect(try desk.heard(on: hot) == [])
        desk.wait(1)
        #expect(try desk.heard(on: hot).count == 1)
    }

    @Test("ignore-orders loses orders without a word, and without their number")
    func ignoreOrders() throws {
        let desk = Desk(faults: ["ignore-orders@1s"])
        let hot = try desk.client()
        #expect(try desk.send(Desk.enter(1), on: hot).count == 1)
        desk.wait(Desk.second)
        _ = try desk.heard(on: hot)
        #expect(try desk.send(Desk.enter(2), on: hot) == [])
        #expect(try desk.send(Desk.cancel(1), on: hot) == [])
        #expect(desk.venue.floor.ports[0].lastUserRefNum[0] == 1)
    }

    @Test("ignore-cancels loses X and mass cancel without a word; orders are taken and trade on")
    func ignoreCancels() throws {
        let desk = Desk(faults: ["ignore-cancels", "none@1s"])
        let hot = try desk.client()
        #expect(try desk.send(Desk.enter(1), on: hot).count == 1)
        #expect(try desk.send(Desk.cancel(1), on: hot) == [])
        #expect(try desk.send(Desk.enter(2), on: hot).count == 1)
        desk.wait(Desk.second)
        _ = try desk.heard(on: hot)
        #expect(try desk.send(Desk.cancel(1), on: hot).count == 1)
    }

    @Test("break-trade undoes the n-th execution for both sides and on the feed")
    func breakTrade() throws {
        let desk = Desk(faults: ["break-trade=2"])
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "S"), on: maker)
        try desk.send(Desk.enter(2, "S"), on: maker)
        try desk.send(Desk.enter(1, "B", 150), on: hot)
        try desk.send(Desk.enter(2, "B", 1), on: hot)
        let store = desk.venue.floor.ports[0].store
        let said = try (1...store.count).map { try Heard(ouch: Array(store.message($0))) }
        #expect(said.contains(.broken(1, match: 2, "E")))
        #expect(try desk.heard(on: maker).contains(.broken(2, match: 2, "E")))
        #expect(desk.venue.mold.messages.contains { $0[0] == UInt8(ascii: "B") })
        #expect(!desk.venue.floor.breakTrade(2, reason: .erroneous))
        #expect(desk.events().count { $0 == "broken" } == 2)
    }

    @Test("silent trades on and says nothing")
    func silent() throws {
        let desk = Desk()
        let hot = try desk.client()
        desk.venue.order(try #require(FaultOrder("silent")), now: desk.now)
        #expect(try desk.send(Desk.enter(1), on: hot) == [])
        desk.wait(3 * Desk.second)
        #expect(try desk.heard(on: hot) == [])
        #expect(desk.displayed(isBuy: true).count == 1)
        desk.venue.order(try #require(FaultOrder("none")), now: desk.now)
        desk.wait(0)
        let late = Heard.accepted(1, qty: 100, px: 1_000_000, state: "L")
        #expect(try desk.heard(on: hot).first == late)
    }

    @Test(
        "orders are read strictly",
        arguments: [
            "drop-after", "drop-after=0", "drop-after=x", "delay", "delay=5", "nonsense",
            "silent=1",
            "reject-all=70000", "silent@", "silent@5", "delay=9223372036854775807ns", "",
        ]
    )
    func refusedForms(form: String) { #expect(FaultOrder(form) == nil) }
}

@Suite("The venue log")
struct VenueLogTests {
    @Test("has every key on every line, and null where there is nothing to say")
    func form() throws {
        let desk = Desk()
        let hot = try desk.client()
        try desk.send(Desk.enter(1, "B", 100, at: 1_000_000), on: hot)
        let lines = desk.log.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
            lines[1] == """
                {"t":1795273200000000000,"venue":"NASDAQ","session":"NAS0000001","ev":"enter",\
                "ref":1,"orn":null,"symbol":"AAPL","side":"B","qty":100,"px":1000000,\
                "match":null,"reason":null}
                """
        )
        #expect(
            lines[2] == """
                {"t":1795273200000000000,"venue":"NASDAQ","session":"NAS0000001","ev":"accepted",\
                "ref":1,"orn":1,"symbol":"AAPL","side":"B","qty":100,"px":1000000,\
                "match":null,"reason":null}
                """
        )
    }

    @Test("tells an order's life by the names of the design")
    func life() throws {
        let desk = Desk()
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "B", 100), on: hot)
        try desk.send(Desk.replace(1, by: 2, 200), on: hot)
        try desk.send(Desk.enter(1, "S", 50), on: maker)
        try desk.send(Desk.cancel(2), on: hot)
        try desk.send(Desk.enter(3, "B", 0), on: hot)
        try desk.send(Desk.massCancel(4), on: hot)
        desk.close(hot)
        #expect(
            desk.events() == [
                "login", "login", "enter", "accepted", "replace", "replaced", "enter", "accepted",
                "executed", "executed", "cancel", "canceled", "enter", "rejected", "masscancel",
                "crash",
            ]
        )
    }

    @Test("quotes what a client may put into a symbol")
    func quoting() throws {
        let desk = Desk()
        let hot = try desk.client()
        try desk.send(Desk.enter(1, symbol: "A\"B\\C"), on: hot)
        #expect(desk.log.contains(#""symbol":"A\"B\\C""#))
    }
}
