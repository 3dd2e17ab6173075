package import Vocabulary
import Wire

/// Turns what happens in the books into ITCH 5.0. Spec: docs/protocols/itch-5.0.md.
///
/// One tracking number a step: what one incoming order did carries the same number and time, as on
/// the real feed.
package final class ITCHPublisher {
    package let mold: MoldPublisher
    /// Nanoseconds since midnight, US Eastern; set before each step.
    private var timestampNs: UInt64 = 0
    private var trackingNumber: UInt16 = 0
    private var hasPublished = false

    package init(mold: MoldPublisher) { self.mold = mold }

    /// Opens a step at `timestampNs` of day.
    package func begin(timestampNs: UInt64) {
        self.timestampNs = timestampNs
        if hasPublished {
            trackingNumber &+= 1
            hasPublished = false
        }
    }

    private func publish(_ message: some WireMessage) {
        hasPublished = true
        mold.publish(message)
    }

    // MARK: Orders

    func added(_ order: BookOrder, _ locate: UInt16, _ stock: Symbol) {
        let side = UInt8(ascii: order.isBuy ? "B" : "S")
        if let attribution = order.attribution {
            publish(
                ITCH.AddOrderMPID(
                    stockLocate: locate,
                    trackingNumber: trackingNumber,
                    timestampNs: timestampNs,
                    orderReferenceNumber: order.orderRef,
                    side: side,
                    shares: order.leavesQty,
                    stock: stock,
                    price: order.price,
                    attribution: attribution
                )
            )
            return
        }
        publish(
            ITCH.AddOrder(
                stockLocate: locate,
                trackingNumber: trackingNumber,
                timestampNs: timestampNs,
                orderReferenceNumber: order.orderRef,
                side: side,
                shares: order.leavesQty,
                stock: stock,
                price: order.price
            )
        )
    }

    /// A displayed order trades at its own price: `E`. A hidden one shows only as a print: `P`.
    func executed(_ fill: Fill, _ locate: UInt16, _ stock: Symbol) {
        guard fill.resting.isDisplayed else {
            printed(locate, stock, fill.qty, fill.resting.price, fill.matchNumber)
            return
        }
        publish(
            ITCH.OrderExecuted(
                stockLocate: locate,
                trackingNumber: trackingNumber,
                timestampNs: timestampNs,
                orderReferenceNumber: fill.resting.orderRef,
                executedShares: fill.qty,
                matchNumber: fill.matchNumber
            )
        )
    }

    func printed(
        _ locate: UInt16,
        _ stock: Symbol,
        _ qty: OrderQty,
        _ price: Price,
        _ matchNumber: UInt64
    ) {
        publish(
            ITCH.Trade(
                stockLocate: locate,
                trackingNumber: trackingNumber,
                timestampNs: timestampNs,
                orderReferenceNumber: 0,
                side: UInt8(ascii: "B"),
                shares: qty,
                stock: stock,
                price: price,
                matchNumber: matchNumber
            )
        )
    }

    func canceled(_ orderRef: UInt64, by qty: OrderQty, _ locate: UInt16) {
        publish(
            ITCH.OrderCancel(
                stockLocate: locate,
                trackingNumber: trackingNumber,
                timestampNs: timestampNs,
                orderReferenceNumber: orderRef,
                canceledShares: qty
            )
        )
    }

    func deleted(_ orderRef: UInt64, _ locate: UInt16) {
        publish(
            ITCH.OrderDelete(
                stockLocate: locate,
                trackingNumber: trackingNumber,
                timestampNs: timestampNs,
                orderReferenceNumber: orderRef
            )
        )
    }

    func replaced(_ orderRef: UInt64, by order: BookOrder, _ locate: UInt16) {
        publish(
            ITCH.OrderReplace(
                stockLocate: locate,
                trackingNumber: trackingNumber,
                timestampNs: timestampNs,
                originalOrderReferenceNumber: orderRef,
                newOrderReferenceNumber: order.orderRef,
                shares: order.leavesQty,
                price: order.price
            )
        )
    }

    // MARK: The market

    /// `O S Q M E C`, as in a day's life.
    package func systemEvent(_ event: UInt8) {
        publish(
            ITCH.SystemEvent(
                stockLocate: 0,
                trackingNumber: trackingNumber,
                timestampNs: timestampNs,
                event: event
            )
        )
    }

    /// An ordinary common stock in round lots of 100.
    package func directory(_ locate: UInt16, _ stock: Symbol) {
        publish(
            ITCH.StockDirectory(
                stockLocate: locate,
                trackingNumber: trackingNumber,
                timestampNs: timestampNs,
                stock: stock,
                marketCategory: UInt8(ascii: "Q"),
                financialStatus: UInt8(ascii: "N"),
                roundLotSize: 100,
                roundLotsOnly: UInt8(ascii: "N"),
                issueClassification: UInt8(ascii: "C"),
                issueSubType: Alpha2("Z") ?? .blank,
                authenticity: UInt8(ascii: "P"),
                shortSaleThreshold: UInt8(ascii: "N"),
                ipoFlag: UInt8(ascii: "N"),
                luldTier: UInt8(ascii: "1"),
                etpFlag: UInt8(ascii: "N"),
                etpLeverage: 0,
                inverse: UInt8(ascii: "N")
            )
        )
    }

    package func tradingAction(_ locate: UInt16, _ stock: Symbol, state: UInt8) {
        publish(
            ITCH.TradingAction(
                stockLocate: locate,
                trackingNumber: trackingNumber,
                timestampNs: timestampNs,
                stock: stock,
                tradingState: state,
                reserved: 0x20,
                reason: .blank
            )
        )
    }

    package func broken(_ matchNumber: UInt64, _ locate: UInt16) {
        publish(
            ITCH.BrokenTrade(
                stockLocate: locate,
                trackingNumber: trackingNumber,
                timestampNs: timestampNs,
                matchNumber: matchNumber
            )
        )
    }

    /// A recorded message that touches no order, with our locate, number and time in its header.
    func passThrough(_ message: UnsafeRawBufferPointer, _ locate: UInt16) {
        var bytes = Array(message)
        for (offset, shift) in [(1, 8), (2, 0)] {
            bytes[offset] = UInt8(truncatingIfNeeded: locate >> UInt16(shift))
            bytes[offset + 2] = UInt8(truncatingIfNeeded: trackingNumber >> UInt16(shift))
        }
        for index in 0..<6 {
            bytes[5 + index] = UInt8(truncatingIfNeeded: timestampNs >> UInt64(40 - 8 * index))
        }
        hasPublished = true
        bytes.withUnsafeBytes { mold.publish($0) }
    }
}
