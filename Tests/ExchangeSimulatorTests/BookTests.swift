import ExchangeSimulator
import Testing
import Vocabulary

@Suite("A book")
struct BookTests {
    private func order(
        _ ref: UInt64,
        isBuy: Bool = true,
        _ qty: Int64,
        at px: Int64,
        hidden: Bool = false
    ) -> BookOrder {
        BookOrder(
            orderRef: ref,
            owner: .background(reference: ref),
            isBuy: isBuy,
            price: Price(units: px),
            isDisplayed: !hidden,
            leavesQty: OrderQty(units: qty)
        )
    }

    @Test("goes by price, then displayed before hidden, then time")
    func priority() {
        var book = Book()
        _ = book.add(order(1, 100, at: 10_00))
        _ = book.add(order(2, 100, at: 10_01, hidden: true))
        _ = book.add(order(3, 100, at: 10_01))
        _ = book.add(order(4, 100, at: 10_01))
        _ = book.add(order(5, 100, at: 9_99))

        #expect(book.orders(isBuy: true).map(\.orderRef) == [3, 4, 2, 1, 5])
    }

    @Test("shows displayed quantity only")
    func displayed() {
        var book = Book()
        _ = book.add(order(1, isBuy: false, 100, at: 10_01))
        _ = book.add(order(2, isBuy: false, 50, at: 10_01))
        _ = book.add(order(3, isBuy: false, 70, at: 10_00, hidden: true))

        let shown = DisplayedLevel(price: Price(units: 10_01), qty: OrderQty(units: 150))
        #expect(book.displayedLevels(isBuy: false) == [shown])
        #expect(book.bestPrice(isBuy: false) == Price(units: 10_00))
    }

    @Test("keeps the place of an order that only gets smaller")
    func reduction() {
        var book = Book()
        let first = book.add(order(1, 100, at: 10_00))
        _ = book.add(order(2, 100, at: 10_00))
        book.reduce(first, by: OrderQty(units: 99))

        #expect(book.orders(isBuy: true).map(\.orderRef) == [1, 2])
        #expect(book.order(at: first)?.leavesQty == OrderQty(units: 1))
    }

    @Test("does not mistake a place used again for the order that was there")
    func staleSlot() {
        var book = Book()
        let first = book.add(order(1, 100, at: 10_00))
        book.reduce(first, by: OrderQty(units: 100))
        _ = book.add(order(2, 100, at: 10_00))

        #expect(book.order(at: first) == nil)
    }

    @Test("stays whole under any sequence of adds and reductions", arguments: UInt64(1)...32)
    func anySequence(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var book = Book()
        var slots: [BookSlot] = []
        for ref in UInt64(1)...400 {
            if slots.isEmpty || random.next() % 5 < 3 {
                let isBuy = Bool.random(using: &random)
                let px = Int64.random(in: 1_000...1_020, using: &random)
                let new = order(ref, isBuy: isBuy, 100, at: px, hidden: random.next() % 4 == 0)
                slots.append(book.add(new))
            } else {
                let pick = Int.random(in: slots.indices, using: &random)
                let slot = slots[pick]
                guard let leaves = book.order(at: slot)?.leavesQty else { continue }
                let qty = OrderQty(units: .random(in: 1...leaves.units, using: &random))
                if book.reduce(slot, by: qty).leavesQty == .zero { slots.remove(at: pick) }
            }
            book.checkInvariants()
            #expect(book.orderCount == slots.count)
        }
    }
}
