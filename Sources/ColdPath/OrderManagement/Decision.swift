package import ColdCore
package import Vocabulary

/// What the engine saw when it decided something about an order: the answer to `order why`.
package struct Decision: Equatable, Sendable {
    package var seq: UInt64
    package var t: Int64
    package var kind: RecordKind
    package var orderID: ClOrdID
    package var commandID: UInt64
    package var client: UInt16
    package var clientRefNum: UInt32
    package var account: UInt16
    package var strategy: UInt16
    package var instrument: UInt16
    package var venue: UInt8
    package var side: Side?
    package var px: Price
    package var qty: OrderQty
    package var code: UInt16
    package var gate: Bool
    package var refPx: Price
    package var refAgeNs: Int64
    package var bidPx: Price
    package var askPx: Price
    package var feedSeq: UInt64
    package var limitsVersion: UInt32
    package var pageVersion: UInt32
    package var hops: Record.Hops

    init(_ record: Record) {
        seq = record.seq
        t = record.t
        kind = record.kind
        orderID = record.orderID
        commandID = record.commandID
        client = record.client
        clientRefNum = record.clientRefNum
        account = record.account
        strategy = record.strategy
        instrument = record.instrument
        venue = record.venue
        side = record.side
        px = record.px
        qty = record.qty
        code = record.code
        gate = record.isGateReject
        refPx = record.refPx
        refAgeNs = record.refAgeNs
        bidPx = record.bidPx
        askPx = record.askPx
        feedSeq = record.feedSeq
        limitsVersion = record.limitsVersion
        pageVersion = record.pageVersion
        hops = record.hops
    }

    /// In words. A code of ours has its meaning; the venue's reasons pass through as they stood.
    package var meaning: String {
        switch kind {
        case .new: "approved by every check of the gate"
        case .replaceReq: "replace approved"
        case .modifyReq: "re-mark approved"
        case .cancelReq: "cancel requested"
        default:
            gate
                ? RiskCode(rawValue: code)?.meaning ?? "code \(code)"
                : "refused by the venue, reason \(code)"
        }
    }
}
