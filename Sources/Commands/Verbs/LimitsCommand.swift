internal import ArgumentParser
internal import Crossing
internal import Settings
internal import Vocabulary

struct LimitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "Limits in force, and changing one while running.",
        subcommands: [Show.self, Set.self]
    )

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Limits as hot was started with; changed ones as hot tells them."
        )
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let directory = StateDirectory(path: state.directory)
            let rows = try directory.withImage { LimitRows.all($0) }
            let table = LimitRows.merging(rows, try inForce(rows))
            Console.out(output.json ? LimitRows.json(table).text : LimitRows.table(table).text)
        }

        /// What hot says of each; the image is all there is when hot does not run.
        private func inForce(_ rows: [LimitRow]) throws -> [ControlFrame] {
            guard (try? state.hot.ask(ControlFrame(.status))) != nil else { return [] }
            return try rows.compactMap { row in
                guard let known = LimitName.all.first(where: { $0.name == row.field }) else {
                    return nil
                }
                var frame = ControlFrame(.limitShow)
                frame.detail = known.raw
                switch known.row {
                case .symbol: frame.symbol = Symbol(row.of) ?? .blank
                case .account: frame.account = Name(row.of) ?? .blank
                case .strategy: frame.strategy = Name(row.of) ?? .blank
                case .venue: frame.venue = Name(row.of) ?? .blank
                case .firm: break
                }
                // The image's number in its place would be a limit nobody checks by.
                let answer = try state.hot.ask(frame)
                try state.hot.check(answer)
                return answer
            }
        }
    }

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change one, between two orders; recorded with your name.",
            discussion: """
                FIELD is what `apus limits show` calls it; VALUE is in the field's unit: a decimal \
                for money, a duration as 5s, a whole number otherwise; `off` where it can be \
                switched off.
                """
        )
        @Argument(help: "Field, as in maxOrderQty.") var field: String
        @Argument(help: "New value.") var value: String
        @Option(help: "For this symbol.") var symbol: String?
        @Option(help: "For this account.") var account: String?
        @Option(help: "For this strategy.") var strategy: String?
        @Option(help: "For this venue.") var venue: String?
        @Option(help: "Why; it is recorded with your name.") var reason: String
        @OptionGroup var state: StateOptions

        func run() throws {
            guard let known = LimitName.all.first(where: { $0.name == field }) else {
                let tail = Suggestion.tail(for: field, among: LimitName.all.map(\.name))
                throw Failure(.badInput, "FIELD \"\(field)\" is not a limit\(tail)")
            }
            var frame = ControlFrame(.limitSet)
            frame.detail = known.raw
            frame.value = try known.parse(value)
            try aim(&frame, known)
            frame.say(reason)
            let answer = try state.hot.ask(frame)
            if answer.outcome == .rejected {
                throw Failure(.refused, OrderAnswer.refusal(answer))
            }
            Console.out("\(field): \(known.text(frame.value)) in force")
        }

        private func aim(_ frame: inout ControlFrame, _ known: LimitName) throws {
            let given: [(LimitName.Row, String?)] = [
                (.symbol, symbol), (.account, account), (.strategy, strategy), (.venue, venue),
            ]
            // A locate is the symbol's in one aggregation unit, which an account names.
            let isLocate = known.name == "locate"
            for (row, name) in given where (name != nil) != (row == known.row) {
                if isLocate && row == .account { continue }
                throw Failure(
                    .badInput,
                    known.row == .firm
                        ? "\(known.name) is the firm's; give no --\(row.rawValue)"
                        : "\(known.name) is one \(known.row.rawValue)'s; give --\(known.row.rawValue)"
                )
            }
            if let symbol { frame.symbol = try OrderArguments.symbol(symbol) }
            frame.account = try OrderArguments.name(account, "--account")
            frame.strategy = try OrderArguments.name(strategy, "--strategy")
            frame.venue = try OrderArguments.name(venue, "--venue")
        }
    }
}
