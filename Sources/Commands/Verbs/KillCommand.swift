internal import ArgumentParser
internal import Crossing
internal import Vocabulary

struct KillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract: "Stop trading now: nothing new, cancel what lives. Without a scope: the firm.",
        discussion: """
            Answers when the engine has obeyed. When it does not, the admin thread shuts the venue \
            sockets, so that the venues cancel. The kill stays until `apus arm`. --hard resets the \
            venue sockets and ends hot at once; `up` goes down with it.
            """
    )

    @Option(help: "Only this account.") var account: String?
    @Option(help: "Only this strategy.") var strategy: String?
    @Option(help: "Only this symbol.") var symbol: String?
    @Flag(help: "End hot; the venues cancel what lived.") var hard = false
    @Option(help: "Why; it is recorded with your name.") var reason: String
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if [account, strategy, symbol].compactMap({ $0 }).count > 1 {
            throw ValidationError(
                "Give one of --account, --strategy, --symbol, or none for the firm."
            )
        }
    }

    func run() throws {
        var frame = ControlFrame(hard ? .hardKill : .kill)
        if let account {
            frame.scope = KillScope.account.rawValue
            frame.account = try OrderArguments.name(account, "--account")
        } else if let strategy {
            frame.scope = KillScope.strategy.rawValue
            frame.strategy = try OrderArguments.name(strategy, "--strategy")
        } else if let symbol {
            frame.scope = KillScope.symbol.rawValue
            frame.symbol = try OrderArguments.symbol(symbol)
        }
        frame.say(reason)
        let answer = try state.hot.exchange(frame).last ?? ControlFrame()
        if answer.outcome != .engineSilent { try state.hot.check(answer) }
        if answer.outcome == .rejected { throw Failure(.refused, OrderAnswer.refusal(answer)) }
        let scope = [account, strategy, symbol].compactMap { $0 }.first ?? "firm"
        if output.json {
            let value: JSON = [
                "scope": .string(scope), "obeyed": .bool(answer.outcome == .done),
                "killEpoch": .int(answer.value), "text": .string(answer.words),
            ]
            Console.out(value.text)
        } else {
            Console.out("kill \(scope): \(answer.words.isEmpty ? "obeyed" : answer.words)")
        }
        // The venues' cancel-on-disconnect acts now; that is not what was asked for.
        if answer.outcome == .engineSilent { throw Failure.notClean }
    }
}

struct ArmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arm",
        abstract: "Allow new orders again after a kill."
    )

    @Option(help: "Go on without this venue.") var without: [String] = []
    @Option(help: "Only this account.") var account: String?
    @Option(help: "Only this strategy.") var strategy: String?
    @Option(help: "Only this symbol.") var symbol: String?
    @Option(help: "Why; it is recorded with your name.") var reason: String
    @OptionGroup var state: StateOptions

    func run() throws {
        for venue in without {
            var frame = ControlFrame(.exclude)
            frame.venue = try OrderArguments.name(venue, "--without")
            frame.say(reason)
            try refuse(try state.hot.ask(frame))
        }
        var frame = ControlFrame(.arm)
        if let account {
            frame.scope = KillScope.account.rawValue
            frame.account = try OrderArguments.name(account, "--account")
        } else if let strategy {
            frame.scope = KillScope.strategy.rawValue
            frame.strategy = try OrderArguments.name(strategy, "--strategy")
        } else if let symbol {
            frame.scope = KillScope.symbol.rawValue
            frame.symbol = try OrderArguments.symbol(symbol)
        }
        frame.say(reason)
        let answer = try state.hot.ask(frame)
        try refuse(answer)
        let scope = [account, strategy, symbol].compactMap { $0 }.first ?? "firm"
        Console.out("arm \(scope): new orders are allowed again")
    }

    private func refuse(_ answer: ControlFrame) throws(Failure) {
        if answer.outcome == .rejected { throw Failure(.refused, OrderAnswer.refusal(answer)) }
    }
}
