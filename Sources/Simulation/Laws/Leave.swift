import Crossing
import HotPath
import Vocabulary

/// Law L22: what one may not do alone. An order past a block uses up leave that two persons gave for
/// it, once, in time, and fits it; an adjustment that needs two has them; a client that disabled its
/// order entry enters, replaces and re-marks nothing.
struct Leave {
    private struct Asked {
        var record: AuditRecord
        var expiryNs: Int64
        var isGiven = false
        var isUsed = false
    }

    private var asked: [UInt64: Asked] = [:]
    /// Commands of second persons that agreed.
    private var agreed: Set<UInt64> = []
    private var disabled: Set<UInt16> = []
    private let adjustNeedsTwo: Bool

    init(_ config: LedgerConfig) { adjustNeedsTwo = config.header.twoPersons.contains(.adjust) }

    /// Takes one record; what law it breaks, in words.
    mutating func take(_ record: AuditRecord) -> String? {
        switch record.kind {
        case .operator where record.code == 0 && record.match != 0: return said(record)
        case .adjust where adjustNeedsTwo:
            return agreed.remove(record.commandID) == nil ? "adjusted by one person alone" : nil
        case .session where record.client != noIndex16 && record.flags.contains(.fromClient):
            switch SessionEvent(rawValue: record.detail) {
            case .entryDisabled: disabled.insert(record.client)
            case .entryEnabled: disabled.remove(record.client)
            default: break
            }
        case .new, .replaceReq, .modifyReq:
            if record.flags.contains(.fromClient), disabled.contains(record.client) {
                return "client \(record.client) has disabled its order entry"
            }
            return record.kind == .new && record.match != 0 ? used(record) : nil
        default: break
        }
        return nil
    }

    private mutating func said(_ record: AuditRecord) -> String? {
        switch Command.Kind(rawValue: UInt8(truncatingIfNeeded: record.detail)) {
        case .overrideAsk:
            let minute = record.t + 60_000_000_000
            let isOverride = record.reason == Command.Kind.new.rawValue
            let expiryNs = isOverride ? min(record.value, minute) : minute
            if asked[record.match] != nil { return "leave \(record.match) is asked for twice" }
            asked[record.match] = Asked(record: record, expiryNs: expiryNs)
        case .overrideConfirm:
            guard let first = asked[record.match], !first.isGiven, record.t < first.expiryNs
            else { return "leave \(record.match) is given, and is not open" }
            if record.uid == first.record.uid { return "\(record.uid) agrees with itself" }
            asked[record.match]?.isGiven = true
            guard first.record.reason == Command.Kind.adjust.rawValue else { return nil }
            guard record.instrument == first.record.instrument,
                record.account == first.record.account, record.qty == first.record.qty,
                record.px == first.record.px
            else { return "the second person's adjustment is another" }
            agreed.insert(record.commandID)
        default: break
        }
        return nil
    }

    private mutating func used(_ record: AuditRecord) -> String? {
        guard let leave = asked[record.match], leave.isGiven, !leave.isUsed,
            leave.record.reason == Command.Kind.new.rawValue, record.t < leave.expiryNs
        else { return "past a block without leave: \(record.match)" }
        asked[record.match]?.isUsed = true
        let said = leave.record
        guard record.instrument == said.instrument, record.side == said.side,
            said.account == noIndex16 || record.account == said.account,
            said.strategy == noIndex16 || record.strategy == said.strategy
        else { return "leave \(record.match) is for another's order" }
        if record.qty > said.qty { return "\(record.qty.units), leave is for \(said.qty.units)" }
        let past = record.px.units - said.px.units
        let isBuy = record.side == Side.buy.rawValue
        return (isBuy ? past > 0 : past < 0)
            ? "at \(record.px.units), leave is for \(said.px.units)" : nil
    }
}
