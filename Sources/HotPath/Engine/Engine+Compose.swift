import Crossing
import Vocabulary
import Wire

/// Answers of our own to a client, composed in `reply`; each returns the bytes it wrote.
extension Engine {
    @inline(__always)
    var ouchNowNs: UInt64 { UInt64(max(0, nowNs - config.midnightNs)) }

    mutating func composeReject(
        _ refNum: UInt32,
        _ reason: UInt16,
        _ clOrdID: ClOrdIDField
    ) -> Int {
        let message = OUCH.Rejected(
            timestampNs: ouchNowNs,
            userRefNum: refNum,
            reason: reason,
            clOrdID: clOrdID
        )
        return unsafe message.write(to: reply)
    }

    /// Told by a person, not by the venue: without a reference of the venue's.
    mutating func composeAccepted(_ order: Order, _ owner: Addressee) -> Int {
        let entry = image.client(Int(owner.login))
        let message = OUCH.Accepted(
            timestampNs: ouchNowNs,
            userRefNum: owner.refNum,
            side: order.side,
            quantity: order.qty,
            symbol: image.instrument(Int(order.instrument)).symbol,
            price: order.px,
            timeInForce: order.timeInForce,
            display: order.display,
            orderReferenceNumber: 0,
            capacity: entry.capacity,
            interMarketSweep: UInt8(ascii: "N"),
            crossType: UInt8(ascii: "N"),
            orderState: UInt8(ascii: "L"),
            clOrdID: owner.clOrdID
        )
        return unsafe message.write(to: reply)
    }

    /// An execution without a match number: told by a person, not by the venue.
    mutating func composeExecuted(_ refNum: UInt32, _ qty: OrderQty, _ px: Price) -> Int {
        let message = OUCH.Executed(
            timestampNs: ouchNowNs,
            userRefNum: refNum,
            quantity: qty,
            price: px,
            liquidityFlag: UInt8(ascii: " "),
            matchNumber: 0
        )
        return unsafe message.write(to: reply)
    }

    mutating func composeCanceled(_ refNum: UInt32, _ decrement: OrderQty, _ reason: UInt8) -> Int {
        let message = OUCH.Canceled(
            timestampNs: ouchNowNs,
            userRefNum: refNum,
            quantity: decrement,
            reason: reason
        )
        return unsafe message.write(to: reply)
    }

    mutating func composeMassCancelResponse(
        _ refNum: UInt32,
        _ firm: Alpha4,
        _ symbol: Symbol
    ) -> Int {
        let message = OUCH.MassCancelResponse(
            timestampNs: ouchNowNs,
            userRefNum: refNum,
            firm: firm,
            symbol: symbol
        )
        return unsafe message.write(to: reply)
    }

    mutating func composeQueryResponse(_ next: UInt32) -> Int {
        let message = OUCH.AccountQueryResponse(timestampNs: ouchNowNs, nextUserRefNum: next)
        return unsafe message.write(to: reply)
    }
}
