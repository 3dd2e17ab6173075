internal import ArgumentParser
internal import Crossing
internal import Vocabulary

extension OrderCommand {
    /// The engine's one reflex a symbol: take what is displayed when the opposite best crosses LIMIT.
    struct Trigger: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take displayed size whenever the opposite best crosses a limit.",
            discussion: """
                One a symbol; another one replaces it. Each time the best offer is at or below LIMIT (for \
                a sell: the best bid at or above it), the engine takes what is displayed there with an \
                immediate-or-cancel order through the same gate as every other, until QTY has been taken. \
                A refused order or a kill of its scope ends it. It survives a restart of hot.
                """
        )

        @Argument(help: "Symbol, as in AAPL.") var symbol: String
        @Argument(help: "buy, sell, short or exempt.") var side: String?
        @Argument(help: "Shares to take in all.") var qty: String?
        @Argument(help: "Limit price, as in 324.50.") var limit: String?
        @Flag(help: "Take the symbol's trigger away; only SYMBOL is given then.") var clear = false
        @Option(help: "Account; without it the strategy's.") var account: String?
        @Option(help: "Strategy it is booked to.") var strategy = "HAND"
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard clear == (side == nil), clear == (limit == nil) else {
                throw ValidationError("give SYMBOL SIDE QTY LIMIT, or SYMBOL --clear")
            }
        }

        func run() throws {
            var frame = ControlFrame(clear ? .clearTrigger : .trigger)
            frame.symbol = try OrderArguments.symbol(symbol)
            frame.account = try OrderArguments.name(account, "--account")
            frame.strategy = try OrderArguments.name(strategy, "--strategy")
            if let side, let qty, let limit {
                frame.side = try OrderArguments.side(side).rawValue
                frame.qty = try OrderArguments.qty(qty)
                frame.px = try OrderArguments.limitPrice(limit, "LIMIT")
            }
            let answer = try state.hot.ask(frame)
            try OrderAnswer(answer, clear ? "trigger cleared" : "trigger set").report(
                json: output.json
            )
        }
    }
}
