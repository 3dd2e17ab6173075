import ColdCore
import Crossing
import Vocabulary

/// Cold's own shared file: cursors out, heartbeat out, commands out.
///
/// Desk's thread only.
final class ColdLink {
    let region: ColdRegion
    private var writer: CommandWriter

    init(_ region: consuming ColdRegion) {
        writer = CommandWriter(ring: region.commands, consumer: nil)
        self.region = region
    }

    func hotAttached(_ hot: HotLink) {
        writer.attach(consumer: hot.region.commandCursor)
    }

    func hotWentAway() { writer.attach(consumer: nil) }

    func beat(_ time: DeskTime) {
        region.control[ColdWord.heartbeat] = UInt64(time.monotonicNs)
    }

    /// A number for this run of cold, above every earlier one: the high half of command ids. It
    /// must differ from all runs before, whose commands may still stand in the ring.
    func takeEpoch(_ time: DeskTime) -> UInt32 {
        let seconds = UInt32(clamping: time.nowNs / 1_000_000_000)
        let last = UInt32(truncatingIfNeeded: region.control[ColdWord.spare0])
        let epoch = max(seconds, last &+ 1)
        region.control[ColdWord.spare0] = UInt64(epoch)
        return epoch
    }

    /// `engineNs` is the time of the clock that will judge the command's age. `false` when the ring
    /// is full.
    func push(_ entry: CommandOutbox.Entry, engineNs: Int64) -> Bool {
        writer.push(command(entry, engineNs))
    }

    private func command(_ entry: CommandOutbox.Entry, _ engineNs: Int64) -> Command {
        var command = Command()
        command.id = entry.id
        command.coldEpoch = UInt32(truncatingIfNeeded: entry.id >> 32)
        command.owner = Owner.cold
        command.uid = entry.uid
        switch entry.wish {
        case .new(let order):
            command.kind = .new
            command.validUntilNs = order.validUntilNs
            command.side = order.side.rawValue
            command.timeInForce = order.timeInForce.rawValue
            command.ordType = OrdType.limit.rawValue
            command.venue = order.venue
            command.instrument = order.instrument
            command.account = order.account
            command.strategy = order.strategy
            command.px = order.px
            command.qty = order.qty
            command.parent = order.parent
            command.parentQty = order.parentQty
        case .cancel(let orderID):
            command.kind = .cancel
            command.orderID = orderID
        case .algo(let words):
            command.kind = .algo
            command.letsTrade = words.letsTrade
            if words.letsTrade { command.validUntilNs = engineNs + Desk.commandValidNs }
            command.parent = words.parent
            command.instrument = words.instrument
            command.account = words.account
            command.strategy = words.strategy
            say(words.text, &command)
        case .latch(let scope, let row, let code, let reason):
            command.kind = .kill
            command.scope = scope.rawValue
            command.detail = UInt32(code.rawValue)
            aim(scope, row, &command)
            say(reason, &command)
        case .limit(let field, let row, let value, let reason):
            command.kind = .limit
            command.detail = field.rawValue
            command.value = value
            aim(field.row.scope, row, &command)
            say(reason, &command)
        }
        return command
    }

    private func aim(_ scope: KillScope, _ row: UInt16, _ command: inout Command) {
        switch scope {
        case .firm: break
        case .account: command.account = row
        case .strategy: command.strategy = row
        case .symbol: command.instrument = row
        case .venue: command.venue = UInt8(truncatingIfNeeded: row)
        }
    }

    private func say(_ words: String, _ command: inout Command) {
        let made = CommandText.make(words)
        command.text = made.text
        command.textLength = made.length
    }
}
