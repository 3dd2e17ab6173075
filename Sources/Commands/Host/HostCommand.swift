internal import ArgumentParser

struct HostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host",
        abstract: "Is this machine tuned for a hot thread?",
        subcommands: [Check.self]
    )

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Every line of the tuning list: pass, fail or not applicable. Changes nothing.",
            discussion: """
                Exit 1 when a line fails. A development machine fails many; Apus runs there all the \
                same, less predictably.
                """
        )

        @Option(help: "CPUs meant for engine threads, as in 2-3 (default: the isolated ones).")
        var cpus: String?
        @Option(help: "Look at a copy of /proc and /sys below this folder.") var root = "/"
        @OptionGroup var output: OutputOptions

        func run() throws {
            var wanted: CpuSet?
            if let cpus {
                guard let set = CpuSet(list: cpus), !set.isEmpty else {
                    throw Failure(
                        .badInput,
                        "--cpus \"\(cpus)\" is not a CPU list, as in 2 or 2-3,5"
                    )
                }
                wanted = set
            }
            guard FileBytes.exists("\(root)/proc"), FileBytes.exists("\(root)/sys") else {
                throw Failure(.badInput, "--root \"\(root)\" has no proc and sys below it")
            }
            let check = HostCheck(HostRoot(root), cpus: wanted)
            let beyond = check.hot.subtracting(check.root.online)
            guard beyond.isEmpty else {
                throw Failure(
                    .badInput,
                    "--cpus \(beyond): not online; this machine has \(check.root.online)"
                )
            }
            try report(check)
        }

        private func report(_ check: HostCheck) throws {
            let lines = check.lines
            func count(_ verdict: HostLine.Verdict) -> Int {
                lines.filter { $0.verdict == verdict }.count
            }
            if output.json {
                let value: JSON = [
                    "cpus": .string(check.hot.description), "pass": .number(count(.pass)),
                    "fail": .number(count(.fail)), "notApplicable": .number(count(.notApplicable)),
                    "lines": .array(lines.map(\.json)),
                ]
                Console.out(value.text)
            } else {
                var table = Table(["", "item", "found", "wanted", "reason"])
                for line in lines {
                    table.add([
                        line.verdict.rawValue, line.item, line.found, line.wanted, line.reason,
                    ])
                }
                Console.out("hot CPUs \(check.hot)")
                Console.out(table.text)
                Console.out(
                    "\(count(.pass)) pass, \(count(.fail)) fail, "
                        + "\(count(.notApplicable)) not applicable"
                )
            }
            if count(.fail) > 0 { throw Failure.notClean }
        }
    }
}
