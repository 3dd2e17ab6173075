package import ColdCore
import Crossing
import ExecutionAlgos
import Monitoring
import OrderManagement
import Vocabulary

/// A verb's refusal: one line that names the field, the value and what would be right.
struct VerbError: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

extension Desk {
    static let limitDefault: Int64 = 200
    static let limitMax: Int64 = 10_000

    /// Whether somebody may speak to us at all.
    package func mayAsk(uid: UInt32, gid: UInt32) -> Bool {
        !roles.role(uid: uid, gid: gid).isEmpty
    }

    /// Answers one request of `cold.sock`; docs/protocols/cold-sock.md lists the verbs.
    package func answer(_ request: JSON, uid: UInt32, gid: UInt32, _ time: DeskTime) -> JSON {
        do {
            guard case .object = request else { throw VerbError("request: must be an object") }
            guard let verb = request["verb"]?.text else {
                throw VerbError("verb: missing, or not a string")
            }
            let body = try dispatch(verb, request, uid, roles.role(uid: uid, gid: gid), time)
            guard case .object(let members) = body else { return body }
            return .object([JSON.Member("ok", true), JSON.Member("t", .int(time.nowNs))] + members)
        } catch let error as VerbError {
            return ColdServer.failure(error.text)
        } catch {
            return ColdServer.failure("\(error)")
        }
    }

    private func dispatch(
        _ verb: String,
        _ request: JSON,
        _ uid: UInt32,
        _ role: Role,
        _ time: DeskTime
    ) throws -> JSON {
        switch verb {
        case "status": return status(time)
        case "stat": return stat(time)
        case "alerts": return ["alerts": rooms.monitoring.alertsJSON()]
        case "venues": return venuesAnswer(time)
        case "positions": return positions()
        case "pnl": return profit()
        case "fills": return try fills(request)
        case "orders": return try orders(request)
        case "order": return try order(request)
        case "why": return try why(request)
        case "tca": return try tca(request)
        case "report": return report(time)
        case "algo.list", "parents": return algoList(time)
        case "algo.show": return try algoShow(request, time)
        case "algo.start":
            guard role.contains(.trade) else { throw refusal(uid, "trade") }
            try refuseLate(verb, request, time)
            return try algoStart(request, uid, time)
        case "algo.resume":
            guard role.contains(.trade) else { throw refusal(uid, "trade") }
            try refuseLate(verb, request, time)
            return try algoResume(request, uid, time)
        case "algo.pause", "algo.cancel":
            guard !role.isDisjoint(with: [.stop, .trade]) else { throw refusal(uid, "stop") }
            return try algoStop(verb == "algo.pause" ? .pause : .cancel, request, uid, time)
        default: throw VerbError("verb: \"\(verb)\" is unknown")
        }
    }

    /// Cold stood still, and whoever asked has been told that nothing answers: what trades is not
    /// begun then, or asked again it would be begun twice. A sender that does not say when is believed.
    private func refuseLate(_ verb: String, _ request: JSON, _ time: DeskTime) throws {
        guard let given = request["sentNs"] else { return }
        guard let sentNs = given.integer else {
            throw VerbError("sentNs: must be a number, ns of CLOCK_MONOTONIC")
        }
        let (ageNs, isBeyond) = time.monotonicNs.subtractingReportingOverflow(sentNs)
        guard isBeyond || ageNs > Self.lateAfterNs else { return }
        throw VerbError(
            "refused: \(verb): asked \(ageNs / 1_000_000) ms before cold read it, "
                + "\(Self.lateAfterNs / 1_000_000) are allowed; nothing was done"
        )
    }

    private func refusal(_ uid: UInt32, _ role: String) -> VerbError {
        VerbError("refused: uid \(uid) has not the role \(role)")
    }

    // MARK: Reading a request

    func limit(_ request: JSON) throws -> Int {
        guard let given = request["limit"] else { return Int(Self.limitDefault) }
        guard let value = given.integer, (1...Self.limitMax).contains(value) else {
            throw VerbError("limit: must be a number within 1...\(Self.limitMax)")
        }
        return Int(value)
    }

    /// An index out of a name in the request; `nil` when the field is absent.
    func index<Index>(
        _ request: JSON,
        _ field: String,
        _ find: (String) -> Index?
    ) throws -> Index? {
        guard let given = request[field], given != .null else { return nil }
        guard let name = given.text else { throw VerbError("\(field): must be a string") }
        guard let found = find(name) else {
            let known = known(field)
            let wanted = oneOf(known.count, bytesMax: 200) { known[$0] }
            throw VerbError("\(field): \"\(name)\" is not \(wanted)")
        }
        return found
    }

    private func known(_ field: String) -> [String] {
        switch field {
        case "symbol": reference.instruments.map { "\($0.symbol)" }
        case "account": reference.accounts
        case "strategy": reference.strategies.map(\.name)
        default: reference.venues.map(\.name)
        }
    }

    func flag(_ request: JSON, _ field: String) throws -> Bool {
        guard let given = request[field] else { return false }
        guard let value = given.flag else { throw VerbError("\(field): must be true or false") }
        return value
    }

    /// A number that may be too large for a script's numbers: an integer, or its decimal text.
    func number(_ request: JSON, _ field: String) throws -> UInt64 {
        let value =
            request[field]?.integer.flatMap(UInt64.init(exactly:))
            ?? request[field]?.text.flatMap(UInt64.init)
        guard let value else { throw VerbError("\(field): must be a number") }
        return value
    }
}
