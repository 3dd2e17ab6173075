import ColdCore
import Crossing
import Desk
import HotPath
import Journal
import Vocabulary

/// What the operator and cold's callers ask.
extension Simulation {
    func command(_ kind: Command.Kind) -> Command {
        var command = Command()
        command.kind = kind
        command.id = nextCommand
        nextCommand += 1
        command.uid = 1_000
        command.gid = 1_000
        let reason = CommandText.make("simulated")
        command.text = reason.text
        command.textLength = reason.length
        return command
    }

    func ask(_ command: Command) {
        guard let hot else { return }
        var command = command
        stamp(&command)
        trace.say(nowNs, "operator: \(command.kind) scope \(command.scope)")
        _ = hot.mailbox.commands.push(command)
        wantHotTurn(at: nowNs + 1_000)
    }

    func operatorNew() {
        var wanted = command(.new)
        let symbol = acts.below(SimImage.symbols.count)
        let isBuy = acts.below(2) == 0
        wanted.instrument = acts.chance(perMille: 20) ? 999 : UInt16(symbol)
        wanted.side = isBuy ? Side.buy.rawValue : Side.sell.rawValue
        wanted.qty = OrderQty(units: acts.within(1, profile.lotMax) * 10)
        wanted.px = Price(units: SimImage.mids[symbol] + acts.within(-20, 20) * 100)
        wanted.account = 0
        wanted.strategy = acts.chance(perMille: 20) ? 77 : 0
        wanted.venue = acts.below(3) == 0 ? UInt8(acts.below(3)) : 0xFF
        if acts.below(8) == 0 {
            wanted.timeInForce = TimeInForce.goodTillTime.rawValue
            wanted.expireSeconds = soon()
        }
        ask(wanted)
    }

    /// Some are of no price that can be met, some of a strategy that is not; one in five takes the
    /// symbol's away.
    func trigger() {
        var wanted = command(acts.below(5) == 0 ? .clearTrigger : .trigger)
        let symbol = acts.below(SimImage.symbols.count)
        wanted.instrument = UInt16(symbol)
        wanted.side = acts.pick([Side.buy, .sell, .sellShort]).rawValue
        wanted.qty = OrderQty(units: acts.within(1, profile.lotMax) * 20)
        wanted.px = Price(units: SimImage.mids[symbol] + acts.within(-20, 20) * 100)
        wanted.account = 0
        wanted.strategy = acts.chance(perMille: 50) ? 77 : 0
        ask(wanted)
    }

    /// Everything, or what one to three names and a side take.
    func operatorMass() {
        var wanted = command(.massCancel)
        if acts.below(2) == 0 { wanted.instrument = UInt16(acts.below(4)) }
        if acts.below(3) == 0 { wanted.strategy = UInt16(acts.below(3)) }
        if acts.below(3) == 0 { wanted.account = UInt16(acts.below(2)) }
        if acts.below(4) == 0 { wanted.venue = UInt8(acts.below(3)) }
        if acts.below(3) == 0 { wanted.side = acts.pick([Side.buy, .sell, .sellShort]).rawValue }
        ask(wanted)
    }

    private func anyLive() -> ClOrdID? {
        guard let hot else { return nil }
        var found: [ClOrdID] = []
        var cursor = hot.engine.ledger.walk(.firm)
        while found.count < 32 {
            let slot = hot.engine.ledger.next(&cursor)
            if slot.isNone { break }
            found.append(hot.engine.ledger.order(slot).orderID)
        }
        return found.isEmpty ? nil : acts.pick(found)
    }

    func operatorCancel() {
        guard let orderID = anyLive() else { return }
        var wanted = command(acts.below(4) == 0 ? .replace : .cancel)
        wanted.orderID = orderID
        wanted.qty = OrderQty(units: wanted.kind == .replace ? acts.within(1, 300) : 0)
        wanted.px = Price(units: SimImage.mids[acts.below(4)])
        if wanted.kind == .cancel { cancelsAsked[wanted.id] = orderID }
        ask(wanted)
    }

    /// As the admin thread does it: the word first, then the command that says which, perhaps a few
    /// turns later.
    func kill() {
        guard let hot else { return }
        var wanted = Command()
        wanted.scope = UInt8(acts.pick([0, 1, 2, 3, 4]))
        wanted.account = UInt16(acts.below(2))
        wanted.strategy = UInt16(acts.below(3))
        wanted.instrument = UInt16(acts.below(4))
        wanted.venue = UInt8(acts.below(3))
        wanted.value = Int64(hot.mailbox.wantKill())
        trace.say(nowNs, "kill word \(wanted.value)")
        let laterNs = acts.below(3) == 0 ? acts.within(0, 20_000_000) : 0
        schedule.add(.killCommand(wanted, life: hotLife), at: nowNs + laterNs)
    }

    func killFollows(_ kill: Command, _ life: Int) {
        guard hot != nil, life == hotLife else { return }
        var wanted = command(.kill)
        wanted.scope = kill.scope
        wanted.account = kill.account
        wanted.strategy = kill.strategy
        wanted.instrument = kill.instrument
        wanted.venue = kill.venue
        wanted.value = kill.value
        killsAsked.insert(wanted.id)
        ask(wanted)
    }

    func arm() {
        for scope in KillScope.allCases {
            var wanted = command(.arm)
            wanted.scope = scope.rawValue
            wanted.account = UInt16(acts.below(2))
            wanted.strategy = UInt16(acts.below(3))
            wanted.instrument = UInt16(acts.below(4))
            wanted.venue = UInt8(acts.below(3))
            wanted.value = 1
            ask(wanted)
        }
    }

    func limit() {
        var wanted = command(.limit)
        let field = acts.pick(LimitField.allCases)
        wanted.detail = field.rawValue
        wanted.instrument = UInt16(acts.below(4))
        wanted.account = UInt16(acts.below(2))
        wanted.strategy = UInt16(acts.below(3))
        wanted.venue = UInt8(acts.below(3))
        wanted.value =
            switch field {
            case .maxOrderQty: acts.within(10, 5_000)
            case .maxLong, .maxShort: acts.within(100, 8_000)
            case .maxOpenOrders, .firmMaxOpenOrders: acts.within(10, 100)
            case .collarBps, .marketCollarBps: acts.within(10, 500)
            case .valuation: acts.within(90_000, 4_500_000)
            case .restricted: Int64(acts.below(6) == 0 ? 1 : 0)
            case .locate: acts.within(0, 20_000)
            case .dupMax: acts.within(1, 50)
            case .rejectsMax: acts.within(20, 1_000)
            case .executionsMax: acts.within(100, 4_000)
            case .accountLossLimit, .strategyLossLimit: 1 << acts.within(16, 32)
            case .maxOpenNotional, .maxGross, .maxNet: acts.within(1_000_000_000, 1 << 45)
            default: 1 << 45
            }
        ask(wanted)
    }

    func adjust() {
        var wanted = command(.adjust)
        wanted.instrument = UInt16(acts.below(4))
        wanted.account = UInt16(acts.below(2))
        wanted.qty = OrderQty(units: acts.within(-50, 50))
        wanted.px = Price(units: SimImage.mids[Int(wanted.instrument)])
        ask(wanted)
        agree(wanted)
    }

    func algo() {
        guard let cold, !isColdStalled else { return }
        let symbol = SimImage.symbols[acts.below(4)]
        let request: JSON = [
            "verb": "algo.start", "symbol": .string(symbol),
            "side": acts.below(2) == 0 ? "B" : "S", "qty": .int(acts.within(10, 400)),
            "duration_ms": .int(acts.within(1_000, 8_000)), "slices": .int(acts.within(1, 5)),
            "strategy": "ALGO",
        ]
        let answer = cold.desk.answer(request, uid: 1_000, gid: 1_000, deskTime)
        trace.say(nowNs, "algo: \(answer)")
    }

    /// After both regions are gone: records that are not in the journal never were.
    func forgetUnwritten() {
        for client in clients { client.isForgotten = true }
        do {
            var reader = try JournalReader(
                journal: folder.state + "/journal",
                tradingDate: SimImage.tradingDate
            )
            while try reader.next() != nil {}
            laws.forget(behind: reader.lastEpoch, reader.lastSlotEnd)
        } catch {
            if case .noJournal = error { return laws.forget(behind: 0, 0) }
            laws.fail("L12", "journal after the regions were lost: \(error)")
        }
    }
}
