internal import ArgumentParser
internal import Crossing

/// Test hooks; refused unless the configuration says `hot.test_hooks: true`.
struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Test hooks of the engine thread.",
        shouldDisplay: false,
        subcommands: [Hang.self]
    )

    struct Hang: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the engine thread hear nothing more, until hot is stopped."
        )

        @OptionGroup var state: StateOptions

        func run() throws {
            let answer = try state.hot.ask(ControlFrame(.hang))
            if answer.outcome == .rejected {
                throw Failure(.refused, OrderAnswer.refusal(answer))
            }
            Console.out("the engine hangs")
        }
    }
}
