import Crossing
import HotPath
import Vocabulary

/// The engine's words, put into frames for whoever asked.
extension ControlServer {
    func relay(_ reply: CommandReply) {
        heldKills.note(reply, nowNs: ClockNow.monotonicNs())
        guard let wait = pending[reply.id] else { return }
        // A list is answered by its lines, the last of which ends it.
        guard wait.request.verb != .orderList, wait.request.verb != .triggerList else { return }
        pending[reply.id] = nil
        var answer = wait.request
        answer.code = reply.code
        answer.outcome = reply.code == 0 ? .done : .rejected
        answer.orderID = reply.orderID == .none ? wait.request.orderID : reply.orderID
        answer.status = reply.status.rawValue
        answer.venue =
            reply.venue == noIndex8 ? wait.request.venue : names.venue(index: reply.venue)
        answer.value = reply.value
        answer[.liveOrders] = Int64(reply.liveOrders)
        if wait.request.verb == .massCancel {
            answer.detail = UInt32(clamping: reply.triggersEnded)
        }
        if wait.request.verb == .latchShow { nameLatch(reply.value, &answer) }
        // A limit that is off is told in the same number.
        let isLimit = wait.request.verb == .limitShow
        if reply.code == 0, !isLimit, reply.value == CommandReply.awaitsSecondPerson {
            answer.outcome = .awaitsSecond
            answer.say("asked; another person must say the same within 60 s")
        } else if reply.code == 0 {
            answer.say("done")
        } else {
            let meaning = RiskCode(rawValue: reply.code)?.meaning ?? "unknown code"
            let words = refusalWords(wait.request, reply)
            answer.say("\(reply.code) \(meaning)\(words)")
        }
        send(answer, to: wait.connection)
    }

    /// ``Ledger/nextLatch(after:)``'s word in names.
    private func nameLatch(_ key: Int64, _ answer: inout ControlFrame) {
        guard key >= 0, let scope = KillScope(rawValue: UInt8(truncatingIfNeeded: key >> 32)) else {
            return
        }
        answer.scope = scope.rawValue
        answer.detail = UInt32(key & 0xFFFF)
        let row = UInt16(truncatingIfNeeded: key >> 16)
        switch scope {
        case .firm: break
        case .account: answer.account = names.account(index: row)
        case .strategy: answer.strategy = names.strategy(index: row)
        case .symbol: answer.symbol = names.symbol(index: row)
        case .venue: answer.venue = names.venue(index: UInt8(truncatingIfNeeded: row))
        }
    }

    private func refusalWords(_ request: ControlFrame, _ reply: CommandReply) -> String {
        switch (request.verb, RiskCode(rawValue: reply.code)) {
        case (.resolve, _): resolveWords(request, reply)
        case (.adjust, .notPermitted), (.overrideConfirm, .notPermitted):
            ": another person than the one who asked must say it"
        case (.limitSet, .noLimits): ": no such row, or a value it cannot have"
        case (.overrideConfirm, .orderNotFound): ": no such override is waiting to be confirmed"
        case (.overrideConfirm, .staleCommand): ": it ran out before it was confirmed"
        default: ""
        }
    }

    /// What stands against a person's word on an order.
    private func resolveWords(_ request: ControlFrame, _ reply: CommandReply) -> String {
        switch RiskCode(rawValue: reply.code) {
        case .notPermitted:
            ": it is \(reply.status), not unknown or a lost venue's; or the same person said so"
        case .quantityNotPositive: ": \(reply.value) shares of it are known to be filled"
        case .maxOrderQty: ": more than it had open"
        case .lotOrNoFinitePrice: ": shares not known yet need their price"
        case .collarBuy: ": \(request.px) is above \(Price(units: reply.value)), its limit"
        case .collarSell: ": \(request.px) is below \(Price(units: reply.value)), its limit"
        default: ""
        }
    }

    func relay(_ line: OrderLine) {
        guard let wait = pending[line.id] else { return }
        var answer = ControlFrame()
        answer.verb = wait.request.verb
        answer.id = wait.request.id
        answer.last = line.isEnd
        if line.isEnd != 0 {
            pending[line.id] = nil
            if wait.request.verb == .triggerList {
                answer.value = line.instrument == noIndex16 ? -1 : Int64(line.instrument)
            }
        } else {
            answer.orderID = line.orderID
            answer.px = line.px
            answer.qty = line.qty
            answer.leavesQty = line.leavesQty
            answer.cumQty = line.cumQty
            answer.side = line.side
            answer.status = line.status
            answer.timeInForce = line.timeInForce
            answer.ordType = line.ordType
            answer.venue = names.venue(index: line.venue)
            answer.symbol = names.symbol(index: line.instrument)
            answer.account = names.account(index: line.account)
            answer.strategy = names.strategy(index: line.strategy)
        }
        send(answer, to: wait.connection)
    }
}
