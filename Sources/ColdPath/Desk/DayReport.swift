import ColdCore
import ExecutionAlgos
import Monitoring
import OrderManagement
import Vocabulary

/// What a parent cost against its arrival: the data of `apus tca`, and a part of the day report.
struct ParentCost {
    let twap: Twap
    let fees: Money
    let shortfall: Shortfall?
    let vwap: VWAPSlippage

    /// `closeTwiceMid` prices what was not done; without it, and without an arrival, there is no
    /// shortfall to speak of.
    init(_ twap: Twap, fills: [Fill], closeTwiceMid: Int64?, reference: Reference) {
        self.twap = twap
        var fees = Money.zero
        for fill in fills where !fill.busted {
            fees += reference.fee(
                venue: fill.venue,
                liquidity: fill.liquidity,
                qty: fill.lastQty
            )
        }
        self.fees = fees
        vwap = VWAPSlippage(side: twap.spec.side, market: twap.market, own: twap.average)
        let close = twap.endTwiceMid ?? closeTwiceMid ?? twap.spec.arrivalTwiceMid
        if let arrival = twap.spec.arrivalTwiceMid, let close {
            shortfall = Shortfall(
                side: twap.spec.side,
                qty: twap.spec.qty,
                decision: arrival,
                arrival: arrival,
                filled: twap.average,
                close: close,
                fees: fees
            )
        } else {
            shortfall = nil
        }
    }

    /// Own average against arrival, in basis points of arrival; positive is worse.
    var slippageBps: Double? {
        guard let arrival = twap.spec.arrivalTwiceMid, arrival > 0,
            let average = twap.average.value
        else { return nil }
        let mid = Double(arrival) / 2
        return Double(twap.spec.side.sign) * (average - mid) / mid * 10_000
    }
}

extension Desk {
    func tca(_ request: JSON) throws -> JSON {
        refreshQuotes(all: true)
        var parents = rooms.algos.order
        if request["id"] != nil {
            let wanted = try number(request, "id")
            parents = parents.filter { $0 == wanted || $0 & 0xFFFF_FFFF == wanted }
        }
        return [
            "parents": .array(costs(parents).map(costJSON)), "moneyScale": .int(Money.scale),
        ]
    }

    func report(_ time: DeskTime) -> JSON {
        refreshQuotes(all: true)
        let fills = rooms.orders.fills.filter { !$0.busted }
        var bought = AveragePrice()
        var sold = AveragePrice()
        var fees = Money.zero
        for fill in fills {
            if fill.side.isBuy {
                bought.add(px: fill.lastPx, qty: fill.lastQty)
            } else {
                sold.add(px: fill.lastPx, qty: fill.lastQty)
            }
            fees += reference.fee(venue: fill.venue, liquidity: fill.liquidity, qty: fill.lastQty)
        }
        let counts = rooms.orders.counts
        return [
            "tradingDate": .number(reference.tradingDate),
            "orders": .number(counts.orders), "refused": .number(counts.refused),
            "open": .number(rooms.orders.openCount), "fills": .number(fills.count),
            "filledQty": .int(bought.qty + sold.qty), "bought": bought.json, "sold": sold.json,
            "fees": fees.json, "pnl": profit()["total"] ?? .null,
            "breaks": .number(counts.breaks),
            "conservation": .bool(rooms.orders.conservationHolds),
            "parents": .array(costs(rooms.algos.order).map(costJSON)),
            "positions": positions()["positions"] ?? .null,
            "hops": rooms.monitoring.hopsJSON(), "venues": venuesAnswer(time)["venues"] ?? .null,
            "moneyScale": .int(Money.scale),
        ]
    }

    private func costs(_ parents: [UInt64]) -> [ParentCost] {
        let byParent = Dictionary(grouping: rooms.orders.fills) { $0.parent }
        return parents.compactMap { parent in
            guard let twap = rooms.algos.parents[parent] else { return nil }
            return ParentCost(
                twap,
                fills: byParent[parent] ?? [],
                closeTwiceMid: quotes.twiceMid(twap.spec.instrument),
                reference: reference
            )
        }
    }

    private func costJSON(_ cost: ParentCost) -> JSON {
        let spec = cost.twap.spec
        let shortfall = cost.shortfall
        func bps(_ part: (Shortfall) -> Money) -> JSON {
            shortfall.flatMap { $0.bps(part($0)) }.map(JSON.double) ?? .null
        }
        return [
            "id": .string("\(cost.twap.id)"), "symbol": .string(reference.symbol(spec.instrument)),
            "side": .string(spec.side.description), "qty": .int(spec.qty.units),
            "cumQty": .int(cost.twap.cumQty), "state": .string(cost.twap.state.rawValue),
            "average": cost.twap.average.json,
            "arrivalTwiceMid": spec.arrivalTwiceMid.map(JSON.int) ?? .null,
            "slippageBps": cost.slippageBps.map(JSON.double) ?? .null,
            "fees": cost.fees.json, "delay": shortfall?.delay.json ?? .null,
            "trading": shortfall?.trading.json ?? .null,
            "opportunity": shortfall?.opportunity.json ?? .null,
            "total": shortfall?.total.json ?? .null, "totalBps": bps(\.total),
            "tradingBps": bps(\.trading), "opportunityBps": bps(\.opportunity),
            "marketVWAP": cost.vwap.marketVWAP.map(JSON.double) ?? .null,
            "vwapSlippageBps": cost.vwap.slippageBps.map(JSON.double) ?? .null,
            "participation": cost.vwap.participation.map(JSON.double) ?? .null,
        ]
    }
}
