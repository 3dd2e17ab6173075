import Crossing
import Glibc
import HotControl
import HotPath
import Testing
import Vocabulary

/// What a person asks for in names, before hot hears of it.
@Suite("A request becomes a command or is refused by field, value and range")
struct CommandMakerTests {
    private func refusal(_ qty: Int64) -> String? {
        var frame = RoleTests.request(.adjust)
        frame.qty = OrderQty(units: qty)
        let maker = CommandMaker(names: HotNames(ImageFixture().view()))
        let caller = Caller(pid: getpid(), uid: getuid(), gid: getgid())
        do throws(Malformed) {
            let command = try maker.command(frame, id: 1, caller: caller, nowNs: 1)
            return command.qty == frame.qty ? nil : "another quantity"
        } catch {
            return error.text
        }
    }

    private func gtt(until seconds: Int64, atMidnightPlus nowNs: Int64) -> String? {
        var fixture = ImageFixture()
        fixture.writer.header.midnightNs = 1_795_237_200_000_000_000
        var frame = RoleTests.request(.orderNew)
        frame.timeInForce = TimeInForce.goodTillTime.rawValue
        frame.fields.2 = seconds
        let maker = CommandMaker(names: HotNames(fixture.view()))
        let caller = Caller(pid: getpid(), uid: getuid(), gid: getgid())
        let now = fixture.writer.header.midnightNs + nowNs
        do throws(Malformed) {
            let command = try maker.command(frame, id: 1, caller: caller, nowNs: now)
            return command.expireSeconds == UInt32(seconds) ? nil : "another time"
        } catch {
            return error.text
        }
    }

    @Test("good till a time that is over is refused, with both times; also a day after the date")
    func until() {
        // 10:00:05 in the morning, Eastern.
        let now: Int64 = 36_005_999_999_999
        #expect(gtt(until: 36_006, atMidnightPlus: now) == nil)
        for day: Int64 in [0, 86_400_000_000_000] {
            #expect(
                gtt(until: 36_005, atMidnightPlus: now + day)
                    == "until: \"10:00:05\" is not after 10:00:05, the Eastern time now"
            )
            #expect(
                gtt(until: 0, atMidnightPlus: now + day)
                    == "until: \"00:00:00\" is not after 10:00:05, the Eastern time now"
            )
        }
    }

    private func limit(
        _ field: LimitField,
        _ value: Int64,
        _ change: (inout ImageHeader) -> Void = { _ in }
    ) -> String? {
        var fixture = ImageFixture()
        change(&fixture.writer.header)
        var frame = RoleTests.request(.limitSet)
        frame.detail = field.rawValue
        frame.value = value
        let maker = CommandMaker(names: HotNames(fixture.view()))
        let caller = Caller(pid: getpid(), uid: getuid(), gid: getgid())
        do throws(Malformed) {
            _ = try maker.command(frame, id: 1, caller: caller, nowNs: 1)
            return nil
        } catch {
            return error.text
        }
    }

    @Test(
        "a limit set while running is as wide as the configuration allows, and off only where it may be"
    )
    func limits() {
        #expect(limit(.rejectsWindowNs, 1) == nil)
        #expect(limit(.rejectsWindowNs, 0) == "limit: \"0\" is not 1 or more; it has no off")
        #expect(limit(.dupWindowNs, 0) != nil)
        #expect(limit(.executionsWindowNs, 0) != nil)
        #expect(limit(.marketCollarBps, 100_000) == nil)
        #expect(
            limit(.marketCollarBps, 100_001) == "limit: \"100001\" is not 0 to 100000, or off"
        )
        #expect(limit(.strategyRate, 0) == "limit: \"0\" is not 1 to 10000000; it has no off")
        #expect(limit(.strategyRate, 2_000_000_000) != nil)
        #expect(limit(.firmMaxGross, noLimit) == nil)
        #expect(limit(.passiveBps, -1) == nil)
        for field in LimitField.allCases where !field.mayBeOff {
            #expect(limit(field, noLimit) != nil, "\(field) has no off")
        }
        #expect(limit(.maxLong, noLimit) == "limit: \"off\" is not 0 or more; it has no off")
    }

    @Test("more executions than the configuration keeps, or a share of no equity: refused with why")
    func configured() {
        #expect(limit(.executionsMax, 20) { $0.executionsMax = 20 } == nil)
        #expect(
            limit(.executionsMax, 21) { $0.executionsMax = 20 }
                == "executionsMax: \"21\" is not 1 to 20: the configuration's at start, no more are "
                + "kept; or off"
        )
        #expect(
            limit(.executionsMax, 1) { $0.executionsMax = 0 }
                == "executionsMax: \"1\" is not possible: the configuration has it off; a max there "
                + "is in force at the next start"
        )
        #expect(limit(.leverageMaxMilli, 4_000) { $0.dayEquity = 1 } == nil)
        #expect(
            limit(.leverageMaxMilli, 4_000) { $0.dayEquity = 0 }
                == "limit: \"4000\" is not possible: the configuration names no drawdown.equity to "
                + "take a share of"
        )
    }

    @Test("an empty reason is refused as one, not as a missing name")
    func noReason() {
        var frame = RoleTests.request(.kill)
        frame.textLength = 0
        let maker = CommandMaker(names: HotNames(ImageFixture().view()))
        let caller = Caller(pid: getpid(), uid: getuid(), gid: getgid())
        do throws(Malformed) {
            _ = try maker.command(frame, id: 1, caller: caller, nowNs: 1)
            Issue.record("a kill without a reason")
        } catch {
            #expect(error.text == "reason: \"\" is not a reason: say why, it is recorded")
        }
    }

    @Test("a name nobody has is answered with those there are, as many as an answer holds")
    func unknownNames() {
        var fixture = ImageFixture()
        for number in 10..<40 {
            var account = ImageAccount()
            account.name = name("ACCOUNT\(number)")
            fixture.writer.accounts.append(account)
        }
        var frame = RoleTests.request(.orderNew)
        frame.account = name("ZZZZ")
        let maker = CommandMaker(names: HotNames(fixture.view()))
        let caller = Caller(pid: getpid(), uid: getuid(), gid: getgid())
        do throws(Malformed) {
            _ = try maker.command(frame, id: 1, caller: caller, nowNs: 1)
            Issue.record("ZZZZ is no account")
        } catch {
            #expect(
                error.text
                    == "account: \"ZZZZ\" is not one of MAIN, PROP, ACCOUNT10, ACCOUNT11, ACCOUNT12, "
                    + "ACCOUNT13 and 26 more"
            )
            #expect(error.text.utf8.count <= 127)
        }
    }

    @Test("an adjustment is at most 1 000 000 000 shares either way; more says what would be right")
    func adjustment() {
        for qty: Int64 in [1, -100, 1_000_000_000, -1_000_000_000] { #expect(refusal(qty) == nil) }
        for qty: Int64 in [1_000_000_001, -1_000_000_001, 1 << 62, -(1 << 62), .max, .min] {
            #expect(
                refusal(qty)
                    == "shares: \"\(qty)\" is not -1 000 000 000 to 1 000 000 000 shares "
                    + "in one adjustment"
            )
        }
    }
}
