// What `detail` of a record says, where hot and cold must read it alike.

/// How an absent order was proved to be over: `detail` of a record with the `byProof` flag.
@frozen
public enum Proof: UInt32, BitwiseCopyable, Sendable {
    /// Never reached the venue (semantics.md §2.5).
    case notReceived = 0
    /// Never handed to the kernel.
    case notSent = 1
    /// An operator says so, with evidence.
    case resolved = 2

    /// What it does to an order. One the venue once answered for cannot be proved absent.
    @inlinable public func event(wasHeardOf: Bool) -> OrderEvent {
        switch self {
        case .notSent: .notSent
        case .resolved: .resolved
        case .notReceived: wasHeardOf ? .resolved : .provedAbsent
        }
    }
}

/// `detail` of a `restated` record.
@frozen
public enum Restatement: UInt32, BitwiseCopyable, Sendable {
    /// Display or priority (OUCH `R`, `T`): px and venueOrderRef when not 0.
    case display = 0
    /// OUCH `M`: side and leavesQty are the order's now.
    case modified = 1
    /// OUCH `I`: the cancel was refused in a cross, the order stands.
    case cancelRejected = 2
    /// OUCH `P`: the cancel waits until a cross is over.
    case cancelPending = 3
    /// A Modify of ours that never left: the mark is what it was.
    case modifyUnsent = 4

    @inlinable public var event: OrderEvent {
        switch self {
        case .display, .modifyUnsent: .restated
        case .modified: .modified
        case .cancelRejected: .cancelRejected
        case .cancelPending: .cancelPending
        }
    }
}

/// `detail` of a `timer` record that concerns an order.
@frozen
public enum OrderTimer: UInt32, BitwiseCopyable, Sendable {
    /// An answer is overdue and no further try is left: the order is UNKNOWN.
    case wentSilent = 1
}
