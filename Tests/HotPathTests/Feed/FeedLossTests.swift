import HotPath
import Testing
import Vocabulary
import Wire

/// Lines that lose, repeat and reorder, over seeds: the messages come out once, in order, as sent.
@Suite("A feed over bad lines")
struct FeedLossTests {
    struct Line {
        var lossPercent: UInt64
        var repeatPercent: UInt64 = 0
        /// Packets change places with neighbours up to this far away.
        var reorderBy = 0
    }

    static let total: UInt64 = 20_000

    /// Packets of 1 to 40 messages, cut alike for both lines, as venues do it.
    private func packets(_ random: inout SplitMix64) -> [(first: UInt64, count: Int)] {
        var packets: [(first: UInt64, count: Int)] = []
        var next: UInt64 = 1
        while next <= Self.total {
            let count = min(1 + random.next() % 40, Self.total + 1 - next)
            packets.append((next, Int(count)))
            next += count
        }
        return packets
    }

    private func arrivals(
        _ line: Line,
        of packets: [(first: UInt64, count: Int)],
        dropped: (Int) -> Bool,
        _ random: inout SplitMix64
    ) -> [[Int]] {
        var places = Array(repeating: [Int](), count: packets.count + line.reorderBy + 1)
        for index in packets.indices {
            guard !dropped(index), random.next() % 100 >= line.lossPercent else { continue }
            let shift = line.reorderBy > 0 ? Int(random.next() % UInt64(line.reorderBy + 1)) : 0
            places[index + shift].append(index)
            if random.next() % 100 < line.repeatPercent { places[index + shift].append(index) }
        }
        return places
    }

    /// Runs both lines; the server answers at most 30 messages a request, and loses one in ten.
    private func run(
        seed: UInt64,
        _ lineA: Line,
        _ lineB: Line,
        server: Bool = true,
        disjoint: Bool = false,
        config: FeedConfig = FeedConfig()
    ) -> FeedBench {
        var random = SplitMix64(seed: seed)
        let bench = FeedBench(config)
        let sent = packets(&random)
        let coin = sent.map { _ in random.next() % 2 == 0 }
        let arrivingA = arrivals(lineA, of: sent, dropped: { disjoint && coin[$0] }, &random)
        let arrivingB = arrivals(lineB, of: sent, dropped: { disjoint && !coin[$0] }, &random)
        // Heartbeats at the end keep coming until nothing is missing, or nothing is asked any more.
        let ticks = max(arrivingA.count, arrivingB.count) + 60_000
        for tick in 0..<ticks {
            if tick < arrivingA.count {
                for index in arrivingA[tick] {
                    bench.receive(.a, sent[index].first, sent[index].count)
                }
            }
            if tick < arrivingB.count {
                for index in arrivingB[tick] {
                    bench.receive(.b, sent[index].first, sent[index].count)
                }
            }
            if tick >= ticks - 60_000 {
                if bench.nextSeq > Self.total { break }
                bench.receive(.a, FeedBench.heartbeat("S1", next: Self.total + 1))
            }
            // 100 µs a packet while they flow, then longer, so that retries get their second.
            let step: Int64 = tick < ticks - 60_000 ? 100_000 : 10_000_000
            guard let request = bench.timer(afterNs: step), server, random.next() % 10 > 0 else {
                continue
            }
            bench.receive(
                .request,
                request.sequenceNumber,
                min(30, Int(request.messageCount))
            )
        }
        return bench
    }

    /// Where two sequences part; printing 20 000 numbers helps nobody.
    private func firstDifference(_ left: [UInt64], _ right: [UInt64]) -> Int? {
        if let index = zip(left, right).enumerated().first(where: { $1.0 != $1.1 })?.offset {
            return index
        }
        return left.count == right.count ? nil : min(left.count, right.count)
    }

    private func expectAll(_ bench: FeedBench, seed: UInt64) {
        let expected = Array(1...Self.total)
        #expect(firstDifference(bench.delivered, expected) == nil, "seed \(seed)")
        #expect(bench.wrongBytes == nil, "seed \(seed)")
        #expect(!bench.isGapped, "seed \(seed)")
        #expect(bench.counters.messagesLost == 0, "seed \(seed)")
    }

    @Test("1 % lost on one line is filled by the other", arguments: UInt64(1)...10)
    func onePercent(seed: UInt64) {
        let bench = run(seed: seed, Line(lossPercent: 1), Line(lossPercent: 0))
        expectAll(bench, seed: seed)
        #expect(bench.requests.isEmpty, "seed \(seed)")
    }

    @Test("10 % lost on the only line is asked for again", arguments: UInt64(1)...10)
    func tenPercent(seed: UInt64) {
        let bench = run(seed: seed, Line(lossPercent: 10), Line(lossPercent: 100))
        expectAll(bench, seed: seed)
        #expect(!bench.requests.isEmpty, "seed \(seed)")
    }

    @Test("half lost on each line, never the same half, needs no server", arguments: UInt64(1)...10)
    func disjointHalves(seed: UInt64) {
        let bench = run(
            seed: seed,
            Line(lossPercent: 0),
            Line(lossPercent: 0),
            server: false,
            disjoint: true
        )
        expectAll(bench, seed: seed)
        #expect(bench.requests.isEmpty, "seed \(seed)")
    }

    @Test("lost, repeated and out of order on both lines", arguments: UInt64(1)...20)
    func everything(seed: UInt64) {
        let bench = run(
            seed: seed,
            Line(lossPercent: 10, repeatPercent: 10, reorderBy: 8),
            Line(lossPercent: 30, repeatPercent: 10, reorderBy: 30)
        )
        expectAll(bench, seed: seed)
    }

    @Test("a hold of three packets is slower and loses nothing", arguments: UInt64(1)...5)
    func smallHold(seed: UInt64) {
        var config = FeedConfig()
        config.holdPackets = 3
        let bench = run(
            seed: seed,
            Line(lossPercent: 5, reorderBy: 4),
            Line(lossPercent: 100),
            config: config
        )
        expectAll(bench, seed: seed)
    }

    @Test(
        "with the server down what is lost is told exactly, the rest comes",
        arguments: UInt64(1)...10
    )
    func serverDown(seed: UInt64) {
        var config = FeedConfig()
        config.requestsMax = 2
        config.retryNs = 1_000_000
        let bench = run(
            seed: seed,
            Line(lossPercent: 5),
            Line(lossPercent: 100),
            server: false,
            config: config
        )
        var lost: Set<UInt64> = []
        for event in bench.events where event.kind == .gapLost {
            lost.formUnion(event.seq..<event.seq + event.missing)
        }
        let expected = (1...Self.total).filter { !lost.contains($0) }
        #expect(!lost.isEmpty, "seed \(seed)")
        #expect(firstDifference(bench.delivered, expected) == nil, "seed \(seed)")
        #expect(bench.wrongBytes == nil, "seed \(seed)")
        #expect(bench.isGapped, "seed \(seed)")
        #expect(bench.counters.messagesLost == UInt64(lost.count), "seed \(seed)")
    }
}
