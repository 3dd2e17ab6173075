import Crossing
import Foundation
import Testing
import Vocabulary

/// A day roll hands positions and latches on in the next date's image: they are true before the
/// gate can open, and nothing has to be told afterwards.
@Suite("apus day roll, with a day behind it")
struct DayCarryTests {
    private let state: StateJournal

    init() throws { state = try StateJournal() }

    private func roll(_ more: String...) -> Tool {
        Tool.run(["day", "roll", "--config", Tool.demo, "--state", state.path] + more)
    }

    @Test("carries every account's positions and every latch, with who, why and since when")
    func carries() throws {
        try state.write([
            StateJournal.adjust(account: 0, instrument: 0, 300),
            StateJournal.adjust(account: 1, instrument: 2, -40),
            StateJournal.adjust(account: 1, instrument: 1, 5),
            StateJournal.adjust(account: 1, instrument: 1, -5),
        ])
        try state.write([StateJournal.kill(.firm)], words: "fat finger")
        try state.write([StateJournal.kill(.strategy, .repeatedExecution, row: 2, uid: 0)])
        try state.write([StateJournal.kill(.account, .lossLimit, row: 1)], words: "lost")
        try state.write([StateJournal.kill(.account, .lossLimit, row: 1, arm: true)])
        let tool = roll()
        #expect(tool.status == 0, "\(tool.err)")
        #expect(
            tool.out
                == """
                \(state.path)/hot.image: rolled from 20261120 to 20261123
                  carries 300 AAPL of DESK1 at 324.00, its prior_close in \(Tool.demo)
                  carries -40 SPY of DESK2 at 326.00, its prior_close in \(Tool.demo)
                  carries kill of firm since 20261120: fat finger
                  carries 115 repeated execution of strategy CLIENT since 20261120: a limit was \
                reached

                """
        )
        let file = try state.image()
        let image = file.view
        #expect(image.header.tradingDate == 20_261_123)
        let held = (0..<image.holdingCount).map { image.holding($0) }
        #expect(held.map(\.account) == [0, 1])
        #expect(held.map(\.instrument) == [0, 2])
        #expect(held.map(\.qty) == [300, -40])
        // At the prior close: the day's profit begins at nothing.
        #expect(held.map(\.px) == [3_240_000, 3_260_000])
        let latches = (0..<image.latchCount).map { image.latch($0) }
        #expect(latches.map(\.scope) == [KillScope.firm.rawValue, KillScope.strategy.rawValue])
        #expect(latches.map(\.code) == [0, 115])
        #expect(latches.map(\.row) == [0, 2])
        #expect(latches.map(\.uid) == [1000, 0])
        #expect(
            latches[0].text.string(length: latches[0].textLength)
                == "carried since 20261120: fat finger"
        )
        _ = consume file
    }

    @Test("says each limit a person set that ends with the date, the last of each")
    func limits() throws {
        try state.write([
            StateJournal.limit(11, instrument: 1, 0),
            StateJournal.limit(11, instrument: 1, 1),
            StateJournal.limit(1, instrument: 0, 77),
            // Asked for and refused: nothing of it was in force.
            StateJournal.limit(LimitField.rejectsMax.rawValue, instrument: 0, 0),
        ])
        let tool = roll()
        #expect(tool.status == 0, "\(tool.err)")
        let lines = tool.out.split(separator: "\n").filter { $0.contains("does not carry") }
        #expect(
            lines == [
                "  does not carry MSFT restricted 1, set while running: the configuration's is in force",
                "  does not carry AAPL maxOrderQty 77, set while running: the configuration's is in force",
            ]
        )
    }

    @Test("over days without trading, and over a day that said it again: since and reason stay")
    func twice() throws {
        try state.write([StateJournal.adjust(account: 0, instrument: 0, 300)])
        try state.write([StateJournal.kill(.firm)], words: "fat finger")
        #expect(roll().status == 0)
        // Nobody came on the 23rd: a second roll by mistake would look the same, and is refused.
        let again = roll()
        #expect(again.status == 77)
        #expect(
            again.err == "apus: 20261123 was rolled to from 20261120 and nothing is recorded of it "
                + "yet: `apus up` trades it; --date 2026-11-24 skips it\n"
        )
        let tool = roll("--date", "2026-11-24")
        #expect(tool.status == 0, "\(tool.err)")
        #expect(tool.out.contains("rolled from 20261123 to 20261124"))
        #expect(tool.out.contains("  carries 300 AAPL of DESK1 at "))
        #expect(tool.out.contains("  carries kill of firm since 20261120: fat finger"))
    }

    @Test("no date begins beside a recorded one without a roll, and compile writes over none")
    func beside() throws {
        try state.write([StateJournal.adjust(account: 0, instrument: 0, 300)])
        let later = ["--set", "trading_date=2026-11-24", "--state", state.path]
        let up = Tool.run(["up", "--config", Tool.demo] + later)
        #expect(up.status == 65)
        #expect(
            up.err.contains(
                "2026-11-24 would begin without the positions, kills and latches of 20261120; "
                    + "`apus day roll --date 2026-11-24 --state \(state.path)` carries them"
            ),
            "\(up.err)"
        )
        let compile = Tool.run(["config", "compile", Tool.demo] + later)
        #expect(compile.status == 77)
        #expect(compile.err.contains("would begin without the positions"))
        #expect(roll("--date", "2026-11-24").status == 0)
        // The file's older date does not take the state back.
        let again = Tool.run(
            "config",
            "compile",
            Tool.demo,
            "--set",
            "trading_date=2026-11-20",
            "--state",
            state.path
        )
        #expect(again.out.contains("trading date 2026-11-24"), "\(again.out)\(again.err)")
        let held = try state.image().view
        #expect((0..<held.holdingCount).map { held.holding($0).qty } == [300])
    }

    @Test("begun and not finished, it is the one that is finished, and up refuses before")
    func unfinished() throws {
        try state.write([StateJournal.kill(.firm)], words: "fat finger")
        _ = try state.folder.write("roll.json", "{\"from\": 20261120, \"to\": 20261125}\n")
        let up = Tool.run("up", "--config", Tool.demo, "--state", state.path)
        #expect(up.status == 65)
        #expect(up.err.contains("a roll from 20261120 to 20261125 was begun and is not finished"))
        #expect(roll("--date", "2026-11-23").status == 77)
        let tool = roll()
        #expect(tool.out.hasPrefix("\(state.path)/hot.image: rolled from 20261120 to 20261125\n"))
        #expect(!FileManager.default.fileExists(atPath: "\(state.path)/roll.json"))
    }

    @Test("never over open orders, and then leaves nothing behind")
    func open() throws {
        var order = AuditRecord()
        order.kind = .new
        order.orderID = ClOrdID(1 << 40)
        order.side = Side.buy.rawValue
        order.qty = OrderQty(units: 100)
        order.px = Price(units: 1_000_000)
        order.leavesQty = OrderQty(units: 100)
        order.status = .pendingNew
        (order.instrument, order.account, order.strategy, order.venue) = (0, 0, 1, 0)
        order.userRefNum = 1
        try state.write([order])
        let before = try FileManager.default.contentsOfDirectory(atPath: state.path).sorted()
        let tool = roll()
        #expect(tool.status == 77)
        #expect(tool.err.contains("1 orders of 20261120 are open"))
        let after = try FileManager.default.contentsOfDirectory(atPath: state.path).sorted()
        #expect(after.filter { $0 != "lock" } == before.filter { $0 != "lock" })
    }

    @Test("a holding whose account or instrument is gone from the configuration refuses by name")
    func gone() throws {
        try state.write([StateJournal.adjust(account: 0, instrument: 2, 300)])
        let text = try String(contentsOfFile: Tool.demo, encoding: .utf8)
        let renamed = text.replacingOccurrences(of: "SPY", with: "QQQ")
        let config = try state.folder.write("other.yaml", renamed)
        let tool = Tool.run("day", "roll", "--config", config, "--state", state.path)
        #expect(tool.status == 65)
        #expect(
            tool.err.contains("instrument SPY is missing, and DESK1 begins with 300 SPY"),
            "\(tool.err)"
        )
        #expect(!FileManager.default.fileExists(atPath: "\(state.path)/roll.json"))
    }

    @Test("shares of the house are named and not left behind without a person's word")
    func house() throws {
        try state.write(Self.strange())
        let replay = Tool.run("journal", "replay", "--state", state.path)
        #expect(replay.out.hasSuffix("\nhouse AAPL 4\n"), "\(replay.out)\(replay.err)")
        let refused = roll()
        #expect(refused.status == 77)
        #expect(
            refused.err
                == "apus: the house holds 4 AAPL of 20261120, filled for orders no account could claim, "
                + "and a roll does not carry it: give them to the account they belong to (`apus up`, "
                + "`apus position adjust AAPL --account house --qty -4 …` and `--account ACCOUNT --qty 4 "
                + "…`, `apus down`), or leave them behind with `apus day roll --leave-house`\n"
        )
        #expect(try state.image().view.header.tradingDate == 20_261_120)
        // What a person gave to an account is carried by it.
        try state.write([StateJournal.adjust(account: 0, instrument: 0, 4)])
        let tool = roll("--leave-house")
        #expect(tool.status == 0, "\(tool.err)")
        #expect(tool.out.contains("  leaves behind 4 AAPL of the house\n"), "\(tool.out)")
        #expect(tool.out.contains("  carries 4 AAPL of DESK1 at 324.00"))
    }

    @Test("shares of the house that a person gave to an account are the house's no more")
    func given() throws {
        try state.write(Self.strange())
        try state.write([
            StateJournal.adjust(account: noIndex16, instrument: 0, -4),
            StateJournal.adjust(account: 0, instrument: 0, 4),
        ])
        let replay = Tool.run("journal", "replay", "--state", state.path)
        #expect(!replay.out.contains("house"), "\(replay.out)\(replay.err)")
        let tool = roll()
        #expect(tool.status == 0, "\(tool.err)")
        #expect(tool.out.contains("  carries 4 AAPL of DESK1 at 324.00"), "\(tool.out)")
    }

    @Test("an order taken over at a login is open until it ends, and said to be")
    func adoptedIsOpen() throws {
        let records = Self.strange()
        try state.write(Array(records.prefix(2)))
        let up = Tool.run(
            ["up", "--config", Tool.demo, "--state", state.path]
                + ["--set", "trading_date=2026-11-20"]
        )
        #expect(up.status != 0)
        #expect(
            (up.out + up.err).contains("and 1 orders are open in it"),
            "\(up.out)\(up.err)"
        )
        let report = Tool.run("day", "report", "--state", state.path)
        #expect(report.out.hasPrefix("trading date 20261120: 2 records, 1 orders, 1 fills"))
    }

    /// An order of another instance, filled by 4 before it was canceled.
    private static func strange() -> [AuditRecord] {
        func about(_ kind: RecordKind, _ seq: UInt64, _ status: OrdStatus) -> AuditRecord {
            var record = AuditRecord()
            record.kind = kind
            record.status = status
            record.orderID = ClOrdID(instance: 9, epoch: 1, owner: Owner.cold, counter: 72)
            record.venue = 0
            record.venueSeq = seq
            record.userRefNum = 900
            record.side = Side.buy.rawValue
            record.instrument = 0
            record.px = Price(units: 3_240_000)
            return record
        }
        var ack = about(.ack, 1, .new)
        ack.flags = [.adopted, .incident]
        ack.qty = OrderQty(units: 10)
        ack.leavesQty = OrderQty(units: 10)
        var fill = about(.fill, 2, .partiallyFilled)
        fill.lastQty = OrderQty(units: 4)
        fill.lastPx = Price(units: 3_240_000)
        fill.match = 5
        fill.leavesQty = OrderQty(units: 6)
        fill.cumQty = OrderQty(units: 4)
        var canceled = about(.canceled, 3, .canceled)
        canceled.lastQty = OrderQty(units: 6)
        canceled.cumQty = OrderQty(units: 4)
        return [ack, fill, canceled]
    }
}
