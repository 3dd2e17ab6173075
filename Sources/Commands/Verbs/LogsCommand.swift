internal import ArgumentParser
internal import Glibc

struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "What the processes said: the last lines of each log."
    )

    @Argument(help: "Only this one: hot, cold, or a venue's name.") var which: String?
    @Option(name: [.customShort("n"), .long], help: "Lines of each.") var lines = 20
    @OptionGroup var state: StateOptions

    func run() throws {
        let directory = StateDirectory(path: state.directory)
        let files = FileBytes.names(in: directory.logs).filter { name in
            which.map { name.hasPrefix("\($0).") } ?? true
        }
        guard !files.isEmpty else {
            throw Failure(.badInput, "\(directory.logs): no log\(which.map { " of \($0)" } ?? "")")
        }
        for file in files {
            let text = String(
                decoding: try FileBytes.read("\(directory.logs)/\(file)"),
                as: UTF8.self
            )
            if files.count > 1 { Console.out("== \(file)") }
            for line in text.split(separator: "\n").suffix(max(0, lines)) {
                Console.out(String(line))
            }
        }
    }
}
