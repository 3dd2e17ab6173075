import Vocabulary
import Wire

/// Whether an order's terms are ones this venue trades. Pure; docs/venue-behaviour.md has the table.
enum EntryCheck {
    /// The terms Enter and Replace share.
    struct Terms {
        var quantity: OrderQty
        var price: Price
        var timeInForce: UInt8
        var display: UInt8
        var appendage: OUCH.Appendage
    }

    static func reason(_ message: OUCH.EnterOrder, isListed: Bool) -> RejectReason? {
        guard isListed else { return .symbol }
        guard Side(rawValue: message.side) != nil else { return .side }
        guard "APRO".utf8.contains(message.capacity) else { return .other }
        guard "YN".utf8.contains(message.interMarketSweep) else { return .other }
        switch message.crossType {
        case UInt8(ascii: "N"): break
        case UInt8(ascii: "R"): return .retail
        default: return .crossOrder
        }
        return reason(
            Terms(
                quantity: message.quantity,
                price: message.price,
                timeInForce: message.timeInForce,
                display: message.display,
                appendage: message.appendage
            )
        )
    }

    static func reason(_ terms: Terms) -> RejectReason? {
        guard terms.quantity > .zero, terms.quantity <= .ouchMax else { return .quantity }
        guard isTradable(terms.price) else { return .price }
        guard "YNA".utf8.contains(terms.display) else { return .display }
        guard let timeInForce = TimeInForce(rawValue: terms.timeInForce) else { return .other }
        // What is hidden shows no part; what is done at once keeps none behind.
        if let maxFloor = terms.appendage.maxFloor, maxFloor > .zero {
            let isShown = terms.display != UInt8(ascii: "N")
            guard isShown, timeInForce != .immediateOrCancel else { return .maxFloor }
        }
        return reason(terms.appendage, timeInForce, terms.quantity)
    }

    /// Market, or a limit in whole cents; below a dollar in hundredths of one.
    static func isTradable(_ price: Price) -> Bool {
        if price >= .ouchMarket { return true }
        guard price > .zero, price <= .ouchLimitMax else { return false }
        return price.units < 10_000 || price.units % 100 == 0
    }

    private static func reason(
        _ appendage: OUCH.Appendage,
        _ timeInForce: TimeInForce,
        _ quantity: OrderQty
    ) -> RejectReason? {
        if timeInForce == .goodTillTime {
            guard let seconds = appendage.expireTimeSeconds, seconds < 86_400 else { return .other }
        }
        if let minQty = appendage.minQty, minQty > .zero {
            guard timeInForce == .immediateOrCancel, minQty <= quantity else { return .minQty }
        }
        if appendage.postOnly == UInt8(ascii: "P"), timeInForce == .immediateOrCancel {
            return .other
        }
        if let random = appendage.randomReserves, random > .zero { return .maxFloor }
        if let priceType = appendage.priceType, priceType != UInt8(ascii: "L") { return .pegType }
        if let offset = appendage.pegOffset, offset != .zero { return .pegType }
        if let discretion = appendage.discretionPrice, discretion != .zero { return .other }
        if let route = appendage.route, route != .blank { return .routing }
        if let handling = appendage.handleInst, handling != 0x20 { return .crossOrder }
        return nil
    }
}
