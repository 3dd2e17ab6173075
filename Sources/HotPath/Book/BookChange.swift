package import Vocabulary

/// What a feed message changed, for whoever acts on it.
package struct BookChange: Equatable, BitwiseCopyable, Sendable {
    package var kinds: Kinds
    /// Meaningful unless `kinds` is empty or ``Kinds/venue``.
    package var instrument: UInt16
    package var venue: UInt8

    package struct Kinds: OptionSet, BitwiseCopyable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Written so, because an empty array literal is an allocation to the compiler.
        package static var nothing: Kinds { Kinds(rawValue: 0) }
        /// Some price of the book.
        package static var book: Kinds { Kinds(rawValue: 1) }
        /// The best bid or offer, in price or quantity.
        package static var bbo: Kinds { Kinds(rawValue: 2) }
        package static var trade: Kinds { Kinds(rawValue: 4) }
        /// Halt, auction, short-sale restriction, or the book became incomplete.
        package static var state: Kinds { Kinds(rawValue: 8) }
        /// All books of the venue: a system event.
        package static var venue: Kinds { Kinds(rawValue: 16) }

        func with(_ other: Kinds) -> Kinds { Kinds(rawValue: rawValue | other.rawValue) }
    }

    package static var none: BookChange {
        BookChange(kinds: .nothing, instrument: 0xFFFF, venue: 0)
    }

    package var bboChanged: Bool { kinds.rawValue & Kinds.bbo.rawValue != 0 }
    package var traded: Bool { kinds.rawValue & Kinds.trade.rawValue != 0 }
}

/// The best prices of one book; quantity 0 where a side is empty.
package struct BookTop: Equatable, BitwiseCopyable, Sendable {
    package var bidPx: Price
    package var bidQty: OrderQty
    package var askPx: Price
    package var askQty: OrderQty

    package init(bidPx: Price, bidQty: OrderQty, askPx: Price, askQty: OrderQty) {
        self.bidPx = bidPx
        self.bidQty = bidQty
        self.askPx = askPx
        self.askQty = askQty
    }
}

/// What was counted at one venue's feed since the start of the process.
package struct BookCounters: BitwiseCopyable, Sendable {
    package var messages: UInt64 = 0
    /// Shorter than their type; ignored.
    package var badLength: UInt64 = 0
    package var unknownTypes: UInt64 = 0
    package var unknownRefsExecuted: UInt64 = 0  // E
    package var unknownRefsExecutedWithPrice: UInt64 = 0  // C
    package var unknownRefsCanceled: UInt64 = 0  // X
    package var unknownRefsDeleted: UInt64 = 0  // D
    package var unknownRefsReplaced: UInt64 = 0  // U
    package var duplicateRefs: UInt64 = 0
    /// Orders for which the table had no room.
    package var ordersRefused: UInt64 = 0
    /// Prices given up because a side was full, and later orders at them.
    package var levelsCut: UInt64 = 0
    /// More taken from an order than rested.
    package var overreduced: UInt64 = 0
    package var nonsense: UInt64 = 0
    package var brokenTrades: UInt64 = 0
}
