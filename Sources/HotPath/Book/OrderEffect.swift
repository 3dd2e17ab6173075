package import Vocabulary

/// What one feed message did to the orders of a venue, and what its levels must follow with.
package struct OrderEffect: BitwiseCopyable, Sendable {
    package enum Outcome: UInt8, BitwiseCopyable, Sendable {
        case applied
        /// A reference nobody told us about: starting mid-day is normal. Counted by type.
        case unknownReference
        /// A second order under a reference that still rests. The first one stays.
        case duplicateReference
        /// No room: the book lacks an order from now on.
        case refused
        /// Well-formed and senseless: no side, nothing to add.
        case nonsense
    }

    package var outcome: Outcome
    /// More was taken than rested; all of it is gone, the excess is not.
    package var overreduced = false
    package var taken: LevelChange?
    package var added: LevelChange?
    package var execution: Execution?

    package init(_ outcome: Outcome) { self.outcome = outcome }
}

/// Quantity and orders that enter or leave one price of one side.
package struct LevelChange: BitwiseCopyable, Sendable {
    package var book: UInt16
    package var isBid: Bool
    package var price: Price
    /// Always above zero; `taken` or `added` says which way.
    package var qty: OrderQty
    /// Whether an order came or went, or only got smaller.
    package var wholeOrder: Bool
}

/// A trade as the feed tells it.
package struct Execution: BitwiseCopyable, Sendable {
    package var lastPx: Price
    package var lastQty: OrderQty
    package var match: UInt64
    /// Non-printable executions are in the book and in no volume.
    package var printable: Bool
}
