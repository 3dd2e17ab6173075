/// Where an order stands. A pending cancel or replace is a flag on top (``PendingFlags``), because
/// the order is still live, and still fills, while either is in flight.
@frozen
public enum OrdStatus: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case vacant = 0
    /// Approved, recorded, reserved; nothing heard from the venue yet.
    case pendingNew = 1
    case new = 2
    case partiallyFilled = 3
    /// The venue owes an answer it did not give. Full exposure until proof (semantics.md §2.5).
    case unknown = 4
    case filled = 5
    case canceled = 6
    case rejected = 7
    /// Proved never to have reached the venue.
    case notReceived = 8
    /// Never handed to the kernel.
    case notSent = 9

    @inlinable public var isTerminal: Bool { rawValue >= Self.filled.rawValue }
    @inlinable public var isLive: Bool { self != .vacant && !isTerminal }
}

/// What is in flight for a live order.
@frozen
public struct PendingFlags: OptionSet, BitwiseCopyable, Sendable {
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
    @inlinable public static var cancel: PendingFlags { PendingFlags(rawValue: 1) }
    @inlinable public static var replace: PendingFlags { PendingFlags(rawValue: 2) }
    /// The venue keeps the cancel until a cross is over: it is not overdue.
    @inlinable public static var held: PendingFlags { PendingFlags(rawValue: 4) }
    /// A smaller size was asked for before the replace in flight: of the old leg only.
    @inlinable public static var overtaken: PendingFlags { PendingFlags(rawValue: 16) }
    /// A re-mark between S, T and E the venue has not answered: both marks count.
    @inlinable public static var modify: PendingFlags { PendingFlags(rawValue: 8) }
}
