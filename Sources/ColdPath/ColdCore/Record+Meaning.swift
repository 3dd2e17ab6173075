import Crossing
import Vocabulary

// What a record means to rooms that do not know Crossing's numbers.

extension Record {
    /// What a `session` record does to the order session of its venue.
    package enum SessionChange: Equatable, Sendable {
        /// Nothing is in doubt between hot and the venue.
        case open
        case shut
        /// The engine began anew: every venue's.
        case allShut
        /// Given up: the venue's next stream counts from 1.
        case rolled
        case none
    }

    package var sessionChange: SessionChange {
        guard kind == .session, client == noIndex16 else { return .none }
        switch SessionEvent(rawValue: detail) {
        case .reconciled: return .open
        case .connecting, .loggedIn, .down, .loginRejected, .lost, .endOfSession: return .shut
        case .engineStarted: return .allShut
        case .rolled: return .rolled
        default: return .none
        }
    }

    /// A kill, or the arm that ends it, of one symbol.
    package var isOfSymbol: Bool { KillScope(rawValue: UInt8(clamping: detail)) == .symbol }
    package var isOfVenue: Bool { KillScope(rawValue: UInt8(clamping: detail)) == .venue }

    package var isOfFirm: Bool { KillScope(rawValue: UInt8(clamping: detail)) == .firm }
    package var isOfStrategy: Bool { KillScope(rawValue: UInt8(clamping: detail)) == .strategy }
    package var isOfAccount: Bool { KillScope(rawValue: UInt8(clamping: detail)) == .account }

    /// A `limit` record that is the price of an instrument exposures are valued at from now on.
    package var isValuation: Bool { kind == .limit && detail == 10 }

    /// What the venue said, when this is hot's record of one of its sequenced messages about an
    /// order.
    package var venueFact: VenueFact? {
        guard venueSeq > 0, venue != noIndex8, !flags.contains(.gate) else { return nil }
        var content = VenueFact.Content(venue: venue, kind: kind, userRefNum: userRefNum)
        switch kind {
        case .ack:
            content.qty = qty
            content.px = px
            content.side = side
        case .replaced:
            content.origUserRefNum = origUserRefNum
            content.qty = lastQty
            content.px = px
        case .canceled:
            content.qty = lastQty
            content.reason = UInt16(reason)
        case .fill:
            content.qty = lastQty
            content.px = lastPx
            content.match = match
            content.reason = UInt16(reason)
        case .bust:
            content.match = match
            content.reason = UInt16(reason)
        case .reject: content.reason = code
        default: return nil
        }
        return VenueFact(content, t: t)
    }
}
