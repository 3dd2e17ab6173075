internal import ArgumentParser

// Reads that cold answers: each is one verb of cold.sock, as a table or as the JSON it sent.

struct PositionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "positions",
        abstract: "Positions by account and symbol."
    )
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let columns = [
            "account", "symbol", "position", "boughtQty", "soldQty", "fills", "mark", "openCost",
        ]
        try ColdTable(verb: "positions", rows: "positions", columns: columns).print(state, output)
    }
}

struct PnlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pnl",
        abstract: "Profit and loss: realised by FIFO lots, unrealised at the mark, fees.",
        discussion: """
            total = gross + unrealized - fees. gross is what closed lots made before fees; realized is \
            the same after the fees of those lots, so fees are not taken from it again.
            """
    )
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let columns = [
            "account", "symbol", "position", "mark", "gross", "unrealized", "fees", "total",
            "realized",
        ]
        try ColdTable(verb: "pnl", rows: "pnl", columns: columns).print(state, output)
    }
}

struct FillsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fills",
        abstract: "The day's fills, newest last."
    )
    @Option(help: "At most so many.") var limit: Int64 = 200
    @Option(help: "Only this symbol.") var symbol: String?
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let columns = [
            "tNs", "orderID", "symbol", "side", "lastQty", "lastPx", "venue", "liquidity", "fee",
            "account", "strategy", "parent",
        ]
        var arguments: [(String, JSON)] = [("limit", .int(limit))]
        if let symbol { arguments.append(("symbol", .string(symbol))) }
        try ColdTable(verb: "fills", rows: "fills", columns: columns)
            .print(state, output, arguments)
    }
}

struct TcaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tca",
        abstract: "What each parent cost against its arrival price, in basis points."
    )
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let columns = [
            "id", "symbol", "side", "qty", "cumQty", "state", "arrivalTwiceMid", "slippageBps",
            "vwapSlippageBps", "fees", "total", "totalBps",
        ]
        try ColdTable(verb: "tca", rows: "parents", columns: columns).print(state, output)
    }
}

struct VenuesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "venues",
        abstract: "Each venue: session, feed, orders, fills, rejects, time to answer."
    )
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let columns = [
            "venue", "mic", "session", "feed", "orders", "acks", "fills", "rejects", "cancels",
            "gaps", "answerNsP50", "answerNsP99",
        ]
        try ColdTable(verb: "venues", rows: "venues", columns: columns).print(state, output)
    }
}
