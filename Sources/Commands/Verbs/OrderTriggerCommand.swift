internal import ArgumentParser
internal import Crossing
internal import Vocabulary

extension OrderCommand {
    /// The engine's one reflex a symbol: take what is displayed when the opposite best crosses LIMIT.
    struct Trigger: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take displayed size whenever the opposite best crosses a limit.",
            usage: """
                apus order trigger <symbol> <side> <qty> <limit> [--account <account>] \
                [--strategy <strategy>] [--state <state>] [--json]
                apus order trigger <symbol> --clear [--state <state>] [--json]
                apus order trigger --list [--state <state>] [--json]
                """,
            discussion: """
                One a symbol; another one replaces it. Each time the best offer is at or below LIMIT (for \
                a sell: the best bid at or above it), the engine takes what is displayed there with an \
                immediate-or-cancel order through the same gate as every other, until it has asked for QTY \
                in all: what an order did not get is not asked for again, so that no more than QTY is \
                ever bought or sold. A refused order, a kill or `apus order cancel --all` of its scope ends it. It survives a \
                restart of hot. --list shows those that stand, `apus day report` what became of each.
                """
        )

        @Argument(help: "Symbol, as in AAPL.") var symbol: String?
        @Argument(help: "buy, sell, short or exempt.") var side: String?
        @Argument(help: "Shares to ask for in all.") var qty: String?
        @Argument(help: "Limit price, as in 324.50.") var limit: String?
        @Flag(help: "Take the symbol's trigger away; only SYMBOL is given then.") var clear = false
        @Flag(help: "Show every trigger that stands.") var list = false
        @Option(help: "Account; without it the strategy's.") var account: String?
        @Option(help: "Strategy it is booked to.") var strategy = "HAND"
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            let isRight =
                list
                ? symbol == nil && !clear
                : symbol != nil && clear == (side == nil) && clear == (limit == nil)
            guard isRight else {
                throw ValidationError("give SYMBOL SIDE QTY LIMIT, or SYMBOL --clear, or --list")
            }
        }

        func run() throws {
            guard let symbol else { return try printStanding() }
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
            guard answer.outcome == .done, answer.code == 0 else {
                return try OrderAnswer(answer, "").report(json: output.json)
            }
            Console.out(output.json ? Self.json(answer).text : Self.done(answer))
        }

        /// Hot answers what the trigger that stood there before had still to take.
        private static func done(_ answer: ControlFrame) -> String {
            let symbol = answer.symbol.description
            if answer.verb == .clearTrigger {
                return answer.value == 0
                    ? "no trigger stood on \(symbol)"
                    : "\(symbol): trigger cleared, it had \(answer.value) shares still to take"
            }
            return answer.value == 0
                ? "\(symbol): trigger set"
                : "\(symbol): trigger set; the one it replaces had \(answer.value) shares still to take"
        }

        private static func json(_ answer: ControlFrame) -> JSON {
            let members = OrderAnswer.json(answer).members ?? []
            return .object(members + [("formerRemaining", .int(answer.value))])
        }

        private func printStanding() throws {
            let standing = try StandingTrigger.all(state.hot)
            if output.json {
                Console.out(JSON.array(standing.map(\.json)).text)
                return
            }
            var table = Table(["symbol", "side", "remaining", "limit", "account", "strategy"])
            for trigger in standing { table.add(trigger.cells) }
            Console.out(table.isEmpty ? "no triggers" : table.text)
        }
    }
}

/// A trigger in force, as hot tells it.
struct StandingTrigger {
    private let frame: ControlFrame

    static func all(_ hot: HotClient) throws(Failure) -> [StandingTrigger] {
        var found: [StandingTrigger] = []
        var frame = ControlFrame(.triggerList)
        while true {
            let answers = try hot.askAll(frame)
            found += answers.filter { $0.last == 0 }.map(StandingTrigger.init(frame:))
            // Forward only: what hot says wrongly must not keep the command for ever.
            guard let next = answers.last?.value, next > frame.value else { return found }
            frame.value = next
        }
    }

    var cells: [String] {
        [
            frame.symbol.description, side, String(frame.leavesQty.units),
            Format.price(frame.px.units), frame.account.description, frame.strategy.description,
        ]
    }

    var json: JSON {
        [
            "symbol": .string(frame.symbol.description), "side": .string(side),
            "remaining": .int(frame.leavesQty.units), "px": .int(frame.px.units),
            "account": .string(frame.account.description),
            "strategy": .string(frame.strategy.description),
        ]
    }

    private var side: String { Side(rawValue: frame.side)?.description ?? "?" }
}
