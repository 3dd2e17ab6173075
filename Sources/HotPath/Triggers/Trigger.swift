import Vocabulary

/// The one reflex of an instrument: take what is displayed when the opposite best crosses `limit`.
///
/// A trigger lives in the engine's memory only. It has an owner (whoever set it) and a rule for
/// that owner's death: none survives a restart of hot, because an aggressive reflex whose owner
/// may be gone must be asked for again.
struct Trigger: BitwiseCopyable {
    var isSet = false
    var side: Side = .buy
    var limit: Price = .zero
    /// Still to be taken.
    var remaining: OrderQty = .zero
    var account: UInt16 = 0xFFFF
    var strategy: UInt16 = 0xFFFF
    var commandID: UInt64 = 0

    init() {}

    /// What to take of `displayed` at `best`, or zero.
    @inline(__always)
    func take(best: Price, displayed: OrderQty) -> OrderQty {
        guard isSet, best.units > 0, displayed.units > 0 else { return .zero }
        let crosses = side.isBuy ? best <= limit : best >= limit
        guard crosses else { return .zero }
        return min(displayed, remaining)
    }
}
