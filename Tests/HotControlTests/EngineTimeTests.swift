import Crossing
import HotControl
import HotPath
import Testing
import Vocabulary

/// The engine's clock is bent and never set; the machine's can be set while hot runs.
@Suite("The engine's time, beside the machine's")
struct EngineTimeTests {
    private let mailbox = Mailbox(slots: 4)
    /// One cycle a nanosecond.
    private let pace = TSCClock(sample: ClockSample(tsc: 0, utcNs: 0), multiplier: 1 << 32)
    private var time: EngineTime { EngineTime(mailbox: mailbox, pace: pace) }

    @Test("before the engine's first turn it is the machine's")
    func unborn() {
        defer { mailbox.deallocate() }
        #expect(time.nowNs(at: ClockSample(tsc: 5, utcNs: 1_000)) == 1_000)
        #expect(time.offsetNs(at: ClockSample(tsc: 5, utcNs: 1_000)) == 0)
    }

    @Test("it goes on while the engine stands still, and is no other for a turn behind the sample")
    func counted() {
        defer { mailbox.deallocate() }
        mailbox.beat(ClockSample(tsc: 1_000, utcNs: 70_000))
        #expect(time.nowNs(at: ClockSample(tsc: 4_000, utcNs: 0)) == 73_000)
        #expect(time.nowNs(at: ClockSample(tsc: 400, utcNs: 0)) == 69_400)
    }

    @Test("a machine's clock that was set by more than 10 ms is not trusted, either way")
    func trust() {
        defer { mailbox.deallocate() }
        mailbox.beat(ClockSample(tsc: 1_000, utcNs: 5_000_000_000))
        func trust(aheadNs: Int64) -> ClockTrust {
            let sample = ClockSample(tsc: 3_000, utcNs: 5_000_002_000 + aheadNs)
            return ClockTrust(
                isSynchronised: true,
                errorUs: 100,
                offsetNs: time.offsetNs(at: sample)
            )
        }
        #expect(trust(aheadNs: 0).isGood)
        #expect(trust(aheadNs: 10_000_000).isGood)
        #expect(trust(aheadNs: -10_000_000).isGood)
        #expect(!trust(aheadNs: 10_000_001).isGood)
        #expect(!trust(aheadNs: -10_000_001).isGood)
        #expect(!trust(aheadNs: .min / 2).isGood)
        #expect(
            "\(trust(aheadNs: -3_600_000_000_000))".hasPrefix(
                "the machine's clock was set 3600000 ms back while hot ran"
            )
        )
        #expect("\(trust(aheadNs: 20_000_000))".contains("20 ms on"))
    }

    @Test("what a person asks is valid on the engine's clock, wherever the machine's was set to")
    func stamped() throws {
        defer { mailbox.deallocate() }
        let rig = try ControlRig([ImageFixture.role([.read, .stop, .trade, .control])])
        var shown = ClockSample.now()
        shown.utcNs += 3_600_000_000_000
        rig.mailbox.beat(shown)
        for (verb, validNs) in [(ControlFrame.Verb.orderNew, 250_000_000), (.arm, 1_000_000_000)] {
            let person = rig.connect()
            person.send(RoleTests.request(verb).wire)
            rig.turn()
            rig.turn()
            let command = try #require(rig.mailbox.nextCommand())
            let validUntilNs = command.validUntilNs - Int64(validNs)
            // Counted on from the turn: by as long as this test has taken.
            #expect(validUntilNs >= shown.utcNs)
            #expect(validUntilNs < shown.utcNs + 60_000_000_000)
        }
    }
}
