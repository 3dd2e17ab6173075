import HotPath
import Testing
import Vocabulary
import Wire

/// Nothing a line brings stops the process (semantics §2.14).
@Suite("Bytes that mean nothing")
struct FeedFuzzTests {
    private func noise(_ random: inout SplitMix64, upTo bound: Int) -> [UInt8] {
        (0..<Int(random.next() % UInt64(bound))).map { _ in
            UInt8(truncatingIfNeeded: random.next())
        }
    }

    @Test("never stop a book, which stays in order", arguments: UInt64(1)...8)
    func books(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var books = makeBooks(["AAA"], orders: 64, levels: 8)
        let letters = Array("AFECXDUPQBHYhSRLVWKJINOz".utf8)
        books.apply(ItchBytes.directory("AAA", locate: 1))
        for _ in 0..<50_000 {
            var bytes = noise(&random, upTo: 60)
            if bytes.count > 2 {
                bytes[0] = letters[Int(random.next() % UInt64(letters.count))]
                // Mostly our own locate, few references and prices, so that much of it lands.
                if random.next() % 8 > 0 { bytes.replaceSubrange(1...2, with: [0, 1]) }
                for index in bytes.indices where (11..<18).contains(index) { bytes[index] = 0 }
                if bytes.count > 19, random.next() % 4 > 0 {
                    bytes[19] = random.next() % 2 == 0 ? 0x42 : 0x53
                }
            }
            books.apply(bytes)
        }
        books.checkInvariants()
        #expect(books.counters(venue: 0).messages == 50_001, "seed \(seed)")
    }

    @Test("never stop a feed, which still delivers what is whole", arguments: UInt64(1)...8)
    func feed(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bench = FeedBench()
        var next: UInt64 = 1
        for _ in 0..<5_000 {
            let count = 1 + Int(random.next() % 5)
            let packet = FeedBench.packet("S1", next, count)
            next += UInt64(count)
            // Of the right session but cut, or with noise for a body, or noise altogether.
            bench.receive(.a, Array(packet.prefix(Int(random.next() % UInt64(packet.count)))))
            bench.receive(.b, noise(&random, upTo: 60))
            bench.receive(.request, Array(packet.prefix(20)) + [0xFF] + noise(&random, upTo: 9))
            bench.receive(.a, packet)
            bench.timer(afterNs: 10_000)
        }
        #expect(bench.delivered.count == Int(next) - 1, "seed \(seed)")
        #expect(bench.wrongBytes == nil, "seed \(seed)")
        #expect(!bench.isGapped, "seed \(seed)")
    }
}
