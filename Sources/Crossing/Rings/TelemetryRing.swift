public import CShims

/// Where the telemetry ring lies. One slot of 128 bytes a record; when it is full the newest is
/// dropped and counted, and a gap record says so once there is room.
@safe @frozen
public struct TelemetryRing: @unchecked Sendable {
    // Sendable: shared slots are accessed atomically only.
    @usableFromInline let base: UnsafeMutableRawPointer
    public let slots: Int
    public let epoch: UInt64
    @usableFromInline let published: SharedWord
    @usableFromInline let droppedWord: SharedWord

    @inlinable init(
        at base: UnsafeMutableRawPointer,
        slots: Int,
        epoch: UInt64,
        control: ControlPage
    ) {
        unsafe self.base = base
        self.slots = slots
        self.epoch = epoch
        self.published = control.word(HotWord.telemetryPosition.rawValue)
        self.droppedWord = control.word(HotWord.telemetryDropped.rawValue)
    }

    /// A ring over memory of the caller's; see ``AuditRing``.
    public init(
        base: UnsafeMutableRawPointer,
        slots: Int,
        epoch: UInt64,
        control: UnsafeMutableRawPointer
    ) {
        unsafe self.init(at: base, slots: slots, epoch: epoch, control: ControlPage(at: control))
    }

    @inlinable public static var slotBytes: Int { 128 }
    @inlinable public var position: UInt64 { published.load() }
    /// Records dropped since the region was made.
    @inlinable public var dropped: UInt64 { droppedWord.load() }

    @inlinable @inline(__always)
    func slot(_ position: UInt64) -> UnsafeMutableRawPointer {
        unsafe base + (Int(truncatingIfNeeded: position) & (slots &- 1)) &* Self.slotBytes
    }
}

/// The engine's end. Engine thread only.
@safe @frozen
public struct TelemetryWriter: ~Copyable {
    public let ring: TelemetryRing
    @inlinable public var position: UInt64 { positionNow }
    @usableFromInline var positionNow: UInt64
    @inlinable public var dropped: UInt64 { droppedNow }
    @usableFromInline var droppedNow: UInt64
    /// Dropped and not yet told by a gap record.
    @inlinable public var droppedUntold: UInt64 { droppedUntoldNow }
    @usableFromInline var droppedUntoldNow: UInt64
    @usableFromInline var consumer: ConsumerCursor?
    @usableFromInline var consumerCursor: UInt64

    public init(ring: TelemetryRing, consumer: ConsumerCursor?) {
        self.ring = ring
        self.consumer = consumer
        var found = ring.position
        while unsafe shim_load_acquire(ring.slot(found)) == found &+ 1 { found &+= 1 }
        positionNow = found
        ring.published.store(found)
        droppedNow = ring.dropped
        droppedUntoldNow = 0
        // Nothing is known of the consumer before its cursor is read: take the ring as full.
        consumerCursor = found &- min(found, UInt64(ring.slots))
        refresh()
    }

    public mutating func attach(consumer: ConsumerCursor?) {
        self.consumer = consumer
        refresh()
    }

    /// Writes one record, or counts it as dropped. Never waits, never fails.
    @inlinable
    public mutating func append(_ record: UnsafeMutablePointer<TelemetryRecord>) {
        let needed: UInt64 = droppedUntold == 0 ? 1 : 2
        if position &+ needed &- consumerCursor > UInt64(ring.slots) {
            refresh()
            if position &+ needed &- consumerCursor > UInt64(ring.slots) {
                droppedNow &+= 1
                droppedUntoldNow &+= 1
                ring.droppedWord.store(dropped)
                return
            }
        }
        if droppedUntold > 0 {
            var gap = TelemetryRecord()
            gap.kind = .gap
            gap.t = unsafe record.pointee.t
            gap.value = droppedUntold
            unsafe write(&gap)
            droppedUntoldNow = 0
        }
        unsafe write(record)
    }

    @inlinable
    mutating func write(_ record: UnsafeMutablePointer<TelemetryRecord>) {
        let slot = unsafe ring.slot(position)
        unsafe record.pointee.commit = position &+ 1
        // A passive reader must not take old and new halves together: not committed meanwhile.
        unsafe shim_store_relaxed(slot, 0)
        shim_fence_release()
        unsafe storeWords(to: slot + 8, from: UnsafeRawPointer(record) + 8, words: 15)
        unsafe shim_store_release(slot, position &+ 1)
        positionNow &+= 1
        ring.published.store(position)
    }

    @inlinable
    mutating func refresh() {
        guard let consumer, let seen = consumer.load(epoch: ring.epoch) else { return }
        guard position &- seen <= position &- consumerCursor else { return }
        consumerCursor = seen
    }
}

/// A reader of telemetry; the owner gives slots back by storing `position` into cold's cursor.
@safe @frozen
public struct TelemetryReader: ~Copyable {
    public let ring: TelemetryRing
    @inlinable public var position: UInt64 { positionNow }
    @usableFromInline var positionNow: UInt64

    public init(ring: TelemetryRing, from position: UInt64) {
        self.ring = ring
        self.positionNow = position
    }

    /// Copies the next record out; `.record(128)`, `.empty`, or `.overrun` after which reading
    /// goes on at the newest.
    public mutating func next(into target: UnsafeMutablePointer<TelemetryRecord>) -> AuditRead {
        let slot = unsafe ring.slot(position)
        let commit = unsafe shim_load_acquire(slot)
        guard commit == position &+ 1 else {
            let published = ring.position
            guard published &- position > UInt64(ring.slots), published != position,
                position &- published > 1
            else { return .empty }
            positionNow = published
            return .overrun
        }
        let words = UnsafeMutableRawPointer(target)
        let kind = unsafe UInt8(truncatingIfNeeded: shim_load_relaxed(slot + 8))
        guard TelemetryRecord.Kind(rawValue: kind) != nil else {
            positionNow &+= 1
            return .corrupt
        }
        unsafe loadWords(from: slot, to: words, words: 16)
        shim_fence_acquire()
        guard unsafe shim_load_relaxed(slot) == position &+ 1 else {
            positionNow = ring.position
            return .overrun
        }
        positionNow &+= 1
        return .record(TelemetryRing.slotBytes)
    }
}
