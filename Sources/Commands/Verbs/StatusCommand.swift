internal import ArgumentParser
internal import Crossing
internal import Glibc

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Is it up, is the gate open, what lives? Asks hot; works without cold."
    )

    @Flag(help: "Again every second, until Ctrl-C.") var live = false
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        guard live else {
            try show()
            return
        }
        while true {
            if Console.isTerminal, !output.json { Console.out("\u{1B}[H\u{1B}[2J", terminator: "") }
            try show()
            sleep(1)
        }
    }

    private func show() throws {
        let status = HotStatus(try state.hot.ask(ControlFrame(.status)))
        let alerts = alerts()
        let stopped = stopped()
        guard output.json else {
            let lines = [status.text] + stopped.map(Self.line) + alerts.map(Self.line)
            return Console.out(lines.joined(separator: "\n"))
        }
        guard case .object(let members) = status.json else { return }
        let names = JSON.array(stopped.map { .string($0.name) })
        Console.out(
            JSON.object(members + [("stopped", names), ("alerts", .array(alerts))]).text
        )
    }

    /// What stands still: its sockets are open and its last word was good, so hot believes it up for
    /// a while.
    private func stopped() -> [(name: String, pid: Int32)] {
        let directory = StateDirectory(path: state.directory)
        let bytes = try? FileBytes.read(directory.ports)
        var all = PortsFile.processes(bytes.flatMap(JSON.parse) ?? .null)
        if let pid = FileLock.holder(directory.lock) { all.append(("the launcher", pid)) }
        return all.filter { $0.pid > 0 && ProcessState.isStopped($0.pid) }
    }

    private static func line(_ process: (name: String, pid: Int32)) -> String {
        "STOPPED    \(process.name), pid \(process.pid), stands still and answers nothing; "
            + "`kill -CONT \(process.pid)` lets it run"
    }

    /// What cold would wake somebody for. Without cold there is still hot's answer.
    private func alerts() -> [JSON] {
        let answer = try? state.cold.ask("alerts", timeoutMs: 500)
        return answer?.json["alerts"]?.array ?? []
    }

    private static func line(_ alert: JSON) -> String {
        let severity = alert["severity"]?.string ?? "?"
        return "\(severity.padding(10)) \(alert["name"]?.string ?? "?"): "
            + "\(alert["text"]?.string ?? "")"
    }
}

/// A status answer, with names.
struct HotStatus {
    let frame: ControlFrame

    init(_ frame: ControlFrame) { self.frame = frame }

    var isGateOpen: Bool { frame.field(.gateOpen) != 0 }
    var isKilled: Bool { frame.field(.killed) != 0 }
    var liveOrders: Int64 { frame.field(.liveOrders) }
    var unknownOrders: Int64 { frame.field(.unknownOrders) }
    var venuesUp: Int64 { frame.field(.venuesUp) }
    var venuesTotal: Int64 { frame.field(.venuesTotal) }

    var line: String {
        "venues \(venuesUp)/\(venuesTotal) up, gate \(isGateOpen ? "open" : "closed"), "
            + "\(liveOrders) live orders"
    }

    var text: String {
        let used = frame.field(.auditUsedSlots)
        let slots = frame.field(.auditSlots)
        return """
            gate       \(isGateOpen ? "open" : "closed")\(isKilled ? ", KILLED (apus arm)" : "")
            venues     \(venuesUp) of \(venuesTotal) up
            orders     \(liveOrders) live, \(unknownOrders) unknown
            clients    \(frame.field(.clientsLoggedIn)) logged in
            engine     pid \(frame.field(.pid)), epoch \(frame.field(.epoch)), \(lastTurn)
            cold       \(coldText)
            audit ring \(used) of \(slots) slots used
            limits     version \(frame.field(.limitsVersion))
            """
    }

    private var lastTurn: String {
        let age = frame.field(.heartbeatAgeNs)
        return age == .max
            ? "has not turned yet: it is starting"
            : "last turn \(Format.duration(age)) ago, \(transport)"
    }

    private var coldText: String {
        let age = frame.field(.coldAgeNs)
        guard age >= 0 else { return "not there" }
        let heard = "heard \(Format.duration(age)) ago"
        guard age >= Self.coldSilentNs else { return heard }
        return "SILENT, \(heard)\(isGateOpen ? "" : ": new orders are refused (111)")"
    }

    /// What hot takes for silence unless the configuration says otherwise (semantics §3.5).
    private static let coldSilentNs: Int64 = 2_000_000_000

    private var transport: String {
        switch frame.field(.transport) {
        case 1: "io_uring"
        case 2: "sockets"
        default: "transport \(frame.field(.transport))"
        }
    }

    var json: JSON {
        .object(StatusField.allCases.map { ("\($0)", .int(frame.field($0))) })
    }
}
