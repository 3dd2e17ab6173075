package import Vocabulary
package import Wire

/// A live order of an OUCH port: what the client was told it is.
package struct PortOrder: Sendable {
    package let key: OrderKey
    package internal(set) var side: UInt8
    package let symbolIndex: Int
    package let symbol: Symbol
    package let price: Price
    package let timeInForce: UInt8
    package let display: UInt8
    package let capacity: UInt8
    package let interMarketSweep: UInt8
    package let crossType: UInt8
    package let clOrdID: ClOrdIDField
    package let appendage: OUCH.Appendage
    package let orderRef: UInt64
    /// Executed on the whole chain of replaces: what Replace and Cancel quantities count from.
    package internal(set) var cumQty: OrderQty
    package internal(set) var leavesQty: OrderQty
    /// Where it rests; `nil` while it is still matching on entry.
    package internal(set) var slot: BookSlot?
    /// Unix ns; `nil` unless it is good till time.
    package let expiresAt: Int64?

    package var isBuy: Bool { side == Side.buy.rawValue }
    package var isDisplayed: Bool { display != UInt8(ascii: "N") }
    package var isImmediate: Bool { timeInForce == TimeInForce.immediateOrCancel.rawValue }
    package var isPostOnly: Bool { appendage.postOnly == UInt8(ascii: "P") }
    package var isMarket: Bool { price >= .ouchMarket }
    /// `nil`: any price.
    package var limit: Price? { isMarket ? nil : price }
    package var minQty: OrderQty { appendage.minQty ?? .zero }
    /// Of a reserve order: how much it shows at once.
    package var maxFloor: OrderQty { appendage.maxFloor ?? .zero }
    /// What stands in the queue of what is open.
    package var shownQty: OrderQty { maxFloor > .zero ? min(maxFloor, leavesQty) : leavesQty }
    package var firm: Alpha4? { appendage.firm }

    package var aggressor: Aggressor { Aggressor(isBuy: isBuy, limit: limit, qty: leavesQty) }
}

extension OUCH.Appendage {
    /// What Accepted may echo: tags 2–7, 9–18, 24, 25, 28.
    func forAccepted() -> OUCH.Appendage {
        var echo = self
        echo.secondaryOrderReferenceNumber = nil
        echo.displayQuantity = nil
        echo.displayPrice = nil
        echo.locateBroker = nil
        echo.side = nil
        echo.aiqStrategy = nil
        echo.aiqGroup = nil
        return echo
    }

    /// What Replaced may echo: tags 2, 3, 5, 6, 12, 15–18, 28.
    func forReplaced() -> OUCH.Appendage {
        var echo = forAccepted()
        echo.customerType = nil
        echo.pegOffset = nil
        echo.discretionPrice = nil
        echo.discretionPriceType = nil
        echo.discretionPegOffset = nil
        echo.randomReserves = nil
        echo.route = nil
        echo.groupID = nil
        echo.sharesLocated = nil
        return echo
    }

    /// The original's values with those of a Replace over them. SharesLocated and LocateBroker are
    /// not inherited: they must be said again each time.
    func replacing(with new: OUCH.Appendage) -> OUCH.Appendage {
        var merged = self
        merged.minQty = new.minQty ?? minQty
        merged.customerType = new.customerType ?? customerType
        merged.maxFloor = new.maxFloor ?? maxFloor
        merged.priceType = new.priceType ?? priceType
        merged.pegOffset = new.pegOffset ?? pegOffset
        merged.discretionPrice = new.discretionPrice ?? discretionPrice
        merged.discretionPriceType = new.discretionPriceType ?? discretionPriceType
        merged.discretionPegOffset = new.discretionPegOffset ?? discretionPegOffset
        merged.postOnly = new.postOnly ?? postOnly
        merged.randomReserves = new.randomReserves ?? randomReserves
        merged.expireTimeSeconds = new.expireTimeSeconds ?? expireTimeSeconds
        merged.tradeNow = new.tradeNow ?? tradeNow
        merged.handleInst = new.handleInst ?? handleInst
        merged.groupID = new.groupID ?? groupID
        merged.sharesLocated = new.sharesLocated
        merged.locateBroker = new.locateBroker
        merged.aiqStrategy = new.aiqStrategy ?? aiqStrategy
        merged.aiqGroup = new.aiqGroup ?? aiqGroup
        return merged
    }
}
