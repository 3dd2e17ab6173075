package import Vocabulary

/// What a decision knows of the market: the consolidated picture of one instrument at one instant.
///
/// Prices are zero where there is none. Made by `Books.marketView`, or by a vector file.
package struct MarketView: Equatable, BitwiseCopyable, Sendable {
    /// Reference price; meaningless while `refTNs` is 0.
    package var refPx: Price = .zero
    /// ns UTC, receive time behind the reference. 0: there never was one.
    package var refTNs: Int64 = 0
    package var bidPx: Price = .zero
    package var askPx: Price = .zero
    package var gappedOrCrossed = false
    package var halted = false
    package var shortRestricted = false
    /// Feed sequence of the newest message behind this view.
    package var feedSeq: UInt64 = 0

    package init() {}
}
