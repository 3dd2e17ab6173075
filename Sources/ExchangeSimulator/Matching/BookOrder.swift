package import Vocabulary
package import Wire

/// Who stands behind a resting order.
package enum OrderOwner: Equatable, Sendable {
    /// Recorded or generated flow; `reference` is the recorded order reference (0: generated).
    case background(reference: UInt64)
    /// An order that came in on an OUCH port.
    case port(index: Int, key: OrderKey)

    package var isPort: Bool {
        if case .port = self { true } else { false }
    }
}

/// The client's name for an order on one port: UserRefNum, one space per UserRefIdx (tag 28).
package struct OrderKey: Hashable, Comparable, Sendable {
    package let refIdx: UInt8
    package let userRefNum: UInt32

    package init(refIdx: UInt8 = 0, userRefNum: UInt32) {
        self.refIdx = refIdx
        self.userRefNum = userRefNum
    }

    package static func < (left: OrderKey, right: OrderKey) -> Bool {
        (left.refIdx, left.userRefNum) < (right.refIdx, right.userRefNum)
    }
}

/// One order in the book. Own and background orders wait in the same queue.
package struct BookOrder: Equatable, Sendable {
    /// Venue's order reference, unique for the venue's day.
    package let orderRef: UInt64
    package let owner: OrderOwner
    package let isBuy: Bool
    package let price: Price
    package let isDisplayed: Bool
    /// MPID of a recorded `F`; published as such.
    package let attribution: Alpha4?
    /// What stands in the queue: of a reserve order, what it shows.
    package internal(set) var leavesQty: OrderQty
    /// Of a reserve order (MaxFloor): what is behind, brought forward as the shown part trades.
    package internal(set) var reserveQty: OrderQty
    /// How much of the reserve comes forward at once; zero for an order without.
    package let floorQty: OrderQty
    /// All that may trade.
    package var openQty: OrderQty { leavesQty + reserveQty }

    package init(
        orderRef: UInt64,
        owner: OrderOwner,
        isBuy: Bool,
        price: Price,
        isDisplayed: Bool = true,
        attribution: Alpha4? = nil,
        leavesQty: OrderQty,
        reserveQty: OrderQty = .zero,
        floorQty: OrderQty = .zero
    ) {
        self.orderRef = orderRef
        self.owner = owner
        self.isBuy = isBuy
        self.price = price
        self.isDisplayed = isDisplayed
        self.attribution = attribution
        self.leavesQty = leavesQty
        self.reserveQty = reserveQty
        self.floorQty = floorQty
    }

    /// What comes forward under a new reference once the shown part has traded; `nil`: nothing.
    func refreshed(as orderRef: UInt64) -> BookOrder? {
        guard leavesQty == .zero, reserveQty > .zero else { return nil }
        let shown = min(floorQty, reserveQty)
        return BookOrder(
            orderRef: orderRef,
            owner: owner,
            isBuy: isBuy,
            price: price,
            isDisplayed: isDisplayed,
            attribution: attribution,
            leavesQty: shown,
            reserveQty: reserveQty - shown,
            floorQty: floorQty
        )
    }
}

/// A place in a ``Book``. It names the order too, so a place used again is not mistaken for it.
package struct BookSlot: Equatable, Sendable {
    let index: Int32
    package let orderRef: UInt64
}
