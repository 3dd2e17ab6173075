internal import HotPath
internal import Vocabulary

/// JSON into vector events, strictly: a failure names the file, the field, the value, and what
/// would be right.
struct VectorReader {
    let path: String

    // MARK: The gate

    func gate(_ json: JSON) throws(Failure) -> RiskVectorsFile.Content {
        guard let limits = json["limits"]?.members else {
            throw wrong("limits", json["limits"], "an object of limits")
        }
        guard let symbols = json["symbols"]?.members else {
            throw wrong("symbols", json["symbols"], "an object of symbols")
        }
        guard let list = json["events"]?.array else {
            throw wrong("events", json["events"], "a list of events")
        }
        guard symbols.count < 4_096 else {
            throw Failure(.badInput, "\(path): symbols: \(symbols.count), at most 4095")
        }
        var vector = VectorLimits()
        for (key, value) in limits { try set(key, value, &vector) }
        for (name, value) in symbols { vector.symbols.append(try symbol(name, value)) }
        let names = symbols.map(\.0)
        var events: [VectorEvent] = []
        var expected: [Int64?] = []
        for (index, item) in list.enumerated() {
            events.append(try event(item, "events[\(index)]", names))
            let wanted = item["expect"]
            expected.append(
                wanted == nil || wanted == .null
                    ? nil : try integer(item, "expect", "events[\(index)]", 0...699)
            )
        }
        return .gate(limits: vector, events: events, expected: expected, final: json["final"])
    }

    private func set(_ key: String, _ value: JSON, _ limits: inout VectorLimits) throws(Failure) {
        if key == "maxDay" {
            for (side, limit) in value.members ?? [] {
                switch side {
                case "B": limits.maxDayBuy = try whole(limit, "limits.maxDay.B")
                case "S": limits.maxDaySell = try whole(limit, "limits.maxDay.S")
                default: throw wrong("limits.maxDay", value, "sides B and S")
                }
            }
            return
        }
        let number = try whole(value, "limits.\(key)")
        switch key {
        case "tick": limits.tick = try positive(number, "limits.tick")
        case "lot": limits.lot = try positive(number, "limits.lot")
        case "maxOrderQty": limits.maxOrderQty = number
        case "maxOrderNotional": limits.maxOrderNotional = number
        case "maxRefAgeNs": limits.maxRefAgeNs = number
        case "maxDayQty": limits.maxDayQty = number
        case "collarBps": limits.collarBps = number
        case "passiveBps": limits.passiveBps = number
        case "maxOpenNotional": limits.maxOpenNotional = number
        case "maxGross": limits.maxGross = number
        case "maxNet": limits.maxNet = number
        case "maxOpenOrders": limits.maxOpenOrders = number
        case "dupWindowNs": limits.dupWindowNs = number
        case "dupMax": limits.dupMax = number
        case "rate": limits.rate = try rate(number, "limits.rate")
        case "burst": limits.burst = try rate(number, "limits.burst")
        default:
            throw Failure(.badInput, "\(path): limits.\(key): not a limit this gate knows")
        }
    }

    private func symbol(_ name: String, _ value: JSON) throws(Failure) -> VectorLimits.Symbol {
        guard let members = value.members else {
            throw wrong("symbols.\(name)", value, "an object")
        }
        var symbol = VectorLimits.Symbol(name: name)
        for (key, value) in members {
            let number = try whole(value, "symbols.\(name).\(key)")
            switch key {
            case "pos": symbol.pos = number
            case "maxLong": symbol.maxLong = number
            case "maxShort": symbol.maxShort = number
            case "val": symbol.val = number
            case "locate": symbol.locate = number
            default:
                throw Failure(
                    .badInput,
                    "\(path): symbols.\(name).\(key): known are pos maxLong maxShort val locate"
                )
            }
        }
        return symbol
    }

    // MARK: Events

    private static let kinds: [(String, VectorEvent.Kind)] = [
        ("ref", .ref), ("new", .new), ("fill", .fill), ("cxl", .cxl), ("rej", .rej),
        ("cancel", .cancel), ("replace", .replace), ("replaced", .replaced),
        ("replace_rej", .replaceRej), ("block", .block), ("kill", .kill), ("rearm", .rearm),
    ]

    private func event(
        _ json: JSON,
        _ at: String,
        _ names: [String]
    ) throws(Failure)
        -> VectorEvent
    {
        let name = json["k"]?.string ?? ""
        guard let kind = Self.kinds.first(where: { $0.0 == name })?.1 else {
            let known = Self.kinds.map(\.0).joined(separator: " ")
            throw wrong("\(at).k", json["k"], "one of \(known)")
        }
        var event = VectorEvent(kind)
        // One is added to every time; a century of nanoseconds is room enough.
        event.tNs = try integer(json, "t", at, 0...4_000_000_000_000_000_000)
        switch kind {
        case .ref:
            event.symbol = try row(json, at, names)
            event.px = try integer(json, "px", at, Int64.min...Int64.max)
        case .new:
            event.id = try id(json, at)
            event.symbol = try row(json, at, names)
            // A mark that is none is the gate's to refuse (202).
            event.mark = json["mark"]?.string?.utf8.first ?? 0
            event.qty = try integer(json, "q", at, Int64.min...Int64.max)
            event.px = try integer(json, "px", at, Int64.min...Int64.max)
        case .fill, .replace:
            event.id = try id(json, at)
            event.qty = try integer(json, "q", at, Int64.min...Int64.max)
            event.px = try integer(json, "px", at, Int64.min...Int64.max)
        case .cxl, .rej, .cancel, .replaced, .replaceRej: event.id = try id(json, at)
        case .block:
            event.symbol = try row(json, at, names)
            event.on = json["on"]?.bool ?? true
        case .kill, .rearm: break
        }
        return event
    }

    /// A symbol the file does not list is beyond the last row: the gate's to refuse (201).
    private func row(_ json: JSON, _ at: String, _ names: [String]) throws(Failure) -> UInt16 {
        guard let name = json["sym"]?.string else {
            throw wrong("\(at).sym", json["sym"], "a symbol")
        }
        return UInt16(names.firstIndex(of: name) ?? names.count)
    }

    private func id(_ json: JSON, _ at: String) throws(Failure) -> UInt32 {
        UInt32(try integer(json, "id", at, 0...Int64(UInt32.max)))
    }

    // MARK: The rate rule

    func rate(_ json: JSON) throws(Failure) -> RiskVectorsFile.Content {
        let ratePerS = try integer(json, "rate_per_s", "", 1...Int64(UInt32.max))
        let burst = try integer(json, "burst", "", 1...Int64(UInt32.max))
        guard let list = json["times_ns"]?.array else {
            throw wrong("times_ns", json["times_ns"], "a list of times")
        }
        var times: [Int64] = []
        for (index, item) in list.enumerated() {
            times.append(try whole(item, "times_ns[\(index)]"))
        }
        return .rate(
            ratePerS: UInt32(ratePerS),
            burst: UInt32(burst),
            timesNs: times,
            allow: json["allow"]
        )
    }

    // MARK: Numbers

    private func integer(
        _ json: JSON,
        _ key: String,
        _ at: String,
        _ range: ClosedRange<Int64>
    )
        throws(Failure) -> Int64
    {
        let field = at.isEmpty ? key : "\(at).\(key)"
        let value = try whole(json[key], field)
        guard range.contains(value) else {
            throw wrong(field, json[key], "\(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private func whole(_ json: JSON?, _ field: String) throws(Failure) -> Int64 {
        guard case .int(let value) = json else { throw wrong(field, json, "a whole number") }
        return value
    }

    private func positive(_ value: Int64, _ field: String) throws(Failure) -> Int64 {
        guard value > 0 else { throw wrong(field, .int(value), "a number above 0") }
        return value
    }

    private func rate(_ value: Int64, _ field: String) throws(Failure) -> UInt32 {
        guard let rate = UInt32(exactly: value) else {
            throw wrong(field, .int(value), "0 to \(UInt32.max)")
        }
        return rate
    }

    private func wrong(_ field: String, _ value: JSON?, _ right: String) -> Failure {
        Failure(.badInput, "\(path): \(field): \(value?.text ?? "missing"), should be \(right)")
    }
}
