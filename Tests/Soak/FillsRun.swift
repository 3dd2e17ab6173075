import Crossing
import Foundation
import Vocabulary

/// One run of ``Fills``: rest, stop cold, fill the ring, let cold go on, judge.
final class FillsRun {
    private let fills: Int
    private let ringSlots: Int
    private let seconds: Int
    private let binaries: String
    private let config: String
    private var faults: [String] = []
    private var startedNs: Int64 = 0
    private let symbol = Symbol("AAPL") ?? .blank
    private let px = Price(units: 3_200_000)
    private static let orders = 20
    /// After the venue's start: when it begins to lose cancels.
    private static let faultS = 20

    init(fills: Int, ringSlots: Int, seconds: Int, binaries: String, config: String) {
        self.fills = fills
        self.ringSlots = ringSlots
        self.seconds = seconds
        self.binaries = binaries
        self.config = config
    }

    func carriedOut(keep: Bool) -> [String] {
        do {
            var text = try SoakConfig(from: config, rate: 20_000)
            try text.fillAtOneVenue(
                ringSlots: ringSlots,
                faults: "ignore-cancels@\(Self.faultS)s, none@\(Self.faultS + seconds)s"
            )
            let bin = try Binaries(binaries)
            defer { bin.remove() }
            let system = try SoakSystem(text, binaries: bin.folder)
            do {
                try run(system, bin)
            } catch {
                faults.append("\(error)")
                faults += system.upWords.split(separator: "\n").suffix(4).map { "up: \($0)" }
            }
            let isKept = keep || !faults.isEmpty
            if isKept { say("kept: \(system.folder)") }
            system.end(keep: isKept)
        } catch {
            faults.append("\(error)")
        }
        return faults
    }

    private var elapsed: String { String(format: "%6.1f s", Double(now) / 1e9) }
    private var now: Int64 { monotonicNs() - startedNs }

    private func tell(_ text: String) { say("\(elapsed)  \(text)") }
    private func expect(_ holds: Bool, _ text: String) { if !holds { faults.append(text) } }

    private func run(_ system: SoakSystem, _ bin: Binaries) throws {
        startedNs = monotonicNs()
        try system.start()
        let client = SoakClient(
            user: "DESKA",
            password: system.password("DESKA"),
            port: system.clientPort
        )
        guard client.logIn() else { throw Missed("the client cannot log in") }
        let extra = try rest(client)
        let cold = system.pid("cold")
        kill(cold, SIGSTOP)
        defer { kill(cold, SIGCONT) }
        tell("cold is stopped, \(client.living) orders rest")
        try coldIsMissed(client, extra)
        _ = waits(Double(Self.faultS) + 3 - Double(now) / 1e9, everyUs: 0) {
            client.pump(milliseconds: 20)
            return false
        }
        let maker = SoakClient(
            user: Binaries.maker,
            password: bin.password,
            port: system.venuePort("NASDAQ")
        )
        guard maker.logIn() else { throw Missed("the other side cannot log in at the venue") }
        fill(system, client, maker)
        _ = waits(Double(Self.faultS + seconds) + 4 - Double(now) / 1e9, everyUs: 0) {
            client.pump(milliseconds: 20)
            maker.pump(milliseconds: 0)
            return false
        }
        let unwritten = counter(system, "recordsUnwritten")
        tell("cold goes on; \(unwritten) records found no room, the venue takes cancels again")
        expect(unwritten > 0, "the ring was never full")
        kill(cold, SIGCONT)
        try caughtUp(system, client, maker)
        try open(system, client)
        maker.line.close()
        try judge(system, client, maker)
    }

    /// Enough to be filled, and one that will be canceled; its number.
    private func rest(_ client: SoakClient) throws -> UInt32 {
        let qty = UInt32((fills + Self.orders - 1) / Self.orders)
        // Until another venue's feed gave a reference (304).
        guard
            waits(
                10,
                until: {
                    let ref = client.enter(symbol, .buy, qty: 1, px: px, ioc: true)
                    _ = waits(2, everyUs: 0) {
                        client.pump(milliseconds: 5)
                        return client.isOver(ref)
                    }
                    return client.accepted > 0
                }
            )
        else { throw Missed("no order is accepted: \(client.rejects)") }
        let before = client.accepted
        for _ in 0..<Self.orders { _ = client.enter(symbol, .buy, qty: qty, px: px, ioc: false) }
        let extra = client.enter(
            symbol,
            .buy,
            qty: 100,
            px: Price(units: px.units - 10_000),
            ioc: false
        )
        let rests = waits(5, everyUs: 0) {
            client.pump(milliseconds: 5)
            return client.accepted == before + Self.orders + 1
        }
        guard rests else { throw Missed("orders do not rest: \(client.rejects)") }
        return extra
    }

    /// 111 for what is new, an answer for what stops.
    private func coldIsMissed(_ client: SoakClient, _ extra: UInt32) throws {
        let began = now
        let isMissed = waits(10, everyUs: 20_000) {
            let ref = client.enter(symbol, .buy, qty: 1, px: Price(units: 3_100_000), ioc: true)
            _ = waits(2, everyUs: 0) {
                client.pump(milliseconds: 5)
                return client.isOver(ref)
            }
            return client.rejects[111] != nil
        }
        guard isMissed else { throw Missed("no 111 within 10 s: \(client.rejects)") }
        tell("111 for new orders, \((now - began) / 1_000_000) ms after the stop")
        let asked = now
        client.cancel(extra)
        let isCanceled = waits(5, everyUs: 0) {
            client.pump(milliseconds: 5)
            return client.isOver(extra)
        }
        expect(isCanceled, "a cancel did not go while cold was silent")
        tell("a cancel meanwhile: answered after \((now - asked) / 1000) us")
    }

    /// The other side sells one share at a time.
    private func fill(_ system: SoakSystem, _ client: SoakClient, _ maker: SoakClient) {
        let began = now
        let end = Int64(Self.faultS + seconds) * 1_000_000_000
        var rung = 0
        var lookedNs: Int64 = 0
        var wasOpen = true
        while maker.sent < fills, now < end, maker.line.isOpen {
            while maker.unanswered < 4000, maker.sent < fills, maker.line.room > 1 << 20 {
                _ = maker.enter(symbol, .sell, qty: 1, px: px, ioc: true)
            }
            maker.pump(milliseconds: 1)
            client.pump(milliseconds: 0)
            if wasOpen, !client.line.isOpen {
                wasOpen = false
                tell("the client is sent away after \(client.filledQty) shares")
            }
            guard now - lookedNs > 50_000_000, let status = system.door.status() else { continue }
            lookedNs = now
            let used = status.field(.auditUsedSlots) * 1000 / max(1, status.field(.auditSlots))
            let next = status.field(.killed) == 1 ? 3 : used >= 900 ? 2 : used >= 750 ? 1 : 0
            guard next > rung else { continue }
            rung = next
            tell(
                "ring \(used / 10) % used, \(maker.filledQty) fills"
                    + (rung == 3 ? ": the firm is killed" : "")
            )
            // Nothing answers it now, but it must leave.
            if rung < 3, client.isLoggedIn { client.cancel(2) }
        }
        _ = waits(5, everyUs: 0) {
            maker.pump(milliseconds: 5)
            return maker.unanswered == 0
        }
        let took = Double(now - began) / 1e9
        tell(
            "\(maker.filledQty) fills of one share, "
                + String(format: "%.0f a second", Double(maker.filledQty) / took)
        )
        expect(rung == 3, "the firm was not killed: rung \(rung)")
        expect(maker.filledQty == Int64(fills), "\(maker.filledQty) of \(fills) fills")
        expect(!wasOpen, "the client was not sent away")
    }

    /// The venue has told again what found no room, and the client has heard all of it.
    private func caughtUp(
        _ system: SoakSystem,
        _ client: SoakClient,
        _ maker: SoakClient
    ) throws {
        let began = now
        let isDone = waits(240, everyUs: 0) {
            if client.isLoggedIn || client.logIn(seconds: 1) {
                client.pump(milliseconds: 20)
            } else {
                usleep(100_000)
            }
            maker.pump(milliseconds: 0)
            guard client.filledQty == maker.filledQty, client.living == 0 else {
                return !system.isUp
            }
            guard let status = system.door.status() else { return false }
            return status.field(.venuesUp) == 3 && status.field(.liveOrders) == 0
        }
        guard isDone, system.isUp else {
            let status = system.door.status()
            throw Missed(
                "not caught up: the client heard of \(client.filledQty) of \(maker.filledQty) "
                    + "shares, \(client.living) of its orders have no end; venues "
                    + "\(status?.field(.venuesUp) ?? -1), live \(status?.field(.liveOrders) ?? -1)"
            )
        }
        tell(
            "caught up in \((now - began) / 1_000_000) ms: the client heard of "
                + "\(client.filledQty) shares in \(client.logins) logins"
        )
    }

    /// The kill stays until a person arms; then the gate is open.
    private func open(_ system: SoakSystem, _ client: SoakClient) throws {
        let status = system.door.status()
        expect(status?.field(.killed) == 1, "the firm's kill did not last")
        expect(status?.field(.unknownOrders) == 0, "UNKNOWN orders are left")
        let arm = try system.run(["arm", "--reason", "the ring has room again"], seconds: 10)
        expect(arm.exitCode == 0, "apus arm: \(arm.out)\(arm.err)")
        let before = client.accepted
        let isOpen = waits(20, everyUs: 100_000) {
            guard client.isLoggedIn || client.logIn(seconds: 1) else { return false }
            let ref = client.enter(symbol, .buy, qty: 1, px: Price(units: 3_100_000), ioc: true)
            _ = waits(2, everyUs: 0) {
                client.pump(milliseconds: 5)
                return client.isOver(ref)
            }
            return client.accepted > before
        }
        expect(isOpen, "no order is accepted after apus arm: \(client.rejects)")
        tell("armed; an order is accepted")
    }

    private func judge(
        _ system: SoakSystem,
        _ client: SoakClient,
        _ maker: SoakClient
    ) throws {
        faults += client.broken.map { "client: \($0)" }
        faults += maker.broken.map { "other side: \($0)" }
        client.line.close()
        faults += try system.down()
        let logs = system.venueLogs.flatMap { ["--venue-log", $0] }
        let check = try system.run(["journal", "check", "--json"] + logs, seconds: 300)
        let json =
            (try? JSONSerialization.jsonObject(with: Data(check.out.utf8))) as? [String: Any] ?? [:]
        func number(_ key: String) -> Int64 { (json[key] as? NSNumber)?.int64Value ?? -1 }
        tell(
            "journal check: \(json["verdict"] ?? "unreadable"), \(number("lost")) lost, "
                + "\(number("duplicated")) duplicated, \(number("unexplained")) unexplained, "
                + "\(number("filledQty")) shares filled, \(number("openOrders")) orders open"
        )
        expect(check.exitCode == 0, "journal check: exit \(check.exitCode ?? -1)")
        for finding in (json["findings"] as? [[String: Any]] ?? []).prefix(3) {
            faults.append("finding: \(finding)")
        }
        if json.isEmpty { faults.append(String((check.out + check.err).prefix(300))) }
        expect(number("filledQty") == maker.filledQty, "the journal has other shares")
        let text = system.venueLogs.first { $0.hasSuffix("NASDAQ.jsonl") }.flatMap {
            try? String(contentsOfFile: $0, encoding: .utf8)
        }
        let lines = (text ?? "").split(separator: "\n")
        let ignored = lines.count { $0.contains("fault: ignore-cancels") }
        let logins = lines.filter { $0.contains("\"login\"") && $0.contains("\"APUS01 from") }
        let from = logins.compactMap { line in
            line.range(of: #"from \d+"#, options: .regularExpression).map { line[$0] }
        }
        tell(
            "the venue lost \(ignored) cancels of ours; our logins: \(from.joined(separator: ", "))"
        )
        expect(ignored > 1, "no cancel reached the venue")
        expect(from.count > 1, "the venue was not logged in to again")
    }

    private func counter(_ system: SoakSystem, _ name: String) -> Int64 {
        let stat = try? system.run(["stat", "--all", "--json"], seconds: 10)
        let pattern = "\"\(name)\" *: *([0-9]+)"
        guard let text = stat?.out,
            let range = text.range(of: pattern, options: .regularExpression)
        else { return -1 }
        return Int64(text[range].drop { $0 != ":" }.filter(\.isNumber)) ?? -1
    }
}

/// A folder with the binaries, where the venue lets one more login in: the other side's.
struct Binaries {
    static let maker = "MAKER"
    let folder: String
    let password = "othersid"

    init(_ source: String) throws {
        var template = Array("/tmp/apus-soak-bin-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Missed("mkdtemp: errno \(errno)") }
        folder = String(cString: made)
        let files = FileManager.default
        for name in ["apus", "apus-hot", "apus-cold"] {
            try files.copyItem(atPath: "\(source)/\(name)", toPath: "\(folder)/\(name)")
        }
        let secret = "\(folder)/secret"
        try "\(password)\n".write(toFile: secret, atomically: true, encoding: .utf8)
        let venue = "\(folder)/apus-venue"
        let absolute = URL(fileURLWithPath: source).path
        let script =
            "#!/bin/sh\nexec \"\(absolute)/apus-venue\" \"$@\" --user \(Self.maker):\(secret)\n"
        try script.write(toFile: venue, atomically: true, encoding: .utf8)
        chmod(secret, 0o600)
        chmod(venue, 0o700)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
