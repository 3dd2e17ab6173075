import Crossing
import HotPath
import Vocabulary

/// Acts that look where a limit stands before they act: chance alone seldom meets it.
extension Simulation {
    /// Strategy of orders by hand; its owner group is that of the client beta, too.
    private static let hand: UInt16 = 0
    private static let handGroup: UInt16 = 1

    private func live(_ max: Int = 64, where isWanted: (borrowing Order) -> Bool) -> [Order] {
        guard let hot else { return [] }
        var found: [Order] = []
        var cursor = hot.engine.ledger.walk(.firm)
        while found.count < max {
            let slot = hot.engine.ledger.next(&cursor)
            if slot.isNone { break }
            let order = hot.engine.ledger.order(slot)
            if isWanted(order) { found.append(order) }
        }
        return found
    }

    private func byHand(_ instrument: UInt16, _ side: Side, _ qty: Int64, _ px: Int64) -> Command {
        var wanted = command(.new)
        wanted.instrument = instrument
        wanted.side = side.rawValue
        wanted.qty = OrderQty(units: qty)
        wanted.px = Price(units: max(100, px))
        wanted.account = 0
        wanted.strategy = Self.hand
        wanted.venue = 0xFF
        return wanted
    }

    /// An order by hand against one of its own group, on its venue, at its price, a tick beside it,
    /// or at the price a replace under way asks for.
    func meetOwn() {
        let own = live { $0.ownerGroup == Self.handGroup && $0.px.units < 1_000_000_000 }
        guard !own.isEmpty else { return restByHand() }
        let target = acts.pick(own)
        let side: Side = target.isBuy ? acts.pick([.sellShort, .sellShort, .sell]) : .buy
        var px = target.px.units
        let isFree = target.client == noIndex16 && !target.isChanging
        if isFree, acts.below(2) == 0 {
            // Replaced in the same turn: only the price that is asked for can be met.
            let steps = Int64(1 + acts.below(12)) * 100
            px = max(100, target.isBuy ? px + steps : px - steps)
            var change = command(.replace)
            change.orderID = target.orderID
            change.qty = OrderQty(units: max(1, target.qty.units + acts.within(-20, 20)))
            change.px = Price(units: px)
            ask(change)
        } else if target.pending.contains(.replace), acts.below(2) == 0 {
            px = target.pendingPx.units
        }
        var wanted = byHand(
            target.instrument,
            side,
            acts.within(1, 40),
            px + acts.pick([0, 0, 0, 100, -100])
        )
        wanted.venue = target.venue
        ask(wanted)
    }

    /// Something of the hand's own to meet: away from the market, so that it stays.
    private func restByHand() {
        let symbol = acts.below(SimImage.symbols.count)
        let isBuy = acts.below(2) == 0
        let away = acts.within(3, 25) * 100
        var wanted = byHand(
            UInt16(symbol),
            isBuy ? .buy : .sellShort,
            acts.within(5, 60),
            SimImage.mids[symbol] + (isBuy ? -away : away)
        )
        wanted.venue = UInt8(acts.below(SimImage.venues.count))
        ask(wanted)
    }

    /// Trade where trade is stopped: a symbol blocked by an incident, or with an UNKNOWN order.
    func pressOn() {
        guard let hot else { return }
        let closed = SimImage.symbols.indices.filter {
            let state = hot.engine.ledger.instrument(UInt16($0))
            return state.blocked || state.unknownCount > 0
        }
        guard !closed.isEmpty else { return meetOwn() }
        let symbol = acts.pick(closed)
        let isBuy = acts.below(2) == 0
        let away = acts.within(1, 20) * 100
        for _ in 0..<2 {
            var wanted = byHand(
                UInt16(symbol),
                isBuy ? .buy : .sellShort,
                acts.within(1, 30),
                SimImage.mids[symbol] + (isBuy ? -away : away)
            )
            wanted.venue = UInt8(acts.below(SimImage.venues.count))
            ask(wanted)
        }
    }

    /// Children of one parent, more of them than it has room for.
    func fillParent() {
        let number = UInt64(stepsDone / 200)
        // All of one symbol and side, as children are.
        let symbol = Int(number % UInt64(SimImage.symbols.count))
        var wanted = byHand(
            UInt16(symbol),
            .buy,
            acts.within(20, 100),
            SimImage.mids[symbol] - acts.within(2, 30) * 100
        )
        wanted.parent = 9_000 + number
        wanted.parentQty = OrderQty(units: 120)
        ask(wanted)
    }
}
