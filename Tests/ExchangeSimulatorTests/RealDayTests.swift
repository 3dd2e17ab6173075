import ExchangeSimulator
import Glibc
import Testing
import Vocabulary
import Wire

private let dataFolder = getenv("APUS_DATA").map { String(cString: $0) }

/// Needs `APUS_DATA`: AAPL before the open of 2020-01-30, 10 000 messages.
@Suite("A real day", .enabled(if: dataFolder != nil))
struct RealDayTests {
    private func bytes() throws -> [UInt8] {
        let folder = try #require(dataFolder)
        let path = "\(folder)/itch50/aapl_20200130_locate13_first10k.itch50"
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes += chunk[0..<count]
        }
        return bytes
    }

    @Test("ends as recorded when nobody trades, and nothing is altered")
    func plain() throws {
        let bytes = try bytes()
        var plain = ShadowBook()
        for message in BinaryFileMessages(bytes) { plain.apply(message) }
        bytes.withUnsafeBytes { raw in
            let desk = Desk(flow: RecordedFlow(raw, speed: 1_000, gapMaxNs: 1_000_000))
            for _ in 0..<400 { desk.wait(30_000_000) }
            var shadow = ShadowBook()
            for message in desk.venue.mold.messages { shadow.apply(message) }
            for isBuy in [true, false] {
                let ours = desk.displayed(isBuy: isBuy).map { [$0.price.units, $0.qty.units] }
                #expect(ours == plain.levels(isBuy: isBuy, locate: 13))
                #expect(ours == shadow.levels(isBuy: isBuy))
            }
            #expect(desk.venue.floor.market.book(0).orderCount == 215)
            #expect(desk.venue.drift?.altered == 0)
            #expect(desk.venue.drift?.events == 9_945)
        }
    }

    @Test("fills our orders and stays whole", arguments: UInt64(1)...4)
    func traded(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        try bytes().withUnsafeBytes { raw in
            let desk = Desk(flow: RecordedFlow(raw, speed: 300, gapMaxNs: 20_000_000))
            let hot = try desk.client()
            var executions = 0
            for ref in UInt32(1)...600 {
                desk.wait(100_000_000)
                let isBuy = Bool.random(using: &random)
                let book = desk.venue.floor.market.book(0)
                guard let touch = book.bestPrice(isBuy: isBuy) else { continue }
                let enter = Desk.enter(ref, isBuy ? "B" : "S", 100, at: touch.units)
                let heard = try desk.send(enter, on: hot)
                executions += heard.count { if case .executed = $0 { true } else { false } }
                desk.venue.floor.checkInvariants()
            }
            var shadow = ShadowBook()
            for message in desk.venue.mold.messages { shadow.apply(message) }
            #expect(shadow.errors.isEmpty)
            #expect(executions > 0, "seed \(seed)")
            print("seed \(seed): \(executions) executions; \(desk.venue.drift?.description ?? "")")
        }
    }
}
