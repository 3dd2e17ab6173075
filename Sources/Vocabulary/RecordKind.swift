/// What an audit record tells. The names are `kind` in `apus journal print --json`.
@frozen
public enum RecordKind: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case none = 0
    /// The gate approved an order: reserved, recorded, about to be sent.
    case new = 1
    case ack = 2
    /// Refused: by our gate (`RecordFlags.gate`) or by the venue.
    case reject = 3
    case fill = 4
    case cancelReq = 5
    case canceled = 6
    case replaceReq = 7
    case replaced = 8
    case bust = 9
    case restated = 10
    case kill = 11
    case arm = 12
    case limit = 13
    /// A venue or client session: connected, logged in, replayed, reconciled, down.
    case session = 14
    case gap = 15
    case algo = 16
    case snapshot = 17
    case `operator` = 18
    /// Something that must not happen did: late fill, overfill, unknown order, bytes not understood.
    case incident = 19
    case page = 20
    case timer = 21
    case clock = 22
    case pressure = 23
    case adjust = 24
    /// A routed client's order: opened, accepted, refused. Its legs are orders of their own.
    case parent = 25
    /// A re-mark between S, T and E the gate approved, about to be sent.
    case modifyReq = 26

    /// The name scripts see.
    public var name: String { self == .operator ? "operator" : "\(self)" }
}

/// Facts about a record that are not its kind.
@frozen
public struct RecordFlags: OptionSet, BitwiseCopyable, Sendable {
    public let rawValue: UInt16
    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// A refusal by our own gate: no byte went to a venue.
    @inlinable public static var gate: RecordFlags { RecordFlags(rawValue: 1) }
    /// Concerns a replace (a reject of one, or the cancel that outcome 2 causes).
    @inlinable public static var replace: RecordFlags { RecordFlags(rawValue: 2) }
    /// Accepted and dead at once (OUCH order state D).
    @inlinable public static var dead: RecordFlags { RecordFlags(rawValue: 4) }
    /// Read while a session replayed what we had missed.
    @inlinable public static var replayed: RecordFlags { RecordFlags(rawValue: 8) }
    /// We did not know this order and took it over from what the venue echoed.
    @inlinable public static var adopted: RecordFlags { RecordFlags(rawValue: 16) }
    /// Raises an incident beside what it does.
    @inlinable public static var incident: RecordFlags { RecordFlags(rawValue: 32) }
    @inlinable public static var fromClient: RecordFlags { RecordFlags(rawValue: 64) }
    @inlinable public static var fromCold: RecordFlags { RecordFlags(rawValue: 128) }
    @inlinable public static var fromOperator: RecordFlags { RecordFlags(rawValue: 256) }
    @inlinable public static var fromTrigger: RecordFlags { RecordFlags(rawValue: 512) }
    /// A fill for an order believed over or unknown.
    @inlinable public static var late: RecordFlags { RecordFlags(rawValue: 1024) }
    /// The end of an order proved by absence, by not being sent, or by an operator.
    @inlinable public static var byProof: RecordFlags { RecordFlags(rawValue: 2048) }
    /// Not ours to understand: kept so that the session's numbering never drifts.
    @inlinable public static var notUnderstood: RecordFlags { RecordFlags(rawValue: 4096) }
    /// Canceled as part of a kill or mass cancel.
    @inlinable public static var massCancel: RecordFlags { RecordFlags(rawValue: 8192) }
    /// Seen before (same venue sequence or match number): recorded, not applied.
    @inlinable public static var duplicate: RecordFlags { RecordFlags(rawValue: 16384) }
}
