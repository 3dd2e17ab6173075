package import Vocabulary

/// One order resting at a venue, as its feed tells it. Stride 32 bytes: two to a cache line.
package struct BookOrder: BitwiseCopyable, Sendable {
    /// The venue's order reference number; unique at one venue on one day.
    package var reference: UInt64
    package var price: Price
    /// What is still open. 0 marks a vacant place of the table: no order rests with nothing.
    package var leavesQty: OrderQty
    /// Whose book: the instrument on the engine, the stock locate in the tools.
    package var book: UInt16
    package var isBid: Bool

    static var vacant: BookOrder {
        BookOrder(reference: 0, price: .zero, leavesQty: .zero, book: 0, isBid: false)
    }

    var isVacant: Bool { leavesQty == .zero }
}
