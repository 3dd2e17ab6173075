import Crossing
package import Vocabulary
package import Wire

/// What clients call their orders, by pool slot: echoed in every answer, never a key of ours.
///
/// Not in ``Order``, because nothing that decides reads it. Live and in replay it is filled from
/// the same source, the raw bytes of the client's message in the record.
@safe
package struct OrderNames: ~Copyable {
    package struct Entry: BitwiseCopyable {
        package var live: ClOrdIDField = .blank
        package var pending: ClOrdIDField = .blank
    }

    private let capacity: Int
    private let entries: UnsafeMutablePointer<Entry>

    /// - Parameter capacity: slots of the order pool.
    package init(capacity: Int) {
        self.capacity = capacity
        unsafe entries = .allocate(capacity: capacity)
        unsafe entries.initialize(repeating: Entry(), count: capacity)
    }

    deinit { unsafe entries.deallocate() }

    @inline(__always)
    package subscript(slot: OrderSlot) -> Entry {
        Int(slot.index) < capacity ? unsafe entries[Int(slot.index)] : Entry()
    }

    /// See ``StateVisit``.
    package mutating func visitState(_ body: StateVisit) {
        unsafe body(entries, capacity * MemoryLayout<Entry>.stride)
    }

    /// Takes the names out of an applied record about the order in `slot`.
    @inline(__always)
    package mutating func note(
        _ kind: RecordKind,
        _ slot: OrderSlot,
        raw: UnsafeRawPointer?,
        count: Int
    ) {
        guard Int(slot.index) < capacity else { return }
        let index = Int(slot.index)
        switch kind {
        case .new: unsafe entries[index] = Entry(live: name(raw, count, at: 31), pending: .blank)
        case .replaceReq: unsafe entries[index].pending = unsafe name(raw, count, at: 24)
        case .replaced: unsafe entries[index].live = unsafe entries[index].pending
        default: break
        }
    }

    /// The 14 bytes at `offset` of a client's OUCH message; blank for an order of ours.
    @inline(__always)
    private func name(_ raw: UnsafeRawPointer?, _ count: Int, at offset: Int) -> ClOrdIDField {
        guard let raw = unsafe raw, count >= offset + ClOrdIDField.length else { return .blank }
        return ClOrdIDField(
            low: unsafe raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
            middle: unsafe raw.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self),
            high: unsafe raw.loadUnaligned(fromByteOffset: offset + 12, as: UInt16.self)
        )
    }
}
