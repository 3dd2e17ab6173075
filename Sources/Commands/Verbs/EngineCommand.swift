internal import ArgumentParser
internal import Crossing

/// Test hooks; refused unless the configuration says `hot.test_hooks: true`.
struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Test hooks of the engine thread.",
        shouldDisplay: false,
        subcommands: [Hang.self, Crash.self]
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

    struct Crash: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End hot at an order to come: after its record, before its bytes."
        )

        @Option(help: "At which order from now; 1 is the next.") var after: Int64 = 1
        @OptionGroup var state: StateOptions

        func validate() throws {
            guard after > 0 else { throw ValidationError("--after \(after): 1 or more is right") }
        }

        func run() throws {
            var frame = ControlFrame(.hang)
            frame.value = after
            let answer = try state.hot.ask(frame)
            if answer.outcome == .rejected {
                throw Failure(.refused, OrderAnswer.refusal(answer))
            }
            Console.out("hot ends at order \(after) from now")
        }
    }
}
