internal import ArgumentParser
internal import Crossing
internal import Glibc
internal import Vocabulary

struct DownCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Stop new orders, cancel, wait for answers, log out, sync, and say what is open."
    )

    @Flag(help: "When it does not end by itself: end its processes by their ids.") var force = false
    @Option(help: "How long to wait for the ordered end, in seconds.") var patience = 45
    @OptionGroup var state: StateOptions

    func run() throws {
        let directory = StateDirectory(path: state.directory)
        guard let pid = FileLock.holder(directory.lock), pid > 0 else {
            throw Failure(.notRunning, "nothing is up on \(directory.path)")
        }
        guard force || !ProcessState.isStopped(pid) else {
            throw Failure(
                .notClean,
                "the launcher, pid \(pid), is stopped and ends nothing: `kill -CONT \(pid)`, then "
                    + "`apus down` again; `apus kill` and `apus order cancel` work meanwhile, --force "
                    + "ends all by force"
            )
        }
        guard kill(pid, SIGTERM) == 0 else {
            throw Failure(.refused, "pid \(pid): \(String(cString: strerror(errno)))")
        }
        Console.out("asked pid \(pid) to go down")
        let progress = ProgressLine()
        let end = Ticks.now + Int64(patience) * 1_000_000_000
        while FileLock.holder(directory.lock) != nil {
            if Ticks.now > end {
                guard force else {
                    let hot = hotPid(directory).map {
                        "hot, pid \($0), still runs (`kill -CONT \($0)` if it is stopped); "
                    }
                    throw Failure(
                        .notClean,
                        "pid \(pid) did not end within \(patience) s; \(hot ?? "")"
                            + "`apus down --force` ends it"
                    )
                }
                try endByForce(directory, pid)
                break
            }
            let status = try? state.hot.ask(ControlFrame(.status), timeoutMs: 500)
            let silent = hotPid(directory).map { hot in
                ProcessState.isStopped(hot)
                    ? "hot, pid \(hot), is stopped (`kill -CONT \(hot)`)"
                    : "hot, pid \(hot), is ending"
            }
            progress.show(status.map { HotStatus($0).line } ?? silent ?? "hot has ended")
            usleep(100_000)
        }
        progress.finish("down")
        try LeftOpen.report(directory)
    }

    /// Hot's process, while it lives.
    private func hotPid(_ directory: StateDirectory) -> Int32? {
        guard let bytes = try? FileBytes.read(directory.ports) else { return nil }
        let hot = PortsFile.processes(JSON.parse(bytes) ?? .null).first { $0.0 == "hot" }
        guard let pid = hot?.1, Sibling.executable(of: pid) != nil else { return nil }
        return pid
    }

    /// Only what ports.json names, and only while it still runs one of our binaries.
    private func endByForce(_ directory: StateDirectory, _ pid: Int32) throws {
        let json = JSON.parse(try FileBytes.read(directory.ports)) ?? .null
        for (name, child) in PortsFile.processes(json) + [("up", pid)] {
            guard let binary = Sibling.executable(of: child),
                binary.split(separator: "/").last?.hasPrefix("apus") == true
            else { continue }
            Console.out("ending \(name), pid \(child)")
            kill(child, SIGKILL)
        }
    }
}

/// What the journal says still lives after an end: nothing, one hopes.
enum LeftOpen {
    static func report(_ directory: StateDirectory) throws {
        guard let story = try? DayStory(directory, date: nil) else { return }
        guard !story.open.isEmpty else {
            Console.out("nothing is open")
            return
        }
        var table = Table(["order", "symbol", "venue", "leaves", "status"])
        for order in story.open {
            table.add([
                order.id.description, story.symbol(order.new.instrument),
                story.venue(order.new.venue), String(order.last.leavesQty.units),
                "\(order.last.status)",
            ])
        }
        Console.out("still open:\n\(table.text)")
        Console.out("`apus up --state \(directory.path)` goes on with them, or says how")
        throw Failure.notClean
    }
}
