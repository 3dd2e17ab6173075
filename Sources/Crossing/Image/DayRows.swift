// What a trading date begins with beside its limits: tables of the image behind the roles. Set once
// for a date (`journal/<date>/start.json`), true before the first message is heard.

/// Shares, or a locate, at the start of the date.
@frozen
public struct ImageHolding: BitwiseCopyable, Sendable {
    public var account: UInt16 = 0
    public var instrument: UInt16 = 0
    /// 0 shares held, signed; 1 a locate of the account's unit.
    public var kind: UInt8 = 0
    public var reserved0: UInt8 = 0
    public var reserved1: UInt16 = 0
    public var qty: Int64 = 0
    /// Price the shares count at in the day's profit and loss.
    public var px: Int64 = 0

    @inlinable public init() {}
    @inlinable public var isLocate: Bool { kind == 1 }
}

/// A latch of the day before that nobody has armed: in force from the first instant of this one.
@frozen
public struct ImageLatch: BitwiseCopyable, Sendable {
    /// ``KillScope``.
    public var scope: UInt8 = 0
    public var textLength: UInt8 = 0
    /// Which latch, as a `kill` record names it; 0 the kill itself.
    public var code: UInt16 = 0
    /// Account, strategy, instrument or venue; 0 for the firm.
    public var row: UInt16 = 0
    public var reserved0: UInt16 = 0
    /// Whose doing it was.
    public var uid: UInt32 = .max
    /// Trading date it was first latched on.
    public var since: UInt32 = 0
    public var text = CommandText()

    @inlinable public init() {}
}

/// One part of what the date begins with, where it came from and what it looked like.
@frozen
public struct ImageDayFile: BitwiseCopyable, Sendable {
    /// 1 positions, 2 reference data, 3 restricted list, 4 locates.
    public var kind: UInt8 = 0
    public var textLength: UInt8 = 0
    public var reserved0: UInt16 = 0
    public var rows: UInt32 = 0
    /// First eight bytes of the file's SHA-256.
    public var checksum: UInt64 = 0
    /// Source, whole checksum, file.
    public var text = CommandText()

    @inlinable public init() {}
}
