internal import ArgumentParser
internal import Crossing
internal import Vocabulary

struct SessionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "Doors for what software cannot know about a venue session.",
        subcommands: [Roll.self]
    )

    struct Roll: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Accept that a venue has lost our session and begin a new one.",
            discussion: """
                Only after the venue's desk has confirmed that nothing of ours lives there: what the \
                old session still knew is gone (semantics §2.12).
                """
        )

        @Option(help: "Venue.") var venue: String
        @Flag(help: "The venue has confirmed it.") var confirm = false
        @Option(help: "Who confirmed it, and how.") var reason: String
        @OptionGroup var state: StateOptions

        func run() throws {
            guard confirm else {
                throw Failure(
                    .refused,
                    "session roll needs --confirm: what the old session knew is gone"
                )
            }
            var frame = ControlFrame(.sessionRoll)
            frame.venue = try OrderArguments.name(venue, "--venue")
            frame.say(reason)
            let answer = try state.hot.ask(frame)
            if answer.outcome == .rejected {
                let isNotLost = answer.code == RiskCode.notPermitted.rawValue
                let detail =
                    isNotLost
                    ? "\(StateMet.session(of: venue, state)); only a session that the venue has lost "
                        + "is rolled, and by two persons where two are asked"
                    : ""
                throw Failure(.refused, OrderAnswer.refusal(answer, detail))
            }
            let isAsked = answer.outcome == .awaitsSecond
            Console.out("\(venue): \(isAsked ? answer.words : "new session")")
        }
    }
}

struct PositionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "position",
        abstract: "Correct a position by hand.",
        subcommands: [Adjust.self]
    )

    struct Adjust: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move a position: start of day, transfer, bust. Recorded with your name."
        )

        @Argument(help: "Symbol, as in AAPL.") var symbol: String
        @Option(help: "Account; or house, which holds what no account could claim.")
        var account: String
        // Unconditional, so that a minus is a sign and not a flag.
        @Option(parsing: .unconditional, help: "Shares, signed: 100 or -100.") var qty: Int64
        @Option(help: "Price of the shares.") var price: String
        @Option(help: "Why; it is recorded with your name.") var reason: String
        @OptionGroup var state: StateOptions

        func run() throws {
            var frame = ControlFrame(.adjust)
            frame.symbol = try OrderArguments.symbol(symbol)
            frame.account = try OrderArguments.name(account, "--account")
            frame.qty = OrderQty(units: qty)
            frame.value = qty
            frame.px = try OrderArguments.limitPrice(price, "--price")
            frame.say(reason)
            let answer = try state.hot.ask(frame)
            if answer.outcome == .rejected {
                throw Failure(.refused, OrderAnswer.refusal(answer))
            }
            let isAsked = answer.outcome == .awaitsSecond
            Console.out("\(symbol) \(account): \(isAsked ? answer.words : "moved by \(qty)")")
        }
    }
}
