/// Where the audit ring lies: the one description its writer and its readers share.
///
/// Slots of 128 bytes; a record takes 2–4 consecutive ones and may straddle the end of the ring
/// (slot numbers wrap, records are never padded). Positions are absolute slot counts that never
/// repeat inside an epoch. Protocol, and why each step is there:
///
/// 1. The first word of slot `p` is 0 when a record may be written there: whoever committed the
///    record before it zeroed it first. Without this the payload of an older lap, a price or a
///    client's bytes, could read as a commit.
/// 2. The writer stores all words of the record but that one, and zeroes the first word of the
///    slot behind it; so one slot is always kept free.
/// 3. It stores `p + 1` into the first word, with release: the record is committed.
/// 4. It publishes the position behind the record. Passive readers judge by it whether what they
///    copied may have been overwritten meanwhile; a restarted writer scans from it.
@safe @frozen
public struct AuditRing: @unchecked Sendable {
    // Sendable: shared slots are accessed atomically only, by the protocol above.
    @usableFromInline let base: UnsafeMutableRawPointer
    public let slots: Int
    public let epoch: UInt64
    @usableFromInline let published: SharedWord
    @usableFromInline let consumerKnown: SharedWord

    @inlinable init(
        at base: UnsafeMutableRawPointer,
        slots: Int,
        epoch: UInt64,
        control: ControlPage
    ) {
        unsafe self.base = base
        self.slots = slots
        self.epoch = epoch
        self.published = control.word(HotWord.auditPosition.rawValue)
        self.consumerKnown = control.word(HotWord.auditConsumerKnown.rawValue)
    }

    /// A ring over memory of the caller's, for tests and benchmarks: `control` needs
    /// ``ControlPage/bytes`` bytes, `base` `128 × slots`, both zeroed or a ring already.
    public init(
        base: UnsafeMutableRawPointer,
        slots: Int,
        epoch: UInt64,
        control: UnsafeMutableRawPointer
    ) {
        unsafe self.init(at: base, slots: slots, epoch: epoch, control: ControlPage(at: control))
    }

    /// Absolute slot behind the last record published.
    @inlinable public var position: UInt64 { published.load() }

    @inlinable @inline(__always)
    func slot(_ position: UInt64) -> UnsafeMutableRawPointer {
        let index = Int(truncatingIfNeeded: position) & (slots &- 1)
        return unsafe base + index &* AuditRecord.slotBytes
    }
}
