public import CShims

/// Where the command ring lies, in cold's file. 256-byte slots; cold writes, the engine reads.
@safe @frozen
public struct CommandRing: @unchecked Sendable {
    // Sendable: shared slots are accessed atomically only.
    @usableFromInline let base: UnsafeMutableRawPointer
    public let slots: Int
    /// Cold's epoch: another one means that the ring was made anew and counts from 0.
    public let epoch: UInt64
    @usableFromInline let published: SharedWord

    /// `base` has `256 × slots` bytes, zeroed or a ring already; `slots` is a power
    ///   of two; `position` is a word of the writer's file.
    @inlinable public init(
        at base: UnsafeMutableRawPointer,
        slots: Int,
        epoch: UInt64,
        position: SharedWord
    ) {
        unsafe self.base = base
        self.slots = slots
        self.epoch = epoch
        self.published = position
    }

    @inlinable @inline(__always)
    func slot(_ position: UInt64) -> UnsafeMutableRawPointer {
        unsafe base + (Int(truncatingIfNeeded: position) & (slots &- 1)) &* Command.slotBytes
    }

    @inlinable public var position: UInt64 { published.load() }
}

/// Cold's end of the command ring.
@safe @frozen
public struct CommandWriter: ~Copyable {
    public let ring: CommandRing
    @inlinable public var position: UInt64 { positionNow }
    @usableFromInline var positionNow: UInt64
    @usableFromInline var consumer: ConsumerCursor?
    @usableFromInline var consumerCursor: UInt64

    /// `consumer`: Hot's cursor (``HotRegion/commandCursor``); `nil` while hot is away:
    ///   then only free slots are used.
    public init(ring: CommandRing, consumer: ConsumerCursor?) {
        self.ring = ring
        self.consumer = consumer
        var found = ring.position
        while unsafe shim_load_acquire(ring.slot(found)) == found &+ 1 { found &+= 1 }
        positionNow = found
        ring.published.store(found)
        consumerCursor = found &- min(found, UInt64(ring.slots))
        refresh()
    }

    public mutating func attach(consumer: ConsumerCursor?) {
        self.consumer = consumer
        refresh()
    }

    /// Puts one command in; `false` when the ring is full.
    @inlinable
    public mutating func push(_ command: Command) -> Bool {
        if position &+ 1 &- consumerCursor > UInt64(ring.slots) {
            refresh()
            if position &+ 1 &- consumerCursor > UInt64(ring.slots) { return false }
        }
        let slot = unsafe ring.slot(position)
        unsafe withUnsafeBytes(of: command) { bytes in
            if let source = bytes.baseAddress {
                unsafe storeWords(to: slot + 8, from: source + 8, words: 31)
            }
        }
        unsafe shim_store_release(slot, position &+ 1)
        positionNow &+= 1
        ring.published.store(position)
        return true
    }

    @inlinable
    mutating func refresh() {
        guard let consumer, let seen = consumer.load(epoch: ring.epoch) else { return }
        guard position &- seen <= position &- consumerCursor else { return }
        consumerCursor = seen
    }
}

/// The engine's end of the command ring. Engine thread only.
@safe @frozen
public struct CommandReader: ~Copyable {
    public let ring: CommandRing
    @inlinable public var position: UInt64 { positionNow }
    @usableFromInline var positionNow: UInt64
    @usableFromInline let cursor: ConsumerCursor

    /// `cursor`: Hot's own words. When they speak of this ring's epoch reading goes on
    ///   there, else at the ring's start; a cursor that cannot be is not believed.
    public init(ring: CommandRing, cursor: ConsumerCursor) {
        self.ring = ring
        self.cursor = cursor
        let newest = ring.position
        let oldest = newest &- min(newest, UInt64(ring.slots))
        let known = cursor.load(epoch: ring.epoch) ?? oldest
        positionNow = newest &- known <= UInt64(ring.slots) ? known : oldest
        cursor.epoch.store(0)
        cursor.cursor.store(position)
        cursor.epoch.store(ring.epoch)
    }

    /// Copies the next command out, once; `false` when there is none. Nothing in it is believed:
    /// a kind this build does not know comes out as `.none`.
    @inlinable
    public mutating func pop(into target: UnsafeMutablePointer<Command>) -> Bool {
        let slot = unsafe ring.slot(position)
        guard unsafe shim_load_acquire(slot) == position &+ 1 else { return false }
        let words = UnsafeMutableRawPointer(target)
        unsafe loadWords(from: slot, to: words, words: 32)
        let kind = unsafe words.load(fromByteOffset: 8, as: UInt8.self)
        if Command.Kind(rawValue: kind) == nil {
            unsafe words.storeBytes(of: 0, toByteOffset: 8, as: UInt8.self)
        }
        positionNow &+= 1
        cursor.cursor.store(position)
        return true
    }
}

extension HotRegion {
    /// Hot's place in cold's command ring.
    @inlinable public var commandCursor: ConsumerCursor {
        ConsumerCursor(
            cursor: control.word(HotWord.commandCursor.rawValue),
            epoch: control.word(HotWord.commandEpoch.rawValue)
        )
    }
}
