import Crossing
import Vocabulary
import Wire

/// What a venue says of a live order without filling, canceling or replacing it: `M` `T` `R` and,
/// of a cancel during a cross, `P` and `I`. The client sees each under its own number.
extension Engine {
    /// The record's `reason` is the message's type, `detail` what it means for the order.
    mutating func restated(
        _ venue: Int,
        _ type: OUCH.OutboundType,
        _ span: RawSpan,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) throws(WireError) {
        unsafe scratch.pointee.kind = .restated
        unsafe scratch.pointee.reason = type.rawValue
        let what: Restatement
        switch type {
        case .modified:
            let view = try OUCH.ModifiedView(span)
            unsafe scratch.pointee.userRefNum = view.userRefNum
            unsafe scratch.pointee.side = view.side
            unsafe scratch.pointee.leavesQty = view.quantity
            what = .modified
        case .priorityUpdate:
            let view = try OUCH.PriorityUpdateView(span)
            unsafe scratch.pointee.userRefNum = view.userRefNum
            unsafe scratch.pointee.px = view.price
            unsafe scratch.pointee.venueOrderRef = view.orderReferenceNumber
            what = .display
        case .cancelPending:
            unsafe scratch.pointee.userRefNum = try OUCH.CancelPendingView(span).userRefNum
            what = .cancelPending
        case .cancelReject:
            unsafe scratch.pointee.userRefNum = try OUCH.CancelRejectView(span).userRefNum
            what = .cancelRejected
        default:
            let view = try OUCH.RestatedView(span)
            let appendage = try view.appendage
            unsafe scratch.pointee.userRefNum = view.userRefNum
            unsafe scratch.pointee.code = UInt16(view.reason)
            // What is displayed now: a part of the order, so none of it is the order's own.
            unsafe scratch.pointee.match = appendage.secondaryOrderReferenceNumber ?? 0
            unsafe scratch.pointee.lastQty = appendage.displayQuantity ?? .zero
            unsafe scratch.pointee.lastPx = appendage.displayPrice ?? .zero
            what = .display
        }
        unsafe scratch.pointee.detail = what.rawValue
        let slot = ledger.find(
            venue: UInt8(truncatingIfNeeded: venue),
            userRefNum: unsafe scratch.pointee.userRefNum
        )
        cancelExcess(unsafe report(slot, type, bytes, count))
    }
}
