import ArgumentParser
import Glibc
import Harness

/// `apus-bench <scenario>`: latency beside its floors, in blocks that take turns.
@main
struct ApusBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus-bench",
        abstract: "Measures Apus beside the least C that could stand in its place.",
        subcommands: [TickToOrder.self, Order.self, Ring.self, Risk.self, Kill.self, Jitter.self]
    )
}

struct TickToOrder: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "t2t",
        abstract: "Tick (UDP) to order (TCP), through the whole hot path."
    )
    @OptionGroup var asked: Asked
    func run() throws { try asked.run(.t2t) }
}

struct Order: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order",
        abstract: "Client order to venue, and venue report to client."
    )
    @OptionGroup var asked: Asked
    @Flag(help: "Time nothing: count what the engine thread allocates, faults and asks.")
    var countOnly = false
    @Option(help: "Orders of --count-only.")
    var orders = 100_000

    func run() throws {
        guard countOnly else { return try asked.run(.order) }
        try asked.count(orders)
    }
}

struct Ring: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ring",
        abstract: "An audit record to another core and back."
    )
    @OptionGroup var asked: Asked
    func run() throws { try asked.run(.ring) }
}

struct Risk: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "risk",
        abstract: "The gate: whole, hot and cold, and check by check."
    )
    @OptionGroup var asked: Asked
    func run() throws { try asked.run(.risk) }
}

struct Kill: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract: "A kill with 1 000 orders alive: until obeyed, until the cancels are out."
    )
    @OptionGroup var asked: Asked
    func run() throws { try asked.run(.kill) }
}

struct Jitter: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jitter",
        abstract: "What the machine takes from a thread that only spins."
    )
    @OptionGroup var asked: Asked
    func run() throws { try asked.run(.jitter) }
}
