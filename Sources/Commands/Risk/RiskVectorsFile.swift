internal import HotPath
internal import Vocabulary

/// A vector file (risk-controls form): limits, symbols and events for the gate, or rate, burst and
/// times for the rate rule alone. Reading says what is wrong and where; running is the real gate's.
struct RiskVectorsFile {
    enum Content {
        case gate(limits: VectorLimits, events: [VectorEvent], expected: [Int64?], final: JSON?)
        case rate(ratePerS: UInt32, burst: UInt32, timesNs: [Int64], allow: JSON?)
    }

    /// What `apus risk vectors` prints, and how it differs from what the file itself expects.
    struct Result {
        var output: JSON
        var differences: [String]
    }

    let content: Content

    init(path: String) throws(Failure) {
        try self.init(FileBytes.read(path), path: path)
    }

    init(_ bytes: [UInt8], path: String) throws(Failure) {
        guard let json = JSON.parse(bytes), case .object = json else {
            throw Failure(.badInput, "\(path): not one JSON object")
        }
        let reader = VectorReader(path: path)
        if json["times_ns"] != nil {
            content = try reader.rate(json)
        } else {
            content = try reader.gate(json)
        }
    }

    func run() -> Result {
        switch content {
        case .gate(let limits, let events, let expected, let final):
            return runGate(limits, events, expected, final)
        case .rate(let ratePerS, let burst, let timesNs, let allow):
            return runRate(ratePerS, burst, timesNs, allow)
        }
    }

    private func runGate(
        _ limits: VectorLimits,
        _ events: [VectorEvent],
        _ expected: [Int64?],
        _ final: JSON?
    ) -> Result {
        var runner = VectorRunner(limits, eventCount: events.count)
        var decisions: [JSON] = []
        var differences: [String] = []
        for (index, event) in events.enumerated() {
            let code = runner.step(event)
            decisions.append(code.map { .number($0.rawValue) } ?? .null)
            if let wanted = expected[index], wanted != code.map({ Int64($0.rawValue) }) {
                let got = code.map { "\($0.rawValue) (\($0.meaning))" } ?? "no decision"
                differences.append("events[\(index)]: expected \(wanted), the gate says \(got)")
            }
        }
        let end = Self.final(runner.final(), limits)
        for (key, wanted) in final?.members ?? [] where !Self.holds(end[key], wanted) {
            differences.append(
                "final: \(key) expected \(wanted.text), is \(end[key]?.text ?? "absent")"
            )
        }
        return Result(
            output: ["decisions": .array(decisions), "final": end],
            differences: differences
        )
    }

    /// Every member the file names has that value; the order of members says nothing.
    private static func holds(_ actual: JSON?, _ wanted: JSON) -> Bool {
        guard let members = wanted.members else { return actual == wanted }
        return members.allSatisfy { holds(actual?[$0.0], $0.1) }
    }

    private static func final(_ final: VectorFinal, _ limits: VectorLimits) -> JSON {
        var members: [(String, JSON)] = []
        for (symbol, state) in zip(limits.symbols, final.symbols) {
            let cell: JSON = [
                "pos": .number(state.pos), "openBuy": .number(state.openBuy),
                "openSell": .number(state.openSell), "locate": .number(state.locate),
            ]
            members.append((symbol.name, cell))
        }
        members.append(("openNotional", .number(final.openNotional)))
        members.append(("dayBuy", .number(final.dayBuy)))
        members.append(("daySell", .number(final.daySell)))
        members.append(("openOrders", .number(final.openOrders)))
        return .object(members)
    }

    private func runRate(
        _ ratePerS: UInt32,
        _ burst: UInt32,
        _ timesNs: [Int64],
        _ allow: JSON?
    ) -> Result {
        var bucket = RateBucket(ratePerS: ratePerS, burst: burst)
        var allowed: [JSON] = []
        for time in timesNs {
            let passes = bucket.allows(time)
            if passes { bucket.consume(time) }
            allowed.append(passes ? 1 : 0)
        }
        let output = JSON.array(allowed)
        var differences: [String] = []
        if let allow, allow != output {
            differences.append("allow: expected \(allow.text), is \(output.text)")
        }
        return Result(output: ["allow": output], differences: differences)
    }
}
