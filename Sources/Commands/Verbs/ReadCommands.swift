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
        try ColdTable.print(state, output, verb: "positions", rows: "positions")
    }
}

struct PnlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pnl",
        abstract: "Profit and loss: realised by FIFO lots, unrealised at the mark, fees."
    )
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions
    func run() throws {
        try ColdTable.print(state, output, verb: "pnl", rows: "pnl")
    }
}

struct FillsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fills",
        abstract: "The day's fills, newest last."
    )
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions
    func run() throws {
        try ColdTable.print(state, output, verb: "fills", rows: "fills")
    }
}

struct TcaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tca",
        abstract: "What each parent cost against its arrival price."
    )
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions
    func run() throws {
        try ColdTable.print(state, output, verb: "tca", rows: "parents")
    }
}

struct VenuesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "venues",
        abstract: "Each venue: session, feed, orders, fills, rejects, round trip."
    )
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions
    func run() throws {
        try ColdTable.print(state, output, verb: "venues", rows: "venues")
    }
}
