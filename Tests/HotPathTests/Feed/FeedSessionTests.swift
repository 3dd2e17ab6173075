import HotPath
import Testing
import Vocabulary
import Wire

/// Spec: docs/protocols/moldudp64.md.
@Suite("A feed session")
struct FeedSessionTests {
    private let second: Int64 = 1_000_000_000

    @Test("messages come out once and in order, whichever line is first")
    func arbitration() {
        let bench = FeedBench()
        bench.receive(.a, 1, 3)
        bench.receive(.b, 1, 3)
        bench.receive(.b, 4, 2)
        bench.receive(.a, 4, 2)
        #expect(bench.delivered == [1, 2, 3, 4, 5])
        #expect(bench.kinds == [.sessionBegan])
        #expect(bench.counters.duplicates == 2)
        #expect(!bench.isGapped && !bench.isStale)
    }

    @Test("of a packet that is partly known, the rest is delivered")
    func overlap() {
        let bench = FeedBench()
        bench.receive(.a, 1, 3)
        bench.receive(.b, 2, 4)
        #expect(bench.delivered == [1, 2, 3, 4, 5])
        #expect(bench.wrongBytes == nil)
    }

    @Test("before the first packet the feed is stale and asks nothing")
    func beforeJoin() {
        let bench = FeedBench()
        #expect(bench.isStale)
        #expect(bench.timer(afterNs: 10 * second) == nil)
        #expect(bench.events.isEmpty)
    }

    @Test("a gap is told at once, filled by the other line, and nothing is asked for")
    func otherLine() {
        let bench = FeedBench()
        bench.receive(.a, 1, 2)
        bench.receive(.a, 5, 2)
        #expect(bench.isGapped)
        #expect(bench.events.last == FeedEvent(kind: .gapBegan, seq: 3, missing: 2, tNs: 1_000))
        #expect(bench.timer(afterNs: 999_999) == nil)
        bench.receive(.b, 3, 2)
        #expect(bench.delivered == [1, 2, 3, 4, 5, 6])
        #expect(bench.kinds == [.sessionBegan, .gapBegan, .gapRecovered])
        #expect(!bench.isGapped)
        #expect(bench.timer(afterNs: second) == nil)
        #expect(bench.wrongBytes == nil)
    }

    @Test("what the other line does not fill is asked for; a server that sends less is asked again")
    func requests() {
        let bench = FeedBench()
        bench.receive(.a, 1, 2)
        bench.receive(.a, 8, 1)
        let first = bench.timer(afterNs: 1_000_000)
        #expect(
            first
                == Mold.Request(
                    session: Mold.Session(low: 0x2020_2020_2020_3153, high: 0x2020),
                    sequenceNumber: 3,
                    messageCount: 5
                )
        )
        bench.receive(.request, 3, 2)
        let rest = bench.timer(afterNs: 0)
        #expect(rest?.sequenceNumber == 5)
        #expect(rest?.messageCount == 3)
        #expect(bench.isGapped)
        bench.receive(.request, 5, 3)
        #expect(bench.delivered == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(bench.kinds == [.sessionBegan, .gapBegan, .gapRecovered])
        #expect(bench.wrongBytes == nil)
    }

    @Test("a silent server is asked once a second, five times; then the messages are lost")
    func lost() {
        let bench = FeedBench()
        bench.receive(.a, 1, 2)
        bench.receive(.a, 5, 1)
        #expect(bench.timer(afterNs: 1_000_000) != nil)
        for _ in 2...5 {
            #expect(bench.timer(afterNs: second - 1) == nil)
            #expect(bench.timer(afterNs: 1) != nil)
        }
        #expect(bench.timer(afterNs: second) == nil)
        #expect(bench.delivered == [1, 2, 5])
        #expect(bench.events.first { $0.kind == .gapLost }?.seq == 3)
        #expect(bench.events.first { $0.kind == .gapLost }?.missing == 2)
        #expect(bench.counters.messagesLost == 2)

        // The books stay unbelieved, and the feed goes on.
        bench.receive(.a, 6, 1)
        #expect(bench.delivered.last == 6)
        #expect(bench.isGapped)
        // A new session of the venue begins clean.
        bench.timer(afterNs: 3 * second + 1)
        bench.receive(.a, FeedBench.packet("S2", 1, 1))
        #expect(!bench.isGapped)
    }

    @Test("a heartbeat tells that the last packets were lost")
    func heartbeat() {
        let bench = FeedBench()
        bench.receive(.a, 1, 2)
        bench.receive(.b, FeedBench.heartbeat("S1", next: 3))
        #expect(!bench.isGapped)
        bench.receive(.b, FeedBench.heartbeat("S1", next: 5))
        #expect(bench.isGapped)
        #expect(bench.timer(afterNs: 1_000_000)?.messageCount == 2)
        bench.receive(.request, 3, 2)
        #expect(bench.delivered == [1, 2, 3, 4])
        #expect(!bench.isGapped)
    }

    @Test("the end of the session is told when everything before it is there")
    func end() {
        let bench = FeedBench()
        bench.receive(.a, 1, 1)
        bench.receive(.a, FeedBench.endOfSession("S1", next: 3))
        #expect(bench.kinds == [.sessionBegan, .gapBegan])
        bench.receive(.b, 2, 1)
        bench.receive(.b, FeedBench.endOfSession("S1", next: 3))
        #expect(bench.kinds == [.sessionBegan, .gapBegan, .gapRecovered, .sessionEnded])
        #expect(bench.isStale)
        #expect(bench.timer(afterNs: 60 * second) == nil)
        #expect(bench.events.count == 4)
    }

    @Test(
        "a new session numbers from 1, once the old one ended or is silent",
        arguments: [true, false]
    )
    func newSession(ended: Bool) {
        let bench = FeedBench()
        bench.receive(.a, 1, 3)
        bench.receive(.a, 9, 1)
        if ended {
            bench.receive(.a, FeedBench.endOfSession("S1", next: 10))
        } else {
            bench.timer(afterNs: 3 * second + 1)
        }
        bench.receive(.a, FeedBench.packet("S2", 1, 2))
        bench.receive(.b, 4, 2)
        bench.receive(.b, FeedBench.packet("S2", 3, 1))
        #expect(bench.delivered == [1, 2, 3, 1, 2, 3])
        let between: [FeedEvent.Kind] = ended ? [] : [.silent]
        let after: [FeedEvent.Kind] = ended ? [] : [.alive]
        #expect(bench.kinds == [.sessionBegan, .gapBegan] + between + [.sessionBegan] + after)
        #expect(bench.counters.outdated == 1)
        #expect(!bench.isGapped)
        #expect(!bench.isStale)
    }

    @Test("another session takes nothing over while ours goes on: stale until it is quiet")
    func contested() {
        let bench = FeedBench()
        bench.receive(.a, 1, 3)
        bench.receive(.b, FeedBench.packet("XX", 1, 9))
        bench.receive(.request, FeedBench.packet("XX", 1, 9))
        bench.receive(.a, 4, 2)
        #expect(bench.delivered == [1, 2, 3, 4, 5])
        #expect(bench.isStale)
        #expect(bench.counters.foreign == 2)
        for _ in 0..<3 {
            bench.timer(afterNs: second)
            bench.receive(.a, FeedBench.heartbeat("S1", next: 6))
            #expect(bench.isStale)
        }
        bench.timer(afterNs: 1)
        #expect(!bench.isStale)
        #expect(bench.kinds == [.sessionBegan, .contested, .alive])
        bench.receive(.a, 6, 1)
        #expect(bench.delivered.last == 6)
    }

    @Test("a venue that begins anew is followed once its old session is silent, from message 1")
    func beginsAnew() {
        let bench = FeedBench()
        bench.receive(.a, 1, 3)
        bench.receive(.a, FeedBench.packet("S2", 1, 4))
        for _ in 0..<3 {
            bench.timer(afterNs: second)
            bench.receive(.a, FeedBench.heartbeat("S2", next: 5))
        }
        #expect(bench.isStale)
        #expect(bench.delivered == [1, 2, 3])
        bench.timer(afterNs: 1)
        bench.receive(.a, FeedBench.heartbeat("S2", next: 5))
        #expect(bench.isGapped)
        #expect(bench.timer(afterNs: 1_000_000)?.messageCount == 4)
        bench.receive(.request, FeedBench.packet("S2", 1, 4))
        #expect(bench.delivered == [1, 2, 3, 1, 2, 3, 4])
        #expect(!bench.isGapped)
        #expect(!bench.isStale)
    }

    @Test("an answer of the re-request server begins no session")
    func requestBeginsNothing() {
        let bench = FeedBench()
        bench.receive(.request, 1, 3)
        #expect(bench.delivered.isEmpty)
        #expect(bench.counters.foreign == 1)
        bench.receive(.a, 1, 3)
        #expect(bench.delivered == [1, 2, 3])
    }

    @Test("joining late asks for everything from message 1, holding what is live")
    func lateJoin() {
        let bench = FeedBench()
        bench.receive(.a, 101, 10)
        #expect(bench.delivered.isEmpty)
        #expect(bench.isGapped)
        var asked: [UInt64] = []
        var afterNs: Int64 = 1_000_000
        while let request = bench.timer(afterNs: afterNs) {
            asked.append(request.sequenceNumber)
            bench.receive(.request, request.sequenceNumber, min(30, Int(request.messageCount)))
            afterNs = 0
        }
        #expect(asked == [1, 31, 61, 91])
        #expect(bench.delivered == Array(1...110))
        #expect(!bench.isGapped)
    }

    @Test("a heartbeat is enough to join")
    func joinByHeartbeat() {
        let bench = FeedBench()
        bench.receive(.a, FeedBench.heartbeat("S1", next: 4))
        #expect(bench.timer(afterNs: 1_000_000)?.messageCount == 3)
        bench.receive(.request, 1, 3)
        #expect(bench.delivered == [1, 2, 3])
    }

    @Test("joining late without the beginning delivers at once and is never believed")
    func joinInTheMiddle() {
        var config = FeedConfig()
        config.joinFromStart = false
        let bench = FeedBench(config)
        bench.receive(.a, 101, 2)
        #expect(bench.delivered == [101, 102])
        #expect(bench.isGapped)
        bench.timer(afterNs: 3 * second + 1)
        bench.receive(.a, FeedBench.packet("S2", 1, 1))
        #expect(!bench.isGapped)
    }

    @Test("what the hold has no room for is asked for when its turn comes")
    func holdOverflow() {
        var config = FeedConfig()
        config.holdPackets = 2
        let bench = FeedBench(config)
        for first in stride(from: UInt64(3), through: 11, by: 2) { bench.receive(.a, first, 2) }
        #expect(bench.counters.holdOverflows == 3)
        #expect(bench.timer(afterNs: 1_000_000)?.messageCount == 2)
        bench.receive(.request, 1, 2)
        #expect(bench.delivered == [1, 2, 3, 4, 5, 6])
        let request = bench.timer(afterNs: 0)
        #expect(request?.sequenceNumber == 7)
        #expect(request?.messageCount == 6)
        bench.receive(.request, 7, 6)
        #expect(bench.delivered == Array(1...12))
        #expect(bench.kinds == [.sessionBegan, .gapBegan, .gapRecovered])
    }

    @Test("silence is told once, and its end; old numbers do not end it")
    func silence() {
        let bench = FeedBench()
        bench.receive(.a, 1, 3)
        bench.timer(afterNs: 3 * second)
        #expect(!bench.isStale)
        bench.timer(afterNs: 1)
        bench.timer(afterNs: second)
        #expect(bench.isStale)
        bench.receive(.b, 1, 2)
        bench.receive(.a, FeedBench.heartbeat("S1", next: 1))
        #expect(bench.isStale)
        bench.receive(.a, FeedBench.heartbeat("S1", next: 4))
        #expect(!bench.isStale)
        #expect(bench.kinds == [.sessionBegan, .silent, .alive])
    }

    @Test("an empty message takes a number")
    func emptyMessage() {
        let bench = FeedBench()
        let packet =
            ItchBytes.text("S1", 10) + ItchBytes.big(UInt64(1)) + ItchBytes.big(UInt16(2))
            + [0, 0, 0, 0]
        bench.receive(.a, packet)
        #expect(bench.delivered == [1, 2])
        #expect(bench.nextSeq == 3)
    }

    @Test("a packet cut anywhere is refused whole", arguments: 0..<43)
    func cut(length: Int) {
        let bench = FeedBench()
        let packet = FeedBench.packet("S1", 1, 2)
        #expect(packet.count == 20 + 2 + 9 + 2 + 10)
        bench.receive(.a, Array(packet.prefix(length)))
        #expect(bench.delivered.isEmpty)
        #expect(bench.counters.malformed == 1)
        bench.receive(.a, packet)
        #expect(bench.delivered == [1, 2])
    }

    @Test("a number nobody can have reached is refused", arguments: [UInt64.max, 1 << 62])
    func absurdNumber(first: UInt64) {
        let bench = FeedBench()
        bench.receive(.a, FeedBench.heartbeat("S1", next: first))
        bench.receive(.a, 1, 1)
        bench.receive(.a, FeedBench.heartbeat("S1", next: first))
        bench.receive(.a, FeedBench.heartbeat("S2", next: first))
        #expect(bench.counters.malformed == 3)
        #expect(bench.delivered == [1])
        #expect(!bench.isGapped)
    }
}
