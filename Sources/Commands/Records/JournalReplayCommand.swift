internal import ArgumentParser
internal import Crossing
internal import HotPath
internal import Journal
internal import Recovery
internal import Settings
internal import Vocabulary

extension JournalCommand {
    /// Rebuilds the engine's state from the records, as hot does when it starts.
    struct Replay: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Rebuild orders, positions and counters from the records, and name the state.",
            discussion: """
                Applies every record to the same ledger hot runs, and compares what each record says \
                is true after it. The hash names the whole state: the same records give the same one.
                """
        )

        @Option(help: "Stop behind this journal sequence.") var upTo: UInt64?
        @Option(help: "Trading date as yyyymmdd (default: the image's).") var date: UInt32?
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let directory = StateDirectory(path: state.directory)
            let day = try JournalOfDay(directory, date: date).tradingDate
            let image = try DayImages.load(directory, day, at: upTo ?? .max)
            if let upTo, let end = try lastSequence(directory, day), upTo > end {
                throw Failure(
                    .badInput,
                    "--up-to \(upTo) is beyond the journal of \(day), which ends with \(end)"
                )
            }
            var recovery = Recovery(image: image.view)
            do {
                var reader = try JournalReader(
                    journal: directory.journal,
                    tradingDate: day
                )
                try recovery.readJournal(&reader, upTo: upTo ?? .max)
            } catch {
                throw Failure(.badInput, "\(error)")
            }
            report(recovery, image.view)
        }

        /// `nil` of an empty journal.
        private func lastSequence(_ directory: StateDirectory, _ day: UInt32) throws -> UInt64? {
            var last: UInt64?
            try JournalOfDay(directory, tradingDate: day).forEach { last = $0.sequence }
            return last
        }

        private func report(_ recovery: borrowing Recovery, _ image: HotImageView) {
            let records = recovery.report.journalRecords
            let hash = String(recovery.ledger.stateHash(), radix: 16)
            let positions =
                HeldShares.ofAccounts(recovery.ledger, image)
                + HeldShares.ofHouse(recovery.ledger, image)
            if output.json {
                let held = positions.map { row in
                    "{\"account\": \"\(row.account)\", \"symbol\": \"\(row.symbol)\", "
                        + "\"position\": \(row.qty)}"
                }
                Console.out(
                    "{\"records\": \(records), \"stateHash\": \"\(hash)\", "
                        + "\"liveOrders\": \(recovery.ledger.liveCount), "
                        + "\"positions\": [\(held.joined(separator: ", "))]}"
                )
                return
            }
            Console.out("\(records) records replayed; each says what the ledger finds")
            Console.out("state \(hash), \(recovery.ledger.liveCount) orders live")
            for row in positions { Console.out("\(row.account) \(row.symbol) \(row.qty)") }
        }
    }
}
