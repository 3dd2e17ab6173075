import Crossing
import ExchangeSimulator
import HotPath
import Vocabulary
import Wire

/// What clients do.
extension Simulation {
    /// Reconnects, keeps alive.
    func clientDue(_ client: SimClient) {
        schedule.add(.clientDue(client.index), at: nowNs + 300_000_000)
        if let pipe = client.pipe, pipe.isPeerOpen {
            if client.isLoggedIn { send(SimClient.empty(.clientHeartbeat), toHot: pipe) }
        } else {
            connect(client)
        }
    }

    func connect(_ client: SimClient, badly: Bool = false) {
        guard hot != nil else { return }
        let free = (0..<SimImage.connections).first { pipes[SlotMap.firstClient + $0] == nil }
        guard let free else { return }
        if let old = client.pipe, old.isPeerOpen, acts.below(2) == 0 {
            closeFromPeer(old, error: 104)
        }
        let pipe = newPipe(slot: SlotMap.firstClient + free, peer: .client(client.index))
        client.connected(pipe)
        let from: UInt64 =
            switch isQuiet ? 7 : acts.below(8) {
            case 0: 1
            case 1: UInt64(1 + acts.below(client.heard.count + 1))
            case 2: 0
            default: UInt64(client.heard.count) + 1
            }
        // A client that does not know the session's name takes whatever is current, from 1.
        client.wanted = client.session.isEmpty ? 1 : from
        let name = Alpha10(String(decoding: client.session, as: UTF8.self)) ?? .blank
        client.heardAtLogin = client.heard.count
        send(
            SimClient.loginBytes(
                SimImage.clients[client.index],
                badly ? "wrong" : "secret",
                session: client.isForgetful ? .blank : name,
                from: client.isForgetful ? 1 : client.wanted
            ),
            toHot: pipe
        )
        if client.isForgetful { client.wanted = 1 }
    }

    func isReady(_ client: SimClient) -> Pipe? {
        guard let pipe = client.pipe, pipe.isPeerOpen, client.isLoggedIn else { return nil }
        return pipe
    }

    private func price(_ symbol: Int, isBuy: Bool) -> Int64 {
        let index = symbol
        let book = venues[acts.below(venues.count)].venue.floor.market.listings[index].book
        let best = book.bestPrice(isBuy: !isBuy)?.units ?? SimImage.mids[symbol]
        let crosses = acts.chance(perMille: profile.aggressive)
        let ticks = Int64(acts.below(8)) * 100
        let away = crosses ? ticks / 4 / 100 * 100 : -(100 + ticks)
        var px = isBuy ? best + away : best - away
        if acts.chance(perMille: 15) { px += 50 }
        if acts.chance(perMille: 15) { px *= 2 }
        return max(100, px)
    }

    /// Where an order of the firm's own stands on the other side: meeting it is not allowed.
    private func ownPrice(_ symbol: Int, isBuy: Bool) -> Int64? {
        guard let hot else { return nil }
        var found: [Int64] = []
        var cursor = hot.engine.ledger.walk(.firm)
        for _ in 0..<64 {
            let slot = hot.engine.ledger.next(&cursor)
            if slot.isNone { break }
            let order = hot.engine.ledger.order(slot)
            guard Int(order.instrument) == symbol, order.isBuy != isBuy else { continue }
            found.append(order.px.units)
            if order.pending.contains(.replace) { found.append(order.pendingPx.units) }
        }
        return found.isEmpty ? nil : acts.pick(found) + Int64(acts.below(3) - 1) * 100
    }

    func enter(_ client: SimClient) {
        guard let pipe = isReady(client) else { return }
        for _ in 0..<(acts.chance(perMille: 60) ? 6 : 1) {
            let symbol = acts.below(SimImage.symbols.count)
            let side: Side = acts.pick([.buy, .buy, .buy, .sell, .sellShort, .sellShort])
            let qty = max(1, acts.within(1, profile.lotMax) * (acts.below(3) == 0 ? 1 : 100))
            let isMarket = acts.chance(perMille: 30)
            let own = acts.below(7) == 0 ? ownPrice(symbol, isBuy: side == .buy) : nil
            let px =
                isMarket
                ? Price.ouchMarket.units : own ?? price(symbol, isBuy: side == .buy)
            let tif: TimeInForce =
                switch acts.below(12) {
                case 0...2: .immediateOrCancel
                case 3: .extendedHours
                case 4: .afterHours
                case 5: .goodTillTime
                default: .day
                }
            var appendage = OUCH.Appendage()
            if acts.below(10) == 0 { appendage.minQty = OrderQty(units: acts.within(1, qty)) }
            if tif == .goodTillTime { appendage.expireTimeSeconds = soon() }
            if acts.below(10) == 0 { appendage.postOnly = UInt8(ascii: "P") }
            let hidden = acts.below(15) == 0
            if !hidden, acts.below(10) == 0 {
                appendage.maxFloor = OrderQty(units: acts.within(1, qty))
            }
            let ref = number(client)
            client.requests[ref] = SimClient.Request(
                kind: .enter,
                symbol: symbol,
                isBuy: side == .buy,
                qty: qty,
                px: px
            )
            let bytes = SimClient.data { target in
                OUCH.EnterOrder(
                    userRefNum: ref,
                    side: side.rawValue,
                    quantity: OrderQty(units: qty),
                    symbol: Symbol(SimImage.symbols[symbol])!,
                    price: Price(units: px),
                    timeInForce: tif.rawValue,
                    display: hidden ? UInt8(ascii: "N") : UInt8(ascii: "Y"),
                    capacity: UInt8(ascii: "P"),
                    interMarketSweep: UInt8(ascii: "N"),
                    crossType: UInt8(ascii: "N"),
                    clOrdID: ClOrdIDField("C\(client.index)-\(ref)") ?? .blank,
                    appendage: appendage
                ).write(to: target)
            }
            client.asked(bytes)
            counts.asked += 1
            send(bytes, toHot: pipe)
        }
    }

    /// What was asked a while ago once more, under the number it had: it must do nothing.
    func sendAgain(_ client: SimClient) {
        guard let pipe = isReady(client), !client.lately.isEmpty else { return }
        send(acts.pick(client.lately), toHot: pipe)
    }

    func number(_ client: SimClient) -> UInt32 {
        let ref = client.nextRef
        client.nextRef += acts.below(20) == 0 ? UInt32(1 + acts.below(5)) : 1
        return ref
    }

    func replace(_ client: SimClient) {
        guard let pipe = isReady(client), !client.live.isEmpty else { return }
        let old = acts.pick(client.live)
        guard let known = client.requests[old] else { return }
        let ref = number(client)
        let qty = max(1, known.qty + acts.within(-known.qty, known.qty))
        let px = price(known.symbol, isBuy: known.isBuy)
        // Good till a time: the original's, or another.
        let isTimed = acts.below(6) == 0
        var appendage = OUCH.Appendage()
        if isTimed, acts.below(2) == 0 { appendage.expireTimeSeconds = soon() }
        client.requests[ref] = SimClient.Request(
            kind: .replace,
            symbol: known.symbol,
            isBuy: known.isBuy,
            qty: qty,
            px: px
        )
        let bytes = SimClient.data { target in
            OUCH.ReplaceOrder(
                origUserRefNum: old,
                userRefNum: ref,
                quantity: OrderQty(units: qty),
                price: Price(units: px),
                timeInForce: (isTimed ? TimeInForce.goodTillTime : .day).rawValue,
                display: UInt8(ascii: "Y"),
                interMarketSweep: UInt8(ascii: "N"),
                clOrdID: ClOrdIDField("R\(client.index)-\(ref)") ?? .blank,
                appendage: appendage
            ).write(to: target)
        }
        client.asked(bytes)
        send(bytes, toHot: pipe)
        if acts.below(4) == 0 { cancel(old, ceiling: 0, pipe) }
    }

    private func cancel(_ ref: UInt32, ceiling: Int64, _ pipe: Pipe) {
        send(
            SimClient.data { target in
                OUCH.CancelOrder(userRefNum: ref, quantity: OrderQty(units: ceiling))
                    .write(to: target)
            },
            toHot: pipe
        )
    }

    func cancel(_ client: SimClient) {
        guard let pipe = isReady(client), !client.live.isEmpty else { return }
        let ref = acts.pick(client.live)
        let qty = client.requests[ref]?.qty ?? 1
        cancel(ref, ceiling: acts.below(3) == 0 ? acts.within(0, qty + 10) : 0, pipe)
    }

    /// Another mark, another size, or both; of a buy the size alone.
    func modify(_ client: SimClient) {
        guard let pipe = isReady(client), !client.live.isEmpty else { return }
        let marks: [Side] = [.sell, .sellShort, .sellShortExempt]
        let sells = client.live.filter {
            client.requests[$0].map { !$0.isBuy && $0.told < $0.qty } ?? false
        }
        let ref = acts.pick(sells.isEmpty || acts.below(5) == 0 ? client.live : sells)
        guard let known = client.requests[ref] else { return }
        let qty = acts.below(3) == 0 ? acts.within(1, known.qty + 5) : known.qty
        client.requests[ref]?.modifies += 1
        let side: Side = known.isBuy ? .buy : acts.pick(marks)
        let bytes = SimClient.data { target in
            OUCH.ModifyOrder(
                userRefNum: ref,
                side: side.rawValue,
                quantity: OrderQty(units: qty)
            ).write(to: target)
        }
        send(bytes, toHot: pipe)
        if acts.below(6) == 0 { cancel(ref, ceiling: 0, pipe) }
    }

    /// Seconds of the day not long from now, sometimes gone by.
    func soon() -> UInt32 {
        UInt32((nowNs - SimImage.midnightNs) / 1_000_000_000 + acts.within(0, 6))
    }

    func massCancel(_ client: SimClient) {
        guard let pipe = isReady(client) else { return }
        let ref = number(client)
        client.requests[ref] = .other
        send(
            SimClient.data { target in
                OUCH.MassCancel(userRefNum: ref, firm: Alpha4("TEST")!, symbol: .blank)
                    .write(to: target)
            },
            toHot: pipe
        )
    }

    func session(_ client: SimClient) {
        switch acts.below(5) {
        case 0: connect(client)
        case 1: connect(client, badly: true)
        case 2: if let pipe = isReady(client) { send(SimClient.empty(.logoutRequest), toHot: pipe) }
        case 3:
            if let pipe = client.pipe, pipe.isPeerOpen {
                client.ended()
                closeFromPeer(pipe, error: 104)
            }
        default: connect(client)
        }
    }

    /// Bytes no decent client sends.
    func rude(_ client: SimClient) {
        guard let pipe = client.pipe, pipe.isPeerOpen else { return }
        switch acts.below(6) {
        case 0:
            let count = 1 + acts.below(60)
            send((0..<count).map { _ in UInt8(truncatingIfNeeded: acts.next()) }, toHot: pipe)
        case 1: send([0, 0], toHot: pipe)
        case 2: send([0, 40, UInt8(ascii: "U"), UInt8(ascii: "O")], toHot: pipe)
        case 3: cancel(UInt32(truncatingIfNeeded: acts.next()), ceiling: 5, pipe)
        case 4:
            let random = (0..<46).map { _ in UInt8(truncatingIfNeeded: acts.next()) }
            send([0, 48, UInt8(ascii: "U"), UInt8(ascii: "O")] + random, toHot: pipe)
            client.isUncountable = true
        default:
            // A number once more.
            guard let ref = client.live.last, client.isLoggedIn else { return }
            send(
                SimClient.data { target in
                    OUCH.AccountQuery().write(to: target)
                },
                toHot: pipe
            )
            cancel(ref, ceiling: 1, pipe)
        }
    }
}
