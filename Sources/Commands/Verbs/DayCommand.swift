internal import ArgumentParser
internal import Crossing
internal import Settings

struct DayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "day",
        abstract: "The trading day: roll to the next, report on one.",
        subcommands: [Roll.self, Report.self]
    )

    struct Roll: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compile the next day's image. Apus must be down: no order lives over a roll."
        )

        @Option(name: .customLong("config"), help: "Configuration file.")
        var file = "config/demo.yaml"
        @Option(help: "The new date (default: the weekday after the image's).") var date: String?
        @OptionGroup var overrides: OverrideOptions

        func run() throws {
            var settings = try overrides.load(file: file)
            let directory = StateDirectory(path: settings.stateDir)
            if let pid = FileLock.holder(directory.lock) {
                throw Failure(
                    .alreadyRunning,
                    "\(directory.lock): pid \(pid) is up; `apus down` first: a day rolls with no "
                        + "live orders"
                )
            }
            let old = try directory.withImage { $0.header.tradingDate }
            settings.tradingDate = try newDate(after: old)
            // A day without a journal has nothing to close.
            let story = directory.hasJournal(old) ? try DayStory(directory, date: old) : nil
            if let story { try refuseOpenOrders(story, settings) }
            let image = try settings.compile(secrets: Secrets(folder: settings.stateDir))
            try ImageFile.write(image.bytes(), to: directory.image)
            Console.out("\(directory.image): rolled from \(old) to \(settings.tradingDate.number)")
            guard let story else { return }
            let carried = CarriedPositions(story, to: settings.tradingDate.number)
            try carried.write(directory)
            for row in carried.rows {
                Console.out("  carries \(row.qty) \(row.symbol) of \(row.account)")
            }
        }

        private func newDate(after old: UInt32) throws -> TradingDate {
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

        private func refuseOpenOrders(_ story: DayStory, _ settings: Settings) throws(Failure) {
            guard !story.open.isEmpty else { return }
            // Simulated venues forget when they end, and no day goes on without them: nobody is left
            // to ask how these orders ended.
            guard settings.venues.allSatisfy({ $0.simulate == nil }) else {
                throw Failure(
                    .refused,
                    "\(story.open.count) orders of \(story.tradingDate) are open and their simulated "
                        + "venues are gone: keep \(settings.stateDir) as it is, begin with another "
                        + "--state"
                )
            }
            throw Failure(
                .refused,
                "\(story.open.count) orders of \(story.tradingDate) are open: `apus journal print`, "
                    + "`apus order resolve`; a day rolls with no live orders"
            )
        }
    }

    struct Report: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a day came to: orders, fills, positions, out of its journal."
        )

        @Option(help: "Trading date as yyyymmdd (default: the image's).") var date: UInt32?
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let story = try DayStory(StateDirectory(path: state.directory), date: date)
            Console.out(output.json ? story.json.text : story.text)
        }
    }
}
