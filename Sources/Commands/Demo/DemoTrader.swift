internal import Crossing
internal import Vocabulary

/// Carries out the plan through the same doors an operator uses: hot.sock and cold.sock.
final class DemoTrader {
    private let system: System
    private let market: DemoMarket
    private let plan: DemoPlan
    private var next = 0
    private var orders: [String: Entered] = [:]
    private(set) var parents: [String] = []
    /// What happened since the last look, in words.
    private var news: [String] = []
    /// A step whose market was not there yet is tried again for so long.
    private static let patienceSeconds = 6.0

    private struct Entered {
        let id: ClOrdID
        let symbol: String
        let side: Side
        let qty: Int64
        let venue: String?
    }

    init(_ system: System, _ market: DemoMarket, _ plan: DemoPlan) {
        self.system = system
        self.market = market
        self.plan = plan
    }

    var isDone: Bool { next == plan.steps.count }

    func takeNews() -> [String] {
        defer { news = [] }
        return news
    }

    /// Carries out what is due.
    func step(atSeconds now: Double) {
        while next < plan.steps.count, plan.steps[next].atSeconds <= now {
            let step = plan.steps[next]
            let isLate = now - step.atSeconds > Self.patienceSeconds
            guard let outcome = carryOut(step.action) else {
                guard isLate else { return }
                news.append("\(step.what): no market, left out")
                next += 1
                continue
            }
            news.append("\(step.what): \(outcome)")
            next += 1
        }
    }

    /// `nil`: not possible yet.
    private func carryOut(_ action: DemoPlan.Action) -> String? {
        switch action {
        case .twap(let symbol, let side, let qty, let seconds, let slices):
            guard market.quote(symbol, venue: nil) != nil else { return nil }
            return start(symbol, side, qty, seconds, slices)
        case .order(let label, let symbol, let side, let qty, let level, let venue, let ioc):
            guard let price = market.price(symbol, side, level, venue: venue) else { return nil }
            return enter(label, symbol, side, qty, price, venue, ioc)
        case .replace(let label, let level):
            guard let order = orders[label] else { return "was not entered" }
            let price = market.price(order.symbol, order.side, level, venue: order.venue)
            return price.map { replace(order, $0) }
        case .cancel(let label):
            guard let order = orders[label] else { return "was not entered" }
            return cancel(order.id)
        }
    }

    private func start(
        _ symbol: String,
        _ side: Side,
        _ qty: Int64,
        _ seconds: Int,
        _ slices: Int64
    ) -> String? {
        let cold = ColdClient(stateDir: system.directory.path)
        do throws(Failure) {
            let answer = try cold.ask(
                "algo.start",
                [
                    ("algo", "twap"), ("symbol", .string(symbol)),
                    ("side", .string(side.description)), ("qty", .int(qty)),
                    ("duration_ms", .int(Int64(seconds) * 1000)), ("slices", .int(slices)),
                    ("strategy", "TWAP"),
                ]
            )
            guard let id = answer.json["id"]?.string else { return "cold gave no id" }
            parents.append(id)
            return "parent \(id)"
        } catch {
            return error.description
        }
    }

    private func enter(
        _ label: String,
        _ symbol: String,
        _ side: Side,
        _ qty: Int64,
        _ price: Price,
        _ venue: String?,
        _ ioc: Bool
    ) -> String {
        var frame = ControlFrame(.orderNew)
        frame.symbol = Symbol(symbol) ?? .blank
        frame.side = side.rawValue
        frame.qty = OrderQty(units: qty)
        frame.px = price
        frame.venue = venue.flatMap { Name($0) } ?? .blank
        frame.strategy = Name("HAND") ?? .blank
        frame.timeInForce = (ioc ? TimeInForce.immediateOrCancel : .day).rawValue
        do throws(Failure) {
            let answer = try system.client.ask(frame)
            guard answer.outcome == .done, answer.code == 0 else {
                return "at \(Format.price(price.units)), \(OrderAnswer.refusal(answer))"
            }
            orders[label] = Entered(
                id: answer.orderID,
                symbol: symbol,
                side: side,
                qty: qty,
                venue: venue
            )
            return "\(answer.orderID) at \(Format.price(price.units))"
        } catch {
            return error.description
        }
    }

    private func replace(_ order: Entered, _ price: Price) -> String {
        var frame = ControlFrame(.orderReplace)
        frame.orderID = order.id
        frame.qty = OrderQty(units: order.qty)
        frame.px = price
        return outcome(frame, done: "\(order.id) to \(Format.price(price.units))")
    }

    private func cancel(_ id: ClOrdID) -> String {
        var frame = ControlFrame(.orderCancel)
        frame.orderID = id
        return outcome(frame, done: "\(id)")
    }

    private func outcome(_ frame: ControlFrame, done: String) -> String {
        do throws(Failure) {
            let answer = try system.client.ask(frame)
            // Not found among the living: the market was quicker.
            if answer.code == RiskCode.orderNotFound.rawValue { return "it has ended meanwhile" }
            return answer.code == 0 ? done : OrderAnswer.refusal(answer)
        } catch {
            return error.description
        }
    }

    /// Cancels everything that lives, by hand, once.
    func cancelAll() -> Int {
        let live = (try? system.client.askAll(ControlFrame(.orderList))) ?? []
        let ids = live.map(\.orderID).filter { $0 != .none }
        for id in ids { _ = cancel(id) }
        return ids.count
    }
}
