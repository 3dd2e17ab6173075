import Crossing
import Vocabulary
import Wire

/// Whoever has an order in doubt is answered before anything new is taken from him
/// (semantics.md §2.7; docs/decisions/answered-before-new.md).
extension Engine {
    /// A venue that is not open has yet to say what became of an order of that owner, a client or
    /// cold. A venue excluded by name keeps nobody waiting.
    @inline(__always)
    func isInDoubt(_ owner: UInt16) -> Bool {
        guard Int(owner) < Int(Owner.firstClient) + config.clientCount else { return false }
        let bits = unsafe doubts[Int(owner)]
        return bits != 0 && isHeldUp(bits)
    }

    private func isHeldUp(_ bits: UInt16) -> Bool {
        for venue in 0..<config.venueCount where bits & (1 << UInt16(venue)) != 0 {
            if unsafe !venues[venue].excluded { return true }
        }
        return false
    }

    /// Counts anew which owners wait for that venue: when it goes, when it has proved, when a person
    /// has settled an order. O(orders live); never in the way of an order.
    mutating func markDoubts(_ venue: Int) {
        let bit: UInt16 = 1 << UInt16(venue)
        for owner in 0..<Int(Owner.firstClient) + config.clientCount {
            unsafe doubts[owner] &= ~bit
        }
        // UNKNOWN on an open session closes its symbol (112) and is asked about there.
        guard unsafe venues[venue].state != .open || ledger.venue(UInt8(venue)).rolledNs != 0
        else { return }
        let isOpen = unsafe venues[venue].state == .open
        let rolledNs = ledger.venue(UInt8(venue)).rolledNs
        var cursor = ledger.walk(.venue(UInt8(venue)))
        while true {
            let slot = ledger.next(&cursor)
            if slot.isNone { return }
            let order = ledger.order(slot)
            let mayWait = order.owner == Owner.cold || order.owner >= Owner.firstClient
            // Open again after a roll: what is older nobody but a person can answer.
            guard mayWait, isUnproven(order), !isOpen || order.sentNs <= rolledNs,
                Int(order.owner) < Int(Owner.firstClient) + config.clientCount
            else { continue }
            unsafe doubts[Int(order.owner)] |= bit
        }
    }

    /// Sent, and the venue has said nothing of it, or nothing of its replace.
    private func isUnproven(_ order: Order) -> Bool {
        order.status == .pendingNew || order.status == .unknown || order.pending.contains(.replace)
    }

    /// The highest number answered at the door (`J` 501) in a former run: used up, though its record
    /// may not have been written any more.
    static func highestDoorRefusal(_ store: ClientStore) -> UInt32 {
        var highest: UInt32 = 0
        var sequence = store.count
        while sequence > 0, let message = unsafe store.message(sequence) {
            sequence -= 1
            guard unsafe message.count >= 15,
                unsafe message.bytes.load(as: UInt8.self) == UInt8(ascii: "J")
            else { continue }
            let reason = unsafe message.bytes.loadUnaligned(fromByteOffset: 13, as: UInt16.self)
            guard UInt16(bigEndian: reason) == RiskCode.messageRate.rawValue else { continue }
            let number = unsafe message.bytes.loadUnaligned(fromByteOffset: 9, as: UInt32.self)
            highest = max(highest, UInt32(bigEndian: number))
        }
        return highest
    }
}
