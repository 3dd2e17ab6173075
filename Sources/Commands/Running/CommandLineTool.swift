internal import ArgumentParser
internal import Glibc
internal import Settings

/// The door of `apus`: parses, runs, and turns every way of ending into words and a number.
package enum CommandLineTool {
    package static func main() -> Never {
        // A reader that went away ends the pipe, not the program.
        signal(SIGPIPE, SIG_IGN)
        exit(run(Array(CommandLine.arguments.dropFirst())))
    }

    /// Runs one command line.
    ///
    /// - Returns: The process's exit status.
    package static func run(_ arguments: [String]) -> Int32 {
        do {
            var command = try Apus.parseAsRoot(try NegativeNumbers.joined(arguments))
            try command.run()
            return ExitStatus.ok.rawValue
        } catch let failure as Failure {
            if !failure.description.isEmpty { Console.err("apus: \(failure)") }
            return failure.status.rawValue
        } catch let error as SettingsError {
            Console.err("apus: \(error)")
            return ExitStatus.badInput.rawValue
        } catch {
            let code = Apus.exitCode(for: error)
            let message = Apus.fullMessage(for: error)
            if code.isSuccess {
                Console.out(message)
            } else if !message.isEmpty {
                Console.err(message)
            }
            return code.rawValue
        }
    }
}

struct Apus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus",
        abstract: "A low-latency execution system: launch it, watch it, trade by hand, stop it.",
        discussion: """
            Exit codes: 0 ok, 1 a verdict is not clean, 64 usage, 65 bad file or value, 69 not \
            running, 75 already running or port in use, 77 refused.
            """,
        subcommands: [
            UpCommand.self, DownCommand.self, StatusCommand.self, OrderCommand.self,
            PositionCommand.self, AlgoCommand.self, KillCommand.self, ArmCommand.self,
            LimitsCommand.self, PositionsCommand.self, PnlCommand.self, FillsCommand.self,
            TcaCommand.self, VenuesCommand.self, StatCommand.self, LogsCommand.self,
            JournalCommand.self, RiskCommand.self, SessionCommand.self, DayCommand.self,
            ConfigCommand.self,
            HostCommand.self, EngineCommand.self, DemoCommand.self, FeedCommand.self,
        ]
    )
}
