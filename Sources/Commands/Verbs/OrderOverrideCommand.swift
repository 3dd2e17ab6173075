internal import ArgumentParser
internal import Crossing
internal import Vocabulary

extension OrderCommand {
    /// One order past a hard block, by two persons (risk-controls §3).
    struct Override: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "override",
            abstract: "Let one order past its size, value or price limit; two persons, one minute.",
            discussion: """
                One person asks, another confirms, and the next order of that symbol and side within \
                size, price and time passes 204, 209, 301, 302 and 305, once. Kills, states and \
                exposure limits stay. Both need the role `override`; all of it is in the journal.
                """,
            subcommands: [Ask.self, Confirm.self]
        )

        struct Ask: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Ask for it; prints the number another person has to confirm."
            )

            @Argument(help: "Symbol, as in AAPL.") var symbol: String
            @Argument(help: "buy, sell, short or exempt.") var side: String
            @Argument(help: "Shares at most.") var qty: String
            @Argument(help: "Most aggressive price, as in 324.50.") var price: String
            @Option(name: .customLong("for"), help: "How long, at most 60s.") var time = "60s"
            @Option(help: "Only an order of this account.") var account: String?
            @Option(help: "Only an order of this strategy.") var strategy: String?
            @Option(help: "Why; it is recorded with your name.") var reason: String
            @OptionGroup var state: StateOptions

            func run() throws {
                var frame = ControlFrame(.overrideAsk)
                frame.symbol = try OrderArguments.symbol(symbol)
                frame.side = try OrderArguments.side(side).rawValue
                frame.qty = try OrderArguments.qty(qty)
                frame.px = try OrderArguments.limitPrice(price, "PRICE")
                frame.account = try OrderArguments.name(account, "--account")
                frame.strategy = try OrderArguments.name(strategy, "--strategy")
                let milliseconds = try OrderArguments.milliseconds(time, "--for")
                guard milliseconds <= 60_000 else {
                    throw Failure(.badInput, "--for \"\(time)\" is longer than 60s")
                }
                frame.value = milliseconds * 1_000_000
                frame.say(reason)
                let answer = try state.hot.ask(frame)
                let done =
                    "override \(answer.value) asked for; another person within \(time): "
                    + "apus order override confirm \(answer.value) --reason …"
                try OrderAnswer(answer, done).report(json: false)
            }
        }

        struct Confirm: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Confirm what another person asked for."
            )

            @Argument(help: "The override's number.") var number: Int64
            @Option(help: "Why; it is recorded with your name.") var reason: String
            @OptionGroup var state: StateOptions

            func run() throws {
                var frame = ControlFrame(.overrideConfirm)
                frame.value = number
                frame.say(reason)
                let answer = try state.hot.ask(frame)
                guard answer.outcome == .done else {
                    throw Failure(.refused, OrderAnswer.refusal(answer))
                }
                Console.out("override \(number): one order may use it")
            }
        }
    }
}
