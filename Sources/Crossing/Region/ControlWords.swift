/// Single words of hot's control page, each on its own 128-byte stripe: two processes never share
/// a line they both write.
@frozen
public enum HotWord: Int, CaseIterable, Sendable {
    /// TSC at the engine's last turn; 0 before the first. A reader watches it change on a clock of
    /// its own.
    case heartbeat = 0
    /// Absolute slot after the last audit record committed.
    case auditPosition = 1
    /// The last audit consumer cursor the writer believed.
    case auditConsumerKnown = 2
    case telemetryPosition = 3
    case telemetryDropped = 4
    /// Commands taken from cold's ring, absolute, in `commandEpoch`.
    case commandCursor = 5
    case commandEpoch = 6
    case pid = 7
    case killEpochWanted = 8
    case killEpochObeyed = 9
    case gateOpen = 10
    /// Thread id of the engine.
    case engineTid = 11
    /// CRC32C of the image in force and build id, for pairing.
    case imageHash = 12
    case buildID = 13
    /// What hot last saw of cold: epoch of the region it has attached.
    case coldEpoch = 14
    /// TSC ticks a second << 0, and offset, for reading stamps in records.
    case tscHz = 15
    case spare2 = 16
    /// ns UTC as the engine's own clock showed them at ``heartbeat``; 0 before its first turn. What a
    /// command is valid until is counted from here: a machine's clock that is set moves no deadline.
    case engineNs = 17
    /// Step of the pressure ladder in force.
    case pressure = 18
    /// ns UTC when hot last started.
    case startedNs = 19
    case spare0 = 20
    case spare1 = 21
    /// A word a venue, not one word: ``ControlPage/burnedRefNum(_:)``.
    case burnedRefNums = 22
    case spare3 = 23
}

/// Single words of cold's control page.
@frozen
public enum ColdWord: Int, CaseIterable, Sendable {
    /// Monotonic ns of the desk's last turn.
    case heartbeat = 0
    /// Absolute audit slot up to which everything is durable, in `auditEpoch`.
    case auditCursor = 1
    /// Epoch of the hot region the cursors speak of; 0 while they are being set.
    case auditEpoch = 2
    case telemetryCursor = 3
    /// Absolute count of commands put into the ring.
    case commandPosition = 4
    case pid = 5
    case imageHash = 6
    case buildID = 7
    case startedNs = 8
    /// ``JournalState``: may hot go on giving out orders whose records wait for the disk?
    case journalState = 9
    case spare0 = 10
    /// Epoch of the hot region whose records cold is reading; 0 when there is none of which more could
    /// come into the journal.
    case followedEpoch = 11
}

/// What cold says of the disk under the journal. Whatever it is, cancels and the venues' events go on.
@frozen
public enum JournalState: UInt64, BitwiseCopyable, Sendable, CaseIterable {
    case ok = 0
    /// No room: nothing is lost, it is tried again.
    case full = 1
    /// A write or a sync failed; nothing is written after it until a person has looked.
    case failed = 2
    /// The oldest record not yet on disk is older than `cold.journal_stall`.
    case stalled = 3

    /// A word nobody of this build wrote is no reason to trade on.
    @inlinable public init(word: UInt64) { self = JournalState(rawValue: word) ?? .failed }
}

/// A page of single words, 128 bytes apart.
@safe @frozen
public struct ControlPage: @unchecked Sendable {
    // Sendable: words are accessed atomically only.
    @usableFromInline let base: UnsafeMutableRawPointer

    @inlinable init(at base: UnsafeMutableRawPointer) { unsafe self.base = base }

    @inlinable @inline(__always) public func word(_ index: Int) -> SharedWord {
        unsafe SharedWord(at: base + index &* 128)
    }

    @inlinable @inline(__always) public subscript(_ word: HotWord) -> UInt64 {
        get { self.word(word.rawValue).load() }
        nonmutating set { self.word(word.rawValue).store(newValue) }
    }

    @inlinable @inline(__always) public subscript(_ word: ColdWord) -> UInt64 {
        get { self.word(word.rawValue).load() }
        nonmutating set { self.word(word.rawValue).store(newValue) }
    }

    /// Hot's, by venue (0…15): the highest UserRefNum taken for a message that may leave without a
    /// record. Written before it leaves, because only this outlives a process that had no room for
    /// one; 0 none.
    @inlinable public func burnedRefNum(_ venue: Int) -> SharedWord {
        unsafe SharedWord(
            at: base + HotWord.burnedRefNums.rawValue &* 128 + (venue & 15) &* 8
        )
    }

    /// 32 stripes of 128 bytes.
    @inlinable public static var bytes: Int { 4096 }
}
