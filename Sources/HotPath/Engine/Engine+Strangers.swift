import Crossing
import Vocabulary
import Wire

/// Orders the venue speaks of and our memory does not hold: adopted when they live, attributed by
/// their number when they are over (semantics.md §2.1, §2.4; docs/decisions/what-we-forgot.md).
extension Engine {
    /// An order the venue knows and we do not. The ClOrdID it echoes is ours and names the owner, so
    /// it is booked to the owner's account and strategy; to the house when nobody can claim it.
    mutating func adopt(_ orderID: ClOrdID, _ side: UInt8, _ symbol: Symbol) {
        unsafe scratch.pointee.flags.formUnion([.adopted, .incident])
        // Of our instance and never given: the ledger gives the order an id of the house's.
        let isPossible = orderID.instance != config.instance || ledger.mayHaveGiven(orderID)
        unsafe scratch.pointee.orderID = isPossible ? orderID : .none
        unsafe scratch.pointee.side = side
        unsafe scratch.pointee.instrument = symbols.find(symbol)
        unsafe scratch.pointee.account = noIndex16
        let login = Int(orderID.owner) - Int(Owner.firstClient)
        guard isPossible, orderID != .none, orderID.instance == config.instance, login >= 0,
            login < config.clientCount
        else { return }
        let entry = image.client(login)
        unsafe scratch.pointee.owner = orderID.owner
        unsafe scratch.pointee.account = entry.account
        unsafe scratch.pointee.strategy = entry.strategy
        unsafe scratch.pointee.client = UInt16(login)
        // A new order's owner group stands here.
        unsafe scratch.pointee.detail = UInt32(entry.ownerGroup)
    }

    /// Commits the scratch record about an order that is not in the pool, and passes the message on
    /// to the client the record names. Its own number for the order went with our memory of it:
    /// then it is number 0, which no client gives.
    mutating func reportStranger(
        _ type: OUCH.OutboundType,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) -> Applied {
        let client = unsafe scratch.pointee.client
        guard client != noIndex16, count <= 512, let places = ClientTranslation.places(in: type)
        else { return unsafe commit(bytes, count) }
        let refNum = unsafe scratch.pointee.clientRefNum
        unsafe ClientTranslation.write(
            bytes,
            count: count,
            places: places,
            names: ClientNames(
                refNum: refNum,
                origRefNum: refNum,
                clOrdID: ClOrdIDField(unsafe scratch.pointee.orderID)
            ),
            to: reply
        )
        return unsafe commit(bytes, count, answering: client, replyCount: count)
    }

    /// What a venue says of an order that is over as if it lived, a replace behind an overfill: an
    /// incident. Its client was told of the end, and a replace in flight ended with the order: its
    /// number is gone, so there is none to tell it by.
    @inline(never)
    mutating func recordUntold(_ slot: OrderSlot, _ bytes: UnsafeRawPointer, _ count: Int) {
        fillIdentity(ledger.order(slot))
        unsafe scratch.pointee.flags.formUnion(.incident)
        unsafe commit(bytes, count)
    }

    /// A fill for an order that has left the pool: booked by what its number still tells.
    mutating func executedLate(_ venue: Int, _ bytes: UnsafeRawPointer, _ count: Int) {
        unsafe ledger.attribute(&scratch.pointee)
        let (orderID, match) = unsafe (scratch.pointee.orderID, scratch.pointee.match)
        let index = UInt8(truncatingIfNeeded: venue)
        if orderID == .none || ledger.knowsFill(venue: index, match: match, orderID) {
            unsafe commit(bytes, count)
            return
        }
        // Live all the same, under a younger number.
        let slot = ledger.find(orderID)
        if !slot.isNone {
            _ = unsafe report(slot, .executed, bytes, count)
            return
        }
        noteMark(unsafe scratch.pointee.instrument, index)
        _ = unsafe reportStranger(.executed, bytes, count)
    }
}
