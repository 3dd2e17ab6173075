internal import ArgumentParser
internal import Glibc
internal import Vocabulary

struct AlgoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "algo",
        abstract: "Parent orders that cold slices into children.",
        subcommands: [
            Start.self, List.self, Show.self, Pause.self, Resume.self, Cancel.self,
        ]
    )

    struct Start: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Start a parent.")

        @Argument(help: "Which algo: twap.") var algo: String
        @Argument(help: "Symbol, as in AAPL.") var symbol: String
        @Argument(help: "buy, sell, short or exempt.") var side: String
        @Argument(help: "Shares in all.") var qty: String
        @Option(help: "How long it takes, as in 30s.") var over: String
        @Option(help: "How many slices of equal length.") var slices: Int64 = 10
        @Option(help: "No child beyond this price.") var limit: String?
        @Option(help: "Strategy it is booked to; it must allow algos.") var strategy = "TWAP"
        @Option(help: "Account; without it the strategy's.") var account: String?
        @Option(help: "Venue; without it each child goes where the best price is.") var venue:
            String?
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            guard algo == "twap" else {
                throw Failure(.badInput, "ALGO \"\(algo)\" is not known; there is twap")
            }
            var arguments: [(String, JSON)] = [
                ("algo", .string(algo)),
                ("symbol", .string(try OrderArguments.symbol(symbol).description)),
                ("side", .string(try OrderArguments.side(side).description)),
                ("qty", .int(try OrderArguments.qty(qty).units)),
                ("duration_ms", .int(try OrderArguments.milliseconds(over, "--over"))),
                ("slices", .int(slices)), ("strategy", .string(strategy)),
            ]
            if let limit {
                let px = try OrderArguments.limitPrice(limit, "--limit")
                arguments.append(("px", .int(px.units)))
            }
            if let account { arguments.append(("account", .string(account))) }
            if let venue { arguments.append(("venue", .string(venue))) }
            let answer = try state.cold.ask("algo.start", arguments)
            let parent = answer.json["id"]?.string ?? "?"
            let state = try AlgoCommand.recorded(parent, state, "start") { $0 != "starting" }
            Console.out(
                output.json ? answer.text : "\(parent): \(state); `apus algo show \(parent)`"
            )
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Every parent of the day.")
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions
        func run() throws {
            let table = ColdTable(verb: "algo.list", rows: "parents", columns: AlgoCommand.columns)
            try table.print(state, output)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One parent and its children.")
        @Argument(help: "Parent, as `apus algo list` shows it.") var parent: String
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions
        func run() throws {
            let answer = try state.cold.ask("algo.show", [("id", .string(parent))])
            guard !output.json else {
                Console.out(answer.text)
                return
            }
            Console.out(ColdTable.lines(answer.json["parent"] ?? .null, AlgoCommand.columns))
            let columns = [
                "orderID", "side", "qty", "px", "leavesQty", "cumQty", "avgPx", "status", "venue",
            ]
            let children = ColdTable.table(answer.json["children"]?.array ?? [], columns)
            if !children.isEmpty { Console.out(children.text) }
        }
    }

    struct Pause: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "No new children for now.")
        @Argument(help: "Parent, as `apus algo list` shows it.") var parent: String
        @OptionGroup var state: StateOptions
        func run() throws { try AlgoCommand.ask("pause", parent, state) }
    }

    struct Resume: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Go on.")
        @Argument(help: "Parent, as `apus algo list` shows it.") var parent: String
        @OptionGroup var state: StateOptions
        func run() throws {
            let asked = try state.cold.ask("algo.resume", [("id", .string(parent))])
            let id = asked.json["id"]?.string ?? parent
            Console.out(
                "\(id): \(try AlgoCommand.recorded(id, state, "resume") { $0 != "paused" })"
            )
        }
    }

    struct Cancel: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End it: children are canceled, nothing new."
        )
        @Argument(help: "Parent, as `apus algo list` shows it.") var parent: String
        @OptionGroup var state: StateOptions
        func run() throws { try AlgoCommand.ask("cancel", parent, state) }
    }

    static let columns = [
        "id", "state", "symbol", "side", "qty", "px", "cumQty", "liveQty", "leavesQty", "avgPx",
        "slice", "slices", "account", "strategy", "venue",
    ]

    /// Waits until hot has recorded what lets a parent trade, or has refused it: cold answers when it
    /// has asked. Gives the parent's state then.
    private static func recorded(
        _ parent: String,
        _ state: StateOptions,
        _ verb: String,
        until isDone: (String) -> Bool
    ) throws -> String {
        for _ in 0..<100 {
            let shown = try state.cold.ask("algo.show", [("id", .string(parent))]).json["parent"]
            let code = shown?["verbRefused"]?.int ?? shown?["code"]?.int ?? 0
            if code != 0 {
                let meaning = RiskCode(rawValue: UInt16(clamping: code))?.meaning ?? ""
                throw Failure(.refused, "refused: \(verb) of \(parent): \(code) \(meaning)")
            }
            let now = shown?["state"]?.string ?? ""
            if isDone(now) { return now }
            usleep(20_000)
        }
        throw Failure(
            .notRunning,
            "\(verb) of \(parent): hot has not recorded it within 2 s; what it takes up too late it "
                + "refuses (508); `apus algo show \(parent)`"
        )
    }

    private static func ask(_ verb: String, _ parent: String, _ state: StateOptions) throws {
        let answer = try state.cold.ask("algo.\(verb)", [("id", .string(parent))])
        Console.out("\(answer.json["id"]?.string ?? parent): \(verb) asked")
    }
}
