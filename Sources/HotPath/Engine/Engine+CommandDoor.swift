import Crossing
import Vocabulary

/// The bucket at the door of cold's command ring (semantics.md §3.2).
struct CommandDoor: BitwiseCopyable {
    var tatNs: Int64 = 0
    /// Refusals since the last one recorded.
    var refusals: UInt32 = 0
    var recordedNs: Int64 = 0
}

extension Engine {
    /// Counts every command of cold. Over the rate what wants to trade or to be written down is not
    /// looked at (501, one aggregated record a second); what stops or tightens always passes.
    mutating func passesDoor(_ command: Command) -> Bool {
        let isWithin = Door.allows(
            &commandDoor.tatNs,
            nowNs: nowNs,
            ratePerS: config.commandRatePerS,
            burst: config.commandBurst
        )
        switch command.kind {
        case .cancel, .kill, .massCancel, .limit, .clearTrigger: return true
        default: break
        }
        guard !isWithin else { return true }
        counters.add(.commandsRefused, 1)
        commandDoor.refusals &+= 1
        if nowNs &- commandDoor.recordedNs >= 1_000_000_000 {
            begin(.pressure)
            unsafe scratch.pointee.code = RiskCode.messageRate.rawValue
            unsafe scratch.pointee.owner = Owner.cold
            unsafe scratch.pointee.value = Int64(commandDoor.refusals)
            unsafe commit(nil, 0)
            commandDoor.refusals = 0
            commandDoor.recordedNs = nowNs
        }
        return false
    }
}
