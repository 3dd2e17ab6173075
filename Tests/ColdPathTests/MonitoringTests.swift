import ColdCore
import Crossing
import Monitoring
import Testing
import Vocabulary

@Suite("What cold counts and watches")
struct MonitoringTests {
    @Test("a percentile is within 3 % and never below the value it stands for", arguments: 1...20)
    func histogram(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var histogram = HopHistogram()
        var values = (0..<1_000).map { _ in
            UInt64.random(
                in: 0...(UInt64(1) << UInt64.random(in: 1...40, using: &random)),
                using: &random
            )
        }
        for value in values { histogram.record(value) }
        values.sort()
        for perMille in [1, 500, 900, 990, 999, 1_000] as [UInt64] {
            let exact = values[Int(perMille) - 1]
            let shown = histogram.percentile(perMille: perMille)
            #expect(shown >= exact)
            #expect(Double(shown) <= Double(exact) * 1.032 + 1)
        }
        #expect(histogram.max == values.last)
        #expect(HopHistogram().percentile(perMille: 500) == 0)
    }

    @Test("a latch is told with who set it and why, until a person lets go of it")
    func latches() {
        var monitoring = Monitoring()
        var kill = Make.record(.kill)
        kill.uid = 1000
        kill.raw = Array("fat finger".utf8)
        monitoring.latched(kill, of: "symbol SPY")
        let alert = monitoring.alerts["latch symbol SPY kill"]
        #expect(
            alert?.text
                == "symbol SPY: killed by uid 1000, \"fat finger\"; new orders are refused until `apus arm`"
        )
        kill.code = RiskCode.reduceOnly.rawValue
        kill.uid = .max
        kill.raw = []
        monitoring.latched(kill, of: "symbol SPY")
        #expect(
            monitoring.alerts["latch symbol SPY 108"]?.text
                == "symbol SPY: 108 reduce-only; new orders are refused until `apus arm`"
        )
        // The kill alone, then all.
        var arm = Make.record(.arm)
        arm.code = RiskCode.killFirm.rawValue
        monitoring.latched(arm, of: "symbol SPY")
        #expect(monitoring.alerts.keys.sorted() == ["latch symbol SPY 108"])
        arm.code = 0
        monitoring.latched(arm, of: "symbol SPY")
        #expect(monitoring.alerts.isEmpty)
    }

    @Test("hops are counted from stamps that make sense, in ns")
    func hops() {
        var monitoring = Monitoring()
        var record = Make.new(1, qty: 1)
        record.hops.received = 1_000
        record.hops.decoded = 1_300
        record.hops.decided = 1_200
        monitoring.apply(record, tscHz: 3_000_000_000)
        let hops = monitoring.hopsJSON()
        // 300 ticks at 3 GHz are 100 ns; a stamp before the one it follows says nothing.
        #expect(hops["receivedToDecoded"]?["n"] == 1)
        #expect(hops["receivedToDecoded"]?["p50"] == 100)
        #expect(hops["decodedToDecided"]?["n"] == 0)
    }

    @Test("an alert stands once, is told twice, and goes when its reason goes")
    func alerts() {
        var monitoring = Monitoring()
        for t in [1, 2] as [Int64] {
            monitoring.watch("x", .warning, raised: true, nowNs: t, "at \(t)")
        }
        #expect(monitoring.alerts["x"]?.sinceNs == 1)
        #expect(monitoring.alerts["x"]?.text == "at 2")
        monitoring.watch("x", .warning, raised: false, nowNs: 3, "")
        #expect(monitoring.alerts.isEmpty)
        #expect(monitoring.takeLog().compactMap { $0["event"]?.text } == ["alert", "cleared"])
        #expect(monitoring.takeLog().isEmpty)
    }

    @Test("a venue is slow by its 99th percentile of a minute, or by an order without an answer")
    func slow() {
        let ms: Int64 = 1_000_000
        var reference = Make.reference
        reference.venues[0].ackAlertNs = 10 * ms
        var watch = VenueWatch(reference: reference)
        func answer(_ order: UInt64, sent: Int64, took: Int64) {
            watch.apply(Make.new(order, qty: 1, t: sent))
            watch.apply(Make.record(.ack, order: order, t: sent + took))
        }
        // 98 quick ones and one slow: of 99 answers, 99 % are all but none; of 100, all but one.
        for order in 1...98 { answer(UInt64(order), sent: 0, took: 10 * ms) }
        answer(99, sent: 0, took: 11 * ms)
        #expect(watch.slow(0, nowNs: 100 * ms) == "99 % of its last 99 answers took up to 11000 us")
        answer(100, sent: 0, took: 10 * ms)
        #expect(watch.slow(0, nowNs: 100 * ms) == nil)
        watch.apply(Make.new(101, qty: 1, t: 200 * ms))
        #expect(watch.slow(0, nowNs: 210 * ms) == nil)
        #expect(
            watch.slow(0, nowNs: 211 * ms) == "an order has waited 11 ms for its first answer"
        )
        #expect(watch.slow(1, nowNs: 211 * ms) == nil)
        answer(101, sent: 200 * ms, took: 50 * ms)
        answer(102, sent: 200 * ms, took: 50 * ms)
        #expect(watch.slow(0, nowNs: 300 * ms) != nil)
        #expect(watch.slow(0, nowNs: 250 * ms + 60_000 * ms + 1) == nil)
    }

    @Test("where a venue's session and feed stand is told by their own events alone")
    func standing() {
        var watch = VenueWatch(reference: Make.reference)
        func tell(_ event: UInt32) {
            var record = Make.record(.session)
            record.detail = event
            watch.apply(record)
        }
        tell(SessionEvent.reconciled.rawValue)
        tell(SessionEvent.feedUp.rawValue)
        // The answer to a mass cancel, entry off and on again.
        for event in [0, 19, 20, 21] as [UInt32] { tell(event) }
        #expect(watch.venues[0].sessionEvent == SessionEvent.reconciled.rawValue)
        #expect(watch.venues[0].feedEvent == SessionEvent.feedUp.rawValue)
        tell(SessionEvent.feedContested.rawValue)
        #expect(watch.venues[0].sessionEvent == SessionEvent.reconciled.rawValue)
        #expect(watch.venues[0].feedEvent == SessionEvent.feedContested.rawValue)
        tell(SessionEvent.unreconciled.rawValue)
        #expect(watch.venues[0].sessionEvent == SessionEvent.unreconciled.rawValue)
    }

    @Test("a venue's answer time, fill share and reject share come from records")
    func venues() {
        var watch = VenueWatch(reference: Make.reference)
        for order in 1...4 as ClosedRange<UInt64> {
            watch.apply(Make.new(order, qty: 10, t: 1_000))
            var answer = Make.record(order == 4 ? .reject : .ack, order: order, t: 1_000 + 20)
            answer.code = order == 4 ? 7 : 0
            watch.apply(answer)
        }
        watch.apply(Make.fill(1, qty: 4, match: 1))
        watch.apply(Make.fill(1, qty: 6, match: 2))
        let venue = watch.venues[0]
        #expect(venue.orders == 4)
        #expect(venue.fillPpm == 250_000)
        #expect(venue.rejectPpm == 250_000)
        #expect(venue.answerNs.percentile(perMille: 500) == 20)
        #expect(watch.venues[1].orders == 0)
    }
}
