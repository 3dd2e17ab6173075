import Crossing
import HotPath
import Vocabulary
import Wire

/// What takes two persons, and what a client forbids itself.
extension Simulation {
    /// The second of the two who may.
    static var secondUid: UInt32 { 1_001 }

    /// Leave for an order past a block, on its way: asked for, given, used.
    struct Wish {
        var token: UInt64
        var asked: Command
        var isGiven = false
    }

    /// One step on the way: asks, agrees (now and then who asked does), or sends what leave was given
    /// for, now and then more or again.
    func override() {
        guard !wishes.isEmpty, acts.below(3) > 0 else { return askOverride() }
        let place = acts.below(wishes.count)
        let wish = wishes[place]
        guard wish.isGiven else {
            var second = command(.overrideConfirm)
            second.uid = acts.below(5) == 0 ? wish.asked.uid : Self.secondUid
            second.value = Int64(wish.token)
            wishes[place].isGiven = true
            return ask(second)
        }
        if acts.below(3) > 0 { wishes.remove(at: place) }
        var order = wish.asked
        order.kind = .new
        order.id = command(.new).id
        order.account = 0
        order.strategy = 0
        order.value = 0
        order.validUntilNs = 0
        if acts.below(4) == 0 { order.qty = OrderQty(units: order.qty.units + 1) }
        ask(order)
    }

    private func askOverride() {
        var wanted = command(.overrideAsk)
        let symbol = acts.below(SimImage.symbols.count)
        let isBuy = acts.below(2) == 0
        let mid = SimImage.mids[symbol]
        wanted.instrument = UInt16(symbol)
        wanted.side = isBuy ? Side.buy.rawValue : Side.sell.rawValue
        wanted.qty = OrderQty(units: acts.pick([100, 2_100, 2_500]))
        // Five per cent is the collar.
        wanted.px = Price(
            units: (mid + mid / 100 * acts.pick([1, 6, 9]) * (isBuy ? 1 : -1)) / 100 * 100
        )
        if acts.below(3) == 0 { wanted.strategy = 0 }
        wanted.value = acts.pick([5_000_000, 2_000_000_000, 60_000_000_000])
        wishesAsked[wanted.id] = wanted
        ask(wanted)
    }

    func noteWish(_ reply: CommandReply) {
        guard let asked = wishesAsked.removeValue(forKey: reply.id), reply.code == 0 else { return }
        wishes.append(Wish(token: UInt64(reply.value), asked: asked))
        if wishes.count > 12 { wishes.removeFirst() }
    }

    /// Where it takes two: the second says the same, or is the first once more, or says another.
    func agree(_ first: Command) {
        guard profile.twoPersons, acts.below(4) > 0 else { return }
        var second = first
        second.id = command(first.kind).id
        if acts.below(5) > 0 { second.uid = Self.secondUid }
        if acts.below(6) == 0 { second.qty = OrderQty(units: first.qty.units + 1) }
        ask(second)
    }

    /// Off, and on again sooner than not.
    func clientEntry(_ client: SimClient) {
        guard let pipe = isReady(client) else { return }
        let ref = number(client)
        client.requests[ref] = .other
        client.isDisabled = !client.isDisabled && acts.below(3) == 0
        let isOff = client.isDisabled
        send(
            SimClient.data { target in
                isOff
                    ? OUCH.Disable(userRefNum: ref, firm: Alpha4("TEST")!).write(to: target)
                    : OUCH.Enable(userRefNum: ref, firm: Alpha4("TEST")!).write(to: target)
            },
            toHot: pipe
        )
    }
}
