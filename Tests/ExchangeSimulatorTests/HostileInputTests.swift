import ExchangeSimulator
import Testing
import Vocabulary
import Wire

/// Nothing a client, a peer or a file can say stops a venue or breaks its books.
@Suite("Whatever bytes come")
struct HostileInputTests {
    @Test("on a connection, the venue goes on", arguments: UInt64(1)...32)
    func streams(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let desk = Desk()
        for _ in 0..<60 {
            let id = random.next() % 2 == 0 ? desk.connect() : try desk.client()
            for _ in 0..<5 {
                var bytes: [UInt8] = []
                for _ in 0..<Int.random(in: 1...80, using: &random) {
                    bytes.append(
                        random.next() % 3 == 0 ? 0 : UInt8.random(in: 0...255, using: &random)
                    )
                }
                desk.venue.received(bytes, on: id, now: desk.now)
            }
            if random.next() % 2 == 0 { desk.close(id) }
        }
        desk.venue.floor.checkInvariants()
        #expect(try desk.logIn("maker").heard.first == .loggedIn(session: "MAKER", next: 1))
    }

    @Test("in OUCH messages of the right lengths, books and ports agree", arguments: UInt64(1)...32)
    func messages(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let desk = Desk()
        let hot = try desk.client()
        let templates: [[UInt8]] = [
            Desk.enter(1) { $0.minQty = OrderQty(units: 5) }.bytes,
            Desk.enter(1) { $0.expireTimeSeconds = 40_000 }.bytes,
            Desk.enter(1).bytes, Desk.enter(2, "S").bytes,
            Desk.replace(1, by: 2, 100).bytes, Desk.cancel(1).bytes, Desk.massCancel(1).bytes,
            OUCH.ModifyOrder(userRefNum: 1, side: 0x53, quantity: OrderQty(units: 1)).bytes,
        ]
        for _ in 0..<1_500 {
            var message = templates[Int(random.next() % UInt64(templates.count))]
            // References stay small, so that messages meet each other's orders.
            for offset in [1, 5] where message.count > offset + 4 {
                if message[0] != 0x4F || offset == 1 {
                    message.replaceSubrange(
                        offset..<(offset + 4),
                        with: [0, 0, 0, UInt8.random(in: 0...255, using: &random)]
                    )
                }
            }
            for _ in 0..<Int(random.next() % 3) {
                let index = Int.random(in: 1..<message.count, using: &random)
                message[index] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try desk.exchange(Desk.packet("U", message), on: hot)
            desk.now += 1_000_000
        }
        desk.venue.floor.checkInvariants()
        var shadow = ShadowBook()
        for message in desk.venue.mold.messages { shadow.apply(message) }
        #expect(shadow.errors.isEmpty, "seed \(seed)")
    }

    @Test("in a recording, it plays to the end", arguments: UInt64(1)...32)
    func recordings(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bytes: [UInt8] = []
        let types = Array("AFECXDUPRHSQB".utf8)
        for _ in 0..<2_000 {
            let type = types[Int(random.next() % UInt64(types.count))]
            let length = (ITCH.length(of: type) ?? 12) - (random.next() % 50 == 0 ? 1 : 0)
            var body = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            body[0] = type
            body.replaceSubrange(1..<3, with: [0, UInt8(random.next() % 3)])
            body.replaceSubrange(5..<9, with: [0, 0, 0, 0])
            if length >= 19 {
                let ref = UInt8.random(in: 0...60, using: &random)
                body.replaceSubrange(11..<19, with: [0, 0, 0, 0, 0, 0, 0, ref])
            }
            if type == UInt8(ascii: "A") || type == UInt8(ascii: "F"), length >= 36 {
                body.replaceSubrange(
                    20..<24,
                    with: [0, 0, 0, UInt8.random(in: 0...255, using: &random)]
                )
                body.replaceSubrange(24..<32, with: Array("AAPL    ".utf8))
                body.replaceSubrange(
                    32..<36,
                    with: [0, 0, 0x27, UInt8.random(in: 0...9, using: &random)]
                )
            }
            bytes += [0, UInt8(length)] + body
        }
        bytes += [0, 40, 1, 2, 3]
        try bytes.withUnsafeBytes { raw in
            let desk = Desk(flow: RecordedFlow(raw, speed: 1e-300, gapMaxNs: 1_000))
            let hot = try desk.client()
            for ref in UInt32(1)...50 {
                let px = Int64.random(in: 9_984...9_993, using: &random)
                try desk.send(Desk.enter(ref, ref % 2 == 0 ? "B" : "S", 50, at: px), on: hot)
                desk.wait(50_000)
                desk.venue.floor.checkInvariants()
            }
            #expect(desk.venue.drift?.truncatedBytes == 5)
        }
    }
}
