import CShims
import Crossing
import Vocabulary
import Wire

/// The one place that writes order bytes to a venue. New and replace take an ``Approved``, which
/// only the gate can make; cancels need no approval, because stopping is never refused.
extension Engine {
    /// True when the order's bytes are in the session's buffer and leave at the end of this turn.
    @inline(__always)
    mutating func sendNew(
        _ approved: Approved,
        _ extras: OrderExtras,
        orderID: ClOrdID,
        userRefNum: UInt32
    ) -> Bool {
        let intent = approved.intent
        let venue = Int(intent.venue)
        // The last sample of the kill word before the bytes exist.
        guard !isKillPending, port.canSend(slot: venue), let side = Side(rawValue: intent.side),
            let target = unsafe roomForOrder(venue, OUCH.EnterOrder.maxLength)
        else { return false }
        let symbol = image.instrument(Int(intent.instrument)).symbol
        let count: Int
        if extras.isPlain {
            count = unsafe venueTemplates[venue].write(
                .init(
                    userRefNum: userRefNum,
                    side: side,
                    quantity: intent.qty,
                    symbol: symbol,
                    price: intent.px,
                    timeInForce: intent.timeInForce,
                    clOrdID: orderID
                ),
                to: target + 3
            )
        } else {
            var appendage = extras.appendage
            appendage.firm = Alpha4(raw: image.venue(venue).firm)
            let message = OUCH.EnterOrder(
                userRefNum: userRefNum,
                side: side.rawValue,
                quantity: intent.qty,
                symbol: symbol,
                price: intent.px,
                timeInForce: intent.timeInForce,
                display: extras.display,
                capacity: extras.capacity,
                interMarketSweep: extras.interMarketSweep,
                crossType: extras.crossType,
                clOrdID: ClOrdIDField(orderID),
                appendage: appendage
            )
            count = unsafe message.write(to: target + 3)
        }
        unsafe finish(venue, unsafe target, count)
        counters.add(.ordersSent, 1)
        return true
    }

    @inline(__always)
    mutating func sendReplace(
        _ approved: Approved,
        _ extras: OrderExtras,
        orderID: ClOrdID,
        origRefNum: UInt32,
        newRefNum: UInt32
    ) -> Bool {
        let intent = approved.intent
        let venue = Int(intent.venue)
        guard !isKillPending, port.canSend(slot: venue),
            let target = unsafe roomForOrder(venue, OUCH.ReplaceOrder.maxLength)
        else { return false }
        let message = OUCH.ReplaceOrder(
            origUserRefNum: origRefNum,
            userRefNum: newRefNum,
            quantity: intent.qty,
            price: intent.px,
            timeInForce: intent.timeInForce,
            display: extras.display,
            interMarketSweep: extras.interMarketSweep,
            clOrdID: ClOrdIDField(orderID),
            appendage: extras.appendage
        )
        unsafe finish(venue, unsafe target, unsafe message.write(to: target + 3))
        counters.add(.replacesSent, 1)
        return true
    }

    /// The re-mark of a live order. Priority is kept, so it has its order's number.
    @inline(__always)
    mutating func sendModify(
        _ approved: Approved,
        _ appendage: OUCH.Appendage,
        refNum: UInt32
    ) -> Bool {
        let intent = approved.intent
        let venue = Int(intent.venue)
        guard !isKillPending, port.canSend(slot: venue),
            let target = unsafe roomForOrder(venue, OUCH.ModifyOrder.maxLength)
        else { return false }
        let message = OUCH.ModifyOrder(
            userRefNum: refNum,
            side: intent.side,
            quantity: intent.qty,
            appendage: appendage,
            appendageForm: appendage.isEmpty ? .absent : .present
        )
        unsafe finish(venue, unsafe target, unsafe message.write(to: target + 3))
        return true
    }

    /// Orders leave room behind them in the session's buffer: that is the cancels' own.
    @inline(__always)
    private mutating func roomForOrder(_ venue: Int, _ bytes: Int) -> UnsafeMutableRawPointer? {
        unsafe port.gather(slot: venue, bytes: 3 + bytes + EngineConfig.cancelRoomBytes)
    }

    /// Writes one cancel. Cancels may queue in the session's buffer behind a send in progress.
    @inline(__always)
    mutating func sendCancel(venue: Int, userRefNum: UInt32, ceiling: OrderQty) -> Bool {
        guard unsafe venues[venue].isLoggedIn,
            let target = unsafe port.gather(slot: venue, bytes: 3 + OUCH.CancelOrderTemplate.length)
        else { return false }
        let count = unsafe OUCH.CancelOrderTemplate.write(
            userRefNum: userRefNum,
            quantity: ceiling,
            to: target + 3
        )
        unsafe finish(venue, unsafe target, count)
        counters.add(.cancelsSent, 1)
        return true
    }

    /// The venue's own mass cancel for everything of our firm, of one symbol if it is named.
    mutating func sendMassCancel(
        venue: Int,
        userRefNum: UInt32,
        symbol: Symbol = .blank
    ) -> Bool {
        guard unsafe venues[venue].isLoggedIn,
            let target = unsafe port.gather(slot: venue, bytes: 3 + OUCH.MassCancel.maxLength)
        else { return false }
        let message = OUCH.MassCancel(
            userRefNum: userRefNum,
            firm: Alpha4(raw: image.venue(venue).firm),
            symbol: symbol
        )
        unsafe finish(venue, unsafe target, unsafe message.write(to: target + 3))
        counters.add(.cancelsSent, 1)
        return true
    }

    /// Order entry of our port at a venue, off (`D`) or on again (`E`).
    mutating func sendEntry(venue: Int, userRefNum: UInt32, disable: Bool) -> Bool {
        guard unsafe venues[venue].isLoggedIn,
            let target = unsafe port.gather(slot: venue, bytes: 3 + OUCH.Disable.maxLength)
        else { return false }
        let firm = Alpha4(raw: image.venue(venue).firm)
        let count =
            disable
            ? unsafe OUCH.Disable(userRefNum: userRefNum, firm: firm).write(to: target + 3)
            : unsafe OUCH.Enable(userRefNum: userRefNum, firm: firm).write(to: target + 3)
        unsafe finish(venue, unsafe target, count)
        return true
    }

    mutating func sendAccountQuery(venue: Int) -> Bool {
        guard let target = unsafe port.gather(slot: venue, bytes: 3 + OUCH.AccountQuery.maxLength)
        else { return false }
        unsafe finish(venue, unsafe target, unsafe OUCH.AccountQuery().write(to: target + 3))
        return true
    }

    @inline(__always)
    private mutating func finish(_ venue: Int, _ target: UnsafeMutableRawPointer, _ count: Int) {
        let header = unsafe Soup.writeHeader(.unsequencedData, payloadLength: count, to: target)
        port.gathered(slot: venue, bytes: header + count)
        unsafe venues[venue].lastSentNs = nowNs
    }
}
