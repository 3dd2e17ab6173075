import Vocabulary
import Wire

/// What a sequenced message said, as far as the tests ask.
enum Heard: Equatable {
    case accepted(UInt32, isDead: Bool)
    case executed(UInt32, qty: Int64, match: UInt64)
    case canceled(UInt32, qty: Int64, reason: UInt8)
    case rejected(UInt32, code: UInt16)
    case nextNumber(UInt32)
    case other(UInt8)

    init(_ message: [UInt8]) throws {
        self = try message.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { throw Missed("an empty message") }
            return try withWireBytes(base, count: raw.count) { span in try Heard(span) }
        }
    }

    private init(_ span: RawSpan) throws {
        let type = span.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
        switch OUCH.OutboundType(rawValue: type) {
        case .accepted:
            let view = try OUCH.AcceptedView(span)
            self = .accepted(view.userRefNum, isDead: view.orderState == UInt8(ascii: "D"))
        case .executed:
            let view = try OUCH.ExecutedView(span)
            self = .executed(
                view.userRefNum,
                qty: view.quantity.units,
                match: view.matchNumber
            )
        case .canceled:
            let view = try OUCH.CanceledView(span)
            self = .canceled(view.userRefNum, qty: view.quantity.units, reason: view.reason)
        case .rejected:
            let view = try OUCH.RejectedView(span)
            self = .rejected(view.userRefNum, code: view.reason)
        case .accountQueryResponse:
            self = .nextNumber(try OUCH.AccountQueryResponseView(span).nextUserRefNum)
        default: self = .other(type)
        }
    }
}
