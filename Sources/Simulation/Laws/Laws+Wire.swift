import Crossing
import HotPath
import Vocabulary

/// Laws of what leaves for the venues.
extension Laws {
    /// The packet that is next on the wire began to leave in an earlier turn.
    mutating func goesOn(_ isGoingOn: Bool) { kills.isGoingOn = isGoingOn }

    /// One packet hot sent to a venue.
    mutating func sent(_ venue: Int, _ type: UInt8, _ payload: ArraySlice<UInt8>) {
        guard type == UInt8(ascii: "U"), let kind = payload.first else { return }
        let bytes = Array(payload)
        switch kind {
        case UInt8(ascii: "O") where bytes.count >= 47: order(venue, big32(bytes, 1), .new, bytes)
        case UInt8(ascii: "U") where bytes.count >= 40:
            order(venue, big32(bytes, 5), .replaceReq, bytes)
        case UInt8(ascii: "M") where bytes.count >= 10: modify(venue, bytes)
        case UInt8(ascii: "C"): massCancel(venue, big32(bytes, 1))
        case UInt8(ascii: "X") where bytes.count >= 9: cancel(venue, big32(bytes, 1))
        default: break
        }
    }

    private mutating func order(
        _ venue: Int,
        _ number: UInt32,
        _ kind: RecordKind,
        _ bytes: [UInt8]
    ) {
        rises(venue, number, kind.name)
        guard let at = requests[UInt64(venue) << 32 | UInt64(number)], tape[at].record.kind == kind
        else {
            return fail("L4", "\(kind.name) \(number) on venue \(venue)'s wire without a record")
        }
        if let broken = OrderBytes(bytes).differ(from: tape[at].record) {
            fail("L4", "\(kind.name) \(number): \(broken)")
        }
        if let broken = kills.leaves(tape[at].record, bytes.count, killed: exposure.killed) {
            fail("L6", "\(kind.name) \(number) on venue \(venue)'s wire: \(broken)")
        }
        if kind == .new, let broken = routed.mayLeave(tape[at], bytes) {
            fail("L20", "number \(number) on venue \(venue)'s wire: \(broken)")
        }
    }

    private mutating func modify(_ venue: Int, _ bytes: [UInt8]) {
        let number = big32(bytes, 1)
        let asked = marks[UInt64(venue) << 32 | UInt64(number)]
        guard let asked, asked.side == bytes[5], asked.qty == Int64(big32(bytes, 6)) else {
            return fail("L4", "a Modify of \(number) on venue \(venue)'s wire nobody recorded")
        }
    }

    /// One that a full ring left without a record may have its number taken again after a crash:
    /// the venue passes over the second in silence, and the fence's query tells the next number.
    private mutating func massCancel(_ venue: Int, _ number: UInt32) {
        guard massCancels.contains(UInt64(venue) << 32 | UInt64(number)) else { return }
        rises(venue, number, "mass cancel")
    }

    /// Crossing a replace, a cancel names the new number first and then the old (semantics §2.9).
    private mutating func cancel(_ venue: Int, _ number: UInt32) {
        defer { lastCanceled[venue] = number }
        let slot = shadow.find(venue: UInt8(venue), userRefNum: number)
        guard !slot.isNone else { return }
        let order = shadow.order(slot)
        // A replace recorded later in the turn has not left yet: it crosses nothing.
        guard order.isLive, order.pending.contains(.replace), order.venueRefNum == number,
            order.pendingRefNum <= highestOnWire[venue]
        else { return }
        if lastCanceled[venue] != order.pendingRefNum {
            fail("L9", "\(order.orderID) is being replaced and canceled by its old number alone")
        }
    }

    private mutating func rises(_ venue: Int, _ number: UInt32, _ what: String) {
        if number <= highestOnWire[venue] {
            fail("L5", "\(what) \(number) on venue \(venue)'s wire after \(highestOnWire[venue])")
        }
        highestOnWire[venue] = max(number, highestOnWire[venue])
    }
}
