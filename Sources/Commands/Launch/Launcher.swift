internal import Glibc
internal import Settings

/// The steps from nothing to an open gate, each said while it happens.
struct Launcher {
    let system: System
    /// For orders whose venues are gone: the gate stays shut and is not waited for.
    let settles: Bool
    var say: (String) -> Void = { Console.out($0) }

    init(_ system: System, settles: Bool = false) {
        self.system = system
        self.settles = settles
    }

    func launch() throws(Failure) {
        system.adoptRolledDay()
        try system.dropForeignRings()
        try system.makeFolders()
        say("pre-flight")
        let checks = Preflight(
            system.settings,
            system.directory,
            sharedMemory: system.sharedMemory,
            settles: settles
        )
        checks.report()
        if let failure = checks.failure { throw failure }
        try system.startVenues()
        try system.compile()
        if let day = system.day { say(day.summary) }
        try system.startHot()
        // Cold pairs with the region hot makes; before that there is nothing, or another day's.
        try waitForHot(seconds: 15)
        try system.startCold()
        if settles {
            try waitForUnknown(seconds: 30)
        } else {
            try waitForGate(seconds: 30)
        }
        try system.markReady()
    }

    /// Until every order that lives is one only a person can end.
    private func waitForUnknown(seconds: Int) throws(Failure) {
        let end = Ticks.now + Int64(seconds) * 1_000_000_000
        while true {
            let status = system.status()
            let cold = FileBytes.exists("\(system.directory.path)/cold.sock")
            if let status, cold, status.liveOrders == status.unknownOrders {
                say("to settle: \(status.unknownOrders) orders; the gate is shut")
                return
            }
            guard !StopSignal.isWanted else {
                throw Failure(.notRunning, "stopped before it was up")
            }
            guard Ticks.now < end else {
                throw Failure(
                    .notRunning,
                    "not every open order became UNKNOWN within \(seconds) s: "
                        + "\(status?.line ?? "hot does not answer")"
                )
            }
            try system.supervise()
            usleep(50_000)
        }
    }

    private func waitForHot(seconds: Int) throws(Failure) {
        let end = Ticks.now + Int64(seconds) * 1_000_000_000
        while system.status() == nil {
            guard !StopSignal.isWanted else {
                throw Failure(.notRunning, "stopped before it was up")
            }
            guard Ticks.now < end else {
                throw Failure(
                    .notRunning,
                    "hot did not answer within \(seconds) s; see \(system.directory.logs)/hot.log"
                )
            }
            try system.supervise()
            usleep(20_000)
        }
    }

    private func waitForGate(seconds: Int) throws(Failure) {
        let progress = ProgressLine()
        let end = Ticks.now + Int64(seconds) * 1_000_000_000
        while true {
            let status = system.status()
            let cold = FileBytes.exists("\(system.directory.path)/cold.sock")
            if let status, status.isGateOpen, cold {
                progress.finish("gate open: \(status.line)")
                if status.isKilled { say("the firm is killed: `apus arm --reason` lets it trade") }
                return
            }
            progress.show("waiting: \(status?.line ?? "hot is starting")")
            guard !StopSignal.isWanted else {
                throw Failure(.notRunning, "stopped before it was up")
            }
            guard Ticks.now < end else {
                throw Failure(
                    .notRunning,
                    "the gate did not open within \(seconds) s: \(status?.line ?? "hot does not answer")"
                        + "; see \(system.directory.logs)/hot.log"
                )
            }
            try system.supervise()
            usleep(50_000)
        }
    }

    var readyText: String {
        let directory = system.directory.path
        guard !settles else {
            return """
                `apus order list --state \(directory)` names them; what each venue knew is in \
                \(directory)/venues/NAME.jsonl. For each:
                  apus order resolve ID --outcome canceled|filled|rejected [--filled N --price P] \
                --evidence WHY --state \(directory)
                then `apus down --state \(directory)` and `apus day roll --state \(directory)`; or, to \
                trade on, `apus session roll --venue NAME --confirm --reason WHY` for each venue
                """
        }
        let client = system.settings.clients.isEmpty ? "none" : "\(system.clientEndpoint)"
        return """
            up: pid \(getpid()), state \(directory), trading date \(system.settings.tradingDate)
            clients log in at \(client); apus status --state \(directory); apus down --state \
            \(directory)
            """
    }
}

/// One line that changes in place on a terminal, and is printed again only when it changes
/// elsewhere.
final class ProgressLine {
    private var last = ""
    private let isTerminal = Console.isTerminal

    func show(_ text: String) {
        guard text != last else { return }
        last = text
        if isTerminal {
            Console.out("\r\u{1B}[K\(text)", terminator: "")
        } else {
            Console.out(text)
        }
    }

    func finish(_ text: String) {
        if isTerminal { Console.out("\r\u{1B}[K", terminator: "") }
        Console.out(text)
    }
}
