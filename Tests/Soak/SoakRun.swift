import Crossing
import Foundation

/// What one run came to.
struct SoakResult {
    var plan: SoakPlan
    var hotKills = 0
    var coldKills = 0
    var crashes = 0
    var orders = 0
    var accepted = 0
    var fills = 0
    var neverReceived = 0
    /// Accepted a second while the client was logged in.
    var rate = 0.0
    var rejects: [UInt16: Int] = [:]
    var restartToOpenNs: [Int64] = []
    var coldBackNs: [Int64] = []
    var verdict = "none"
    var faults: [String] = []
    var tookNs: Int64 = 0
}

/// One run: a fresh system, a client that never stops, deaths at random moments, and the verdict.
struct SoakRun {
    private enum Death: CaseIterable { case hot, cold, crash }

    private let plan: SoakPlan
    private let binaries: String
    private let config: String

    init(_ plan: SoakPlan, binaries: String, config: String) {
        self.plan = plan
        self.binaries = binaries
        self.config = config
    }

    func carriedOut(keep: Bool) -> SoakResult {
        var result = SoakResult(plan: plan)
        let startedNs = monotonicNs()
        do {
            let text = try SoakConfig(from: config, rate: plan.rate)
            let system = try SoakSystem(text, binaries: binaries)
            do {
                try run(system, &result)
            } catch {
                result.faults.append("\(error)")
                let words = system.upWords.split(separator: "\n").suffix(4)
                result.faults += words.map { "apus up said: \($0)" }
            }
            let isKept = keep || !result.faults.isEmpty
            if isKept { result.faults.append(contentsOf: keptWord(system, result.faults)) }
            system.end(keep: isKept)
        } catch {
            result.faults.append("\(error)")
        }
        result.tookNs = monotonicNs() - startedNs
        return result
    }

    private func keptWord(_ system: SoakSystem, _ faults: [String]) -> [String] {
        if faults.isEmpty {
            say("       kept: \(system.folder)")
            return []
        }
        return ["kept: \(system.folder)"]
    }

    private func run(_ system: SoakSystem, _ result: inout SoakResult) throws {
        try system.start()
        let client = SoakClient(
            user: "DESKA",
            password: system.password("DESKA"),
            port: system.clientPort
        )
        let trader = SoakTrader(client, rate: plan.rate)
        try trader.start()
        let death = Result { try deaths(system, trader, &result) }
        try trader.finish(seconds: 60)
        result.orders = client.sent
        result.accepted = client.accepted
        result.fills = client.fills
        result.neverReceived = client.neverReceived
        result.rejects = client.rejects
        result.rate = Double(client.accepted) / max(1e-9, Double(trader.loggedInNs) / 1e9)
        try death.get()
        try judge(system, trader, &result)
    }

    // MARK: Deaths

    private func deaths(
        _ system: SoakSystem,
        _ trader: SoakTrader,
        _ result: inout SoakResult
    ) throws {
        var dice = Dice(plan.seed)
        var order =
            Array(repeating: Death.hot, count: plan.kills)
            + Array(repeating: .cold, count: plan.kills)
            + Array(repeating: .crash, count: plan.crashes)
        order.shuffle(using: &dice)
        usleep(UInt32(plan.lead * 1e6))
        for (index, death) in order.enumerated() {
            // Mostly out of full trading, every fifth into the recovery from the one before.
            let isHasty = index > 0 && Int.random(in: 0..<5, using: &dice) == 0
            if !isHasty { try trading(trader, system) }
            usleep(UInt32.random(in: 0..<(isHasty ? 300_000 : 1_200_000), using: &dice))
            let isLast = index + 1 == order.count
            let nth = Int64.random(in: 1...2000, using: &dice)
            switch death {
            case .hot:
                guard let former = system.kill9("hot") else { throw Missed("hot was not there") }
                result.hotKills += 1
                try hotBack(system, former, &result)
            case .cold:
                guard let former = system.kill9("cold") else { throw Missed("cold was not there") }
                result.coldKills += 1
                try coldBack(system, former, &result)
            case .crash:
                try crash(system, nth, &result)
            }
            if isLast { try trading(trader, system) }
        }
    }

    /// Orders are accepted again, a good many, and cold has caught up.
    private func trading(_ trader: SoakTrader, _ system: SoakSystem) throws {
        let then = trader.progress.accepted
        let isTrading = waits(60, everyUs: 10_000) {
            !system.isUp || (trader.progress.accepted > then + 500 && system.isCaughtUp)
        }
        guard isTrading, system.isUp else {
            let status = system.door.status()
            throw Missed(
                "no orders accepted within 60 s: gate \(status?.field(.gateOpen) ?? -1), cold age "
                    + "\(status?.field(.coldAgeNs) ?? -1) ns, ring \(status?.field(.auditUsedSlots) ?? -1)"
                    + " of \(status?.field(.auditSlots) ?? -1), up \(system.isUp), rejects so far "
                    + "\(trader.progress)"
            )
        }
    }

    private func hotBack(
        _ system: SoakSystem,
        _ former: pid_t,
        _ result: inout SoakResult
    ) throws {
        guard waits(15, until: { system.pid("hot") != former || !system.isUp }), system.isUp else {
            throw Missed("hot was not started again")
        }
        let restartedNs = monotonicNs()
        let pid = system.pid("hot")
        guard waits(60, until: { system.isOpen(pid) || !system.isUp }), system.isUp else {
            throw Missed("the gate did not open within 60 s of hot's restart")
        }
        result.restartToOpenNs.append(monotonicNs() - restartedNs)
    }

    private func coldBack(
        _ system: SoakSystem,
        _ former: pid_t,
        _ result: inout SoakResult
    ) throws {
        guard waits(15, until: { system.pid("cold") != former || !system.isUp }), system.isUp else {
            throw Missed("cold was not started again")
        }
        let restartedNs = monotonicNs()
        let isBack = waits(60) {
            guard let age = system.door.status()?.field(.coldAgeNs) else { return !system.isUp }
            return (0..<50_000_000).contains(age) || !system.isUp
        }
        guard isBack, system.isUp else {
            throw Missed("cold was not heard within 60 s of its restart")
        }
        result.coldBackNs.append(monotonicNs() - restartedNs)
    }

    /// The order's record stands, its bytes never left.
    private func crash(_ system: SoakSystem, _ nth: Int64, _ result: inout SoakResult) throws {
        let former = system.pid("hot")
        let answer = system.door.ask(.hang, value: nth)
        // Hot may be dead before it can answer: then its end alone tells.
        if let answer, answer.outcome != .done {
            throw Missed("the crash hook was refused: \(answer.outcome)")
        }
        guard waits(60, until: { system.pid("hot") != former || !system.isUp }), system.isUp else {
            throw Missed("hot did not end at order \(nth)")
        }
        result.crashes += 1
        try hotBack(system, former, &result)
    }

    // MARK: Verdict

    private func judge(
        _ system: SoakSystem,
        _ trader: SoakTrader,
        _ result: inout SoakResult
    ) throws {
        let client = trader.client
        let open = trader.symbolsOpen()
        if open != SoakTrader.symbols {
            result.faults.append("\(open) of \(SoakTrader.symbols) symbols open; \(client.rejects)")
        }
        result.faults += client.broken.map { "client: \($0)" }
        if client.unanswered > 0 { result.faults.append("\(client.unanswered) orders unanswered") }
        if client.living > 0 {
            result.faults.append("\(client.living) orders without an end: \(client.leftOpen)…")
        }
        // What hot tells of itself is a turn of its timers old.
        _ = waits(2) {
            system.door.status().map { $0.field(.liveOrders) + $0.field(.unknownOrders) } == 0
        }
        guard let status = system.door.status() else { throw Missed("hot gives no status") }
        for (name, field) in [("UNKNOWN", StatusField.unknownOrders), ("live", .liveOrders)] {
            let count = status.field(field)
            if count != 0 { result.faults.append("\(count) \(name) orders at the end") }
        }
        if status.field(.gateOpen) != 1 { result.faults.append("the gate is not open at the end") }
        replay(system, client, &result)
        result.faults += try system.down()
        try journal(system, client, &result)
    }

    /// A client that lost everything is told what this one was told piecemeal.
    private func replay(
        _ system: SoakSystem,
        _ client: SoakClient,
        _ result: inout SoakResult
    ) {
        client.line.close()
        let again = SoakReplay(
            user: "DESKA",
            password: system.password("DESKA"),
            port: system.clientPort
        )
        let heard = again.hear(client.messages, seconds: 60)
        if heard != client.messages || again.digest != client.digest {
            result.faults.append(
                "the replay from message 1 gave \(heard) of \(client.messages) messages"
                    + (again.digest == client.digest ? "" : ", and other bytes")
            )
        }
    }

    private func journal(
        _ system: SoakSystem,
        _ client: SoakClient,
        _ result: inout SoakResult
    ) throws {
        let logs = system.venueLogs.flatMap { ["--venue-log", $0] }
        let check = try system.run(["journal", "check", "--json"] + logs, seconds: 300)
        let data = Data(check.out.utf8)
        let json = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
        func number(_ key: String) -> Int64 { (json[key] as? NSNumber)?.int64Value ?? -1 }
        result.verdict =
            "\(json["verdict"] ?? "unreadable") \(number("lost"))/\(number("duplicated"))/"
            + "\(number("unexplained"))"
        if check.exitCode != 0 || number("lost") != 0 || number("duplicated") != 0
            || number("unexplained") != 0
        {
            result.faults.append("journal check: exit \(check.exitCode ?? -1) \(result.verdict)")
            let findings = json["findings"] as? [[String: Any]] ?? []
            result.faults += findings.prefix(3).map { "finding: \($0)" }
            if json.isEmpty { result.faults.append(String(check.err.prefix(300))) }
        }
        if number("openOrders") != 0 {
            result.faults.append("journal check: \(number("openOrders")) orders open")
        }
        if number("filledQty") != client.filledQty {
            result.faults.append(
                "the client heard of \(client.filledQty) shares, the journal of \(number("filledQty"))"
            )
        }
    }
}
