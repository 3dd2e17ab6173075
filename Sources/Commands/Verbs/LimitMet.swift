internal import Crossing
internal import Vocabulary

/// What of a refused order met which limit, in words: the order as it was asked for, beside the
/// limits in force now. Asked after the refusal, by the caller: the gate does nothing for it.
struct LimitMet {
    let asked: ControlFrame
    let state: StateOptions

    /// "6000 shares, maxOrderQty of AAPL is 5000"; empty for a refusal that no number explains.
    func words(_ answer: ControlFrame) -> String {
        guard let code = RiskCode(rawValue: answer.code) else { return "" }
        let standing = StateMet(asked: asked, state: state)
        guard let met = met(code, standing) else { return standing.words(answer) }
        let directory = StateDirectory(path: state.directory)
        let limits = try? directory.withImage { image in
            met.limits.compactMap { limit($0, answer, image) }
        }
        let grid = try? directory.withImage { met.of($0, asked.symbol) }
        let rest = (limits ?? []) + [grid ?? ""].filter { !$0.isEmpty }
        return rest.isEmpty ? "" : "\(met.value), \(rest.joined(separator: ", "))"
    }

    private struct Met {
        /// The order's side of it.
        let value: String
        var limits: [String] = []
        /// What is no limit but the instrument's.
        var of: (HotImageView, Symbol) -> String = { _, _ in "" }
    }

    private func met(_ code: RiskCode, _ standing: StateMet) -> Met? {
        let (qty, px) = (asked.qty.units, asked.px.units)
        let isMarket = asked.ordType == OrdType.market.rawValue
        let shares = "\(qty) shares"
        let price = isMarket ? "market" : "at \(Format.price(px))"
        let value = qty.multipliedReportingOverflow(by: px)
        let worth = isMarket || value.overflow ? shares : Format.money(value.partialValue)
        // Asked only where a latch is what it met.
        var latched: String {
            let whose = standing.whose(code)
            return whose.isEmpty ? "latched" : "latched on \(whose)"
        }
        switch code {
        case .maxOrderQty:
            // No limit lets through what no message can carry.
            if asked.qty > .ouchMax {
                let most = "an order carries at most \(OrderQty.ouchMax.units)"
                return Met(value: shares) { _, _ in most }
            }
            return Met(value: shares, limits: ["maxOrderQty"])
        case .maxOrderValue: return Met(value: worth, limits: ["maxOrderNotional"])
        case .collarBuy, .collarSell:
            return Met(value: price, limits: [isMarket ? "marketCollarBps" : "collarBps"])
        case .farPassive: return Met(value: price, limits: ["passiveBps"])
        case .referenceStale: return Met(value: price, limits: ["maxRefAge"])
        case .referenceMissing:
            // What is further apart has no middle anybody could trust.
            return Met(value: "no trade yet and no two sides that close", limits: ["maxSpread"])
        case .positionLong: return Met(value: "\(shares) more", limits: ["maxLong"])
        case .positionShort: return Met(value: "\(shares) more", limits: ["maxShort"])
        case .openNotional: return Met(value: "\(worth) more", limits: ["maxOpenNotional"])
        case .grossExposure:
            return Met(value: "\(worth) more", limits: ["maxGross", "firmMaxGross"])
        case .netExposure: return Met(value: "\(worth) more", limits: ["maxNet"])
        case .dailyCreditBuy: return Met(value: "\(worth) more", limits: ["maxDayBuy"])
        case .dailyCreditSell: return Met(value: "\(worth) more", limits: ["maxDaySell"])
        case .openOrders:
            return Met(value: "one more", limits: ["maxOpenOrders", "firmMaxOpenOrders"])
        case .dayVolume: return Met(value: "\(shares) more", limits: ["maxDayQty", "maxAdvBps"])
        case .locate: return Met(value: shares, limits: ["locate"])
        case .lossLimitNear:
            return Met(value: price, limits: ["lossLimit", "strategyLossLimit"])
        case .lossLimit: return Met(value: latched, limits: ["lossLimit", "strategyLossLimit"])
        case .rapidDrawdown:
            return Met(value: latched, limits: ["drawdownRapidBps", "drawdownDailyBps"])
        case .repeatedExecution:
            return Met(value: latched, limits: ["executionsMax", "executionsWindow"])
        case .consecutiveRejects:
            return Met(value: latched, limits: ["rejectsMax", "rejectsWindow"])
        case .orderToTradeRatio:
            return Met(value: latched, limits: ["orderToTradeMax", "orderToTradeFrom"])
        case .portfolioLimit:
            return Met(value: latched, limits: ["concentrationMax", "concentrationAbove"])
        case .strategyRate: return Met(value: "one more", limits: ["rate", "burst"])
        case .messageRate: return Met(value: "one more", limits: ["venueRate", "venueBurst"])
        case .duplicatePattern:
            return Met(value: "one more", limits: ["duplicateMax", "duplicateWindow"])
        case .tick:
            return Met(value: price) { image, symbol in
                Self.row(image, symbol).map { "the tick of \(symbol) is \(Format.price($0.tick))" }
                    ?? ""
            }
        case .lotOrNoFinitePrice:
            return Met(value: shares) { image, symbol in
                Self.row(image, symbol).map { "the lot of \(symbol) is \($0.lot)" } ?? ""
            }
        default: return nil
        }
    }

    private static func row(_ image: HotImageView, _ symbol: Symbol) -> ImageInstrument? {
        (0..<image.instrumentCount).map { image.instrument($0) }.first { $0.symbol == symbol }
    }

    /// "maxOrderQty of AAPL is 5000": in force now, as hot says; as it was started with when it does
    /// not say. `nil` for one that is switched off, or whose row the order does not name.
    private func limit(_ name: String, _ answer: ControlFrame, _ image: HotImageView) -> String? {
        guard let known = LimitName.all.first(where: { $0.name == name }) else { return nil }
        let strategy = (0..<image.strategyCount).map { image.strategy($0) }.first {
            $0.name == asked.strategy
        }
        let its = strategy.map { image.account(Int($0.account)).name } ?? .blank
        let account = asked.account == .blank ? its : asked.account
        var frame = ControlFrame(.limitShow)
        frame.detail = known.raw
        var row = "firm"
        switch known.row {
        case .symbol:
            frame.symbol = asked.symbol
            row = asked.symbol.description
        case .account:
            frame.account = account
            row = account.description
        case .strategy:
            frame.strategy = asked.strategy
            row = asked.strategy.description
        case .venue:
            frame.venue = answer.venue == .blank ? asked.venue : answer.venue
            row = frame.venue.description
        case .firm: break
        }
        if name == "locate" { frame.account = account }
        guard !row.isEmpty else { return nil }
        let told = try? state.hot.ask(frame)
        let now = told.flatMap { $0.outcome == .done ? $0.value : nil }
        let started = LimitRows.all(image).first { $0.of == row && $0.field == name }?.value
        guard let value = now ?? started, known.text(value) != "off" else { return nil }
        return "\(name) of \(row) is \(known.text(value))"
    }
}
