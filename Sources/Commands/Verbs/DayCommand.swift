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
            abstract: "Begin the next day with what this one ended with: positions and latches.",
            discussion: """
                Apus must be down: no order lives over a roll. Killed off half-way, the same command \
                finishes it.
                """
        )

        @Option(name: .customLong("config"), help: "Configuration file.")
        var file = "config/demo.yaml"
        @Option(help: "The new date (default: the weekday after the image's).") var date: String?
        @Flag(help: "Roll although the house holds shares; says which stay behind.")
        var leaveHouse = false
        @Option(help: .hidden) var crashAfter = 0
        @OptionGroup var overrides: OverrideOptions

        func run() throws {
            let settings = try overrides.load(file: file)
            let directory = StateDirectory(path: settings.stateDir)
            let lock = try hold(directory)
            guard crashAfter == 0 || settings.hot.testHooks else {
                throw Failure(.refused, "--crash-after needs hot.test_hooks: true")
            }
            var roll = DayRoll(directory: directory, settings: settings)
            roll.crashAfter = crashAfter
            roll.leavesHouse = leaveHouse
            try roll.run(date: date)
            _ = consume lock
        }

        /// Nobody else is at it: neither a running system nor another roll.
        private func hold(_ directory: StateDirectory) throws(Failure) -> FileLock {
            do throws(LockError) {
                return try FileLock.acquire(directory.lock)
            } catch {
                guard case .held(let path, let pid) = error else {
                    throw Failure(.notRunning, "\(error)")
                }
                throw Failure(
                    .alreadyRunning,
                    "\(path): pid \(pid) is up; `apus down` first: a day rolls with no live orders"
                )
            }
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
