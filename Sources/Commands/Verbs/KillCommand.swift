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

            --only sets one latch instead of the kill, with its own code: reduce-only (108), break \
            (112, of a symbol), portfolio (415), ratio (504), executions (115) and rejects (505) \
            refuse new orders and leave what lives alone; loss (113) and drawdown (114) cancel it \
            too. `apus arm --only` lets go of just that one.
            """
    )

    @OptionGroup var scope: ScopeOptions
    @Option(help: ArgumentHelp("Set this latch, not the kill.", valueName: "latch"))
    var only: LatchName?
    @Flag(help: "End hot; the venues cancel what lived.") var hard = false
    @Option(help: "Why; it is recorded with your name.") var reason: String
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if only == .kill { throw ValidationError("kill without --only is that kill.") }
        if hard, only != nil { throw ValidationError("--hard ends hot; it sets no latch.") }
        try only?.check(scope)
    }

    func run() throws {
        var frame = ControlFrame(hard ? .hardKill : .kill)
        try scope.aim(&frame)
        frame.detail = UInt32(only?.code.rawValue ?? 0)
        frame.say(reason)
        // Hot answers within a second, also for an engine that is silent.
        let answer = try state.hot.exchange(frame, timeoutMs: 2000).last ?? ControlFrame()
        if answer.outcome != .engineSilent { try state.hot.check(answer) }
        if answer.outcome == .rejected { throw Failure(.refused, OrderAnswer.refusal(answer)) }
        let what = only.map { "kill \(scope.name), \($0.rawValue)" } ?? "kill \(scope.name)"
        if output.json {
            let value: JSON = [
                "scope": .string(scope.name), "obeyed": .bool(answer.outcome == .done),
                "latch": .number(frame.detail), "killEpoch": .int(answer.value),
                "text": .string(answer.words),
            ]
            Console.out(value.text)
        } else {
            Console.out("\(what): \(answer.words.isEmpty ? "obeyed" : answer.words)")
        }
        // The venues' cancel-on-disconnect acts now; that is not what was asked for.
        if answer.outcome == .engineSilent { throw Failure.notClean }
    }
}

struct ArmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arm",
        abstract: "Allow new orders again after a kill or a latch.",
        discussion: """
            Clears every latch of the scope, or with --only the one it names. While orders of the \
            scope are open a kill, a loss or a drawdown is armed only with --override; latches that \
            only refuse new orders (reduce-only, break, …) need none.
            """
    )

    @Option(help: "Go on without this venue.") var without: [String] = []
    @OptionGroup var scope: ScopeOptions
    @Option(help: ArgumentHelp("Let go of this latch alone.", valueName: "latch"))
    var only: LatchName?
    @Flag(help: "Although orders are open; recorded as such.") var override = false
    @Option(help: "Why; it is recorded with your name.") var reason: String
    @OptionGroup var state: StateOptions

    func validate() throws { try only?.check(scope) }

    func run() throws {
        for venue in without {
            var frame = ControlFrame(.exclude)
            frame.venue = try OrderArguments.name(venue, "--without")
            frame.say(reason)
            try refuse(try state.hot.ask(frame))
        }
        var frame = ControlFrame(.arm)
        try scope.aim(&frame)
        frame.detail = UInt32(only?.code.rawValue ?? 0)
        frame.force = override ? 1 : 0
        frame.say(reason)
        let answer = try state.hot.ask(frame)
        try refuse(answer)
        let what = only.map { "\(scope.name), \($0.rawValue)" } ?? scope.name
        Console.out("arm \(what): \(standing(KillScope(rawValue: frame.scope) ?? .firm))")
    }

    /// What an order of the scope may still be refused by.
    private func standing(_ armed: KillScope) -> String {
        do throws(Failure) {
            let rest = try StandingLatch.all(state.hot).filter { $0.concerns(armed, scope.name) }
            guard !rest.isEmpty else { return "new orders are allowed again" }
            return "let go of; still in force: \(rest.map(\.text).joined(separator: ", "))"
        } catch {
            return "let go of; what else is in force could not be asked: \(error)"
        }
    }

    private func refuse(_ answer: ControlFrame) throws(Failure) {
        guard answer.outcome == .rejected else { return }
        if answer.code == RiskCode.unknownOrderOnSymbol.rawValue {
            throw Failure(
                .refused,
                "refused: \(answer.value) orders of \(scope.words) are open, and it is stopped: cancel "
                    + "them (`apus order cancel --all\(scope.flag) --reason WHY`), or give --override to "
                    + "trade on beside them"
            )
        }
        throw Failure(.refused, OrderAnswer.refusal(answer))
    }
}
