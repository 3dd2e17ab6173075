internal import ArgumentParser

struct RiskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "risk",
        abstract: "The real gate, offline, and its codes.",
        subcommands: [Vectors.self, Codes.self]
    )

    struct Vectors: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the gate over a vector file and print what it decides.",
            discussion: """
                Prints {"decisions", "final"}, or {"allow"} for a rate file. Exit 1 when the file \
                says what it expects and the gate decides otherwise. docs/vectors has examples.
                """
        )

        @Argument(help: "A JSON vector file.") var file: String

        func run() throws {
            let result = try RiskVectorsFile(path: file).run()
            Console.out(result.output.text)
            for difference in result.differences { Console.err("\(file): \(difference)") }
            if !result.differences.isEmpty { throw Failure.notClean }
        }
    }
}
