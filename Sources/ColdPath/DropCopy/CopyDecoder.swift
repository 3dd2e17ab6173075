package import ColdCore
import Vocabulary
package import Wire

/// The venue's words on its drop copy, as facts. The port says what the order port says: OUCH 5.0,
/// exchange to client.
package struct CopyDecoder: Sendable {
    package let venue: UInt8
    /// UTC ns of the trading date's midnight: OUCH counts from it.
    package let midnightNs: Int64

    package init(venue: UInt8, midnightNs: Int64) {
        self.venue = venue
        self.midnightNs = midnightNs
    }

    /// What one message says; `nil` when it changes no order (system events, answers to queries,
    /// restatements) or is not understood.
    package func fact(_ message: RawSpan) throws(WireError) -> VenueFact? {
        guard message.byteCount > 0,
            let type = OUCH.OutboundType(
                rawValue: message.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt8.self)
            )
        else { return nil }
        switch type {
        case .accepted: return accepted(try OUCH.AcceptedView(message))
        case .replaced: return replaced(try OUCH.ReplacedView(message))
        case .executed:
            let view = try OUCH.ExecutedView(message)
            var content = VenueFact.Content(
                venue: venue,
                kind: .fill,
                userRefNum: view.userRefNum
            )
            content.qty = view.quantity
            content.px = view.price
            content.match = view.matchNumber
            content.reason = UInt16(view.liquidityFlag)
            return VenueFact(content, t: utc(view.timestampNs))
        case .canceled:
            let view = try OUCH.CanceledView(message)
            return canceled(view.userRefNum, view.quantity, view.reason, view.timestampNs)
        case .aiqCanceled:
            let view = try OUCH.AIQCanceledView(message)
            return canceled(view.userRefNum, view.quantity, view.reason, view.timestampNs)
        case .brokenTrade:
            let view = try OUCH.BrokenTradeView(message)
            var content = VenueFact.Content(
                venue: venue,
                kind: .bust,
                userRefNum: view.userRefNum
            )
            content.match = view.matchNumber
            content.reason = UInt16(view.reason)
            return VenueFact(content, t: utc(view.timestampNs))
        case .rejected:
            let view = try OUCH.RejectedView(message)
            var content = VenueFact.Content(
                venue: venue,
                kind: .reject,
                userRefNum: view.userRefNum
            )
            content.reason = view.reason
            return VenueFact(content, t: utc(view.timestampNs))
        case .systemEvent, .cancelPending, .cancelReject, .priorityUpdate, .modified, .restated,
            .massCancelResponse, .disableResponse, .enableResponse, .accountQueryResponse:
            return nil
        }
    }

    private func accepted(_ view: borrowing OUCH.AcceptedView) -> VenueFact {
        var content = VenueFact.Content(venue: venue, kind: .ack, userRefNum: view.userRefNum)
        content.qty = view.quantity
        content.px = view.price
        content.side = view.knownSide
        return VenueFact(content, symbol: view.symbol, t: utc(view.timestampNs))
    }

    private func replaced(_ view: borrowing OUCH.ReplacedView) -> VenueFact {
        var content = VenueFact.Content(
            venue: venue,
            kind: .replaced,
            userRefNum: view.userRefNum
        )
        content.origUserRefNum = view.origUserRefNum
        content.qty = view.quantity
        content.px = view.price
        return VenueFact(content, symbol: view.symbol, t: utc(view.timestampNs))
    }

    private func canceled(
        _ userRefNum: UInt32,
        _ decrement: OrderQty,
        _ reason: UInt8,
        _ timestampNs: UInt64
    ) -> VenueFact {
        var content = VenueFact.Content(venue: venue, kind: .canceled, userRefNum: userRefNum)
        content.qty = decrement
        content.reason = UInt16(reason)
        return VenueFact(content, t: utc(timestampNs))
    }

    private func utc(_ timestampNs: UInt64) -> Int64 {
        midnightNs &+ Int64(truncatingIfNeeded: timestampNs)
    }
}
