import Vocabulary
import Wire

// Disable, Enable and Account Query: the account itself, not one order.
extension OUCHPort {
    /// New orders and replaces are refused from here on; live orders stay. Always obeyed, as a mass
    /// cancel is: both only make things smaller.
    func disable(_ message: OUCH.Disable) {
        let key = key(message.userRefNum, message.appendage)
        consume(key)
        if isOurs(message.firm) { disabledFirms.insert(configuration.firm) }
        say(
            OUCH.DisableResponse(
                timestampNs: floor.nsOfDay,
                userRefNum: key.userRefNum,
                firm: message.firm,
                appendage: tail(key).appendage
            )
        )
    }

    /// A number already used is a retransmission and must not open what was closed since.
    func enable(_ message: OUCH.Enable) {
        let key = key(message.userRefNum, message.appendage)
        guard !isUsed(key) else {
            return ignore("UserRefNum already used: enable", ref: key.userRefNum)
        }
        consume(key)
        if isOurs(message.firm) { disabledFirms.remove(configuration.firm) }
        say(
            OUCH.EnableResponse(
                timestampNs: floor.nsOfDay,
                userRefNum: key.userRefNum,
                firm: message.firm,
                appendage: tail(key).appendage
            )
        )
    }

    func query(_ message: OUCH.AccountQuery) {
        let refIdx = message.appendage.userRefIdx ?? 0
        let tail = tail(OrderKey(refIdx: refIdx, userRefNum: 0))
        let (next, overflow) = (lastUserRefNum[refIdx] ?? 0).addingReportingOverflow(1)
        say(
            OUCH.AccountQueryResponse(
                timestampNs: floor.nsOfDay,
                nextUserRefNum: overflow ? UInt32.max : next,
                appendage: tail.appendage,
                appendageForm: tail.form
            )
        )
    }
}
