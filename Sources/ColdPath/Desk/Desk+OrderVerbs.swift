import ColdCore
import OrderManagement
import Vocabulary

extension Desk {
    func orders(_ request: JSON) throws -> JSON {
        let limit = try limit(request)
        let instrument = try index(request, "symbol", reference.instrument(named:))
        let account = try index(request, "account", reference.account(named:))
        let strategy = try index(request, "strategy", reference.strategy(named:))
        let open = try flag(request, "open")
        let from = open ? rooms.orders.openOrders : rooms.orders.recent(Int(Self.limitMax))
        let chosen = from.filter { line in
            (instrument == nil || line.instrument == instrument)
                && (account == nil || line.account == account)
                && (strategy == nil || line.strategy == strategy)
        }
        return [
            "orders": .array(chosen.suffix(limit).map(orderJSON)),
            "matching": .number(chosen.count),
            "open": .number(rooms.orders.openCount),
        ]
    }

    func order(_ request: JSON) throws -> JSON {
        let line = try lineNamed(request)
        return [
            "order": orderJSON(line),
            "fills": .array(rooms.orders.executions(of: line.orderID).map(fillJSON)),
            "decisions": .array(rooms.orders.decisions(about: line.orderID).map(decisionJSON)),
        ]
    }

    /// What decided about an order, or about a refusal that never became one.
    func why(_ request: JSON) throws -> JSON {
        if let orderID = try orderID(request), let line = rooms.orders.line(orderID) {
            return [
                "order": orderJSON(line),
                "decisions": .array(rooms.orders.decisions(about: orderID).map(decisionJSON)),
                "note": .string(Self.note),
            ]
        }
        let refused = (try? number(request, "id")).flatMap { rooms.orders.refusal(named: $0) }
        guard let refused else { throw unknown(request) }
        return [
            "order": .null, "decisions": .array([decisionJSON(refused)]),
            "note": .string(Self.note),
        ]
    }

    private static var note: String {
        """
        bid, ask and reference are those of the venues subscribed here when the decision was \
        made; they are not the national best bid and offer
        """
    }

    func fills(_ request: JSON) throws -> JSON {
        let limit = try limit(request)
        let since = request["since"] == nil ? 0 : try number(request, "since")
        let instrument = try index(request, "symbol", reference.instrument(named:))
        let all = rooms.orders.fills
        let chosen = all.filter {
            $0.seq > since && (instrument == nil || $0.instrument == instrument)
        }
        return [
            "fills": .array(chosen.suffix(limit).map(fillJSON)),
            "matching": .number(chosen.count), "total": .number(all.count),
            "moneyScale": .int(Money.scale),
        ]
    }

    // MARK: Names

    private func lineNamed(_ request: JSON) throws -> OrderLine {
        guard let orderID = try orderID(request), let line = rooms.orders.line(orderID) else {
            throw unknown(request)
        }
        return line
    }

    private func unknown(_ request: JSON) -> VerbError {
        let name = request["id"].map { $0.text ?? String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        return VerbError("id: no order \"\(name)\" today; `apus order list` shows them")
    }

    /// 13 characters, the number they stand for, or the id of the command that asked for it.
    private func orderID(_ request: JSON) throws -> ClOrdID? {
        guard let given = request["id"] else { throw VerbError("id: missing") }
        if let text = given.text, let orderID = ClOrdID(text) { return orderID }
        guard let number = try? number(request, "id") else {
            throw VerbError("id: must be an order id of 13 characters, or a number")
        }
        if rooms.orders.line(ClOrdID(number)) != nil { return ClOrdID(number) }
        return rooms.orders.order(ofCommand: number)
    }

    // MARK: Forms

    func orderJSON(_ line: OrderLine) -> JSON {
        [
            "orderID": .string("\(line.orderID)"),
            "symbol": .string(reference.symbol(line.instrument)),
            "side": .optional(line.side?.description), "px": .int(line.px.units),
            "qty": .int(line.qty.units), "leavesQty": .int(line.leavesQty.units),
            "cumQty": .int(line.cumQty.units), "canceledQty": .int(line.canceledQty.units),
            "avgPx": line.average.value.map(JSON.double) ?? .null,
            "status": .string("\(line.status)"),
            "pendingCancel": .bool(line.pending.contains(.cancel)),
            "pendingReplace": .bool(line.pending.contains(.replace)),
            "tif": .string(letter(line.timeInForce)), "ordType": .string(letter(line.ordType)),
            "venue": .string(reference.venueName(line.venue)),
            "account": .string(reference.accountName(line.account)),
            "strategy": .string(reference.strategyName(line.strategy)),
            "owner": .string(ownerName(line.owner)),
            "parent": line.parent == 0 ? .null : .string("\(line.parent)"),
            "userRefNum": .number(line.userRefNum), "venueOrderRef": .number(line.venueOrderRef),
            "code": .number(line.code), "reason": .string(letter(line.reason)),
            "adopted": .bool(line.adopted), "openedNs": .int(line.openedNs),
            "changedNs": .int(line.changedNs),
        ]
    }

    func fillJSON(_ fill: Fill) -> JSON {
        let fee = reference.fee(venue: fill.venue, liquidity: fill.liquidity, qty: fill.lastQty)
        return [
            "seq": .number(fill.seq), "tNs": .int(fill.t), "orderID": .string("\(fill.orderID)"),
            "symbol": .string(reference.symbol(fill.instrument)),
            "side": .string(fill.side.description), "lastQty": .int(fill.lastQty.units),
            "lastPx": .int(fill.lastPx.units), "venue": .string(reference.venueName(fill.venue)),
            "match": .number(fill.match), "liquidity": .string(letter(fill.liquidity)),
            "fee": fee.json, "account": .string(reference.accountName(fill.account)),
            "strategy": .string(reference.strategyName(fill.strategy)),
            "parent": fill.parent == 0 ? .null : .string("\(fill.parent)"),
            "late": .bool(fill.late), "busted": .bool(fill.busted),
        ]
    }

    func decisionJSON(_ decision: Decision) -> JSON {
        [
            "seq": .number(decision.seq), "tNs": .int(decision.t),
            "kind": .string(decision.kind.name), "gate": .bool(decision.gate),
            "code": .number(decision.code), "meaning": .string(decision.meaning),
            "symbol": .string(reference.symbol(decision.instrument)),
            "side": .optional(decision.side?.description), "px": .int(decision.px.units),
            "qty": .int(decision.qty.units),
            "venue": .string(reference.venueName(decision.venue)),
            "account": .string(reference.accountName(decision.account)),
            "strategy": .string(reference.strategyName(decision.strategy)),
            "client": decision.client == noIndex16
                ? .null : .string(reference.clientName(decision.client)),
            "clientRefNum": .number(decision.clientRefNum),
            "commandID": .string("\(decision.commandID)"),
            "refPx": .int(decision.refPx.units), "refAgeNs": .int(decision.refAgeNs),
            "bidPx": .int(decision.bidPx.units), "askPx": .int(decision.askPx.units),
            "feedSeq": .number(decision.feedSeq),
            "limitsVersion": .number(decision.limitsVersion),
            "pageVersion": .number(decision.pageVersion),
            "hopsNs": [
                "receivedToDecoded": hop(decision.hops.received, decision.hops.decoded),
                "decodedToDecided": hop(decision.hops.decoded, decision.hops.decided),
                "decidedToRecorded": hop(decision.hops.decided, decision.hops.recorded),
            ],
        ]
    }

    private func hop(_ from: UInt64, _ to: UInt64) -> JSON {
        guard tscHz > 0, from > 0, to >= from else { return .null }
        return .int(Int64(Double(to - from) * 1e9 / Double(tscHz)))
    }

    func letter(_ byte: UInt8) -> String {
        (0x21...0x7E).contains(byte) ? String(UnicodeScalar(byte)) : ""
    }

    private func ownerName(_ owner: UInt16) -> String {
        switch owner {
        case Owner.house: "house"
        case Owner.operator: "operator"
        case Owner.cold: "cold"
        case Owner.trigger: "trigger"
        default:
            owner >= Owner.firstClient
                ? reference.clientName(owner - Owner.firstClient) : "owner \(owner)"
        }
    }
}
