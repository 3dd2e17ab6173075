internal import CShims
public import Vocabulary

/// What one look at the audit ring found.
@frozen
public enum AuditRead: Equatable, Sendable {
    /// A record of so many bytes (256…512) stands in the caller's buffer.
    case record(Int)
    case empty
    /// A passive reader was too slow, or a cursor pointed outside the ring: what was there is
    /// gone. ``AuditReader/resync()`` goes on at the newest record's end.
    case overrun
    /// A committed slot whose kind or lengths cannot be: the ring is damaged at this position.
    case corrupt
}

/// One reader's place in the audit ring. Any number may read; one of them owns the cursor that
/// gives slots back (cold, once the bytes are durable).
@safe @frozen
public struct AuditReader: ~Copyable {
    public let ring: AuditRing
    /// Absolute slot of the next record.
    public private(set) var position: UInt64
    /// Owning: the writer never overwrites what this reader has not given back.
    public let owns: Bool

    /// Parameters:
    /// `position`: Must be the start of a record: 0, a position this type gave, or the ring's.
    /// `owns`: True for the one reader whose cursor the writer waits for.
    public init(ring: AuditRing, from position: UInt64, owns: Bool) {
        self.ring = ring
        self.position = position
        self.owns = owns
    }

    /// A passive reader of what comes from now on.
    public init(tail ring: AuditRing) {
        self.init(ring: ring, from: ring.position, owns: false)
    }

    /// Absolute slot number of a record just read, given its size.
    @inlinable public func slot(ofRecord bytes: Int) -> UInt64 {
        position &- UInt64(bytes / AuditRecord.slotBytes)
    }

    /// Copies the next record out, whole and checked: kind, status, slot count and raw length can
    /// be true when `.record` is returned, so the bytes may be read as an ``AuditRecord``.
    ///
    /// `target`: 512 bytes, 8-byte aligned.
    public mutating func next(into target: UnsafeMutableRawPointer) -> AuditRead {
        let first = unsafe ring.slot(position)
        guard unsafe shim_load_acquire(first) == position &+ 1 else {
            return isBehind ? .overrun : .empty
        }
        unsafe loadWords(from: first, to: target, words: 16)
        guard let slots = unsafe AuditRecord.checkedSlots(target) else {
            return isStale ? .overrun : .corrupt
        }
        for index in 1..<slots {
            let slot = unsafe ring.slot(position &+ UInt64(index))
            unsafe loadWords(from: slot, to: target + index * 128, words: 16)
        }
        // What was copied is whole only if the writer had not come round to it by now.
        shim_fence_acquire()
        if isStale { return .overrun }
        position &+= UInt64(slots)
        return .record(slots * AuditRecord.slotBytes)
    }

    /// Goes on behind the newest record; the number of slots skipped.
    @discardableResult
    public mutating func resync() -> UInt64 {
        let newest = ring.position
        let skipped = newest &- position
        position = newest
        return skipped
    }

    /// The published position is more than a ring ahead, or behind us: nothing here can be ours.
    private var isBehind: Bool {
        let published = ring.position
        if published == position { return false }
        // Committed and not yet published: the writer is between its two stores.
        if position &- published <= UInt64(AuditRecord.slotsMax) { return false }
        return published &- position > UInt64(ring.slots) || isStale || !owns
    }

    /// The writer may be writing the four slots behind the published position, and zeroes one
    /// more. An owning reader is never overtaken; for it only a whole lap counts.
    private var isStale: Bool {
        let published = ring.position
        if position &- published <= UInt64(AuditRecord.slotsMax) { return false }
        let margin = owns ? 0 : UInt64(AuditRecord.slotsMax + 1)
        return published &- position &+ margin > UInt64(ring.slots)
    }
}

extension AuditRecord {
    /// Checks bytes that are to be read as a record: enums hold known values, lengths agree.
    ///
    /// Returns: The slot count, or `nil`.
    @inlinable
    public static func checkedSlots(_ bytes: UnsafeRawPointer) -> Int? {
        let status = unsafe bytes.load(fromByteOffset: 100, as: UInt8.self)
        guard OrdStatus(rawValue: status) != nil else { return nil }
        return checkedSlots(
            kind: unsafe bytes.load(fromByteOffset: 8, as: UInt8.self),
            slots: unsafe bytes.load(fromByteOffset: 9, as: UInt8.self),
            rawLength: unsafe bytes.load(fromByteOffset: 12, as: UInt16.self)
        )
    }
}
