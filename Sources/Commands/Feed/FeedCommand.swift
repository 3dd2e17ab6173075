internal import ArgumentParser
internal import Vocabulary

/// `apus feed`: what an ITCH file holds.
struct FeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feed",
        abstract: "Decode an ITCH 5.0 file: counts, or the book of one symbol.",
        subcommands: [Stats.self, Book.self]
    )

    struct Stats: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stats",
            abstract: "Count messages by type, resting orders, unknown references."
        )

        @Option(name: .long, help: "The file, in BinaryFILE framing; - is standard input.")
        var itch: String

        @Flag(name: .long, help: "Print one JSON object.")
        var json = false

        func run() throws {
            let file = try FeedFile(path: itch)
            let stats = FeedStats(file)
            Console.out(json ? stats.json : stats.table)
            if stats.truncatedBytes > 0 { throw file.truncation(bytes: stats.truncatedBytes) }
        }
    }

    struct Book: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "book",
            abstract: "Build the book of one symbol.",
            discussion: """
                Every message, CSV: no header; seq, ns of day, then bid price and quantity of each \
                level, then ask price and quantity; integers in 1e-4, empty where there is no level.
                """
        )

        @Option(name: .long, help: "The file, in BinaryFILE framing; - is standard input.")
        var itch: String

        @Option(name: .long, help: "The symbol, as the feed writes it.")
        var symbol: String

        @Option(name: .long, help: "Price levels a side.")
        var levels = 10

        @Flag(
            name: .long,
            help: "A line after each message of the symbol that can change its book."
        )
        var everyMessage = false

        @Flag(name: .long, help: "Print lines of comma-separated values.")
        var csv = false

        @Flag(name: .long, help: "Print JSON, one object a line.")
        var json = false

        func run() throws {
            guard let stock = Symbol(symbol) else {
                throw Failure(.badInput, "--symbol \(symbol): want 1 to 8 printable characters")
            }
            guard (1...1_000).contains(levels) else {
                throw Failure(.badInput, "--levels \(levels): want 1 to 1000")
            }
            let file = try FeedFile(path: itch)
            let result = print(FeedBook(file, symbol: stock, levels: levels))
            if result.truncatedBytes > 0 { throw file.truncation(bytes: result.truncatedBytes) }
            if result.seen == 0 {
                throw Failure(
                    .badInput,
                    "--symbol \(symbol): no message of it in \(file.name)"
                )
            }
        }

        private func print(_ book: FeedBook) -> FeedBook.Result {
            let printer = FeedPrinter()
            defer { printer.flush() }
            let result = book.run { snapshot in
                guard everyMessage else { return }
                if json { printer.line(snapshot.json) } else { printer.bytes(snapshot.csvLine()) }
            }
            guard !everyMessage, result.seen > 0 else { return result }
            if csv {
                printer.bytes(result.csv)
            } else {
                printer.line(json ? result.json : result.table)
            }
            return result
        }
    }
}

/// Gathers lines and prints them in large pieces: a day's file makes millions of them.
final class FeedPrinter {
    private var gathered: [UInt8] = []

    func line(_ text: String) { bytes(Array((text + "\n").utf8)) }

    func bytes(_ bytes: [UInt8]) {
        gathered += bytes
        if gathered.count >= 1 << 16 { flush() }
    }

    func flush() {
        Console.out(String(decoding: gathered, as: UTF8.self), terminator: "")
        gathered.removeAll(keepingCapacity: true)
    }
}
