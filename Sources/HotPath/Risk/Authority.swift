package import Crossing
package import Vocabulary

/// Leave that two persons give for one act: one order past a hard block (risk-controls.md §3), or a
/// resolve, adjustment or session roll where the configuration wants two (semantics.md §2.16).
///
/// One asks, another agrees within a minute, it is used once. Records make it, like all state.
package struct Authority: BitwiseCopyable, Sendable, Equatable {
    package enum State: UInt8, BitwiseCopyable, Sendable {
        case none = 0
        case asked = 1
        case given = 2
        case used = 3
    }

    package var token: UInt64 = 0
    package var expiryNs: Int64 = 0
    /// Of an override: at most this much.
    package var qty: OrderQty = .zero
    /// Of an override: no more aggressive than this.
    package var px: Price = .zero
    package var value: Int64 = 0
    package var orderID: ClOrdID = .none
    package var askedBy: UInt32 = .max
    package var givenBy: UInt32 = .max
    package var instrument: UInt16 = 0xFFFF
    package var account: UInt16 = 0xFFFF
    package var strategy: UInt16 = 0xFFFF
    /// What may be done: `new` past a block, `resolve`, `adjust` or `sessionRoll`.
    package var act: Command.Kind = .none
    package var state: State = .none
    package var side: UInt8 = 0
    package var venue: UInt8 = 0xFF
    /// Of a resolve: the status it is said to have ended in.
    package var outcome: UInt8 = 0

    package init() {}

    /// A minute, whoever asks (risk-controls.md §3).
    package static var longestNs: Int64 { 60_000_000_000 }
    package static var tokensMax: Int { 16 }

    /// The same act on the same thing: what a second person has to say to agree with it.
    func means(_ other: Authority) -> Bool {
        act == other.act && orderID == other.orderID && instrument == other.instrument
            && account == other.account && strategy == other.strategy && venue == other.venue
            && qty == other.qty && px == other.px && value == other.value
            && outcome == other.outcome
    }

    func isOpen(_ nowNs: Int64) -> Bool {
        (state == .asked || state == .given) && nowNs < expiryNs
    }
}
