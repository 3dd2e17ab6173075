import ExchangeSimulator
import Vocabulary
import Wire

/// What a client hears, decoded: enough of each message to state what must be in it.
enum Heard: Equatable {
    case loggedIn(session: String, next: UInt64)
    case loginRefused(Character)
    case heartbeat
    case endOfSession
    case systemEvent(Character)
    case accepted(UInt32, qty: Int64, px: Int64, state: Character)
    case replaced(UInt32, by: UInt32, qty: Int64, px: Int64, state: Character)
    case executed(UInt32, qty: Int64, px: Int64, flag: Character)
    case canceled(UInt32, by: Int64, Character)
    case rejected(UInt32, UInt16)
    case modified(UInt32, side: Character, qty: Int64)
    case restated(UInt32, Character, shown: Int64)
    case broken(UInt32, match: UInt64, Character)
    case massCanceled(UInt32)
    case disabled(UInt32)
    case enabled(UInt32)
    case nextUserRefNum(UInt32)
    case other(UInt8)
    case closed
}

extension Heard {
    /// Every Soup packet in `bytes`, which hold whole packets.
    static func all(in bytes: [UInt8]) throws -> [Heard] {
        var heard: [Heard] = []
        var offset = 0
        while offset < bytes.count {
            let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
            let payload = Array(bytes[(offset + 3)..<(offset + 2 + length)])
            heard.append(try Heard(type: bytes[offset + 2], payload))
            offset += 2 + length
        }
        return heard
    }

    init(type: UInt8, _ payload: [UInt8]) throws {
        switch Soup.PacketType(rawValue: type) {
        case .loginAccepted:
            let view = try Soup.LoginAcceptedView(payload.span.bytes)
            self = .loggedIn(session: view.session.description, next: view.sequenceNumber)
        case .loginRejected: self = .loginRefused(letter(payload[0]))
        case .serverHeartbeat: self = .heartbeat
        case .endOfSession: self = .endOfSession
        case .sequencedData: self = try Heard(ouch: payload)
        default: self = .other(type)
        }
    }

    init(ouch message: [UInt8]) throws {
        let bytes = message.span.bytes
        switch OUCH.OutboundType(rawValue: message[0]) {
        case .systemEvent: self = .systemEvent(letter(try OUCH.SystemEventView(bytes).event))
        case .accepted:
            let view = try OUCH.AcceptedView(bytes)
            self = .accepted(
                view.userRefNum,
                qty: view.quantity.units,
                px: view.price.units,
                state: letter(view.orderState)
            )
        case .replaced:
            let view = try OUCH.ReplacedView(bytes)
            self = .replaced(
                view.origUserRefNum,
                by: view.userRefNum,
                qty: view.quantity.units,
                px: view.price.units,
                state: letter(view.orderState)
            )
        case .executed:
            let view = try OUCH.ExecutedView(bytes)
            self = .executed(
                view.userRefNum,
                qty: view.quantity.units,
                px: view.price.units,
                flag: letter(view.liquidityFlag)
            )
        case .canceled:
            let view = try OUCH.CanceledView(bytes)
            self = .canceled(view.userRefNum, by: view.quantity.units, letter(view.reason))
        case .rejected:
            let view = try OUCH.RejectedView(bytes)
            self = .rejected(view.userRefNum, view.reason)
        case .modified:
            let view = try OUCH.ModifiedView(bytes)
            self = .modified(view.userRefNum, side: letter(view.side), qty: view.quantity.units)
        case .restated:
            let view = try OUCH.RestatedView(bytes)
            self = .restated(
                view.userRefNum,
                letter(view.reason),
                shown: try view.appendage.displayQuantity?.units ?? 0
            )
        case .brokenTrade:
            let view = try OUCH.BrokenTradeView(bytes)
            self = .broken(view.userRefNum, match: view.matchNumber, letter(view.reason))
        case .massCancelResponse:
            self = .massCanceled(try OUCH.MassCancelResponseView(bytes).userRefNum)
        case .disableResponse: self = .disabled(try OUCH.DisableResponseView(bytes).userRefNum)
        case .enableResponse: self = .enabled(try OUCH.EnableResponseView(bytes).userRefNum)
        case .accountQueryResponse:
            self = .nextUserRefNum(try OUCH.AccountQueryResponseView(bytes).nextUserRefNum)
        default: self = .other(message[0])
        }
    }
}

private func letter(_ byte: UInt8) -> Character { Character(UnicodeScalar(byte)) }
