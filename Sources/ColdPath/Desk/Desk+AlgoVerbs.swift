import ColdCore
import ExecutionAlgos
import OrderManagement
import Vocabulary

extension Desk {
    func algoStart(_ request: JSON, _ uid: UInt32, _ time: DeskTime) throws -> JSON {
        guard isHotAlive(time) else { throw VerbError("hot: is not running; start it first") }
        guard journalFailure == nil else { throw VerbError("journal: failed; nothing is started") }
        let kind = request["algo"]?.text ?? "twap"
        guard kind == "twap" else { throw VerbError("algo: \"\(kind)\" is unknown; twap is known") }

        guard let instrument = try index(request, "symbol", reference.instrument(named:)) else {
            throw VerbError("symbol: missing")
        }
        let strategy = try algoStrategy(request)
        let account =
            try index(request, "account", reference.account(named:))
            ?? reference.strategies[Int(strategy)].account
        refreshQuotes(all: true)
        let spec = TwapSpec(
            instrument: instrument,
            side: try side(request),
            qty: OrderQty(units: try required(request, "qty")),
            limitPx: try optional(request, "px").map { Price(units: $0) },
            durationMs: try required(request, "duration_ms"),
            slices: try required(request, "slices"),
            account: account,
            strategy: strategy,
            venue: try index(request, "venue", reference.venue(named:)) ?? noIndex8,
            arrivalTwiceMid: quotes.twiceMid(instrument)
        )
        switch rooms.algos.start(spec, uid: uid, nowNs: engineNow(time), &outbox) {
        case .failure(let refusal): throw VerbError(refusal.reason)
        case .success(let parent):
            flush(time)
            return [
                "id": .string("\(parent)"), "state": "starting",
                "arrivalTwiceMid": spec.arrivalTwiceMid.map(JSON.int) ?? .null,
            ]
        }
    }

    /// Asked for here, true once hot has recorded it.
    func algoResume(_ request: JSON, _ uid: UInt32, _ time: DeskTime) throws -> JSON {
        let parent = try parentNamed(request)
        guard isHotAlive(time) else { throw VerbError("hot: is not running; nothing is resumed") }
        return try asked("resume", rooms.algos.resume(parent: parent, uid: uid, &outbox), time)
    }

    /// `pause`, `cancel`: true at once, whether hot runs or not; its record follows.
    func algoStop(
        _ verb: ExecutionAlgos.Stopping.Verb,
        _ request: JSON,
        _ uid: UInt32,
        _ time: DeskTime
    ) throws -> JSON {
        let parent = try parentNamed(request)
        let stopped = rooms.algos.stop(
            verb,
            parent: parent,
            uid: uid,
            nowNs: engineNow(time),
            &outbox
        )
        return try asked(verb.rawValue, stopped, time)
    }

    private func asked(
        _ verb: String,
        _ answer: Result<UInt64, ExecutionAlgos.Refusal>,
        _ time: DeskTime
    ) throws -> JSON {
        switch answer {
        case .failure(let refusal): throw VerbError(refusal.reason)
        case .success(let parent):
            flush(time)
            return [
                "id": .string("\(parent)"), "asked": .string(verb),
                "hotRuns": .bool(isHotAlive(time)),
            ]
        }
    }

    func algoList(_ time: DeskTime) -> JSON {
        let known = rooms.algos.order.compactMap { rooms.algos.parents[$0] }
        let starting = rooms.algos.starting.sorted { $0.key < $1.key }
        return [
            "parents": .array(known.map { parentJSON($0, time) }),
            "starting": .array(
                starting.map { parent, start in
                    [
                        "id": .string("\(parent)"),
                        "symbol": .string(reference.symbol(start.spec.instrument)),
                        "state": start.code == 0 ? "starting" : "refused",
                        "code": .number(start.code),
                        "meaning": .string(RiskCode(rawValue: start.code)?.meaning ?? ""),
                    ]
                }
            ),
        ]
    }

    func algoShow(_ request: JSON, _ time: DeskTime) throws -> JSON {
        let parent = try parentNamed(request)
        if let start = rooms.algos.starting[parent] {
            return [
                "parent": [
                    "id": .string("\(parent)"),
                    "state": start.code == 0 ? "starting" : "refused",
                    "code": .number(start.code),
                    "meaning": .string(RiskCode(rawValue: start.code)?.meaning ?? ""),
                ]
            ]
        }
        guard let twap = rooms.algos.parents[parent] else {
            throw VerbError("id: no parent \(parent); `apus algo list` shows them")
        }
        return [
            "parent": parentJSON(twap, time),
            "children": .array(rooms.orders.children(of: parent).map(orderJSON)),
        ]
    }

    func parentJSON(_ twap: Twap, _ time: DeskTime) -> JSON {
        let spec = twap.spec
        let rejects = twap.rejects.sorted { $0.key < $1.key }.map { code, count -> JSON in
            [
                "code": .number(code), "count": .number(count),
                "meaning": .string(RiskCode(rawValue: code)?.meaning ?? "venue reason \(code)"),
            ]
        }
        return [
            "id": .string("\(twap.id)"), "algo": "twap", "state": .string(twap.state.rawValue),
            "symbol": .string(reference.symbol(spec.instrument)),
            "side": .string(spec.side.description), "qty": .int(spec.qty.units),
            "px": spec.limitPx.map { .int($0.units) } ?? .null, "cumQty": .int(twap.cumQty),
            "liveQty": .int(twap.liveQty), "inFlightQty": .int(twap.inFlightQty),
            "leavesQty": .int(max(0, spec.qty.units - twap.cumQty)),
            "avgPx": twap.average.value.map(JSON.double) ?? .null,
            "slices": .int(spec.slices), "slice": .int(twap.slice(engineNow(time)) + 1),
            "durationMs": .int(spec.durationMs),
            "elapsedMs": .int(twap.elapsedNs(engineNow(time)) / 1_000_000),
            "children": .number(twap.childrenInOrder.count), "live": .number(twap.liveCount),
            "account": .string(reference.accountName(spec.account)),
            "strategy": .string(reference.strategyName(spec.strategy)),
            "venue": spec.venue == noIndex8 ? "*" : .string(reference.venueName(spec.venue)),
            "arrivalTwiceMid": spec.arrivalTwiceMid.map(JSON.int) ?? .null,
            "startedNs": .int(twap.startedNs), "endedNs": twap.endedNs.map(JSON.int) ?? .null,
            "uid": .number(twap.uid), "rejects": .array(rejects),
            "waitsForQuote": .bool(twap.waitsForQuote),
            "stopAsked": rooms.algos.stopping[twap.id].map { .string($0.verb.rawValue) } ?? .null,
            "verbRefused": twap.verbCode == 0 ? .null : .number(twap.verbCode),
        ]
    }

    // MARK: Fields

    /// The whole id, or its low half alone when only one parent has it: what a person types.
    private func parentNamed(_ request: JSON) throws -> UInt64 {
        let given = try number(request, "id")
        guard given < 1 << 32 else { return given }
        let all = rooms.algos.order + rooms.algos.starting.keys
        let fitting = all.filter { $0 & 0xFFFF_FFFF == given }
        guard fitting.count == 1 else {
            throw VerbError(
                fitting.isEmpty
                    ? "id: no parent \(given); `apus algo list` shows them"
                    : "id: \(given) fits \(fitting.count) parents; give the whole id"
            )
        }
        return fitting[0]
    }

    private func algoStrategy(_ request: JSON) throws -> UInt16 {
        if let given = try index(request, "strategy", reference.strategy(named:)) { return given }
        let usable = reference.strategies.indices.filter { reference.strategies[$0].coldMay }
        guard usable.count == 1 else {
            throw VerbError("strategy: missing; algos may use \(usable.count) of them")
        }
        return UInt16(usable[0])
    }

    private func side(_ request: JSON) throws -> Side {
        let names: [String: Side] = [
            "B": .buy, "buy": .buy, "S": .sell, "sell": .sell, "T": .sellShort,
            "short": .sellShort, "E": .sellShortExempt,
        ]
        guard let given = request["side"]?.text, let side = names[given] else {
            throw VerbError("side: must be one of B, S, T, E")
        }
        return side
    }

    private func required(_ request: JSON, _ field: String) throws -> Int64 {
        guard let value = request[field]?.integer else {
            throw VerbError("\(field): must be a whole number")
        }
        return value
    }

    private func optional(_ request: JSON, _ field: String) throws -> Int64? {
        guard let given = request[field], given != .null else { return nil }
        guard let value = given.integer else {
            throw VerbError("\(field): must be a whole number of price units")
        }
        return value
    }
}
