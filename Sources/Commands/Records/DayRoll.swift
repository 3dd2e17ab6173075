internal import Crossing
internal import Glibc
internal import Settings

/// From one trading date to the next, in steps that each are whole or did not happen:
///
/// 1. `roll.json`: from where to where. From here on `up` refuses, and `day roll` finishes this roll.
/// 2. `journal/<next>/start.json`: positions and latches the old date ended with.
/// 3. `hot.image` of the next date. This is the roll: before it the old date is the one that is.
/// 4. `roll.json` goes.
///
/// A crash between any two leaves a state that the same command finishes: 2 is computed again from
/// the old date's journal, 3 is a rename, 4 is removing what may be gone.
struct DayRoll {
    let directory: StateDirectory
    var settings: Settings
    /// Ends the process behind that step, for the test of all this; 0 never.
    var crashAfter = 0
    /// Shares of orders nobody could claim may stay behind: they are an account's by now, or nobody's.
    var leavesHouse = false

    struct Pending: Equatable {
        let from: UInt32
        let to: UInt32
    }

    static func pending(_ directory: StateDirectory) -> Pending? {
        guard let bytes = try? FileBytes.read(directory.roll), let json = JSON.parse(bytes),
            let from = json["from"]?.int, let to = json["to"]?.int
        else { return nil }
        return Pending(from: UInt32(clamping: from), to: UInt32(clamping: to))
    }

    /// To `date`, as asked for, or to the weekday after the image's.
    mutating func run(date: String?) throws {
        let current = try directory.withImage { $0.header.tradingDate }
        let roll = try plan(date, current)
        guard let next = TradingDate(number: roll.to) else {
            throw Failure(.badInput, "\(directory.roll): \(roll.to) is no date")
        }
        settings.tradingDate = next
        if current == roll.from {
            let start = try startOfNext(roll)
            // Compiled before anything is written: a configuration that cannot be leaves no trace.
            let image = try settings.compile(
                secrets: Secrets(folder: settings.stateDir),
                day: start
            )
            try begin(roll)
            if let start { try DayStartFile.write(start, directory) }
            crash(2)
            try ImageFile.write(image.bytes(), to: directory.image)
            FileBytes.syncFolder(of: directory.image)
            crash(3)
        } else if current != roll.to {
            throw Failure(
                .badInput,
                "\(directory.roll): rolls from \(roll.from) to \(roll.to), and \(directory.image) is "
                    + "of \(current)"
            )
        }
        report(roll, try DayStartFile.read(directory, roll.to))
        unlink(directory.roll)
        FileBytes.syncFolder(of: directory.roll)
        crash(4)
    }

    // MARK: Steps

    private func plan(_ date: String?, _ current: UInt32) throws -> Pending {
        if let pending = Self.pending(directory) {
            guard date == nil || date.flatMap({ TradingDate($0) })?.number == pending.to else {
                throw Failure(
                    .refused,
                    "a roll from \(pending.from) to \(pending.to) was begun; `apus day roll` without "
                        + "--date finishes it first"
                )
            }
            return pending
        }
        let next = try newDate(date, after: current)
        // A second roll by mistake would skip the date the first one began.
        if date == nil, !directory.hasJournal(current),
            let start = try DayStartFile.read(directory, current), start.from != 0
        {
            throw Failure(
                .refused,
                "\(current) was rolled to from \(start.from) and nothing is recorded of it yet: "
                    + "`apus up` trades it; --date \(next) skips it"
            )
        }
        return Pending(from: current, to: next.number)
    }

    private func newDate(_ date: String?, after old: UInt32) throws(Failure) -> TradingDate {
        guard let before = TradingDate(number: old) else {
            throw Failure(.badInput, "trading date \(old) of the image is no date")
        }
        guard let date else { return before.nextWeekday }
        guard let parsed = TradingDate(date) else {
            throw Failure(.badInput, "--date \"\(date)\" is not a date, as in 2026-11-20")
        }
        guard parsed.number > old else {
            throw Failure(
                .badInput,
                "--date \(date) is not after \(before), the day it follows"
            )
        }
        return parsed
    }

    private func begin(_ roll: Pending) throws(Failure) {
        let json: JSON = ["from": .number(roll.from), "to": .number(roll.to)]
        try FileBytes.writeDurably(Array((json.text + "\n").utf8), to: directory.roll)
        crash(1)
    }

    /// What the next date begins with; `nil` when the old one neither traded nor was rolled to.
    private func startOfNext(_ roll: Pending) throws -> DayStart? {
        guard !directory.hasJournal(roll.to) else {
            throw Failure(
                .refused,
                "\(directory.day(roll.to)): has a journal; a day that has begun is not begun again"
            )
        }
        let former = try DayStartFile.read(directory, roll.from)
        var start = DayStart(tradingDate: roll.to)
        guard directory.hasJournal(roll.from) else {
            try refuseLeftRing(roll.from)
            // A date nobody traded on hands on what it was given.
            guard let former else { return nil }
            start.from = former.from == 0 ? 0 : roll.from
            start.carried = former.positions ?? former.carried
            start.latches = former.latches
            return start
        }
        try RingTail(directory, settings).drain(into: roll.from)
        let end = try DayEnd(directory, date: roll.from)
        try refuseOpenOrders(end)
        try refuseHouse(end)
        start.from = roll.from
        start.carried = end.holdings
        start.positions = end.holdings
        start.latches = end.latches
        return start
    }

    /// A date without a journal was perhaps not one without trades.
    private func refuseLeftRing(_ date: UInt32) throws(Failure) {
        guard let left = try LeftRing.find(directory), left.tradingDate == date else { return }
        throw Failure(
            .refused,
            "\(directory.sharedMemory)/hot.shm: has \(left.words), and \(directory.day(date)) has no "
                + "segment: put the journal back, or, if the records are known, move the file away; "
                + "then `apus day roll`"
        )
    }

    private func refuseOpenOrders(_ end: DayEnd) throws {
        let story = try DayStory(directory, date: end.tradingDate)
        guard !story.open.isEmpty || end.liveOrders > 0 else { return }
        let count = max(story.open.count, end.liveOrders)
        // Simulated venues forget when they end: nobody is left to ask how these orders ended.
        guard settings.venues.allSatisfy({ $0.simulate == nil }) else {
            throw Failure(
                .refused,
                "\(count) orders of \(end.tradingDate) are open and their simulated "
                    + "venues are gone: `apus up --settle --state \(settings.stateDir)`, then "
                    + "`apus order resolve` for each"
            )
        }
        throw Failure(
            .refused,
            "\(count) orders of \(end.tradingDate) are open: `apus journal print`, "
                + "`apus order resolve`; a day rolls with no live orders"
        )
    }

    /// The next date's image begins with the shares of accounts, and the house is none.
    private func refuseHouse(_ end: DayEnd) throws(Failure) {
        guard !leavesHouse else {
            for row in end.house {
                Console.out("  leaves behind \(row.qty) \(row.symbol) of the house")
            }
            return
        }
        guard let first = end.house.first else { return }
        let held = end.house.map { "\($0.qty) \($0.symbol)" }.joined(separator: ", ")
        let date = end.tradingDate
        throw Failure(
            .refused,
            "the house holds \(held) of \(date), filled for orders no account could claim, and a roll "
                + "does not carry it: give them to the account they belong to (`apus up`, `apus "
                + "position adjust \(first.symbol) --account house --qty \(-first.qty) …` and "
                + "`--account ACCOUNT --qty \(first.qty) …`, `apus down`), or leave them behind with "
                + "`apus day roll --leave-house`"
        )
    }

    private func report(_ roll: Pending, _ start: DayStart?) {
        Console.out("\(directory.image): rolled from \(roll.from) to \(roll.to)")
        for row in start?.carried ?? [] where row.qty != 0 {
            Console.out("  carries \(row.qty) \(row.symbol) of \(row.account)\(at(row))")
        }
        for latch in start?.latches ?? [] { Console.out("  carries \(latch.line)") }
        guard let story = try? DayStory(directory, date: roll.from) else { return }
        for line in story.limitLines {
            Console.out(
                "  does not carry \(line), set while running: the configuration's is in force"
            )
        }
        for line in story.triggerLines { Console.out("  does not carry \(line)") }
    }

    /// What a carried position counts at: the day's profit begins from there.
    private func at(_ row: DayStart.Holding) -> String {
        guard row.px == 0 else { return " at \(Format.price(row.px))" }
        let its = settings.instruments.first { "\($0.symbol)" == row.symbol }
        guard let close = its?.priorClose else { return "" }
        return " at \(Format.price(close)), its prior_close in \(settings.file)"
    }

    /// Where a test pulls the plug: nothing is flushed, nothing unwinds.
    private func crash(_ step: Int) {
        guard crashAfter == step else { return }
        kill(getpid(), SIGKILL)
    }
}
