package import ColdCore
package import Vocabulary

/// One open lot. `qty` is never 0; its sign is the side of the whole queue.
package struct Lot: Equatable, Sendable {
    package var qty: Int64
    package var px: Price
    /// What is left of the opening trade's fee.
    package var fee: Money
    /// Which trade opened it, as its place in the queue's history.
    package var trade: Int
}

/// One closing of (part of) one lot.
package struct LotMatch: Equatable, Sendable {
    package var opened: Int
    package var closed: Int
    /// True when the closed lot was long.
    package var long: Bool
    package var qty: Int64
    package var openPx: Price
    package var closePx: Price
    package var fees: Money

    package var gross: Money {
        let move = long ? closePx - openPx : openPx - closePx
        return Money(px: move, qty: OrderQty(units: qty))
    }
    package var net: Money { gross - fees }
}

/// First in, first out over one (account, instrument): the exact arithmetic of
/// analytics-formulas §16. A trade on the other side closes the oldest lots first; what is left
/// over opens a lot on the new side. Lots never mix signs.
package struct LotQueue: Sendable {
    package private(set) var position: Int64 = 0
    /// Net of both trades' fees.
    package private(set) var realized: Money = .zero
    package private(set) var fees: Money = .zero
    package private(set) var feesInOpenLots: Money = .zero
    /// Σ signed lot quantity × price: what the open lots cost.
    package private(set) var openCost: Money = .zero
    /// What trading brought in and paid out, fees included.
    package private(set) var cash: Money = .zero
    package private(set) var matches: [LotMatch] = []
    package private(set) var trades = 0

    private var queue: [Lot] = []
    private var head = 0

    package init() {}

    package var lots: [Lot] { Array(queue[head...]) }

    /// - Parameters: `qty` signed, not 0; `fee` of the whole trade, negative for a rebate.
    package mutating func trade(qty: Int64, px: Price, fee: Money) {
        invariant(qty != 0, "a trade has a quantity")
        let index = trades
        trades += 1
        fees += fee
        cash -= Money(px: px, qty: OrderQty(units: qty)) + fee

        var left = qty
        var feeLeft = fee
        while left != 0, head < queue.count, (queue[head].qty > 0) != (left > 0) {
            let closing = min(abs(left), abs(queue[head].qty))
            // The closing share's part of the fee; the last share takes what division left over,
            // so that parts always add up to the whole.
            let closeFee = share(of: feeLeft, closing, abs(left))
            close(closing, px: px, closeFee: closeFee, by: index)
            feeLeft -= closeFee
            left += left > 0 ? -closing : closing
        }
        if left != 0 { open(qty: left, px: px, fee: feeLeft, trade: index) }
        position += qty
        checkIdentity()
    }

    private mutating func open(qty: Int64, px: Price, fee: Money, trade: Int) {
        queue.append(Lot(qty: qty, px: px, fee: fee, trade: trade))
        openCost += Money(px: px, qty: OrderQty(units: qty))
        feesInOpenLots += fee
    }

    private mutating func close(_ closing: Int64, px: Price, closeFee: Money, by trade: Int) {
        var lot = queue[head]
        let long = lot.qty > 0
        let openFee = share(of: lot.fee, closing, abs(lot.qty))
        let match = LotMatch(
            opened: lot.trade,
            closed: trade,
            long: long,
            qty: closing,
            openPx: lot.px,
            closePx: px,
            fees: openFee + closeFee
        )
        matches.append(match)
        realized += match.net
        feesInOpenLots -= openFee
        openCost -= Money(px: lot.px, qty: OrderQty(units: long ? closing : -closing))
        lot.qty -= long ? closing : -closing
        lot.fee -= openFee
        queue[head] = lot
        if lot.qty == 0 { dropHead() }
    }

    private mutating func dropHead() {
        head += 1
        guard head > 64, head * 2 > queue.count else { return }
        queue.removeFirst(head)
        head = 0
    }

    private func share(of fee: Money, _ part: Int64, _ whole: Int64) -> Money {
        part == whole
            ? fee : Money(hundredths: fee.hundredths * Int128(part) / Int128(whole))
    }

    package func unrealized(mark: Price) -> Money {
        Money(px: mark, qty: OrderQty(units: position)) - openCost
    }

    /// realized + unrealized − fees still in open lots.
    package func total(mark: Price) -> Money {
        realized + unrealized(mark: mark) - feesInOpenLots
    }

    /// Total P&L equals cash flow + position × mark at every mark; at mark 0 that is this.
    private func checkIdentity() {
        invariant(
            realized - openCost - feesInOpenLots == cash,
            "realized + unrealized - fees in open lots == cash + position x mark"
        )
    }
}
