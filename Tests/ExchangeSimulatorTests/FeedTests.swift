import ExchangeSimulator
import Testing
import Vocabulary
import Wire

@Suite("The feed")
struct FeedTests {
    @Test("tells the displayed book exactly, whatever clients do", arguments: UInt64(1)...24)
    func shadow(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let desk = Desk()
        let clients = [try desk.client(), try desk.client("maker")]
        var next: [UInt32] = [1, 1]
        for _ in 0..<400 {
            let who = Int(random.next() % 2)
            let ref = next[who]
            let px = Int64.random(in: 9_990...10_010, using: &random) * 100
            let qty = Int64.random(in: 1...500, using: &random)
            let other = UInt32.random(in: 1...max(1, ref), using: &random)
            switch random.next() % 10 {
            case 0..<6:
                let side: Character = Bool.random(using: &random) ? "B" : "S"
                let display: Character = random.next() % 5 == 0 ? "N" : "Y"
                let tif: Character = random.next() % 5 == 0 ? "3" : "0"
                let enter = Desk.enter(ref, side, qty, at: px, tif: tif, display: display)
                try desk.send(enter, on: clients[who])
                next[who] += 1
            case 6, 7:
                try desk.send(Desk.replace(other, by: ref, qty, at: px), on: clients[who])
                next[who] = (desk.venue.floor.ports[who].lastUserRefNum[0] ?? 0) + 1
            default:
                try desk.send(Desk.cancel(other, to: qty / 2), on: clients[who])
            }
            desk.venue.floor.checkInvariants()
        }
        var shadow = ShadowBook()
        for message in desk.venue.mold.messages { shadow.apply(message) }
        #expect(shadow.errors.isEmpty, "seed \(seed)")
        for isBuy in [true, false] {
            let ours = desk.displayed(isBuy: isBuy).map { [$0.price.units, $0.qty.units] }
            #expect(shadow.levels(isBuy: isBuy) == ours, "seed \(seed)")
        }
        let book = desk.venue.floor.market.book(0)
        if let bid = book.bestPrice(isBuy: true), let ask = book.bestPrice(isBuy: false) {
            #expect(bid < ask, "seed \(seed): never crossed")
        }
    }

    @Test(
        "conserves every order's quantity: total = filled + canceled + open",
        arguments: UInt64(1)...16
    )
    func conservation(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let desk = Desk()
        let hot = try desk.client()
        var entered: [UInt32: Int64] = [:]
        var gone: [UInt32: Int64] = [:]
        for ref in UInt32(1)...300 {
            let side: Character = Bool.random(using: &random) ? "B" : "S"
            let px = Int64.random(in: 9_995...10_005, using: &random) * 100
            let qty = Int64.random(in: 1...500, using: &random)
            entered[ref] = qty
            var heard = try desk.send(Desk.enter(ref, side, qty, at: px), on: hot)
            let other = UInt32.random(in: 1...ref, using: &random)
            heard += try desk.send(Desk.cancel(other, to: qty / 3), on: hot)
            for event in heard {
                switch event {
                case .executed(let ref, let qty, _, _): gone[ref, default: 0] += qty
                case .canceled(let ref, let qty, _): gone[ref, default: 0] += qty
                default: break
                }
            }
        }
        for (ref, total) in entered {
            let open =
                desk.venue.floor.ports[0].live[OrderKey(userRefNum: ref)]?.leavesQty.units ?? 0
            #expect(total == open + gone[ref, default: 0], "seed \(seed), order \(ref)")
        }
    }

    @Test("opens with the day's events, the directory and trading states")
    func opening() {
        let desk = Desk(symbols: ["AAPL", "MSFT"])
        let types = desk.venue.mold.messages.map { Character(UnicodeScalar($0[0])) }
        #expect(types == ["S", "S", "S", "R", "H", "R", "H"])
        #expect(desk.packets.count == 1)
        // Session, sequence 1, 7 messages.
        #expect(
            Array(desk.packets[0][0..<20]) == Array("FEED      ".utf8) + [
                0, 0, 0, 0, 0, 0, 0, 1, 0, 7,
            ]
        )
    }

    @Test("beats when nothing was said for a second, with the next number")
    func heartbeat() {
        let desk = Desk()
        let before = desk.packets.count
        desk.wait(Desk.second)
        #expect(desk.packets.count == before + 1)
        #expect(desk.packets.last?.suffix(10) == [0, 0, 0, 0, 0, 0, 0, 6, 0, 0])
    }

    @Test("ends with an end-of-session packet")
    func end() {
        let desk = Desk()
        desk.venue.end(now: desk.now)
        desk.wait(0)
        #expect(desk.packets.last?.suffix(2) == [0xFF, 0xFF])
    }

    @Test("keeps its packets within 1472 bytes and its numbers without a hole")
    func packets() throws {
        let flow = GeneratedFlow(
            seed: 3,
            ratePerSecond: 5_000,
            [
                .init(symbol: try #require(Symbol("AAPL")), mid: Price(units: 1_000_000))
            ]
        )
        let desk = Desk(flow: flow)
        for _ in 0..<20 { desk.wait(50_000_000) }
        var expected: UInt64 = 1
        for packet in desk.packets {
            #expect(packet.count <= 1472)
            let header = try Mold.HeaderView(packet.span.bytes)
            #expect(header.sequenceNumber == expected)
            expected += UInt64(header.blockCount)
        }
        #expect(expected == desk.venue.mold.nextSequence)
        #expect(expected > 2_000)
    }

    @Test("is sent again on request, one packet's worth, and silence for what is not there")
    func requests() throws {
        let flow = GeneratedFlow(
            seed: 3,
            ratePerSecond: 1_000,
            [
                .init(symbol: try #require(Symbol("AAPL")), mid: Price(units: 1_000_000))
            ]
        )
        let desk = Desk(flow: flow)
        desk.wait(Desk.second)
        let mold = desk.venue.mold
        let ask = { (sequence: UInt64, count: UInt16, session: String) -> [UInt8]? in
            let request = Mold.Header(
                session: Alpha10(session) ?? .blank,
                sequenceNumber: sequence,
                messageCount: count
            )
            return mold.answer(request.bytes.span.bytes)
        }
        var expected: UInt64 = 1
        while expected < mold.nextSequence {
            let reply = try #require(ask(expected, 0xFFFE, "FEED"))
            #expect(reply.count <= 1472)
            let header = try Mold.HeaderView(reply.span.bytes)
            #expect(header.sequenceNumber == expected)
            #expect(header.blockCount > 0)
            expected += UInt64(header.blockCount)
        }
        #expect(ask(5, 1, "FEED").map { Array($0[10..<20]) } == [0, 0, 0, 0, 0, 0, 0, 5, 0, 1])
        #expect(ask(0, 1, "FEED") == nil)
        #expect(ask(mold.nextSequence, 1, "FEED") == nil)
        #expect(ask(1, 0, "FEED") == nil)
        #expect(ask(1, 1, "OTHER") == nil)
        #expect(mold.answer([1, 2, 3].span.bytes) == nil)
    }

    @Test("keeps what fits and is silent about what is older")
    func retention() throws {
        let session = try #require(Alpha10("FEED"))
        let mold = MoldPublisher(session: session, now: 0, retainedBytesMax: 100)
        for number in UInt8(1)...25 {
            [number, 0, 0, 0, 0, 0, 0, 0, 0, 0].withUnsafeBytes { mold.publish($0) }
        }
        let ask = { (sequence: UInt64) in
            let header = Mold.Header(session: session, sequenceNumber: sequence, messageCount: 1)
            return mold.answer(header.bytes.span.bytes)
        }
        #expect(mold.nextSequence == 26)
        #expect(ask(10) == nil)
        #expect(ask(16)?[22] == 16)
        #expect(ask(25)?[22] == 25)
        #expect(ask(26) == nil)
    }
}
