internal import Crossing
internal import Vocabulary

/// Which latch, session or order of ours a refused order met, in words with what lets go of it.
/// Asked of hot (and cold, where it is there) after the refusal; the gate does nothing for it.
struct StateMet {
    let asked: ControlFrame
    let state: StateOptions

    /// "kill of strategy HAND; `apus arm --strategy HAND --reason WHY` lets go of it"; empty for a
    /// refusal that no state explains.
    func words(_ answer: ControlFrame) -> String {
        switch RiskCode(rawValue: answer.code) {
        case .killFirm: latches([0], .firm)
        case .killAccount: latches([0], .account)
        case .killStrategy: latches([0], .strategy)
        case .symbolBlocked: latches([0], .symbol)
        case .venueSessionDown: venueDown(answer)
        case .reduceOnly: reduceOnly
        case .unknownOrderOnSymbol: inDoubt
        case .orderNotFound: over(answer)
        case .selfTrade: crossed
        default: ""
        }
    }

    /// The latches of `code` the order meets, without what to do about it.
    func whose(_ code: RiskCode) -> String {
        standing { $0.code == code.rawValue }.map(\.row).joined(separator: " and ")
    }

    // MARK: Latches

    private func standing(_ isWanted: (StandingLatch) -> Bool) -> [StandingLatch] {
        let all = (try? StandingLatch.all(state.hot)) ?? []
        return all.filter { isWanted($0) && $0.meets(asked, account: account) }
    }

    private func latches(_ codes: Set<UInt16>, _ scope: KillScope? = nil) -> String {
        standing { codes.contains($0.code) && (scope == nil || scope == $0.scope) }
            .map { "\($0.text); \($0.letsGo)" }.joined(separator: "; ")
    }

    /// The order's account, else its strategy's.
    private var account: Name {
        guard asked.account == .blank else { return asked.account }
        let its = try? StateDirectory(path: state.directory).withImage { image in
            (0..<image.strategyCount).map { image.strategy($0) }
                .first { $0.name == asked.strategy }
                .map { image.account(Int($0.account)).name }
        }
        return (its ?? nil) ?? .blank
    }

    private var reduceOnly: String {
        let side = Side(rawValue: asked.side)?.word ?? "?"
        let what = "\(side) \(asked.qty.units) is more than takes the position down"
        return [what, held, latches([RiskCode.reduceOnly.rawValue])].filter { !$0.isEmpty }
            .joined(separator: "; ")
    }

    /// What cold says the account holds.
    private var held: String {
        let (symbol, owner) = (asked.symbol.description, account.description)
        guard let rows = try? state.cold.ask("positions", timeoutMs: 500).json["positions"]?.array
        else { return "" }
        let row = rows.first { $0["account"]?.string == owner && $0["symbol"]?.string == symbol }
        return "\(owner) holds \(row?["position"]?.int ?? 0) \(symbol)"
    }

    private var inDoubt: String {
        let unknown = live.filter {
            $0.symbol == asked.symbol && $0.status == OrdStatus.unknown.rawValue
        }
        let orders = unknown.map(\.orderID.description).joined(separator: ", ")
        let settle = "their venue or `apus order resolve` says how they ended"
        let first = unknown.isEmpty ? "" : "UNKNOWN: \(orders); \(settle)"
        return [first, latches([RiskCode.unknownOrderOnSymbol.rawValue])].filter { !$0.isEmpty }
            .joined(separator: "; ")
    }

    // MARK: Venues

    private func venueDown(_ answer: ControlFrame) -> String {
        let venue = answer.venue == .blank ? asked.venue : answer.venue
        guard venue != .blank else { return "no venue is up that it may go to; `apus venues`" }
        let name = venue.description
        let kills = standing { $0.scope == .venue && $0.name == name }
        guard let kill = kills.first else { return Self.session(of: name, state) }
        // Who, and why, is what cold has kept of the record.
        let alerts = try? state.cold.ask("alerts", timeoutMs: 500).json["alerts"]?.array
        let told = alerts?.first { $0["name"]?.string == kill.alertName }?["text"]?.string
        return "\(told.map { "\($0)" } ?? kill.text); \(kill.letsGo)"
    }

    /// "BX: session down, `apus venues`": as cold last heard hot say.
    static func session(of venue: String, _ state: StateOptions) -> String {
        let rows = try? state.cold.ask("venues", timeoutMs: 500).json["venues"]?.array
        let row = rows?.first { $0["venue"]?.string == venue }
        guard let session = row?["session"]?.string else { return "\(venue); `apus venues`" }
        return "\(venue): its session is \(session); `apus venues`"
    }

    // MARK: Orders

    private var live: [ControlFrame] {
        ((try? state.hot.askAll(ControlFrame(.orderList))) ?? []).filter { $0.orderID != .none }
    }

    /// Why there is no such order to replace or resolve.
    private func over(_ answer: ControlFrame) -> String {
        let id = answer.orderID == .none ? asked.orderID : answer.orderID
        guard id != .none else { return "" }
        let told = try? state.cold.ask("order", [("id", .string(id.description))], timeoutMs: 500)
        guard let status = told?.json["order"]?["status"]?.string else {
            return "no order \(id) lives; `apus order list --all` has the day's"
        }
        return "\(id) is over: \(status)"
    }

    /// The order of ours it would have traded with.
    private var crossed: String {
        let isBuy = Side(rawValue: asked.side)?.isBuy ?? true
        let isMarket = asked.ordType == OrdType.market.rawValue
        let others = live.filter { other in
            guard other.symbol == asked.symbol, other.orderID != asked.orderID,
                let side = Side(rawValue: other.side), side.isBuy != isBuy
            else { return false }
            return isMarket || (isBuy ? other.px <= asked.px : other.px >= asked.px)
        }
        let price = isMarket ? "market" : Format.price(asked.px.units)
        guard let first = others.first else { return "" }
        let side = Side(rawValue: first.side)?.word ?? "?"
        let more = others.count > 1 ? " and \(others.count - 1) more" : ""
        return "at \(price) it would meet our \(first.orderID), \(side) "
            + "\(first.leavesQty.units) at \(Format.price(first.px.units)) of "
            + "\(first.account)\(more)"
    }
}

extension Side {
    fileprivate var word: String {
        switch self {
        case .buy: "buy"
        case .sell: "sell"
        case .sellShort: "sell short"
        case .sellShortExempt: "sell short, exempt,"
        }
    }
}

extension StandingLatch {
    /// "account DESK1", "the firm".
    var row: String { scope == .firm ? "the firm" : "\(scope) \(name)" }

    /// An order meets it.
    func meets(_ order: ControlFrame, account: Name) -> Bool {
        switch scope {
        case .firm: true
        case .account: name == account.description
        case .strategy: name == order.strategy.description
        case .symbol: name == order.symbol.description
        // Which venue was chosen the caller knows.
        case .venue: true
        }
    }

    /// "`apus arm --symbol SPY --only reduce-only --reason WHY` lets go of it".
    var letsGo: String {
        let flag = scope == .firm ? "" : " --\(scope) \(name)"
        let latch = LatchName.allCases.first { code != 0 && $0.code.rawValue == code }
        let only = latch.map { " --only \($0.rawValue)" } ?? ""
        return "`apus arm\(flag)\(only) --reason WHY` lets go of it"
    }

    /// What cold calls the alert of it (Monitoring).
    var alertName: String {
        "latch \(scope == .firm ? "firm" : "\(scope) \(name)") \(code == 0 ? "kill" : "\(code)")"
    }
}
