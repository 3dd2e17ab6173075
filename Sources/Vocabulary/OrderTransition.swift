/// What can happen to an order, whoever reports it. The raw value is its row in the table.
@frozen
public enum OrderEvent: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case accepted, acceptedDead, fill, fillComplete, canceledPart, canceledAll, rejected
    case cancelRequested, replaceRequested, replaced, replaceRejected
    case wentSilent, provedAbsent, notSent, resolved, restated, busted
    /// The venue changed size or short mark, keeping priority (OUCH `M`).
    case modified
    /// A cancel waits for a cross (OUCH `P`), or was refused in one (OUCH `I`).
    case cancelPending, cancelRejected
    /// We ask for another short mark (OUCH `M`).
    case modifyRequested
}

/// What an event does to an order in a given state.
@frozen
public enum OrderTransition: Equatable, BitwiseCopyable, Sendable {
    /// The order is now in this state. `new` with shares executed is `partiallyFilled`.
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

    /// The one table of the order's life, shared by the hot path, the cold mirror, the journal's
    /// check and the tests; docs/order-states.md is made of it.
    ///
    /// A row an event, in the order of ``OrderEvent``; a column a state, in the order of
    /// ``OrdStatus``: vacant, pendingNew, new, partiallyFilled, unknown | filled, canceled,
    /// rejected, notReceived, notSent. A digit is the state that follows, `.` stays, `!` is a late
    /// fill, `-` is illegal. Whatever a venue says of an UNKNOWN order that only a live one can be
    /// said of ends the silence.
    ///
    /// Static text, so that reading it is one load: nothing is built, at start or on first use.
    /// Spec: docs/protocols/ouch-5.0.md, Behaviour; FIX 4.4 Order State Change Matrices.
    @inlinable public static var table: StaticString {
        """
        accepted         -2--2-----
        acceptedDead     -6--6-----
        fill             -3333!!!!!
        fillComplete     -5555!!!!!
        canceledPart     -...2-----
        canceledAll      -6666-----
        rejected         -7--7-----
        cancelRequested  -....-----
        replaceRequested -....-----
        replaced         -2..2-----
        replaceRejected  -...2-----
        wentSilent       -444.-----
        provedAbsent     -8--8-----
        notSent          -9--------
        resolved         -6666-----
        restated         -...2-----
        busted           -.........
        modified         -...2-----
        cancelPending    -...2-----
        cancelRejected   -...2-----
        modifyRequested  -....-----
        """
    }

    /// Bytes of a row's name, and of a row with its line's end.
    @inlinable public static var nameBytes: Int { 17 }
    @inlinable public static var rowBytes: Int { 28 }
}

extension OrdStatus {
    /// What `event` does to an order in this state.
    @inlinable public func after(_ event: OrderEvent) -> OrderTransition {
        let row = Int(event.rawValue) &* OrderTransition.rowBytes &+ OrderTransition.nameBytes
        let cell = unsafe OrderTransition.table.utf8Start[row &+ Int(rawValue)]
        if let next = OrdStatus(rawValue: cell &- UInt8(ascii: "0")) { return .to(next) }
        if cell == UInt8(ascii: ".") { return .stays }
        return cell == UInt8(ascii: "!") ? .lateFill : .illegal
    }
}
