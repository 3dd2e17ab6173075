/// What can happen to an order, whoever reports it.
@frozen
public enum OrderEvent: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case accepted, acceptedDead, fill, fillComplete, canceledPart, canceledAll, rejected
    case cancelRequested, replaceRequested, replaced, replaceRejected
    case wentSilent, provedAbsent, notSent, resolved, restated, busted
}

/// What an event does to an order in a given state.
@frozen
public enum OrderTransition: Equatable, BitwiseCopyable, Sendable {
    /// The order is now in this state.
    case to(OrdStatus)
    /// Legal, and the state stays as it is.
    case stays
    /// A fill for an order believed over: the shares are ours all the same. Position moves, an
    /// incident is raised, the state stays (semantics.md §2.4).
    case lateFill
    /// Not a step this protocol allows: counted, recorded, changes nothing.
    case illegal

    // A synthesised `==` is not inlinable, and the hot path asks this of every request.
    @inlinable public var isLegal: Bool {
        switch self {
        case .to, .stays: true
        case .lateFill, .illegal: false
        }
    }
}

extension OrdStatus {
    /// The one table of the order's life, shared by the hot path, the cold mirror and the tests.
    ///
    /// Spec: docs/protocols/ouch-5.0.md, Behaviour; FIX 4.4 Order State Change Matrices.
    @inlinable public func after(_ event: OrderEvent) -> OrderTransition {
        switch self {
        case .vacant: .illegal
        case .pendingNew, .unknown: afterWhileUnacknowledged(event)
        case .new, .partiallyFilled: afterWhileLive(event)
        case .filled, .canceled, .rejected, .notReceived, .notSent: afterTheEnd(event)
        }
    }

    @inlinable func afterWhileUnacknowledged(_ event: OrderEvent) -> OrderTransition {
        switch event {
        case .accepted: .to(.new)
        case .acceptedDead: .to(.canceled)
        case .fill: .to(.partiallyFilled)
        case .fillComplete: .to(.filled)
        case .canceledPart, .restated: .stays
        case .canceledAll: .to(.canceled)
        case .rejected: .to(.rejected)
        case .cancelRequested, .replaceRequested: .stays
        case .replaced: .to(.new)
        // The venue spoke of the order: it lives, whatever we feared.
        case .replaceRejected: self == .unknown ? .to(.new) : .stays
        case .wentSilent: .to(.unknown)
        case .provedAbsent: .to(.notReceived)
        case .notSent: self == .pendingNew ? .to(.notSent) : .illegal
        case .resolved: .to(.canceled)
        case .busted: .stays
        }
    }

    @inlinable func afterWhileLive(_ event: OrderEvent) -> OrderTransition {
        switch event {
        case .accepted, .acceptedDead, .rejected, .notSent, .provedAbsent: .illegal
        case .fill: .to(.partiallyFilled)
        case .fillComplete: .to(.filled)
        case .canceledPart, .cancelRequested, .replaceRequested, .replaceRejected: .stays
        case .canceledAll: .to(.canceled)
        case .replaced: .stays
        case .wentSilent: .to(.unknown)
        case .resolved: .to(.canceled)
        case .restated, .busted: .stays
        }
    }

    @inlinable func afterTheEnd(_ event: OrderEvent) -> OrderTransition {
        switch event {
        case .fill, .fillComplete: .lateFill
        case .busted: .stays
        default: .illegal
        }
    }
}
