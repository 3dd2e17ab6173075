import Crossing
import Vocabulary

/// The reflexes of instruments: set, taken back, told (``fire`` stands with the feed).
extension Engine {
    /// Answers what the trigger that stood there had still to take; 0 where none stood.
    mutating func setTrigger(_ command: Command, _ answer: inout CommandReply) {
        let side = Side(rawValue: command.side)
        guard Int(command.instrument) < config.instrumentCount,
            command.kind == .clearTrigger
                || (side != nil && command.qty.units > 0 && command.px.units > 0
                    && strategyMay(command.strategy, command.instrument))
        else {
            recordOperator(command, code: .notPermitted)
            answer.code = RiskCode.notPermitted.rawValue
            return
        }
        // Behind a kill it would stand until the arm and trade then, which nobody said since.
        let latch =
            command.kind == .clearTrigger
            ? RiskCode.ok
            : ledger.latchAgainst(
                account: command.account,
                strategy: command.strategy,
                instrument: command.instrument
            )
        guard latch == .ok else {
            recordOperator(command, code: latch)
            answer.code = latch.rawValue
            return
        }
        begin(.operator)
        unsafe scratch.pointee.detail = UInt32(command.kind.rawValue)
        fillCommand(command)
        unsafe scratch.pointee.side = command.side
        let trigger = Trigger(setBy: unsafe scratch.pointee)
        commitText(command)
        let former = unsafe triggers[Int(command.instrument)]
        answer.value = former.isSet ? former.remaining.units : 0
        unsafe triggers[Int(command.instrument)] = trigger
        for venue in 0..<config.venueCount where trigger.isSet {
            fire(command.instrument, UInt8(venue))
        }
    }

    /// Behind the record of a kill or a mass cancel: what is taken back has no reflex left; whoever
    /// arms it sets what is wanted again. Returns how many ended.
    @discardableResult
    mutating func endTriggers() -> Int {
        var count = 0
        for index in 0..<config.instrumentCount {
            let isEnded = unsafe triggers[index].note(
                takenBack: scratch.pointee,
                instrument: index
            )
            if isEnded { count += 1 }
        }
        return count
    }

    /// One line a trigger that stands, from the row `value` names, then the end mark; bounded by the
    /// ring's room. The end mark names the row to go on with, `noIndex16` when there is none.
    func listTriggers(_ command: Command) {
        guard command.detail == Mailbox.pingTriggers else { return }
        var row = max(0, Int(clamping: command.value))
        while row < config.instrumentCount,
            mailbox.orderLines.count < mailbox.orderLines.capacity - 1
        {
            let trigger = unsafe triggers[row]
            if trigger.isSet {
                var line = OrderLine()
                line.id = command.id
                line.instrument = UInt16(truncatingIfNeeded: row)
                line.side = trigger.side.rawValue
                line.px = trigger.limit
                line.leavesQty = trigger.remaining
                line.account = trigger.account
                line.strategy = trigger.strategy
                _ = mailbox.orderLines.push(line)
            }
            row += 1
        }
        var end = OrderLine()
        end.id = command.id
        end.instrument =
            row < config.instrumentCount ? UInt16(truncatingIfNeeded: row) : noIndex16
        end.isEnd = 1
        _ = mailbox.orderLines.push(end)
    }
}
