import Crossing
import HotControl
import HotPath
import Vocabulary

/// The machine's clock, which can be doubted and can be set, and what hangs on it: hot's own clock,
/// trust in it, and how long a command is worth anything.
extension Simulation {
    /// What hot's admin thread does once a second, oftener.
    static var clockEveryNs: Int64 { 100_000_000 }
    /// As hot's admin thread and cold stamp theirs.
    static var tradeValidNs: Int64 { 250_000_000 }
    static var changeValidNs: Int64 { 1_000_000_000 }

    /// UTC as the machine has it; time itself is `nowNs`.
    var utcNs: Int64 { nowNs + utcAheadNs }
    private var machineClock: ClockSample { ClockSample(tsc: UInt64(nowNs), utcNs: utcNs) }
    /// What hot's clock shows, or would show.
    var engineNs: Int64 { hot?.engineTime.nowNs(at: machineClock) ?? utcNs }

    func adminClock() {
        guard let hot else { return }
        _ = hot.mailbox.clockSamples.push(machineClock)
        judgeClock()
    }

    func judgeClock() {
        guard let hot else { return }
        let trust = ClockTrust(
            isSynchronised: !isClockDoubted,
            errorUs: 0,
            offsetNs: hot.engineTime.offsetNs(at: machineClock)
        )
        isClockBad = !trust.isGood
        hot.mailbox.trustClock(trust.isGood)
    }

    /// Nobody vouches for it any more, or it is set: by less than matters, or by much.
    func loseClock() {
        guard !isClockBad else { return }
        if faults.below(2) == 0 {
            isClockDoubted = true
            judgeClock()
        } else {
            let byNs: Int64 = faults.pick([3_000_000, 40_000_000, 1_500_000_000, 6_000_000_000])
            counts.clocksSet += 1
            utcAheadNs += faults.below(2) == 0 ? byNs : -byNs
            trace.say(nowNs, "the clock is set to \(utcAheadNs / 1_000_000) ms ahead")
        }
        schedule.add(.heal(.clockGood), at: nowNs + faults.within(1_000_000, 900_000_000))
    }

    /// Set right means: to where hot's stands, which nobody can set. A hot that is dead starts again
    /// once the clock has passed what it last showed.
    func mendClock() {
        isClockDoubted = false
        utcAheadNs = (hot == nil ? max(utcNs, engineShownNs) : engineNs) - nowNs
        judgeClock()
    }

    func noteHotTurn(_ hot: SimHot) {
        engineShownNs = max(engineShownNs, hot.mailbox.engineClock?.utcNs ?? 0)
        if nowNs - lastHotTurnNs > Self.tradeValidNs / 2 { longGapNs = nowNs }
        lastHotTurnNs = nowNs
    }

    // MARK: How long a command is worth something

    /// As hot's admin thread stamps it.
    func stamp(_ command: inout Command) {
        let validNs = validNs(command.kind)
        guard validNs > 0 else { return }
        command.validUntilNs = engineNs + validNs
        asked[command.id] = Asked(kind: command.kind, atNs: nowNs)
    }

    private func validNs(_ kind: Command.Kind) -> Int64 {
        switch kind {
        case .new, .replace: Self.tradeValidNs
        case .arm, .limit, .trigger, .exclude, .sessionRoll, .resolve, .adjust, .overrideAsk,
            .overrideConfirm:
            Self.changeValidNs
        default: 0
        }
    }

    /// Too late is who waited too long in the time that passes, whatever the machine's clock says.
    func judgeAge(_ reply: CommandReply) {
        guard let asked = asked.removeValue(forKey: reply.id) else { return }
        let validNs = validNs(asked.kind)
        let ageNs = nowNs - asked.atNs
        // Hot's clock gains or loses 500 ppm at most.
        let slackNs = validNs / 1_000
        // What another person asked may have run out instead.
        let isLate =
            reply.code == RiskCode.staleCommand.rawValue && asked.kind != .overrideConfirm
        if isLate, ageNs < validNs - slackNs {
            laws.fail("L17", "\(asked.kind) is too late after \(ageNs / 1_000_000) ms")
        }
        let isChange = validNs == Self.changeValidNs
        if isChange, reply.code == 0, ageNs > validNs + slackNs {
            laws.fail("L17", "\(asked.kind) is done after \(ageNs / 1_000_000) ms")
        }
    }

    /// An algo's order is late only when hot stood still, or either of the two has just begun.
    func judgeAge(_ record: AuditRecord) {
        guard record.kind == .reject, record.code == RiskCode.staleCommand.rawValue,
            record.flags.contains(.fromCold), !profile.has(.rogueCold),
            nowNs - longGapNs > 2 * Self.tradeValidNs, nowNs - bornNs > 2 * Self.tradeValidNs
        else {
            return
        }
        laws.fail("L17", "an order of an algo is too late, and hot did not stand still")
    }
}

/// A command whose age hot judges.
struct Asked {
    var kind: Command.Kind
    var atNs: Int64
}
