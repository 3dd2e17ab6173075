internal import ArgumentParser
internal import Crossing
internal import Journal
internal import Vocabulary

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "The day's records: prove that they add up, print them.",
        subcommands: [Check.self, Print.self, Replay.self]
    )

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Checksums, chain, conservation, and the venues' own logs; exit 1 when unclean."
        )

        @Option(help: "A venue's own log to reconcile with; repeat for more.")
        var venueLog: [String] = []
        @Flag(
            help: """
                Every log in the state directory's venues folder; a venue that answered and has \
                none is a finding.
                """
        ) var allVenues = false
        @Option(help: "Trading date as yyyymmdd (default: the image's).") var date: UInt32?
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let day = try JournalOfDay(StateDirectory(path: state.directory), date: date)
            let logs = venueLog + (allVenues ? day.venueLogs : [])
            let verdict = try day.check(venueLogs: logs, everyVenue: allVenues)
            Console.out(output.json ? verdict.json : verdict.description)
            if !verdict.isClean { throw Failure.notClean }
        }
    }

    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every event in order, one JSON object a line."
        )

        @Option(help: "Trading date as yyyymmdd (default: the image's).") var date: UInt32?
        @Option(help: "Only events of this order.") var order: String?
        @Option(help: "Only this kind, as in fill; repeat for more.") var kind: [String] = []
        @Flag(help: "Also what explains an event: reference, command, text.") var verbose = false
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            for word in kind where !Self.kinds.contains(word) {
                let known = "one of \(Self.kinds.joined(separator: ", "))"
                throw Failure(.badInput, "--kind \"\(word)\" is not \(known)")
            }
            let id = try order.map { text throws(Failure) in try OrderArguments.orderID(text) }
            let day = try JournalOfDay(StateDirectory(path: state.directory), date: date)
            var print = JournalPrint(names: day.names, verbose: verbose)
            try day.forEach { entry in
                // The printer sees every entry: it remembers the sessions' names.
                let line = print.line(entry)
                if let id, entry.record.orderID != id { return }
                if !kind.isEmpty, !kind.contains(entry.record.kind.name) { return }
                Console.out(line)
            }
        }

        private static var kinds: [String] {
            RecordKind.allCases.filter { $0 != .none }.map(\.name)
        }
    }
}
