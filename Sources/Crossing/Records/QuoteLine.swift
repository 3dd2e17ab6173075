public import Vocabulary

/// Best bid and offer of one subscribed symbol at one venue, on one 128-byte line of the quotes
/// page, behind a sequence lock (``SequenceLocked``).
@frozen
public struct QuoteLine: BitwiseCopyable, Sendable {
    public var bidPx: Price = .zero
    public var bidQty: OrderQty = .zero
    public var askPx: Price = .zero
    public var askQty: OrderQty = .zero
    public var lastPx: Price = .zero
    public var lastQty: OrderQty = .zero
    public var volume: OrderQty = .zero
    /// ns UTC, receive time of the last message of this symbol at this venue.
    public var t: Int64 = 0
    /// BookState bits.
    public var state: UInt64 = 0
    public var feedSeq: UInt64 = 0
    public var instrument: UInt16 = 0
    public var venue: UInt8 = 0
    public var pad0: UInt8 = 0
    public var pad1: UInt32 = 0
    public var pad2: UInt64 = 0
    public var pad3: UInt64 = 0
    public var pad4: UInt64 = 0
    public var pad5: UInt64 = 0

    @inlinable public init() {}
}

/// What is known of a book, in ``QuoteLine/state``.
@frozen
public struct BookState: OptionSet, BitwiseCopyable, Sendable {
    public let rawValue: UInt64
    @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
    @inlinable public static var subscribed: BookState { BookState(rawValue: 1) }
    @inlinable public static var gapped: BookState { BookState(rawValue: 2) }
    @inlinable public static var crossed: BookState { BookState(rawValue: 4) }
    @inlinable public static var halted: BookState { BookState(rawValue: 8) }
    @inlinable public static var shortRestricted: BookState { BookState(rawValue: 16) }
    @inlinable public static var marketOpen: BookState { BookState(rawValue: 32) }
    @inlinable public static var marketClosed: BookState { BookState(rawValue: 64) }
    /// The book lacks orders or prices it had no room for: no decision is taken on it.
    @inlinable public static var poolFull: BookState { BookState(rawValue: 128) }
    @inlinable public static var locked: BookState { BookState(rawValue: 256) }
    /// One side, or both, is empty.
    @inlinable public static var oneSided: BookState { BookState(rawValue: 512) }
    /// The feed is silent: neither messages nor heartbeats.
    @inlinable public static var stale: BookState { BookState(rawValue: 1024) }
}
