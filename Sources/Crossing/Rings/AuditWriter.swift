public import CShims
public import Vocabulary

/// The engine's end of the audit ring: lossless, never waits. Full is an answer.
///
/// Engine thread only. Source: latency-notes.md §2 as laid down in ``AuditRing``.
@safe @frozen
public struct AuditWriter: ~Copyable {
    public let ring: AuditRing
    /// Absolute slot the next record will take.
    @inlinable public var position: UInt64 { positionNow }
    @usableFromInline var positionNow: UInt64
    /// The last consumer cursor that was believed.
    @inlinable public var consumerCursor: UInt64 { consumerCursorNow }
    @usableFromInline var consumerCursorNow: UInt64
    /// A consumer cursor moved back or passed the producer. Latched; the caller raises 111 and
    /// starts a new epoch (semantics.md §1.1).
    @inlinable public var cursorLied: Bool { cursorLiedNow }
    @usableFromInline var cursorLiedNow: Bool
    @usableFromInline var consumer: ConsumerCursor?

    /// Continues where the last writer stopped: scans from the published position to the first
    /// slot that is not committed, and publishes that.
    ///
    /// `consumer`: Cold's cursor; `nil` while no cold region is attached: then the
    ///   cursor is the last one ever believed.
    public init(ring: AuditRing, consumer: ConsumerCursor?) {
        self.ring = ring
        self.consumer = consumer
        self.cursorLiedNow = false
        var found = ring.position
        // At most one record can be committed and not published; the bound is for torn memory.
        var limit = ring.slots
        while limit > 0, let slots = ring.committedSlots(at: found) {
            found &+= UInt64(slots)
            limit -= slots
        }
        positionNow = found
        let known = ring.consumerKnown.load()
        // A cursor that cannot be leaves the ring full until cold says otherwise: nothing that
        // may be unread is written over.
        let slots = UInt64(ring.slots)
        consumerCursorNow = found &- known <= slots ? known : found &- slots
        ring.published.store(found)
        // A torn record of a writer that died may have left its first word 0 already; the words
        // behind it are of no matter. An older lap's payload there is.
        unsafe shim_store_release(ring.slot(found), 0)
        refresh()
    }

    @inlinable public var capacity: Int { ring.slots }

    /// Takes another cursor: cold attached, went away (`nil`) or came back with a new region.
    public mutating func attach(consumer: ConsumerCursor?) {
        self.consumer = consumer
        refresh()
    }

    /// Slots in use, after a fresh look at the consumer's cursor.
    @inlinable public mutating func usedSlots() -> Int {
        refresh()
        return Int(truncatingIfNeeded: position &- consumerCursor)
    }

    /// Slots in use by the cursor last believed: no access to the other side's line.
    @inlinable public var usedSlotsKnown: Int {
        Int(truncatingIfNeeded: position &- consumerCursor)
    }

    /// Commits one record: the fixed part at `record` and `record.rawLength` bytes at `raw`.
    ///
    /// Sets `record.slotCount` from `rawLength` and, when it was written, `record.commit`.
    ///
    /// Returns: `false` when the consumer leaves no room: nothing was written.
    /// - Note: One slot always stays free, so a ring of n slots carries n − 1.
    @inlinable
    public mutating func append(
        _ record: UnsafeMutablePointer<AuditRecord>,
        raw: UnsafeRawPointer?
    ) -> Bool {
        let rawLength = unsafe raw == nil ? 0 : Int(record.pointee.rawLength)
        invariant(rawLength <= AuditRecord.rawBytesMax, "a record carries at most 256 raw bytes")
        let slots = AuditRecord.slots(forRaw: rawLength)
        guard hasRoom(slots: slots) else { return false }
        unsafe record.pointee.rawLength = UInt16(truncatingIfNeeded: rawLength)
        unsafe record.pointee.slotCount = UInt8(truncatingIfNeeded: slots)
        unsafe record.pointee.commit = position &+ 1
        // Order before the first store: whoever sees one of these words sees the position too.
        shim_fence_release()
        let fixed = UnsafeRawPointer(record)
        let first = unsafe ring.slot(position)
        unsafe storeWords(to: first + 8, from: fixed + 8, words: 15)
        unsafe storeWords(to: ring.slot(position &+ 1), from: fixed + 128, words: 16)
        if let raw = unsafe raw, rawLength > 0 { unsafe storeRaw(raw, count: rawLength) }
        unsafe shim_store_relaxed(ring.slot(position &+ UInt64(slots)), 0)
        unsafe shim_store_release(first, position &+ 1)
        positionNow &+= UInt64(slots)
        ring.published.store(position)
        return true
    }

    /// Whether a record of `slots` slots would be taken now.
    @inlinable @inline(__always)
    public mutating func hasRoom(slots: Int) -> Bool {
        let needed = position &+ UInt64(slots &+ 1)
        if needed &- consumerCursor <= UInt64(ring.slots) { return true }
        refresh()
        return needed &- consumerCursor <= UInt64(ring.slots)
    }

    /// Looks at the consumer's cursor; believes it only if it neither moved back nor passed us.
    @inlinable
    public mutating func refresh() {
        guard let consumer, let seen = consumer.load(epoch: ring.epoch) else { return }
        guard seen != consumerCursor else { return }
        let used = position &- consumerCursor
        guard seen &- consumerCursor <= used else {
            cursorLiedNow = true
            return
        }
        consumerCursorNow = seen
        ring.consumerKnown.store(seen)
    }

    @inlinable
    func storeRaw(_ raw: UnsafeRawPointer, count: Int) {
        var offset = 0
        while offset < count {
            let slot = unsafe ring.slot(position &+ 2 &+ UInt64(offset >> 7))
            let left = count &- offset
            var word: UInt64 = 0
            if left >= 8 {
                word = unsafe raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            } else {
                // The tail byte by byte: the bytes behind it are not ours to read.
                var index = 0
                while index < left {
                    let byte = unsafe raw.load(fromByteOffset: offset &+ index, as: UInt8.self)
                    word |= UInt64(byte) << UInt64(index &* 8)
                    index &+= 1
                }
            }
            unsafe shim_store_relaxed(slot + (offset & 127), word)
            offset &+= 8
        }
    }
}

extension AuditRing {
    /// Slots of the record committed at `position`, or `nil`.
    func committedSlots(at position: UInt64) -> Int? {
        let first = unsafe slot(position)
        guard unsafe shim_load_acquire(first) == position &+ 1 else { return nil }
        let word = unsafe shim_load_relaxed(first + 8)
        return AuditRecord.checkedSlots(
            kind: UInt8(truncatingIfNeeded: word),
            slots: UInt8(truncatingIfNeeded: word >> 8),
            rawLength: UInt16(truncatingIfNeeded: word >> 32)
        )
    }
}

extension AuditRecord {
    /// The slot count, when kind, slot count and raw length can be true together.
    @inlinable
    public static func checkedSlots(kind: UInt8, slots: UInt8, rawLength: UInt16) -> Int? {
        guard kind != 0, RecordKind(rawValue: kind) != nil else { return nil }
        guard Int(rawLength) <= rawBytesMax else { return nil }
        guard Int(slots) == Self.slots(forRaw: Int(rawLength)) else { return nil }
        return Int(slots)
    }
}
