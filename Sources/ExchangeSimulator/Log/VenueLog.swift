package import Vocabulary

/// What a line of the venue's log says happened. DESIGN §6, "Venue log".
package enum VenueEvent: String, Sendable {
    case login, logout, enter, replace, cancel
    case massCancel = "masscancel"
    case accepted, replaced, canceled, executed, rejected, ignored, broken, restated, crash
}

/// The venue's own account of orders that came in on its ports: independent evidence.
///
/// JSON lines, all keys always there, null where a key says nothing. The server writes these bytes
/// before any answer leaves, so nobody ever learns of something this log does not hold.
package struct VenueLog {
    package let venue: String
    private var pending: [UInt8] = []

    package init(venue: String) { self.venue = venue }

    /// What a line may say beyond time, session and event.
    package struct Facts {
        package var ref: UInt32?
        package var orn: UInt64?
        package var symbol: Symbol?
        package var side: UInt8?
        package var qty: OrderQty?
        package var px: Price?
        package var match: UInt64?
        package var reason: String?

        package init(
            ref: UInt32? = nil,
            orn: UInt64? = nil,
            symbol: Symbol? = nil,
            side: UInt8? = nil,
            qty: OrderQty? = nil,
            px: Price? = nil,
            match: UInt64? = nil,
            reason: String? = nil
        ) {
            self.ref = ref
            self.orn = orn
            self.symbol = symbol
            self.side = side
            self.qty = qty
            self.px = px
            self.match = match
            self.reason = reason
        }
    }

    package mutating func write(_ event: VenueEvent, at t: Int64, session: String, _ facts: Facts) {
        put("{\"t\":\(t),\"venue\":\(quoted(venue)),\"session\":\(quoted(session))")
        put(",\"ev\":\"\(event.rawValue)\"")
        put(",\"ref\":\(number(facts.ref)),\"orn\":\(number(facts.orn))")
        put(",\"symbol\":\(facts.symbol.map { quoted($0.description) } ?? "null")")
        put(",\"side\":\(facts.side.map { quoted(String(UnicodeScalar($0))) } ?? "null")")
        put(",\"qty\":\(number(facts.qty?.units)),\"px\":\(number(facts.px?.units))")
        put(",\"match\":\(number(facts.match))")
        put(",\"reason\":\(facts.reason.map(quoted) ?? "null")}\n")
    }

    /// Hands over what was written since the last call.
    package mutating func take() -> [UInt8] {
        guard !pending.isEmpty else { return [] }
        let bytes = pending
        pending.removeAll(keepingCapacity: true)
        return bytes
    }

    private mutating func put(_ text: String) { pending.append(contentsOf: text.utf8) }

    private func number(_ value: (some BinaryInteger)?) -> String {
        value.map { "\($0)" } ?? "null"
    }
}

/// A JSON string. Symbols and reasons come from outside: anything may stand in them.
private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case _ where scalar.value < 0x20 || scalar.value == 0x7F:
            let hex = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
