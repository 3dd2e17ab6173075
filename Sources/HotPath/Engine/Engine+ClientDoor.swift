import Crossing
import Vocabulary
import Wire

/// A client above its message rate (semantics.md §3.2).
extension Engine {
    /// Over the message rate: `J` 501 and one aggregated record a second; too many and the client
    /// is sent away (semantics.md §3.2).
    mutating func refuseAtDoor(_ login: Int, _ refNum: UInt32, _ clOrdID: ClOrdIDField) {
        guard refNum > highestRefNum(login) else { return countAtDoor(login, 0) }
        // Used up now, though its record may wait a second: else the same number could yet trade.
        unsafe logins[login].doorRefNum = refNum
        if !overrun.isOn, hasRefusalRoom(UInt16(login)) {
            let count = composeReject(refNum, RiskCode.messageRate.rawValue, clOrdID)
            _ = unsafe stores[login].append(reply, count: count)
        }
        countAtDoor(login, refNum)
    }

    mutating func countAtDoor(_ login: Int, _ refNum: UInt32) {
        counters.add(.clientDoorRefusals, 1)
        // A quiet spell and the count to the expulsion begins anew.
        if nowNs &- (unsafe logins[login].doorRecordedNs) > 10_000_000_000 {
            unsafe logins[login].doorRefusalsTotal = 0
        }
        unsafe logins[login].doorRefusals &+= 1
        unsafe logins[login].doorRefusalsTotal &+= 1
        if nowNs - (unsafe logins[login].doorRecordedNs) >= 1_000_000_000 {
            recordDoor(login, refNum)
        }
        let connection = unsafe logins[login].connection
        if config.clientDoorMax > 0,
            unsafe logins[login].doorRefusalsTotal >= config.clientDoorMax, connection >= 0
        {
            recordDoor(login, refNum)
            unsafe logins[login].doorRefusalsTotal = 0
            unsafe logins[login].lockedUntilNs = nowNs + 1_000_000_000
            dropClient(Int(connection), .doorLimit)
        }
    }

    private mutating func recordDoor(_ login: Int, _ refNum: UInt32) {
        begin(.pressure)
        unsafe scratch.pointee.client = UInt16(login)
        unsafe scratch.pointee.clientRefNum = refNum
        unsafe scratch.pointee.code = RiskCode.messageRate.rawValue
        unsafe scratch.pointee.value = Int64(unsafe logins[login].doorRefusals)
        unsafe scratch.pointee.clientSeq = unsafe stores[login].count
        unsafe commit(nil, 0)
        unsafe logins[login].doorRefusals = 0
        unsafe logins[login].doorRecordedNs = nowNs
    }
}
